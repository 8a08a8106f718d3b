"""Typing errors: which known word was meant.

Two indexes give the candidates, and the edit distance decides among them.

- For one slip, each known word of four letters or more is filed under itself and under every spelling with one letter
  left out. The typed word is looked up in the same way.
- Two slips are looked for only where one explains nothing, and only between words of eight letters or more. Each
  such known word has two signatures: the set of its letters and the set of its pairs of neighbouring letters, as bits.
  A slip changes few bits, so comparing bits leaves out nearly all words and none that is two slips away. The edit
  distance of those left is computed for all of them at once, for `MOST_CANDIDATES` at most: those that share the most
  pairs with what was typed.
"""

import zlib
from collections.abc import Iterable, Sequence

import numpy as np

from directory.search.index.arrays import Array, Columns

# Shorter words, in letters, are neither corrected nor offered.
SHORTEST = 4
# Words of so many letters may be two slips apart.
LONG = 8
MOST_SLIPS = 2
# How many bits one slip changes at most: of the letters when one is exchanged, of the pairs when two are swapped.
LETTER_BITS, PAIR_BITS = 2, 6
# For so many known words the distance from one typed word is computed.
MOST_CANDIDATES = 4096
# Greater than any distance that counts.
FAR = 100


def spellings(word: str) -> set[str]:
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def bucket_of(spelling: str) -> int:
    """Under which number; that two spellings share one does no harm."""
    return zlib.crc32(spelling.encode())


def most_slips(word: str) -> int:
    """Return how many slips a typed word may have."""
    return MOST_SLIPS if len(word) >= LONG else 1


def pack_words(words: Sequence[str]) -> dict[str, Array]:
    """Return the columns of both indexes; a word is named by its place in `words`."""
    pairs = [
        (bucket_of(spelling), number)
        for number, word in enumerate(words)
        if len(word) >= SHORTEST and word.isalpha()
        for spelling in spellings(word)
    ]
    table = np.array(pairs, np.uint64).reshape(-1, 2)
    order = np.argsort(table[:, 0], kind="stable")
    return {
        "spelling.filed": table[order, 0].astype(np.uint32),
        "spelling.words": table[order, 1].astype(np.uint32),
        **_pack_signatures(words),
    }


def _pack_signatures(words: Sequence[str]) -> dict[str, Array]:
    """Return the signatures of the long words, the shortest word first."""
    long = [(len(word), number) for number, word in enumerate(words) if _may_have_two_slips(word)]
    table = np.array(sorted(long), np.int64).reshape(-1, 2)
    found = [words[number] for number in table[:, 1]]
    signs, starts = _signs(found)
    return {
        "spelling.long": table[:, 1].astype(np.uint32),
        "spelling.lengths": table[:, 0].astype(np.uint16),
        "spelling.letters": _letters(signs, starts),
        "spelling.pairs": _pairs(signs, starts),
        # Two letters that share a code make a word seem nearer; `corrected` compares the letters themselves.
        "spelling.codes": (signs % np.uint32(256)).astype(np.uint8),
        "spelling.starts": starts.astype(np.uint32),
    }


def _may_have_two_slips(word: str) -> bool:
    return len(word) >= LONG and word.isalpha()


def _letters(signs: Array, starts: Array) -> Array:
    """Return the set of letters of each word as 32 bits."""
    return np.bitwise_or.reduceat(np.left_shift(np.uint32(1), signs % np.uint32(32)), starts)


def _pairs(signs: Array, starts: Array) -> Array:
    """Return the set of pairs of neighbouring letters of each word as 64 bits."""
    wide = signs.astype(np.uint64)
    pairs = np.zeros(len(wide), np.uint64)
    pairs[:-1] = np.left_shift(np.uint64(1), (wide[:-1] * np.uint64(31) + wide[1:]) % np.uint64(64))
    # The last letter of a word and the first of the next one are no pair.
    pairs[starts[1:] - 1] = 0
    return np.bitwise_or.reduceat(pairs, starts)


def _signs(words: Sequence[str]) -> tuple[Array, Array]:
    """Return the letters of all words as numbers, and where each word begins; no word is empty."""
    signs = np.frombuffer("".join(words).encode("utf-32-le"), np.uint32)
    lengths = np.fromiter(map(len, words), np.int64, len(words))
    return signs, np.cumsum(lengths) - lengths


class Spelling:
    """Both indexes of one list of words."""

    def __init__(self, columns: Columns) -> None:
        self.filed, self.words = columns["spelling.filed"], columns["spelling.words"]
        self.long, self.lengths = columns["spelling.long"], columns["spelling.lengths"]
        self.letters, self.pairs = columns["spelling.letters"], columns["spelling.pairs"]
        self.codes, self.starts = columns["spelling.codes"], columns["spelling.starts"]

    def candidates(self, word: str, slips: int = 1) -> set[int]:
        """Return the numbers of the words that are at most so many slips away, and of some others."""
        return self._one_slip_away(word) if slips == 1 else self._two_slips_away(word)

    def _one_slip_away(self, word: str) -> set[int]:
        keys = np.array([bucket_of(spelling) for spelling in spellings(word)], np.uint32)
        low, high = (np.searchsorted(self.filed, keys, side=side).tolist() for side in ("left", "right"))
        return {int(each) for begin, end in zip(low, high, strict=True) for each in self.words[begin:end]}

    def _two_slips_away(self, word: str) -> set[int]:
        signs, starts = _signs([word])
        low = int(np.searchsorted(self.lengths, len(word) - MOST_SLIPS))
        high = int(np.searchsorted(self.lengths, len(word) + MOST_SLIPS, side="right"))
        different = np.bitwise_count(self.letters[low:high] ^ _letters(signs, starts))
        found = low + np.flatnonzero(different <= LETTER_BITS * MOST_SLIPS)
        different = np.bitwise_count(self.pairs[found] ^ _pairs(signs, starts))
        near = np.flatnonzero(different <= PAIR_BITS * MOST_SLIPS)
        found = found[near[np.argsort(different[near], kind="stable")[:MOST_CANDIDATES]]]
        return set(self.long[found[self._distances(word, found) <= MOST_SLIPS]].tolist())

    def _distances(self, word: str, found: Array) -> Array:
        """Return the edit distance of each of these long words from `word`; any distance above two may be greater.

        It is `distance` for all of them at once, near the diagonal alone.
        """
        typed = [ord(letter) % 256 for letter in word]
        steps = np.arange(-MOST_SLIPS, MOST_SLIPS + 1, dtype=np.int16)
        # The letters of each word, with as many of the word before as the first rows reach back.
        reach = np.arange(-MOST_SLIPS, len(typed) + MOST_SLIPS)
        places = self.starts[found].astype(np.int64)[:, None] + reach
        written = self.codes[places.clip(0, len(self.codes) - 1)]
        # Of each word the row above and the row of this letter: the columns from `-MOST_SLIPS` to `MOST_SLIPS` around
        # the diagonal.
        above = row = np.tile(np.where(steps < 0, FAR, steps).astype(np.int16), (len(found), 1))
        for place, letter in enumerate(typed, start=1):
            columns = place + steps
            its = written[:, place - 1 : place + 2 * MOST_SLIPS]
            cost = row + (its != letter)
            cost[:, :-1] = np.minimum(cost[:, :-1], row[:, 1:] + 1)
            if place > 1:
                before = written[:, place - 2 : place + 2 * MOST_SLIPS - 1]
                swapped = (its == typed[place - 2]) & (before == letter)
                cost[swapped] = np.minimum(cost[swapped], above[swapped] + 1)
            cost[:, columns == 0], cost[:, columns < 0] = place, FAR
            above, row = row, np.minimum.accumulate(cost - steps, axis=1) + steps
        last = self.lengths[found].astype(np.int64) - len(typed) + MOST_SLIPS
        return row[np.arange(len(found)), last]


class WordList:
    """A list of words in memory that typed words are compared with."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self.words = sorted(set(words))
        self.spelling = Spelling(pack_words(self.words))

    def alike(self, word: str, slips: int = 1) -> set[str]:
        """Return the words that may be meant, among them `word` itself where it is in the list."""
        return {self.words[number] for number in self.spelling.candidates(word, slips)}


def correct_word(word: str, known: Iterable[tuple[str, int]], most: int) -> str | None:
    """The known word that was meant: the fewest slips away, then one of the same letters, then the most frequent,
    then by the alphabet.

    `known` are words with their frequencies, `most` is how many slips the word may have.
    """
    letters = sorted(word)
    near = (
        (edit_distance(word, other), sorted(other) != letters, -frequency, other)
        for other, frequency in known
        if abs(len(other) - len(word)) <= most
    )
    best = min((found for found in near if found[0] <= most), default=None)
    return best[-1] if best else None


def edit_distance(one: str, other: str) -> int:
    """Return the edit distance, a swap of neighbours counted once (Damerau-Levenshtein, optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, start=1):
        before, above, row = row, before, [place]
        for column, its in enumerate(other, start=1):
            cost = min(before[column] + 1, row[-1] + 1, before[column - 1] + (letter != its))
            if above and column > 1 and letter == other[column - 2] and one[place - 2] == its:
                cost = min(cost, above[column - 2] + 1)
            row.append(cost)
    return row[-1]

"""Correct typing errors: find the known words that a typed word may stand for.

Two indexes give the candidates. The edit distance, by rapidfuzz, decides among them.

- For one error, each known word of four letters or more is indexed under itself and under every variant with one
  letter left out. The typed word is looked up in the same way.
- Two errors are considered only where one error explains nothing, and only between words of eight letters or more.
  Each such known word has two signatures: the set of its letters and the set of its pairs of neighbouring letters, as
  bits. An error changes few bits, so the comparison of bits excludes nearly all words, and none that is two errors
  away. The edit distance is computed for the rest, for `MAX_CANDIDATES` at most: those that share the most pairs with
  the typed word.
"""

import zlib
from collections.abc import Iterable, Sequence

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from directory.search.index.arrays import Array, Columns

# Shorter words, in letters, are neither corrected nor offered as a correction.
MIN_LENGTH = 4
# Words of so many letters may have two errors.
MIN_LENGTH_FOR_TWO_ERRORS = 8
MAX_ERRORS = 2
# How many bits one error changes at most: in the letters when one is replaced, in the pairs when two are swapped.
LETTER_BITS, PAIR_BITS = 2, 6
MAX_CANDIDATES = 4096


def deletion_variants(word: str) -> set[str]:
    """Return a word and each form of it with one letter left out."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def variant_hash(variant: str) -> int:
    """Return the key of a variant as 32 bits. A collision only adds a candidate."""
    return zlib.crc32(variant.encode())


def max_errors(word: str) -> int:
    """Return how many letters of a typed word may be wrong, depending on its length."""
    return MAX_ERRORS if len(word) >= MIN_LENGTH_FOR_TWO_ERRORS else 1


def pack_words(words: Sequence[str]) -> dict[str, Array]:
    """Return the columns of both indexes; a word is identified by its position in `words`."""
    pairs = [
        (variant_hash(variant), number)
        for number, word in enumerate(words)
        if len(word) >= MIN_LENGTH and word.isalpha()
        for variant in deletion_variants(word)
    ]
    table = np.array(pairs, np.uint64).reshape(-1, 2)
    order = np.argsort(table[:, 0], kind="stable")
    return {
        "spelling.hashes": table[order, 0].astype(np.uint32),
        "spelling.words": table[order, 1].astype(np.uint32),
        **_pack_signatures(words),
    }


def _pack_signatures(words: Sequence[str]) -> dict[str, Array]:
    """Return the signatures of the long words, the shortest word first."""
    long = [(len(word), number) for number, word in enumerate(words) if _may_have_two_errors(word)]
    table = np.array(sorted(long), np.int64).reshape(-1, 2)
    letters, starts = _letters([words[number] for number in table[:, 1]])
    return {
        "spelling.long": table[:, 1].astype(np.uint32),
        "spelling.lengths": table[:, 0].astype(np.uint16),
        "spelling.letters": _letter_sets(letters, starts),
        "spelling.pairs": _pair_sets(letters, starts),
        # Two letters that share a code make a word seem nearer; `correct_word` compares the letters themselves.
        "spelling.codes": (letters % np.uint32(256)).astype(np.uint8),
        "spelling.starts": starts.astype(np.uint32),
    }


def _may_have_two_errors(word: str) -> bool:
    """Return whether a known word is long enough to be found from a typed word with two errors."""
    return len(word) >= MIN_LENGTH_FOR_TWO_ERRORS and word.isalpha()


def _letters(words: Sequence[str]) -> tuple[Array, Array]:
    """Return the letters of all words as numbers, and the offset of each word. No word may be empty."""
    letters = np.frombuffer("".join(words).encode("utf-32-le"), np.uint32)
    lengths = np.fromiter(map(len, words), np.int64, len(words))
    return letters, np.cumsum(lengths) - lengths


def _letter_sets(letters: Array, starts: Array) -> Array:
    """Return the set of letters of each word as 32 bits."""
    return np.bitwise_or.reduceat(np.left_shift(np.uint32(1), letters % np.uint32(32)), starts)


def _pair_sets(letters: Array, starts: Array) -> Array:
    """Return the set of pairs of neighbouring letters of each word as 64 bits."""
    wide = letters.astype(np.uint64)
    pairs = np.zeros(len(wide), np.uint64)
    pairs[:-1] = np.left_shift(np.uint64(1), (wide[:-1] * np.uint64(31) + wide[1:]) % np.uint64(64))
    # The last letter of a word and the first of the next one are no pair.
    pairs[starts[1:] - 1] = 0
    return np.bitwise_or.reduceat(pairs, starts)


class SpellingIndex:
    """Both indexes of one list of words, read from the columns that `pack_words` makes."""

    def __init__(self, columns: Columns) -> None:
        self.hashes, self.words = columns["spelling.hashes"], columns["spelling.words"]
        self.long, self.lengths = columns["spelling.long"], columns["spelling.lengths"]
        self.letters, self.pairs = columns["spelling.letters"], columns["spelling.pairs"]
        self.codes, self.starts = columns["spelling.codes"], columns["spelling.starts"]

    def find_candidates(self, word: str, errors: int = 1) -> set[int]:
        """Return the numbers of all known words that are at most so many errors away.

        For one error there may be some words among them that are farther away.
        """
        return self._one_error_away(word) if errors == 1 else self._two_errors_away(word)

    def _one_error_away(self, word: str) -> set[int]:
        """Return the numbers of the words that share a variant with `word`."""
        keys = np.array([variant_hash(variant) for variant in deletion_variants(word)], np.uint32)
        low, high = (np.searchsorted(self.hashes, keys, side=side).tolist() for side in ("left", "right"))
        ranges = zip(low, high, strict=True)
        return {int(number) for start, end in ranges for number in self.words[start:end]}

    def _two_errors_away(self, word: str) -> set[int]:
        """Return the numbers of the long words that are at most two errors away."""
        letters, starts = _letters([word])
        low = int(np.searchsorted(self.lengths, len(word) - MAX_ERRORS))
        high = int(np.searchsorted(self.lengths, len(word) + MAX_ERRORS, side="right"))
        differences = np.bitwise_count(self.letters[low:high] ^ _letter_sets(letters, starts))
        rows = low + np.flatnonzero(differences <= LETTER_BITS * MAX_ERRORS)
        differences = np.bitwise_count(self.pairs[rows] ^ _pair_sets(letters, starts))
        near = np.flatnonzero(differences <= PAIR_BITS * MAX_ERRORS)
        rows = rows[near[np.argsort(differences[near], kind="stable")[:MAX_CANDIDATES]]]
        return set(self.long[rows[self._are_near(word, rows)]].tolist())

    def _are_near(self, word: str, rows: Array) -> Array:
        """Return for each row of the long words whether its word is at most two errors away from `word`."""
        starts = self.starts[rows].tolist()
        ends = (self.starts[rows] + self.lengths[rows]).tolist()
        others = [self.codes[start:end].tobytes() for start, end in zip(starts, ends, strict=True)]
        typed = bytes(ord(letter) % 256 for letter in word)
        distances = process.cdist(
            [typed], others, scorer=OSA.distance, score_cutoff=MAX_ERRORS, dtype=np.uint8
        )
        return distances[0] <= MAX_ERRORS


class WordList:
    """A list of words in memory that typed words are compared with."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self.words = sorted(set(words))
        self.index = SpellingIndex(pack_words(self.words))

    def similar_words(self, word: str, errors: int = 1) -> set[str]:
        """Return the words that may be meant, among them `word` itself where it is in the list."""
        return {self.words[number] for number in self.index.find_candidates(word, errors)}


def correct_word(word: str, frequencies: Iterable[tuple[str, int]], errors: int) -> str | None:
    """Return the known word that was most likely meant, or None where none is near enough.

    The one with the fewest errors wins, then one of the same letters, then the most frequent, then the first by the
    alphabet. `frequencies` are known words with their frequencies; `errors` is how many errors the word may have.
    """
    letters = sorted(word)
    ranked = (
        (edit_distance(word, other), sorted(other) != letters, -frequency, other)
        for other, frequency in frequencies
        if abs(len(other) - len(word)) <= errors
    )
    best = min((rank for rank in ranked if rank[0] <= errors), default=None)
    return best[-1] if best else None


def edit_distance(one: str, other: str) -> int:
    """Return the number of letters to insert, delete, replace or swap with their neighbours.

    This is the Damerau-Levenshtein distance in the form of optimal string alignment.
    """
    return OSA.distance(one, other)

"""Slips of the keyboard: which known word was meant.

Each known word of four letters or more is filed under itself and under every spelling with one letter left out. So are
the words that are asked for; two words that meet are at most two letters apart, and the true distance decides.
"""

import zlib
from collections.abc import Iterable

import numpy as np

from directory.search.columns import Array, Columns

SHORTEST = 4
# From so many letters on, two may be wrong.
LONG = 8


def spellings(word: str) -> set[str]:
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def filed(spelling: str) -> int:
    """Under which number; that two spellings share one does no harm."""
    return zlib.crc32(spelling.encode())


def pack(words: list[str]) -> dict[str, Array]:
    pairs = [
        (filed(spelling), number)
        for number, word in enumerate(words)
        if len(word) >= SHORTEST and word.isalpha()
        for spelling in spellings(word)
    ]
    table = np.array(pairs, np.uint64).reshape(-1, 2)
    order = np.argsort(table[:, 0], kind="stable")
    return {
        "spelling.filed": table[order, 0].astype(np.uint32),
        "spelling.words": table[order, 1].astype(np.uint32),
    }


class Spelling:
    def __init__(self, columns: Columns) -> None:
        self.filed, self.words = columns["spelling.filed"], columns["spelling.words"]

    def alike(self, word: str) -> set[int]:
        """Numbers of the words that may be meant."""
        keys = np.array([filed(spelling) for spelling in spellings(word)], np.uint32)
        low, high = (np.searchsorted(self.filed, keys, side=side).tolist() for side in ("left", "right"))
        return {int(each) for begin, end in zip(low, high, strict=True) for each in self.words[begin:end]}


def corrected(word: str, known: Iterable[tuple[str, int]]) -> str | None:
    """The known word that was meant: the fewest letters apart, then one of the same letters, then the most frequent,
    then by the alphabet.

    `known` are words with their frequencies.
    """
    most = 2 if len(word) >= LONG else 1
    letters = sorted(word)
    near = (
        (distance(word, other), sorted(other) != letters, -frequency, other) for other, frequency in known
    )
    best = min((found for found in near if found[0] <= most), default=None)
    return best[-1] if best else None


def distance(one: str, other: str) -> int:
    """Letters left out, put in, exchanged, or swapped with their neighbour (optimal string alignment)."""
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

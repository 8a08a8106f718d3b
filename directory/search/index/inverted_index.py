"""The words of all listings on their way into a segment.

A word is kept as it stands in a text, folded, with the language of the text; which words share a stem is kept beside.
So a prefix finds exactly the words that begin so, and a stem all its forms. The words of each text are also kept in
their order, by which phrases are proved.
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from directory.search.index.arrays import Array, BitmapArray, JaggedArray, StringTable, equal_runs, to_bitmap
from directory.search.parsing import analyzer, spelling

# Ends each text of a listing among its words; never part of a text.
END = "\x02"
TOKEN = re.compile(f"{analyzer.WORD.pattern}|{END}")
# What is no letter or digit, to be split at; for texts in ASCII, where it takes a fifth of the time.
SPACED = bytes(sign if chr(sign).isalnum() or chr(sign) == END else 32 for sign in range(128)) + bytes(128)
# Name, summary, description, organization, part of town, town, building, and the texts of its kind.
FIELDS = 8
NAME, BUILDING = 0, 6


class Vocabulary(dict[str, int]):
    """Word → number, of one language; a new word gets the next number of all languages."""

    def __init__(self, numbers: Iterator[int]) -> None:
        super().__init__({END: 0})
        self.numbers = numbers

    def __missing__(self, word: str) -> int:
        self[word] = number = next(self.numbers)
        return number


class InvertedIndexBuilder:
    def __init__(self) -> None:
        self.numbers = itertools.count(1)
        self.vocabularies: dict[str, Vocabulary] = {}
        self.parts: list[Array] = []
        self.rows: list[Array] = []
        self.count = 0

    def add(self, cells: Sequence[tuple[Any, ...]], private: tuple[Any, ...]) -> None:
        """Takes the next rows, given as columns: the language, then the eight texts."""
        languages, texts = cells[0], list(cells[1:])
        # The building of a private place is not shown, and cannot be found out by asking for it.
        buildings = zip(texts[BUILDING], private, strict=True)
        texts[BUILDING] = tuple("" if hidden else name for name, hidden in buildings)
        rows = list(zip(*texts, strict=True))
        spoken: defaultdict[str, list[int]] = defaultdict(list)
        for place, language in enumerate(languages):
            spoken[language].append(place)
        for language, places in spoken.items():
            texts_of = list(itertools.chain.from_iterable(rows[place] for place in places))
            vocabulary = self.vocabularies.setdefault(language, Vocabulary(self.numbers))
            found = folded_tokens(texts_of)
            self.parts.append(np.fromiter(map(vocabulary.__getitem__, found), np.uint32, len(found)))
            self.rows.append(np.array(places) + self.count)
        self.count += len(rows)

    def columns(self, document: Array) -> dict[str, Array]:
        tokens = np.concatenate([np.zeros(0, np.uint32), *self.parts])
        self.parts.clear()
        tokens = self.in_order(tokens)
        ends = tokens == 0
        documents = document[np.concatenate([np.zeros(0, np.int64), *self.rows])]
        plain = ~ends
        field = np.cumsum(ends, dtype=np.uint32)[plain]
        where, which = np.repeat(documents.astype(np.uint32), FIELDS)[field], tokens[plain] - 1
        named = field % FIELDS == NAME
        size = len(self.words)
        anywhere = group_postings(which, where, size)
        columns = {"texts": tokens, **self.spans(ends, documents), **self.stems()}
        columns |= StringTable.pack("word", [f"{word}\0{language}".encode() for word, language in self.words])
        columns |= BitmapArray.pack("word.anywhere", (to_bitmap(each) for each in anywhere))
        columns |= BitmapArray.pack(
            "word.named", (to_bitmap(each) for each in group_postings(which[named], where[named], size))
        )
        frequency = np.bincount(which, minlength=size).astype(np.uint32)
        return (
            columns
            | {"word.frequency": frequency}
            | spelling.pack_words([word for word, _language in self.words])
        )

    def in_order(self, tokens: Array) -> Array:
        """Numbers the words in the order of their spelling, from one on; zero ends a text."""
        pairs = [
            (word, language, number)
            for language, vocabulary in self.vocabularies.items()
            for word, number in vocabulary.items()
            if number
        ]
        pairs.sort(key=lambda pair: f"{pair[0]}\0{pair[1]}".encode())
        self.words = [(word, language) for word, language, _number in pairs]
        renumbered = np.zeros(len(pairs) + 1, np.uint32)
        renumbered[[number for _word, _language, number in pairs]] = np.arange(1, len(pairs) + 1)
        return renumbered[tokens]

    def spans(self, ends: Array, documents: Array) -> dict[str, Array]:
        """Where the texts of each document begin and end among all words."""
        last = np.flatnonzero(ends)[FIELDS - 1 :: FIELDS] + 1
        begins, stops = np.zeros(len(documents), np.int64), np.zeros(len(documents), np.int64)
        begins[documents], stops[documents] = np.concatenate(([0], last[:-1])), last
        return {"texts.begin": begins, "texts.end": stops}

    def stems(self) -> dict[str, Array]:
        """Each stem with the words that have it."""
        stems = [analyzer.stem_word(word, language).encode() for word, language in self.words]
        unique = sorted(set(stems))
        numbers = {stem: number for number, stem in enumerate(unique)}
        pairs = sorted((numbers[stem], word) for word, stem in enumerate(stems))
        table = np.array(pairs, np.int64).reshape(-1, 2)
        of_word = np.fromiter(map(numbers.__getitem__, stems), np.uint32, len(stems))
        columns = StringTable.pack("stem", unique) | {"word.stem": of_word}
        return columns | JaggedArray.pack(
            "stem.words", table[:, 0], table[:, 1].astype(np.uint32), len(unique)
        )


def folded_tokens(texts: list[str | None]) -> list[str]:
    """The folded words of many texts, with END behind each text."""
    # What is in ASCII folds among others to what it folds to by itself.
    plain = [text if text.isascii() else analyzer.fold_text(text) for text in (each or "" for each in texts)]
    joined = f" {END} ".join(plain) + f" {END}"
    if joined.count(END) != len(texts):
        return folded_tokens([(text or "").replace(END, " ") for text in texts])
    if joined.isascii():
        return analyzer.fold_text(joined).encode().translate(SPACED).decode().split()
    return TOKEN.findall(f" {END} ".join(map(analyzer.fold_text, plain)) + f" {END}")


def group_postings(which: Array, where: Array, size: int) -> Iterator[Array]:
    """For each of `size` words the sorted documents that have it, from one pair for each word of each text."""
    # In place: of a million listings, each of these arrays takes half a gigabyte.
    keys = which.astype(np.uint64)
    keys <<= np.uint64(32)
    keys |= where
    keys.sort()
    if len(keys):
        keys = keys[np.concatenate(([True], keys[1:] != keys[:-1]))]
    documents = keys.astype(np.uint32)
    following = 0
    for word, low, high in equal_runs(keys >> np.uint64(32)):
        yield from itertools.repeat(documents[:0], int(word) - following)
        yield documents[low:high]
        following = int(word) + 1
    yield from itertools.repeat(documents[:0], size - following)

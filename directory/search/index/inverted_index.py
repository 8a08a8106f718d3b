"""Build the inverted index of a segment: for each word, the documents that contain it.

A word is stored folded, with the language of its text; another table says which words share a stem. So a prefix finds
exactly the words that begin with it, and a stem finds all its forms. The words of each text are also stored in their
order, so that phrases can be compared.
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from core.text import WORD
from directory.search.index.arrays import Array, BitmapArray, JaggedArray, StringTable, equal_runs, to_bitmap
from directory.search.parsing import analyzer, spelling

# Stands behind the last word of each text; no text contains it.
END = "\x02"
INDEX_TOKEN = re.compile(f"{WORD.pattern}|{END}")
# Replaces every character that is no letter or digit by a blank; for ASCII texts this is five times faster.
SEPARATORS_TO_BLANKS = bytes(
    sign if chr(sign).isalnum() or chr(sign) == END else 32 for sign in range(128)
) + bytes(128)
# The texts of a listing: name, names of its meetings, summary, description, organization, part of town, town, building,
# those of its kind, and notes of its meetings. The first ones are names.
TEXT_COUNT, NAME_COUNT = 10, 2
BUILDING = 7


class Vocabulary(dict[str, int]):
    """The number of each word of one language; a new word gets the next number of all languages."""

    def __init__(self, numbers: Iterator[int]) -> None:
        """Begin without words; `numbers` yields the numbers for new ones."""
        super().__init__({END: 0})
        self.numbers = numbers

    def __missing__(self, word: str) -> int:
        """Return the next free number for a word that is not in the mapping, and store it."""
        self[word] = number = next(self.numbers)
        return number


class InvertedIndexBuilder:
    """Collects the texts of listings row by row, and returns them as columns."""

    def __init__(self) -> None:
        """Create a builder without texts."""
        self.numbers = itertools.count(1)
        self.vocabularies: dict[str, Vocabulary] = {}
        self.parts: list[Array] = []
        self.rows: list[Array] = []
        self.count = 0

    def add(self, cells: Sequence[tuple[Any, ...]], private: tuple[Any, ...]) -> None:
        """Add rows, given as columns: the language, then the texts; `private` says which places are private."""
        languages, texts = cells[0], list(cells[1:])
        # The building of a private place is not public, so a search must not find it either.
        buildings = zip(texts[BUILDING], private, strict=True)
        texts[BUILDING] = tuple("" if hidden else name for name, hidden in buildings)
        rows = list(zip(*texts, strict=True))
        rows_by_language: defaultdict[str, list[int]] = defaultdict(list)
        for number, language in enumerate(languages):
            rows_by_language[language].append(number)
        for language, numbers in rows_by_language.items():
            texts_of_language = list(itertools.chain.from_iterable(rows[number] for number in numbers))
            vocabulary = self.vocabularies.setdefault(language, Vocabulary(self.numbers))
            tokens = _folded_tokens(texts_of_language)
            self.parts.append(np.fromiter(map(vocabulary.__getitem__, tokens), np.uint32, len(tokens)))
            self.rows.append(np.array(numbers) + self.count)
        self.count += len(rows)

    def columns(self, document: Array) -> dict[str, Array]:
        """Return the columns; `document` holds the document number of each row."""
        tokens = np.concatenate([np.zeros(0, np.uint32), *self.parts])
        self.parts.clear()
        tokens = self._sort_words(tokens)
        ends = tokens == 0
        documents = document[np.concatenate([np.zeros(0, np.int64), *self.rows])]
        plain = ~ends
        field = np.cumsum(ends, dtype=np.uint32)[plain]
        where, which = np.repeat(documents.astype(np.uint32), TEXT_COUNT)[field], tokens[plain] - 1
        named = field % TEXT_COUNT < NAME_COUNT
        size = len(self.words)
        anywhere = _group_postings(which, where, size)
        columns = {"texts": tokens, **self._text_spans(ends, documents), **self._stems()}
        columns |= StringTable.pack("word", [f"{word}\0{language}".encode() for word, language in self.words])
        columns |= BitmapArray.pack("word.anywhere", (to_bitmap(postings) for postings in anywhere))
        columns |= BitmapArray.pack(
            "word.named",
            (to_bitmap(postings) for postings in _group_postings(which[named], where[named], size)),
        )
        frequency = np.bincount(which, minlength=size).astype(np.uint32)
        return (
            columns
            | {"word.frequency": frequency}
            | spelling.pack_words([word for word, _language in self.words])
        )

    def _sort_words(self, tokens: Array) -> Array:
        """Return the tokens with words numbered by their spelling, from one on; zero ends a text."""
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

    def _text_spans(self, ends: Array, documents: Array) -> dict[str, Array]:
        """Return where the texts of each document begin and end among all tokens."""
        last = np.flatnonzero(ends)[TEXT_COUNT - 1 :: TEXT_COUNT] + 1
        begins, stops = np.zeros(len(documents), np.int64), np.zeros(len(documents), np.int64)
        begins[documents], stops[documents] = np.concatenate(([0], last[:-1])), last
        return {"texts.begin": begins, "texts.end": stops}

    def _stems(self) -> dict[str, Array]:
        """Return the columns with each stem and the words that have it."""
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


def _folded_tokens(texts: list[str | None]) -> list[str]:
    """Return the folded words of many texts, with END behind each text."""
    # An ASCII text folds to the same words alone and joined to others.
    plain = [text if text.isascii() else analyzer.fold_text(text) for text in (text or "" for text in texts)]
    joined = f" {END} ".join(plain) + f" {END}"
    if joined.count(END) != len(texts):
        return _folded_tokens([(text or "").replace(END, " ") for text in texts])
    if joined.isascii():
        return analyzer.fold_text(joined).encode().translate(SEPARATORS_TO_BLANKS).decode().split()
    return INDEX_TOKEN.findall(f" {END} ".join(map(analyzer.fold_text, plain)) + f" {END}")


def _group_postings(which: Array, where: Array, size: int) -> Iterator[Array]:
    """Yield, for each of `size` words, the sorted documents that contain it.

    The arguments hold one pair of word and document for each token.
    """
    # This works in place: for a million listings, each of these arrays takes half a gigabyte.
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

"""The plain parts an index is made of: numpy arrays by name, and three ways to lay things out in them.

All that a segment knows lies in such arrays, so that one that was just built and one that is mapped from a file are the
same thing.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from pyroaring import BitMap

Array = np.ndarray[Any, Any]
Columns = Mapping[str, Array]


def to_bitmap(documents: Array) -> BitMap:
    """A set of document numbers. By way of `array`, which pyroaring takes ten times faster than numpy's own."""
    if not len(documents):
        return BitMap()
    return BitMap(array("I", documents.astype(np.uint32, copy=False).tobytes()))


def from_bitmap(documents: BitMap) -> Array:
    """Its numbers in order."""
    return np.frombuffer(documents.to_array(), dtype=np.uint32)


def equal_runs(keys: Array) -> Iterator[tuple[Any, int, int]]:
    """Each stretch of equal values in a sorted array: the value, where it begins and where it ends."""
    if not len(keys):
        return
    edges = [0, *(np.flatnonzero(keys[1:] != keys[:-1]) + 1).tolist(), len(keys)]
    yield from zip(keys[edges[:-1]].tolist(), edges[:-1], edges[1:], strict=True)


class StringTable:
    """Texts in the order of their UTF-8 bytes, each once."""

    @staticmethod
    def pack(name: str, texts: Sequence[bytes]) -> dict[str, Array]:
        ends = np.cumsum([len(text) for text in texts], dtype=np.int64) if texts else np.zeros(0, np.int64)
        return {f"{name}.bytes": np.frombuffer(b"".join(texts), np.uint8), f"{name}.ends": ends}

    def __init__(self, columns: Columns, name: str) -> None:
        self.bytes: memoryview = columns[f"{name}.bytes"].data
        self.ends = columns[f"{name}.ends"]

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, number: int) -> bytes:
        start = self.ends[number - 1] if number else 0
        return self.bytes[start : self.ends[number]].tobytes()

    def first(self, text: bytes) -> int:
        """The number of the first text that is not before this one."""
        return bisect_left(range(len(self)), text, key=self.__getitem__)

    def find(self, text: bytes) -> int | None:
        number = self.first(text)
        return number if number < len(self) and self[number] == text else None

    def beginning(self, text: bytes) -> range:
        """The numbers of the texts that begin so."""
        return range(self.first(text), self.first(text + b"\xff"))


class BitmapArray:
    """Bitmaps one after the other, each taken out by its number."""

    @staticmethod
    def pack(name: str, bitmaps: Iterable[BitMap]) -> dict[str, Array]:
        parts = []
        for each in bitmaps:
            each.run_optimize()
            parts.append(each.serialize())
        return StringTable.pack(name, parts)

    def __init__(self, columns: Columns, name: str) -> None:
        self.bytes, self.ends = columns[f"{name}.bytes"], columns[f"{name}.ends"]

    def __getitem__(self, number: int) -> BitMap:
        start = self.ends[number - 1] if number else 0
        return BitMap.deserialize(self.bytes[start : self.ends[number]].tobytes())


class JaggedArray:
    """For each number a list of numbers."""

    @staticmethod
    def pack(name: str, keys: Array, values: Array, size: int) -> dict[str, Array]:
        """From pairs that are sorted by key; keys run from 0 to `size`, without it."""
        ends = np.searchsorted(keys, np.arange(size), side="right").astype(np.int64)
        return {f"{name}.values": values, f"{name}.ends": ends}

    def __init__(self, columns: Columns, name: str) -> None:
        self.values, self.ends = columns[f"{name}.values"], columns[f"{name}.ends"]

    def span(self, number: int) -> slice:
        return slice(int(self.ends[number - 1]) if number else 0, int(self.ends[number]))

    def __getitem__(self, number: int) -> Array:
        return self.values[self.span(number)]

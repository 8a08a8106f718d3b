"""Types for the columns of a search index: numpy arrays, and arrays that store bitmaps, lists or strings.

All data of a segment are in such arrays. So code that reads a segment need not know whether its arrays are in memory or
mapped from a file.
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
    """Return document numbers as a bitmap.

    It goes through `array`, which pyroaring reads ten times faster than a numpy array.
    """
    if not len(documents):
        return BitMap()
    return BitMap(array("I", documents.astype(np.uint32, copy=False).tobytes()))


def from_bitmap(documents: BitMap) -> Array:
    """Return the numbers of a bitmap as a sorted array."""
    return np.frombuffer(documents.to_array(), dtype=np.uint32)


def equal_runs(keys: Array) -> Iterator[tuple[Any, int, int]]:
    """Yield each run of equal values in a sorted array: the value, its first index and the index after its last."""
    if not len(keys):
        return
    edges = [0, *(np.flatnonzero(keys[1:] != keys[:-1]) + 1).tolist(), len(keys)]
    yield from zip(keys[edges[:-1]].tolist(), edges[:-1], edges[1:], strict=True)


class StringTable:
    """Distinct texts in two arrays: their UTF-8 bytes one after the other, in sorted order, and where each text ends.

    The number of a text is its position in that order.
    """

    @staticmethod
    def pack(name: str, texts: Sequence[bytes]) -> dict[str, Array]:
        """Return the columns for texts that are sorted already."""
        ends = np.cumsum([len(text) for text in texts], dtype=np.int64) if texts else np.zeros(0, np.int64)
        return {f"{name}.bytes": np.frombuffer(b"".join(texts), np.uint8), f"{name}.ends": ends}

    def __init__(self, columns: Columns, name: str) -> None:
        """Open the table that was packed under a name."""
        self.bytes: memoryview = columns[f"{name}.bytes"].data
        self.ends = columns[f"{name}.ends"]

    def __len__(self) -> int:
        """Return the number of texts in the table."""
        return len(self.ends)

    def __getitem__(self, number: int) -> bytes:
        """Return the text at a position of the table, as UTF-8 bytes."""
        start = self.ends[number - 1] if number else 0
        return self.bytes[start : self.ends[number]].tobytes()

    def lower_bound(self, text: bytes) -> int:
        """Return the number of the first text that does not sort before this one."""
        return bisect_left(range(len(self)), text, key=self.__getitem__)

    def find(self, text: bytes) -> int | None:
        """Return the number of a text, or None where the table does not contain it."""
        number = self.lower_bound(text)
        return number if number < len(self) and self[number] == text else None

    def with_prefix(self, prefix: bytes) -> range:
        """Return the numbers of the texts that begin with a prefix."""
        return range(self.lower_bound(prefix), self.lower_bound(prefix + b"\xff"))


class BitmapArray:
    """Many bitmaps in two arrays: their serialized bytes one after the other, and where each of them ends."""

    @staticmethod
    def pack(name: str, bitmaps: Iterable[BitMap]) -> dict[str, Array]:
        """Return the two columns that store these bitmaps."""
        parts = []
        for bitmap in bitmaps:
            bitmap.run_optimize()
            parts.append(bitmap.serialize())
        return StringTable.pack(name, parts)

    def __init__(self, columns: Columns, name: str) -> None:
        """Open the bitmaps that were packed under a name."""
        self.bytes, self.ends = columns[f"{name}.bytes"], columns[f"{name}.ends"]

    def __getitem__(self, number: int) -> BitMap:
        """Return the bitmap at a position."""
        start = self.ends[number - 1] if number else 0
        return BitMap.deserialize(self.bytes[start : self.ends[number]].tobytes())


class JaggedArray:
    """Many lists of numbers in two arrays: their values one after the other, and where each list ends."""

    @staticmethod
    def pack(name: str, keys: Array, values: Array, size: int) -> dict[str, Array]:
        """Return the columns for pairs that are sorted by key; keys run from 0 to before `size`."""
        ends = np.searchsorted(keys, np.arange(size), side="right").astype(np.int64)
        return {f"{name}.values": values, f"{name}.ends": ends}

    def __init__(self, columns: Columns, name: str) -> None:
        """Open the lists that were packed under a name."""
        self.values, self.ends = columns[f"{name}.values"], columns[f"{name}.ends"]

    def span(self, number: int) -> slice:
        """Return where the list of a number lies in `values`."""
        return slice(int(self.ends[number - 1]) if number else 0, int(self.ends[number]))

    def __getitem__(self, number: int) -> Array:
        """Return the list at a position."""
        return self.values[self.span(number)]

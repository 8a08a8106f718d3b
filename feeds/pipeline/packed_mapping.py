"""Many values of one kind, each packed until it is asked for: a feed of a whole country takes little room at once."""

import pickle
from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

T = TypeVar("T")


class CompressedMapping(Mapping[str, T], Generic[T]):
    """Plain values by key, in the order in which they came. What is taken out is a copy: changing it changes nothing
    here."""

    def __init__(self) -> None:
        self._packed: dict[str, bytes] = {}

    def __setitem__(self, key: str, value: T) -> None:
        self._packed[key] = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)

    def __getitem__(self, key: str) -> T:
        value: T = pickle.loads(self._packed[key])  # noqa: S301 - what this process itself packed
        return value

    def __contains__(self, key: object) -> bool:
        return key in self._packed

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)

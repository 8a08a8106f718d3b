"""A mapping that stores its values pickled, so that the records of a large feed need little memory."""

import pickle
from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

Value = TypeVar("Value")


class PickledMapping(Mapping[str, Value], Generic[Value]):
    """A mapping that keeps each value serialized until it is read, in the order of insertion.

    Each read returns a copy: changing the copy does not change the stored value.
    """

    def __init__(self) -> None:
        """Create an empty mapping."""
        self._serialized: dict[str, bytes] = {}

    def __setitem__(self, key: str, value: Value) -> None:
        self._serialized[key] = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)

    def __getitem__(self, key: str) -> Value:
        value: Value = pickle.loads(self._serialized[key])  # noqa: S301 - serialized by this process itself
        return value

    def __contains__(self, key: object) -> bool:
        return key in self._serialized

    def __iter__(self) -> Iterator[str]:
        return iter(self._serialized)

    def __len__(self) -> int:
        return len(self._serialized)

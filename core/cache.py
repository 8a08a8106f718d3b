"""Caches that live as long as the process, and one function that empties all of them.

A module that keeps state of its own registers a function that forgets it. Tests call `clear_all`, so that each of them
meets a process that has just started, without knowing which module remembers what.
"""

from collections.abc import Callable
from typing import Any, TypeVar

Clear = TypeVar("Clear", bound=Callable[[], object])

_clear_functions: list[Callable[[], object]] = []


class BoundedCache(dict[Any, Any]):
    """A dictionary of bounded size that drops its oldest entry first.

    It is safe between threads without a lock: at worst, two threads compute the same value.
    """

    def store(self, key: Any, value: Any, limit: int) -> Any:
        """Store the value, drop the oldest entries until at most `limit` remain, and return the value."""
        while len(self) >= limit:
            self.pop(next(iter(self), None), None)
        self[key] = value
        return value


def register_clear(clear: Clear) -> Clear:
    """Register a function that `clear_all` calls, and return it, so that this works as a decorator."""
    _clear_functions.append(clear)
    return clear


def clear_all() -> None:
    """Bring all registered state back to what it is when the process starts."""
    for clear in _clear_functions:
        clear()

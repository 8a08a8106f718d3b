"""What was reckoned once and may be asked for again, in this process."""

from typing import Any


class BoundedCache(dict[Any, Any]):
    """The last answers by their question; the oldest goes first. Safe between threads: at worst reckoned twice."""

    def store(self, key: Any, value: Any, most: int) -> Any:
        while len(self) >= most:
            self.pop(next(iter(self), None), None)
        self[key] = value
        return value

"""The time that is left for a request."""

import time

from core.net.errors import CannotFetch


class Clock:
    """The time that is left for something; `late` is the line for when it runs out."""

    def __init__(self, seconds: float, late: str) -> None:
        self.end = time.monotonic() + seconds
        self.late = late

    def left(self, most: float = float("inf")) -> float:
        """Seconds, more than 0 and `most` at most. Raises CannotFetch when none are left."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise CannotFetch(self.late)
        return min(left, most)

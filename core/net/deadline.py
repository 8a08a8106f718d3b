"""Limit the time of a request as a whole."""

import time

from core.net.errors import FetchError


class Deadline:
    """A moment after which a request must not go on, whatever number of steps it takes."""

    def __init__(self, seconds: float, timeout_message: str) -> None:
        """Set the deadline `seconds` from now; `timeout_message` is the error for when it has passed."""
        self.end = time.monotonic() + seconds
        self.timeout_message = timeout_message

    def seconds_left(self, at_most: float = float("inf")) -> float:
        """Return the seconds that are left, more than 0 and no more than `at_most`.

        Raise FetchError when none are left.
        """
        left = self.end - time.monotonic()
        if left <= 0:
            raise FetchError(self.timeout_message)
        return min(left, at_most)

"""The time that is left for a request."""

import time

from core.net.errors import FetchError


class Deadline:
    """The time that is left for something; `late` is the line for when it runs out."""

    def __init__(self, seconds: float, late: str) -> None:
        self.end = time.monotonic() + seconds
        self.timeout_message = late

    def seconds_left(self, most: float = float("inf")) -> float:
        """Seconds, more than 0 and `most` at most. Raises CannotFetch when none are left."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise FetchError(self.timeout_message)
        return min(left, most)

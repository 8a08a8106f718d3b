"""How much a fetch may take, and what is raised when it takes more."""

import time
from dataclasses import dataclass

MEGABYTE = 1024 * 1024


class CannotFetch(Exception):
    """One line for the person who ran the command."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one feed may take. Other figures than these are for tests: no setting reaches them."""

    connect: float = 10  # seconds to look a name up, and again to reach it and agree on keys
    total: float = 60  # seconds from the first look-up to the last byte, redirects included
    headers: int = 64 * 1024  # bytes before the body
    wire: int = 20 * MEGABYTE  # bytes as they come, headers and framing included
    unpacked: int = 100 * MEGABYTE
    ratio: int = 100  # times that a packed feed may grow; up to FREE_GROWTH it may grow more


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


def size(count: int) -> str:
    """A number of bytes in words: "20 MB", "64 KB"."""
    return f"{count // MEGABYTE} MB" if count >= MEGABYTE else f"{count // 1024} KB"

"""How much a fetch may take."""

from dataclasses import dataclass

from core.net.byte_sizes import MEGABYTE

# Seconds of computing for reading a feed, whatever its size, and more for each megabyte of it. Real feeds take one
# second for a megabyte at most (2026-11, one core of a small server).
CPU_SECONDS = 5
CPU_SECONDS_PER_MEGABYTE = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """What one feed may take. Other figures than these are for tests: no setting reaches them."""

    connect: float = 10  # seconds to look a name up, and again to reach it and agree on keys
    total: float = 60  # seconds from the first look-up to the last byte, redirects included
    headers: int = 64 * 1024  # bytes before the body
    wire: int = 20 * MEGABYTE  # bytes as they come, headers and framing included
    unpacked: int = 100 * MEGABYTE
    ratio: int = 100  # times that a packed feed may grow; up to FREE_GROWTH it may grow more

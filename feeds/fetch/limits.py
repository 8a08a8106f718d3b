"""Define how much time, size and computing one feed may take."""

from dataclasses import dataclass

from core.net.byte_sizes import MEGABYTE
from core.net.http_client import ResponseLimits

# Seconds of computing for parsing a feed, whatever its size, and more for each megabyte of it. Real feeds take one
# second for a megabyte at most (2026-11, one core of a small server).
CPU_SECONDS = 5
CPU_SECONDS_PER_MEGABYTE = 3


@dataclass(frozen=True, slots=True)
class Limits(ResponseLimits):
    """The limits of one feed. No setting changes them; other values are for tests."""

    connect_seconds: float = 10
    total_seconds: float = 60  # from the first look-up of a name to the last byte, redirects included
    header_bytes: int = 64 * 1024
    total_bytes: int = 20 * MEGABYTE
    unpacked_bytes: int = 100 * MEGABYTE
    max_ratio: int = 100  # of unpacked to packed bytes, beyond FREE_GROWTH

"""Limit the CPU time that parsing one feed may take.

Parsers and staging call `check_cpu` for each row. The time for one row is bounded by the length of its texts, so the
limit is exceeded by one row at most.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from core.net.byte_sizes import MEGABYTE
from feeds.fetch.limits import CPU_SECONDS, CPU_SECONDS_PER_MEGABYTE
from feeds.records import NotAFeed

_end: ContextVar[float | None] = ContextVar("cpu_limit", default=None)


def cpu_seconds(size: int) -> float:
    """Return the CPU time in seconds that parsing a feed of a number of bytes may take."""
    return CPU_SECONDS + CPU_SECONDS_PER_MEGABYTE * size / MEGABYTE


@contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """Limit the CPU time of this thread within the block; `check_cpu` raises once it is used up."""
    token = _end.set(time.thread_time() + seconds)
    try:
        yield
    finally:
        _end.reset(token)


def check_cpu() -> None:
    """Raise NotAFeed when the limit of the surrounding block is passed; do nothing without one."""
    end = _end.get()
    if end is not None and time.thread_time() > end:
        raise NotAFeed("The feed takes far more computing than its size asks for, so it was not read.")

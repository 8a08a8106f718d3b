"""How much computing the reading of one feed may take, beside the time on the clock that its fetch may take.

What reads a feed calls `check_cpu` for each row. Each step over a row is bounded by the length of its texts, so that
the limit is passed by no more than one row.
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
    """Return how many seconds of computing a feed of so many bytes may take."""
    return CPU_SECONDS + CPU_SECONDS_PER_MEGABYTE * size / MEGABYTE


@contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """Let `check_cpu` raise once this thread has computed for so many seconds within the block."""
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

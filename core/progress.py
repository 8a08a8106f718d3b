"""How far long work has come: a line that renews itself on a terminal, nothing where the output is piped."""

import time
from typing import TextIO

EVERY_SECONDS = 0.2


class Progress:
    """`step(n)` after each piece of work; shows how many of how many, the rate and the time left."""

    def __init__(self, out: TextIO, total: int, unit: str) -> None:
        self.out, self.total, self.unit = out, total, unit
        self.done, self.began, self.shown = 0, time.monotonic(), 0.0
        self.loud = bool(getattr(out, "isatty", lambda: False)()) and total > 0

    def advance(self, number: int = 1) -> None:
        self.done += number
        now = time.monotonic()
        if self.loud and (now - self.shown >= EVERY_SECONDS or self.done >= self.total):
            self.shown = now
            self.out.write(f"\r{self.status_text(now)}\x1b[K")
            self.out.flush()

    def status_text(self, now: float) -> str:
        rate = self.done / max(now - self.began, 0.001)
        left = (self.total - self.done) / max(rate, 0.001)
        return f"{self.done:,} of {self.total:,} {self.unit}, {rate:,.0f} a second, {left:.0f} s left"

    def finish(self) -> None:
        if self.loud:
            self.out.write("\r\x1b[K")
            self.out.flush()

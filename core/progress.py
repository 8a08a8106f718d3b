"""Show how far long work has come on a terminal; write nothing where the output is piped."""

import time
from typing import TextIO

UPDATE_SECONDS = 0.2


class Progress:
    """A line on a terminal with the number of items done, their rate and the time left."""

    def __init__(self, out: TextIO, total: int, unit: str) -> None:
        """Start to count; `unit` names the items, such as "listings"."""
        self.out, self.total, self.unit = out, total, unit
        self.done, self.started_at, self.updated_at = 0, time.monotonic(), 0.0
        self.is_visible = bool(getattr(out, "isatty", lambda: False)()) and total > 0

    def advance(self, number: int = 1) -> None:
        """Count that many items as done, and update the line now and then."""
        self.done += number
        now = time.monotonic()
        if self.is_visible and (now - self.updated_at >= UPDATE_SECONDS or self.done >= self.total):
            self.updated_at = now
            self.out.write(f"\r{self._status_text(now)}\x1b[K")
            self.out.flush()

    def finish(self) -> None:
        """Remove the progress line from the terminal."""
        if self.is_visible:
            self.out.write("\r\x1b[K")
            self.out.flush()

    def _status_text(self, now: float) -> str:
        """Return the progress as one line: the count, the speed and the estimated time that is left."""
        rate = self.done / max(now - self.started_at, 0.001)
        seconds_left = (self.total - self.done) / max(rate, 0.001)
        return f"{self.done:,} of {self.total:,} {self.unit}, {rate:,.0f} a second, {seconds_left:.0f} s left"

"""Define the command `rebuild_index`, which builds the search index again.

The site rebuilds its index by itself when that is necessary, so operators need this command only to force it.
"""

import gc
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from directory.models import Listing
from directory.search.index import manager


class Command(BaseCommand):
    """Build the search index and replace the present one."""

    help = "Build the search index again and replace the present one. Running processes start using it by themselves."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options of the command."""
        parser.add_argument(
            "--unless-running", action="store_true", help="Do nothing while another process builds the index."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Build the index and print how many listings it has."""
        self.total, self.started_at = Listing.objects.published().count(), time.monotonic()
        self.shows_progress = self.stdout.isatty()
        # The build creates millions of objects without reference cycles. Looking for cycles takes a tenth of the time.
        gc.disable()
        count = manager.rebuild_file(self.report, wait=not options["unless_running"])
        if count is None:
            self.stdout.write("Another process is building the index.")
            return
        seconds = time.monotonic() - self.started_at
        self.stdout.write(f"{count} listings indexed in {seconds:.1f} s.")

    def report(self, rows: int, phase: str) -> None:
        """Print progress, speed and the remaining time on a terminal."""
        if not self.shows_progress:
            return
        rate = rows / max(time.monotonic() - self.started_at, 0.001)
        seconds_left = (self.total - rows) / max(rate, 1)
        self.stdout.write(
            f"\r{rows}/{self.total} {phase}, {rate:.0f}/s, {seconds_left:.0f} s left   ", ending=""
        )
        self.stdout.flush()

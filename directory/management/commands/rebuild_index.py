"""Builds the file of the search index anew. Never needed: the site does so by itself when it is time."""

import gc
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from directory.models import Listing
from directory.search.index import manager


class Command(BaseCommand):
    help = "Build the search index anew and put it in place; running processes take it up by themselves."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--unless-running", action="store_true", help="Do nothing while another process is building."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.total, self.begun = Listing.objects.published().count(), time.monotonic()
        self.shows = self.stdout.isatty()
        # Millions of small things are made, none of them in a circle: looking for circles takes a tenth of the time.
        gc.disable()
        count = manager.rebuild_file(self.report, wait=not options["unless_running"])
        if count is None:
            self.stdout.write("Another process is building the index.")
            return
        seconds = time.monotonic() - self.begun
        self.stdout.write(f"{count} listings indexed in {seconds:.1f} s.")

    def report(self, rows: int, what: str) -> None:
        """On a terminal: how far it is, how fast, and how long it will take to read the rest."""
        if not self.shows:
            return
        rate = rows / max(time.monotonic() - self.begun, 0.001)
        left = (self.total - rows) / max(rate, 1)
        self.stdout.write(f"\r{rows}/{self.total} {what}, {rate:.0f}/s, {left:.0f} s left   ", ending="")
        self.stdout.flush()

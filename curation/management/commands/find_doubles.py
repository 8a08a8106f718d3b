"""Define the command `find_doubles`, which finds likely duplicates and merges the identical ones."""

from typing import Any

from django.core.management.base import BaseCommand

from curation.duplicates import services
from curation.duplicates.auto_merge import merge_identical_pairs
from curation.models import LikelyDuplicate


class Command(BaseCommand):
    """Find likely duplicates and merge the identical ones."""

    help = (
        "Find listings that may be duplicates and store them for curators. Only identical listings of two sources are "
        "merged at once; a curator can undo that. The command may run at any time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Find, merge, and print the numbers."""
        is_terminal = self.stderr.isatty() and options["verbosity"] > 0
        stored = services.store_duplicates(
            progress=self.show_progress if is_terminal else services.ignore_progress
        )
        if is_terminal:
            self.stderr.write("")
        merged = merge_identical_pairs()
        waiting = services.open_pairs(LikelyDuplicate.objects.all()).count()
        self.stdout.write(
            f"Likely doubles: {stored.created} new, {stored.removed} not alike any more, "
            f"{merged} identical and merged, {waiting} to decide."
        )

    def show_progress(self, done: int, total: int) -> None:
        """Write how many pairs were compared over the last line of the terminal."""
        self.stderr.write(f"\r{done:,} of {total:,} pairs compared", ending="")
        self.stderr.flush()

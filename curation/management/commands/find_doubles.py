from typing import Any

from django.core.management.base import BaseCommand

from curation.duplicates import services
from curation.duplicates.auto_merge import merge_identical
from curation.models import LikelyDuplicate


class Command(BaseCommand):
    help = (
        "Looks for listings that may be one, for a curator to decide, and merges by itself only the identical ones of "
        "two sources, which a curator can undo. May be run at any time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        watched = self.stderr.isatty() and options["verbosity"] > 0
        stored = services.store_duplicates(progress=self.tell if watched else services.unseen)
        if watched:
            self.stderr.write("")
        merged = merge_identical()
        waiting = services.open_pairs(LikelyDuplicate.objects.all()).count()
        self.stdout.write(
            f"Likely doubles: {stored.new} new, {stored.gone} not alike any more, {merged} identical and merged, "
            f"{waiting} to decide."
        )

    def tell(self, done: int, total: int) -> None:
        self.stderr.write(f"\r{done:,} of {total:,} pairs compared", ending="")
        self.stderr.flush()

"""Define the command `load_facts`, which loads the hotlines, organizations and synonyms that ship with the site."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from directory.hotlines.help_now import save_all_snapshots
from directory.models import SynonymEntry
from directory.reference_data.loader import load_hotlines, load_national_finders
from directory.reference_data.synonyms import load_synonyms
from groups.reference_data import load_mutual_aid


class Command(BaseCommand):
    """Load hotlines, mutual-aid organizations, national finders and synonyms."""

    help = (
        "Load the hotlines, national organizations, national finders and synonyms that ship with the site. A "
        "second time changes nothing."
    )

    @transaction.atomic
    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        """Load the facts and print how many are new, changed and withdrawn."""
        hotlines, organizations, finders = load_hotlines(), load_mutual_aid(), load_national_finders()
        synonyms = load_synonyms(SynonymEntry)
        transaction.on_commit(save_all_snapshots)
        if verbosity:
            done = hotlines + organizations + finders
            self.stdout.write(
                f"Facts: {count_shipped(hotlines)} hotlines, {count_shipped(organizations)} organizations, "
                f"{count_shipped(finders)} national finders; "
                f"{done['new']} new, {done['changed']} changed, {done['same']} as they were, "
                f"{done['withdrawn']} withdrawn. Synonyms: {count_shipped(synonyms)} entries, {synonyms['new']} new, "
                f"{synonyms['changed']} changed."
            )


def count_shipped(done: Counter[str]) -> int:
    """Return how many facts ship with the site."""
    return done.total() - done["withdrawn"]

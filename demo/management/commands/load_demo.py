"""Define the command `load_demo`, which adds the invented listings of the demo town to the directory."""

from typing import Any

from django.core.management.base import BaseCommand

from demo import loader


class Command(BaseCommand):
    """Load the demo town, unless it is loaded already."""

    help = "Load an invented town, marked “Sample” on every card. If it is loaded already, change nothing."

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        """Load the town and print how many listings were added."""
        added = loader.load_town()
        if verbosity:
            outcome = f"added {added} listings, all marked “Sample”" if added else "it is there already"
            self.stdout.write(f"Demo town: {outcome}.")

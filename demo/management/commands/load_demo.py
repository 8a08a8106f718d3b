"""`load_demo`: an invented town to look at the site with."""

from typing import Any

from django.core.management.base import BaseCommand

from demo import loader


class Command(BaseCommand):
    help = "Load an invented town, marked “Sample” on every card. A second time changes nothing."

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        added = loader.load_town()
        if verbosity:
            done = f"added {added} listings, all marked “Sample”" if added else "it is there already"
            self.stdout.write(f"Demo town: {done}.")

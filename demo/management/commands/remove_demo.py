"""Define the command `remove_demo`, which removes the demo town and leaves everything else as it is."""

from typing import Any

from django.core.management.base import BaseCommand

from demo import loader


class Command(BaseCommand):
    """Remove the demo town and nothing else."""

    help = "Remove the invented town and leave everything else as it is."

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        """Remove the town and print how many listings were removed."""
        removed = loader.remove_town()
        if verbosity:
            outcome = f"removed {removed} listings" if removed else "there is none"
            self.stdout.write(f"Demo town: {outcome}.")

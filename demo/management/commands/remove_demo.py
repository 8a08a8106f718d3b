"""`remove_demo`: takes the invented town away."""

from typing import Any

from django.core.management.base import BaseCommand

from demo import loader


class Command(BaseCommand):
    help = "Take the invented town away and leave everything else as it is."

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        gone = loader.remove_town()
        if verbosity:
            done = f"took away {gone} listings" if gone else "there is none"
            self.stdout.write(f"Demo town: {done}.")

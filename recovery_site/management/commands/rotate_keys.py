"""`rotate_keys`: puts the first of PRIVATE_DATA_KEYS in place of the older ones, while the site goes on."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.progress import Progress
from network.vault import key_rotation


class Command(BaseCommand):
    help = (
        "Wraps everything that PRIVATE_DATA_KEYS keep with the first of them. Afterwards the older ones are needed for "
        "older backups only."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        progress = Progress(self.stderr, key_rotation.count(), "keys")  # type: ignore[arg-type]
        done = failed = 0
        for renewed in key_rotation.rotate():
            done, failed = done + renewed, failed + (not renewed)
            progress.advance()
        progress.finish()
        self.stdout.write(f"Under the first key: {done}")
        if failed:
            raise CommandError(
                f"No key opens {failed} of them. Keep the older keys, and look for a missing one."
            )

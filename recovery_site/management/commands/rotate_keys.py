"""Define the command `rotate_keys`, which encrypts all stored keys of people with the site's newest key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.progress import Progress
from network.vault import key_rotation


class Command(BaseCommand):
    """Encrypt the keys of people with the first of the site's keys."""

    help = (
        "Encrypt all stored keys with the first of PRIVATE_DATA_KEYS. Afterwards the older ones are needed only for "
        "older backups."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate the keys and report how many were renewed."""
        progress = Progress(self.stderr, key_rotation.count_rows(), "keys")  # type: ignore[arg-type]
        done = failed = 0
        for renewed in key_rotation.rewrap_all():
            done, failed = done + renewed, failed + (not renewed)
            progress.advance()
        progress.finish()
        self.stdout.write(f"Under the first key: {done}")
        if failed:
            raise CommandError(
                f"No key decrypts {failed} of them. Keep the older keys, and look for a missing one."
            )

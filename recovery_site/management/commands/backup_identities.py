"""Define the command `backup_identities`, which prints the secret keys that open the backups without this site."""

from typing import Any

from django.core.management.base import BaseCommand

from recovery_site.backup import encrypted_file


class Command(BaseCommand):
    """Print the age identities of the site's keys."""

    help = (
        "Print the identities with which age (https://age-encryption.org) opens the backups, one line for each of "
        "PRIVATE_DATA_KEYS. They are as secret as these keys."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one identity a line, in the order of the keys."""
        for identity in encrypted_file.identities():
            self.stdout.write(str(identity))

"""Define the command `compile_catalogs`, which compiles the catalogs that have changed.

Unlike Django's `compilemessages` it needs no gettext.
"""

from typing import Any

from django.core.management.base import BaseCommand

from recovery_site.i18n import catalogs


class Command(BaseCommand):
    """Compile the catalogs that have changed."""

    help = "Compile the catalogs under locale/ that have changed."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Compile and name the catalogs that have changed."""
        for path in catalogs.compile_changed_catalogs():
            self.stdout.write(f"Compiled the catalog {catalogs.catalog_language(path)}.")

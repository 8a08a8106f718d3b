"""Django's command of this name needs the system's gettext; this one does not."""

from typing import Any

from django.core.management.base import BaseCommand

from recovery_site.i18n import catalogs


class Command(BaseCommand):
    help = "Write what gettext reads of the catalogues under locale/; those that have not changed are left alone."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for path in catalogs.compile_changed():
            self.stdout.write(f"Compiled the catalogue {path.parent.parent.name}.")

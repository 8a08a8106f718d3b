"""Django's command of this name needs the system's gettext; this one does not."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.core.management.base import BaseCommand

from recovery_site.i18n import catalogs


class Command(BaseCommand):
    help = "Bring the catalogues under locale/ up to the texts that code, templates and facts hold now."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            from recovery_site.i18n import extraction
        except ModuleNotFoundError as missing:
            raise CommandError(f"{missing.name} is not installed: `make messages` brings it along.") from None
        for code, _name in settings.LANGUAGES:
            if code == settings.LANGUAGE_CODE:
                continue
            path = Path(settings.LOCALE_PATHS[0]) / code / "LC_MESSAGES" / "django.po"
            path.parent.mkdir(parents=True, exist_ok=True)
            found = extraction.merge(path, extraction.all_texts().values())
            found.save(str(path))
            self.stdout.write(f"{code}: {len(found)} texts, {len(catalogs.untranslated(path))} to translate.")
        catalogs.compile_changed()

"""Define the command `collect_texts`, which updates the catalogs with the texts that the code contains now.

Unlike Django's `makemessages` it needs no gettext.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.core.management.base import BaseCommand

from recovery_site.i18n import catalogs


class Command(BaseCommand):
    """Collect the texts to translate."""

    help = "Bring the catalogs under locale/ up to the texts that code, templates and facts contain now."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the names of countries and languages, then the catalog of each language but the first."""
        try:
            from recovery_site.i18n import extraction, locale_names
        except ModuleNotFoundError as error:
            raise CommandError(f"{error.name} is not installed: `make messages` installs it.") from None
        locale_names.write_locale_names()
        for code, _name in settings.LANGUAGES:
            if code == settings.LANGUAGE_CODE:
                continue
            path = Path(settings.LOCALE_PATHS[0]) / code / "LC_MESSAGES" / "django.po"
            path.parent.mkdir(parents=True, exist_ok=True)
            catalog = extraction.merge_catalog(path, extraction.extract_texts().values())
            catalog.save(str(path))
            to_translate = len(catalogs.untranslated_texts(path))
            self.stdout.write(f"{code}: {len(catalog)} texts, {to_translate} to translate.")
        catalogs.compile_changed_catalogs()

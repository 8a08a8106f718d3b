"""The catalogs of translations under locale/.

A `.po` file is the source and is in the repository; the `.mo` file beside it is compiled from it where the site runs.
Neither needs the system's gettext.
"""

from collections.abc import Iterator
from pathlib import Path

import polib
from django.conf import settings

from core.files import write_atomically

EntryKey = tuple[str, str]
"""The context ("" for none) and the text, by which gettext finds a translation."""


def catalog_paths() -> Iterator[Path]:
    """Yield the `.po` file of each language that has one."""
    for folder in settings.LOCALE_PATHS:
        yield from sorted(Path(folder).glob("*/LC_MESSAGES/django.po"))


def compile_changed_catalogs() -> list[Path]:
    """Compile each catalog that is newer than its `.mo` file, and return the paths of these catalogs."""
    changed = [path for path in catalog_paths() if not is_compiled(path)]
    for path in changed:
        with write_atomically(path.with_suffix(".mo")) as file:
            file.write(polib.pofile(str(path)).to_binary())
    return changed


def is_compiled(path: Path) -> bool:
    """Return whether the catalog has a `.mo` file that is not older."""
    compiled = path.with_suffix(".mo")
    return compiled.exists() and compiled.stat().st_mtime >= path.stat().st_mtime


def catalog_language(path: Path) -> str:
    """Return the language of a catalog, which is the name of its folder."""
    return path.parent.parent.name


def untranslated_texts(path: Path) -> list[str]:
    """Return the texts of a catalog that have no translation, or one that is marked for another look (fuzzy)."""
    return [entry.msgid for entry in polib.pofile(str(path)) if entry.fuzzy or not _is_translated(entry)]


def entry_key(entry: polib.POEntry) -> EntryKey:
    """Return the key that identifies an entry of a catalog."""
    return entry.msgctxt or "", entry.msgid


def _is_translated(entry: polib.POEntry) -> bool:
    """Return whether an entry of a catalog has a translation, in all plural forms where it has some."""
    return all(entry.msgstr_plural.values()) if entry.msgid_plural else bool(entry.msgstr)

"""The catalogues of texts under locale/: which texts the site says, and what gettext reads of them.

A `.po` file is the source and stands in the repository; the `.mo` beside it is made from it where the site runs.
Both ways work without the system's own gettext.
"""

from collections.abc import Iterator
from pathlib import Path

import polib
from django.conf import settings

from core.files import write_atomically

Key = tuple[str, str]
"""Context ("" for none) and text: what gettext looks up."""


def catalogues() -> Iterator[Path]:
    """The `.po` file of each language that has one."""
    for folder in settings.LOCALE_PATHS:
        yield from sorted(Path(folder).glob("*/LC_MESSAGES/django.po"))


def compile_changed() -> list[Path]:
    """Writes the `.mo` of each catalogue that is newer than its own, and returns those; a reader never sees half."""
    changed = [path for path in catalogues() if not is_compiled(path)]
    for path in changed:
        with write_atomically(path.with_suffix(".mo")) as file:
            file.write(polib.pofile(str(path)).to_binary())
    return changed


def is_compiled(path: Path) -> bool:
    compiled = path.with_suffix(".mo")
    return compiled.exists() and compiled.stat().st_mtime >= path.stat().st_mtime


def untranslated(path: Path) -> list[str]:
    """The texts of a catalogue that would be shown in English: without a translation, or with one to look at again."""
    return [entry.msgid for entry in polib.pofile(str(path)) if entry.fuzzy or not is_whole(entry)]


def is_whole(entry: polib.POEntry) -> bool:
    return all(entry.msgstr_plural.values()) if entry.msgid_plural else bool(entry.msgstr)


def key(entry: polib.POEntry) -> Key:
    return entry.msgctxt or "", entry.msgid

"""Find the texts that visitors can read: in code, in templates, and in the facts that ship with the site.

Texts of the admin are not translated. These are the texts in folders and files named `admin`, those of management
commands, and those of files that contain the marker `i18n: admin only`; in the `__init__.py` of a package the marker
applies to all files of the package.

This module needs Babel, which is installed for development only.
"""

import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import polib
from babel import Locale
from babel.messages import extract
from django.apps import apps
from django.conf import settings
from django.utils.translation import templatize

from core.locale_names import COUNTRY_NAMES
from directory.reference_data.parser import (
    HotlineFact,
    MutualAidFact,
    NationalFinderFact,
    read_emergency_facts,
    read_hotlines,
    read_mutual_aid,
    read_national_finders,
)
from recovery_site.i18n.catalogs import EntryKey, catalog_language, entry_key

ADMIN_MARKER = "i18n: admin only"
ADMIN_NAMES = {"admin", "management", "migrations"}
COUNTRY_CONTEXT = "country"
# The functions of Django that translate, and which of their arguments are context ("c"), text and plural.
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
HEADER = {
    "Project-Id-Version": "Steady",
    "Language": "",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}


def extract_texts() -> dict[EntryKey, polib.POEntry]:
    """Return each text once, with the names of the files in which it stands."""
    entries: dict[EntryKey, polib.POEntry] = {}
    for file_name, entry in (*_texts_in_files(), *_texts_in_data()):
        known = entries.setdefault(entry_key(entry), entry)
        known.msgid_plural = known.msgid_plural or entry.msgid_plural
        if (file_name, "") not in known.occurrences:
            known.occurrences.append((file_name, ""))
    return entries


def source_files() -> Iterator[Path]:
    """Yield the Python files of the project's apps."""
    for app in apps.get_app_configs():
        folder = Path(app.path)
        if folder.is_relative_to(settings.ROOT) and ".venv" not in folder.parts:
            yield from sorted(folder.rglob("*.py"))


def is_for_admin(path: Path) -> bool:
    """Return whether only the admin shows the texts of a file."""
    parts = path.relative_to(settings.ROOT).with_suffix("").parts
    if any(ADMIN_NAMES & set(part.split("_")) for part in parts):
        return True
    packages = [parent / "__init__.py" for parent in path.parents if (parent / "__init__.py").exists()]
    return any(ADMIN_MARKER in file.read_text("utf-8") for file in (path, *packages))


def extract_from_source(source: str) -> Iterator[polib.POEntry]:
    """Yield the texts in Python source, or in what Django makes of a template."""
    found = extract.extract("python", io.BytesIO(source.encode()), KEYWORDS)
    for _line, messages, _comments, context in found:
        text, plural = messages if isinstance(messages, tuple) else (messages, "")
        yield make_entry(context or "", text, plural)


def make_entry(context: str, text: str, plural: str = "") -> polib.POEntry:
    """Return a catalog entry without a translation."""
    entry = polib.POEntry(msgid=text, msgctxt=context or None)
    if plural:
        entry.msgid_plural, entry.msgstr_plural = plural, {0: "", 1: ""}
    if "%(" in text + plural:
        entry.flags.append("python-format")
    return entry


def merge_catalog(path: Path, entries: Iterable[polib.POEntry]) -> polib.POFile:
    """Return the catalog at `path`, which need not exist, with exactly these texts.

    Translations that it has are kept. Names of countries are translated by Babel.
    """
    old = polib.pofile(str(path)) if path.exists() else polib.POFile()
    translated = {entry_key(entry): entry for entry in old}
    new = polib.POFile(wrapwidth=110)
    new.metadata = HEADER | {"Language": catalog_language(path)}
    country_names = _country_translations(catalog_language(path))
    for entry in sorted(entries, key=lambda entry: (entry.msgid, entry.msgctxt or "")):
        if known := translated.get(entry_key(entry)):
            entry.msgstr = "" if entry.msgid_plural else known.msgstr
            entry.msgstr_plural = known.msgstr_plural or entry.msgstr_plural
            entry.flags += [flag for flag in known.flags if flag not in entry.flags]
        if entry.msgctxt == COUNTRY_CONTEXT:
            entry.msgstr = country_names.get(entry.msgid, entry.msgstr)
        new.append(entry)
    return new


def _texts_in_files() -> Iterator[tuple[str, polib.POEntry]]:
    """Yield the texts to translate in templates and Python files, with the name of the file."""
    root = Path(settings.ROOT)
    for path in sorted((root / "templates").rglob("*.html")):
        if not is_for_admin(path):
            name = str(path.relative_to(root))
            lines = templatize(path.read_text("utf-8"), origin=name).splitlines()
            # The markup that is left is indented as no Python would be.
            source = "\n".join(line.lstrip() for line in lines)
            yield from ((name, entry) for entry in extract_from_source(source))
    for path in source_files():
        if not is_for_admin(path):
            name = str(path.relative_to(root))
            yield from ((name, entry) for entry in extract_from_source(path.read_text("utf-8")))


def _texts_in_data() -> Iterator[tuple[str, polib.POEntry]]:
    """Yield the names of countries and the texts of facts, which code translates by their values."""
    for name in COUNTRY_NAMES.values():
        yield "core/locale_names.json", make_entry(COUNTRY_CONTEXT, name)
    facts: list[HotlineFact | MutualAidFact | NationalFinderFact] = [
        *read_hotlines(), *read_mutual_aid(), *read_national_finders()
    ]  # fmt: skip
    texts = [text for fact in facts for text in _texts_of_fact(fact)]
    texts += [fact.note for fact in read_emergency_facts()]
    yield from (("directory/reference_data", make_entry("fact", text)) for text in texts if text)


def _texts_of_fact(fact: HotlineFact | MutualAidFact | NationalFinderFact) -> list[str]:
    """Return the sentences of a shipped fact that visitors read."""
    texts = [fact.summary, *(channel.note for channel in fact.channels)]
    if isinstance(fact, HotlineFact):
        texts += [fact.who_answers, fact.hours_note, fact.deaf_access, *fact.what_to_expect]
    return texts


def _country_translations(language: str) -> dict[str, str]:
    """Return Babel's name of each country in a language, by its English name."""
    territories = Locale.parse(language, sep="-").territories
    return {name: territories[code] for code, name in COUNTRY_NAMES.items()}

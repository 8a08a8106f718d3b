"""Finds the texts that the site says, in code, in templates and in the facts that ship with it.

Needs Babel, which is here for whoever works on the site; a running one never asks for it.
"""

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import polib
from babel.messages.extract import extract_python
from django.conf import settings
from django.utils.translation import templatize

from directory.geo.countries import NAMES as COUNTRY_NAMES
from directory.reference_data.parser import (
    HotlineFact,
    MutualAidFact,
    NationalFinderFact,
    read_emergency_facts,
    read_hotlines,
    read_mutual_aid,
    read_national_finders,
)
from recovery_site.i18n.catalogs import Key, key

ROOMS = ("core", "directory", "groups", "network", "feeds", "curation", "demo", "recovery_site")
PLAIN = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
IN_CONTEXT = {"pgettext", "pgettext_lazy"}
PLURAL_IN_CONTEXT = {"npgettext", "npgettext_lazy"}
DESK = (
    "admin", "/management/", "templates/reversion/", "queues.py", "roles.py", "feeds/", "directory/admin/csv_io.py",
    "directory/admin/bulk_edit.py", "core/history.py", "directory/models/synonym.py", "directory/models/gazetteer.py",
    "directory/models/region.py", "directory/models/translation_review.py", "curation/duplicates/comparison.py",
    "curation/duplicates/similarity.py",
    "curation/submissions/fix_forms.py", "curation/duplicates/merge.py", "curation/roles/review_queues.py",
    "curation/admin_site.py", "curation/duplicates/services.py",
    "curation/links/services.py", "curation/submissions/services.py",
)  # fmt: skip
NAMES = sorted(PLAIN | PLURAL | IN_CONTEXT | PLURAL_IN_CONTEXT)
HEAD = {
    "Project-Id-Version": "Steady",
    "Language": "",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}


def all_texts() -> dict[Key, polib.POEntry]:
    """Every text once, with the files in which it stands."""
    found: dict[Key, polib.POEntry] = {}
    for file, entry in (*in_files(), *in_data()):
        known = found.setdefault(key(entry), entry)
        known.msgid_plural = known.msgid_plural or entry.msgid_plural
        if (file, "") not in known.occurrences:
            known.occurrences.append((file, ""))
    return found


def is_for_visitors(name: str) -> bool:
    """The curators' desk speaks English; whatever stands on it alone is not asked for."""
    return not any(part in name for part in DESK)


def in_files() -> Iterator[tuple[str, polib.POEntry]]:
    root = settings.ROOT
    for path in sorted((root / "templates").rglob("*.html")):
        name = str(path.relative_to(root))
        if not is_for_visitors(name):
            continue
        lines = templatize(path.read_text("utf-8"), origin=name).splitlines()
        # What is left of the markup is indented as no Python would be.
        source = "\n".join(line.lstrip() for line in lines)
        yield from ((name, entry) for entry in read(source))
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            name = str(path.relative_to(root))
            if "migrations" not in path.parts and is_for_visitors(name):
                yield from ((name, entry) for entry in read(path.read_text("utf-8")))


def read(source: str) -> Iterator[polib.POEntry]:
    """The texts in Python source, or in what Django makes of a template."""
    # Typed as lists, but one argument comes as a str and several as a tuple, with None for what is no text.
    found: Any = extract_python(io.BytesIO(source.encode()), dict.fromkeys(NAMES), (), {})
    for _line, name, said, _comments in found:
        parts = [part for part in (said if isinstance(said, tuple) else (said,)) if isinstance(part, str)]
        context = parts.pop(0) if name in IN_CONTEXT | PLURAL_IN_CONTEXT and len(parts) > 1 else ""
        if parts and parts[0]:
            yield entry_of(context, parts[0], parts[1] if name in PLURAL | PLURAL_IN_CONTEXT else "")


def in_data() -> Iterator[tuple[str, polib.POEntry]]:
    """Texts that code looks up by what it was given: names of countries, and what facts say of themselves."""
    yield from (("directory/geo/countries.py", entry_of("country", name)) for name in COUNTRY_NAMES.values())
    facts: list[HotlineFact | MutualAidFact | NationalFinderFact] = [
        *read_hotlines(), *read_mutual_aid(), *read_national_finders()
    ]  # fmt: skip
    for fact in facts:
        said = [fact.summary, *(way.note for way in fact.channels)]
        if isinstance(fact, HotlineFact):
            said += [fact.who_answers, fact.hours_note, fact.deaf_access, *fact.what_to_expect]
        yield from (("directory/facts", entry_of("fact", text)) for text in said if text)
    notes = (fact.note for fact in read_emergency_facts())
    yield from (("directory/facts", entry_of("fact", text)) for text in notes if text)


def entry_of(context: str, text: str, plural: str = "") -> polib.POEntry:
    entry = polib.POEntry(msgid=text, msgctxt=context or None)
    if plural:
        entry.msgid_plural, entry.msgstr_plural = plural, {0: "", 1: ""}
    if "%(" in text + plural:
        entry.flags.append("python-format")
    return entry


def merge(path: Path, texts: Iterable[polib.POEntry]) -> polib.POFile:
    """The catalogue at `path` (it need not exist) with exactly these texts; translations that it has are kept."""
    old = polib.pofile(str(path)) if path.exists() else polib.POFile()
    translated = {key(entry): entry for entry in old}
    new = polib.POFile(wrapwidth=110)
    new.metadata = HEAD | {"Language": path.parent.parent.name}
    for entry in sorted(texts, key=lambda each: (each.msgid, each.msgctxt or "")):
        if known := translated.get(key(entry)):
            entry.msgstr = "" if entry.msgid_plural else known.msgstr
            entry.msgstr_plural = known.msgstr_plural or entry.msgstr_plural
            entry.flags += [flag for flag in known.flags if flag not in entry.flags]
        new.append(entry)
    return new

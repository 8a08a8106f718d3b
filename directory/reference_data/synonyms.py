"""Read the synonyms that ship with the site, and bring the database up to date with them.

They stand in `synonym_entries/`, one file for each language. Loading adds new entries and updates those that nobody
changed here. An entry that a curator changed or switched off stays as it is.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from directory.reference_data.parser import REFERENCE_FOLDER, build_fact, read_rows, row_label

FOLDER = REFERENCE_FOLDER / "synonym_entries"
FILES = {"en": FOLDER / "en.toml", "es": FOLDER / "es.toml"}


@dataclass(frozen=True, kw_only=True)
class SynonymFact:
    """An entry that ships: phrases, and meanings as "filter=value" or words, closest first.

    The rules stand at the head of `en.toml`.
    """

    phrases: tuple[str, ...]
    meanings: tuple[str, ...]
    crisis: bool = False
    no_results_reason: str = ""


def read_synonyms(language: str, path: Path | None = None) -> list[SynonymFact]:
    """Return the entries in the file's order. Raises ValueError naming file, entry and key where a row is wrong."""
    path = path or FILES[language]
    return [
        build_fact(
            SynonymFact, row, row_label(path, {"phrases": "/".join(row.get("phrases", ())[:1])}, "phrases")
        )
        for row in read_rows(path, "entry")
    ]


def load_synonyms(model: Any) -> Counter[str]:
    """Bring the database up to date, and return how many entries are "new", "changed", "same" and "withdrawn".

    `model` is `SynonymEntry`, or its historical form in a migration.
    """
    stored = {row.ref: row for row in model.objects.exclude(ref="")}
    counts = Counter({"new": 0, "changed": 0, "same": 0, "withdrawn": 0})
    new = []
    for ref, values in prepared_entries():
        row = stored.pop(ref, None)
        if row is None:
            new.append(model(ref=ref, shipped=values, **values))
        counts["new" if row is None else "changed" if update_entry(row, values) else "same"] += 1
    model.objects.bulk_create(new)
    counts["withdrawn"] = sum(withdraw_entry(row) for row in stored.values())
    return counts


def prepared_entries() -> list[tuple[str, dict[str, Any]]]:
    """Return each entry's lasting name, which is its language and first phrase, and its values for the database."""
    return [
        (
            f"{language}/{fact.phrases[0]}",
            {
                "language": language,
                "phrases": "\n".join(fact.phrases),
                "meanings": "\n".join(fact.meanings),
                "crisis": fact.crisis,
                "note": fact.no_results_reason,
            },
        )
        for language in FILES
        for fact in read_synonyms(language)
    ]


def is_unchanged(row: Any) -> bool:
    """Return whether an entry is in use and has the values that it shipped with."""
    return row.active and all(getattr(row, name) == value for name, value in row.shipped.items())


def update_entry(row: Any, values: dict[str, Any]) -> bool:
    """Give an entry the values that ship now, unless a curator changed it. Return whether anything was written."""
    if row.shipped == values or not is_unchanged(row):
        return False
    for name, value in values.items():
        setattr(row, name, value)
    row.shipped = values
    row.save()
    return True


def withdraw_entry(row: Any) -> bool:
    """Delete an entry that no longer ships, unless a curator changed it. Return whether it was deleted."""
    if not is_unchanged(row):
        return False
    row.delete()
    return True

"""Plain speech that ships with the site, from the files in `plain_speech/`, and its way into the database.

Reading is strict, as for all facts. Loading adds what is new and brings up to date what nobody has changed here; an
entry that a curator changed or switched off stays as it is.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from directory.reference_data.parser import HERE, _build, _rows, _where

FOLDER = HERE / "plain_speech"
FILES = {"en": FOLDER / "en.toml", "es": FOLDER / "es.toml"}


@dataclass(frozen=True, kw_only=True)
class SynonymFact:
    """`says`: phrases; `means`: "filter=value" or words, closest first; the head of `en.toml` has the rules."""

    says: tuple[str, ...]
    means: tuple[str, ...]
    crisis: bool = False
    nothing_yet: str = ""


def read_synonyms(language: str, path: Path | None = None) -> list[SynonymFact]:
    """The entries in the file's order. Raises ValueError naming file, entry and key where a row is wrong."""
    path = path or FILES[language]
    return [
        _build(SynonymFact, row, _where(path, {"says": "/".join(row.get("says", ())[:1])}, "says"))
        for row in _rows(path, "entry")
    ]


def load_synonyms(model: Any) -> Counter[str]:
    """How many entries are "new", "changed", "same" and "withdrawn"; `model` may be a migration’s `PlainSpeech`."""
    held = {row.ref: row for row in model.objects.exclude(ref="")}
    done = Counter({"new": 0, "changed": 0, "same": 0, "withdrawn": 0})
    new = []
    for ref, values in prepared_entries():
        row = held.pop(ref, None)
        if row is None:
            new.append(model(ref=ref, shipped=values, **values))
        done["new" if row is None else "changed" if update_entry(row, values) else "same"] += 1
    model.objects.bulk_create(new)
    done["withdrawn"] = sum(withdraw_entry(row) for row in held.values())
    return done


def prepared_entries() -> list[tuple[str, dict[str, Any]]]:
    """Each entry's lasting name, which is its language and first phrase, and its values as the database holds them."""
    return [
        (
            f"{language}/{fact.says[0]}",
            {
                "language": language,
                "says": "\n".join(fact.says),
                "means": "\n".join(fact.means),
                "crisis": fact.crisis,
                "note": fact.nothing_yet,
            },
        )
        for language in FILES
        for fact in read_synonyms(language)
    ]


def is_untouched(row: Any) -> bool:
    return row.active and all(getattr(row, name) == value for name, value in row.shipped.items())


def update_entry(row: Any, values: dict[str, Any]) -> bool:
    """Whether anything had to be written: what a curator changed stays, and so does what is as it ships."""
    if row.shipped == values or not is_untouched(row):
        return False
    for name, value in values.items():
        setattr(row, name, value)
    row.shipped = values
    row.save()
    return True


def withdraw_entry(row: Any) -> bool:
    """Deletes an entry that no longer ships, unless a curator made it theirs."""
    if not is_untouched(row):
        return False
    row.delete()
    return True

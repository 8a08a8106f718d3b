"""Load the table of type codes, `type_codes.toml`: what a code means in the feeds of a fellowship.

The same letter means other things in another fellowship. A fellowship's own table goes first, then the codes that the
specification gives for all feeds (languages and attendance slips), then those that mean the same in every table.
"""

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.text import fold_words
from directory.vocabulary import Access, Audience, Concern, Format, Language

TYPE_CODES_PATH = Path(__file__).with_name("type_codes.toml")
EVERYWHERE = "everywhere"

CLOSED_PLACE, ONLINE, HYBRID = "place:closed", "mode:online", "mode:hybrid"
SLIPS = "slips:yes"
FACETS = {"format": Format, "audience": Audience, "access": Access, "language": Language, "concern": Concern}
OTHER_MEANINGS = frozenset({CLOSED_PLACE, ONLINE, HYBRID, SLIPS})


@dataclass(frozen=True, slots=True)
class TypeCode:
    """A code of one table: its name there, and what it means as "facet:value"; () where we have no word for it."""

    name: str
    means: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeTables:
    """All tables: codes in capitals by fellowship, those that hold for all, and folded texts that stand for a code."""

    by_fellowship: Mapping[str, Mapping[str, TypeCode]]
    everywhere: Mapping[str, TypeCode]
    labels: Mapping[str, tuple[str, ...]]

    def find(self, code: str, fellowship: str) -> TypeCode | None:
        """Return what a code in capitals means in a fellowship ("" where it is unknown), or None."""
        return self.by_fellowship.get(fellowship, {}).get(code) or self.everywhere.get(code)


@cache
def code_tables() -> CodeTables:
    """Return the tables of the file. Raises ValueError for a value that is not in the vocabulary."""
    content = tomllib.loads(TYPE_CODES_PATH.read_text("utf-8"))
    tables: dict[str, dict[str, TypeCode]] = defaultdict(dict)
    for table in content["tables"]:
        codes = {code: _type_code(facts) for code, facts in table["codes"].items()}
        for fellowship in table["fellowships"]:
            tables[fellowship] |= codes
    for_all = tables.pop(EVERYWHERE)
    names = [
        (fold_words(code.name), code.means)
        for table in (*tables.values(), for_all)
        for code in table.values()
        if code.means
    ]
    labels = {text: _checked(means) for text, means in content["labels"].items()}
    return CodeTables(dict(tables), _agreed_codes(tables) | for_all, _agreed(names) | labels)


def _type_code(facts: Mapping[str, object]) -> TypeCode:
    means = facts.get("means", ())
    return TypeCode(str(facts["name"]), _checked(means) if isinstance(means, list) else ())


def _checked(means: list[str]) -> tuple[str, ...]:
    """Return the meanings of a code. Raises ValueError for one that the vocabulary does not have."""
    for meaning in means:
        facet, _colon, value = meaning.partition(":")
        if meaning not in OTHER_MEANINGS and value not in (FACETS[facet].values if facet in FACETS else ()):
            raise ValueError(f"{TYPE_CODES_PATH.name}: “{meaning}” is no value of the vocabulary.")
    return tuple(means)


def _agreed_codes(tables: Mapping[str, Mapping[str, TypeCode]]) -> dict[str, TypeCode]:
    """Return the codes that mean the same in each table that has them, and those that we have no word for anywhere."""
    meanings = _agreed([(code, each.means) for table in tables.values() for code, each in table.items()])
    return {
        code: each
        for table in tables.values()
        for code, each in table.items()
        if code in meanings and (each.means or _has_one_name(code, tables))
    }


def _has_one_name(code: str, tables: Mapping[str, Mapping[str, TypeCode]]) -> bool:
    return len({table[code].name for table in tables.values() if code in table}) == 1


def _agreed(pairs: list[tuple[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    """Return each key with its meaning, without the keys that have several."""
    meanings = defaultdict(set)
    for key, means in pairs:
        meanings[key].add(means)
    return {key: found.pop() for key, found in meanings.items() if len(found) == 1}

"""Read the crisis lines, emergency numbers, mutual-aid organizations and national finders that ship with the site.

The TOML files beside this module are the facts, and the head of each file says its rules. A misspelt key,
a missing source or a number that nobody can dial raises ValueError, since a fact that nobody can trace must not reach
a page. The tests check that the values are in the vocabulary.
"""

import tomllib
from dataclasses import MISSING, dataclass, fields
from datetime import date
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin

from core import phone_numbers
from core.fields import ChoiceSetField
from directory.kinds.base import Kind
from directory.kinds.registry import kinds
from directory.vocabulary import ChannelType, has_number

REFERENCE_FOLDER = Path(__file__).parent
HOTLINES = REFERENCE_FOLDER / "hotlines.toml"
MUTUAL_AID = REFERENCE_FOLDER / "mutual_aid.toml"
EMERGENCY = REFERENCE_FOLDER / "emergency.toml"
NATIONAL_FINDERS = REFERENCE_FOLDER / "national_finders.toml"

# How `copied` is meant: the day we read a stored copy, or the date that the copy carries.
COPIED_IS = ("read", "dated")
OLDEST_PAGE_YEAR = 1990

FactType = TypeVar("FactType")


@dataclass(frozen=True, kw_only=True)
class ChannelFact:
    """One way to reach a line. `dial` is what to dial, or an https address, or an e-mail address."""

    type: str
    dial: str
    display: str
    body: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class HoursFact:
    """Opening hours as wall clock "HH:MM" in the line's own zone; days are "mon" to "sun"."""

    days: tuple[str, ...]
    opens: str
    closes: str


@dataclass(frozen=True, kw_only=True)
class SourcedFact:
    """Where a fact was read, and when. `also` holds the addresses of further pages that were read for it.

    `page_date` is the date that the page itself carries, as a whole date or as a year alone; with `copied_is = "read"`.
    """

    source: str
    copied: date
    copied_is: str
    page_date: date | int | None = None
    also: tuple[str, ...] = ()

    @property
    def page_date_text(self) -> str:
        """The date of the page as "2017-06-05" or "2017"; empty where the page carries none."""
        return "" if self.page_date is None else str(self.page_date)


@dataclass(frozen=True, kw_only=True)
class HotlineFact(SourcedFact):
    """A crisis or support line. `country` is ISO 3166 alpha-2; no hours at all means not known."""

    slug: str
    country: str
    name: str
    summary: str
    channels: tuple[ChannelFact, ...]
    is_main: bool = False
    national_finder: bool = False
    """Whether it finds local help in the whole country, so that it comes after what is near."""
    concerns: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    always_open: bool = False
    hours: tuple[HoursFact, ...] = ()
    zone: str = ""
    hours_note: str = ""
    payment: tuple[str, ...] = ()
    who_answers: str = ""
    what_to_expect: tuple[str, ...] = ()
    deaf_access: str = ""
    """How a deaf person reaches it, in one plain sentence, as its operator says."""
    website: str = ""


@dataclass(frozen=True, kw_only=True)
class MutualAidFact(SourcedFact):
    """A mutual-aid organization. An empty `country` means worldwide; `finder` is its own meeting finder."""

    slug: str
    name: str
    kind: str
    fellowship: str
    summary: str
    website: str
    concerns: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    payment: tuple[str, ...] = ()
    country: str = ""
    finder: str = ""
    channels: tuple[ChannelFact, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NationalFinderFact(SourcedFact):
    """A page that finds places or people of one kind in a whole country. It has no place of its own."""

    slug: str
    kind: str
    country: str
    name: str
    summary: str
    website: str
    concerns: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    modes: tuple[str, ...] = ("online",)
    languages: tuple[str, ...] = ()
    payment: tuple[str, ...] = ()
    channels: tuple[ChannelFact, ...] = ()
    own: dict[str, tuple[str, ...] | str]
    """The values of the fields that its kind declares in `Kind.finder_fields`."""


@dataclass(frozen=True, kw_only=True)
class EmergencyFact(SourcedFact):
    """The number for an ambulance in a country; in most of them it is police and fire too.

    `second` is a second number that also brings an ambulance. `note` says in one sentence when to use which.
    """

    country: str
    number: str
    second: str = ""
    note: str = ""


def read_hotlines(path: Path = HOTLINES) -> list[HotlineFact]:
    """Return the lines in the file's order. Raises ValueError naming file, slug and key where a row is wrong."""
    return [_build_listing_fact(HotlineFact, row, path) for row in read_rows(path, "hotline")]


def read_mutual_aid(path: Path = MUTUAL_AID) -> list[MutualAidFact]:
    """Return the organizations in the file's order. Raises ValueError as `read_hotlines` does."""
    return [_build_listing_fact(MutualAidFact, row, path) for row in read_rows(path, "mutual_aid")]


def read_national_finders(path: Path = NATIONAL_FINDERS) -> list[NationalFinderFact]:
    """Return the national finders in the file's order. Raises ValueError as `read_hotlines` does."""
    return [_finder(row, path) for row in read_rows(path, "national_finder")]


def _finder(row: dict[str, Any], path: Path) -> NationalFinderFact:
    """Return the national finder of a row. Its kind declares which facts of its own it may have."""
    where, slug = row_label(path, row, "slug"), row.get("kind")
    declared = {slug: kind.finder_fields for slug, kind in kinds.items() if kind.finder_fields}
    if slug not in declared:
        raise ValueError(f"{where}: 'kind' is none of {', '.join(declared)}")
    names = declared[slug]
    others = {"own", *(name for fields_of_kind in declared.values() for name in fields_of_kind)} - {*names}
    for key in sorted(row.keys() & others):
        raise ValueError(f"{where}: {key!r} is no fact of {slug!r}")
    own = {name: _own_value(kinds[slug], name, row.get(name), where) for name in names}
    shared = {key: value for key, value in row.items() if key not in names}
    return _build_listing_fact(NationalFinderFact, {**shared, "own": own}, path)


def _own_value(kind: Kind, name: str, value: Any, where: str) -> tuple[str, ...] | str:
    """Return the value of a field of a kind's model; empty where the row has none."""
    is_set = isinstance(kind.model._meta.get_field(name), ChoiceSetField)
    if value is None:
        return () if is_set else ""
    value = tuple(value) if isinstance(value, list) else value
    if not isinstance(value, tuple if is_set else str):
        raise ValueError(f"{where}: {name!r} is {type(value).__name__}, not {'tuple' if is_set else 'str'}")
    return value


def read_emergency(path: Path = EMERGENCY) -> dict[str, str]:
    """Return the emergency number by ISO country code. Raises ValueError as `read_hotlines` does."""
    return {fact.country: fact.number for fact in read_emergency_facts(path)}


def read_emergency_facts(path: Path = EMERGENCY) -> list[EmergencyFact]:
    """Return the emergency numbers with their sources. Raises ValueError as `read_hotlines` does."""
    return [
        build_fact(EmergencyFact, row, row_label(path, row, "country"))
        for row in read_rows(path, "emergency")
    ]


def read_rows(path: Path, table: str) -> list[dict[str, Any]]:
    """Return the rows of a TOML file, all of which stand in one table."""
    with path.open("rb") as file:
        content = tomllib.load(file)
    for key in content.keys() - {table}:
        raise ValueError(f"{path.name}: unknown key {key!r}; all rows are [[{table}]]")
    rows: list[dict[str, Any]] = content.get(table, [])
    return rows


def _build_listing_fact(fact_type: type[FactType], row: dict[str, Any], path: Path) -> FactType:
    """Return the fact of a row; its `channel` and `hours` tables become ChannelFact and HoursFact objects."""
    where = row_label(path, row, "slug")
    if "channels" in row:
        raise ValueError(f"{where}: unknown key 'channels'; each way to reach it is a channel")
    values = {key: value for key, value in row.items() if key != "channel"}
    if "channel" in row:
        values["channels"] = [_channel(channel, f"{where}, channel") for channel in row["channel"]]
    if "hours" in row:
        values["hours"] = [build_fact(HoursFact, hours, f"{where}, hours") for hours in row["hours"]]
    return build_fact(fact_type, values, where)


def _channel(values: dict[str, Any], where: str) -> ChannelFact:
    """Return a channel whose value can be dialled or opened."""
    made = build_fact(ChannelFact, values, where)
    if made.type not in ChannelType.values:
        raise ValueError(f"{where}: 'type' {made.type!r} is none of {', '.join(ChannelType.values)}")
    if has_number(made.type, made.dial) and not phone_numbers.is_dialable(made.dial):
        raise ValueError(f"{where}: 'dial' {made.dial!r} is no number in E.164 and no short number")
    return made


def build_fact(kind: type[FactType], values: dict[str, Any], where: str) -> FactType:
    """Return a fact of these values. Raises ValueError for an unknown key, a missing value or a wrong type."""
    declared = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    for key in values.keys() - declared.keys():
        raise ValueError(f"{where}: unknown key {key!r}")
    for key, field in declared.items():
        if field.default is MISSING and not values.get(key):
            raise ValueError(f"{where}: {key!r} is missing")
    made = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    for key, value in made.items():
        wanted = _types(declared[key].type)
        if type(value) not in wanted:
            names = " or ".join(each.__name__ for each in wanted)
            raise ValueError(f"{where}: {key!r} is {type(value).__name__}, not {names}")
    if made.get("copied_is", "read") not in COPIED_IS:
        raise ValueError(f"{where}: 'copied_is' is none of {', '.join(COPIED_IS)}")
    if "page_date" in made and (problem := _page_date_problem(made)):
        raise ValueError(f"{where}: 'page_date' {problem}")
    return kind(**made)


def _types(declared: Any) -> list[type]:
    """Return the types that a value of a field may have, without None."""
    if isinstance(declared, UnionType):
        return [each for each in get_args(declared) if each is not type(None)]
    return [get_origin(declared) or declared]


def _page_date_problem(made: dict[str, Any]) -> str:
    """Return why the date of a page is wrong, or an empty string."""
    page, copied = made["page_date"], made["copied"]
    if made["copied_is"] != "read":
        return "is given, but 'copied' is already the date of the page"
    if isinstance(page, int) and not OLDEST_PAGE_YEAR <= page <= copied.year:
        return f"is {page}, which is no year from {OLDEST_PAGE_YEAR} to that of 'copied'"
    if isinstance(page, date) and page > copied:
        return "is later than 'copied'"
    return ""


def row_label(path: Path, row: dict[str, Any], key: str) -> str:
    """Return which row of which file this is, for error messages, such as "hotlines.toml, us-988"."""
    return f"{path.name}, {row.get(key) or 'a row without ' + key}"

"""What makes two listings look like one. Pure: facts in, reasons in a curator's words out; no database, no clock."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple, TypeVar
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rapidfuzz import fuzz

from core import phone_numbers
from directory.geo.gazetteer import fold_name
from directory.geo.gazetteer.names import REGIONS
from directory.geo.geocoding import distance_km
from directory.vocabulary import ChannelType, has_number

METRES_APART = 60
# Something to dial that more listings share is a switchboard, and says nothing about any of them.
MOST_WITH_ONE_WAY = 5
# More listings under one key (a usual word of their names, a busy clubhouse) say nothing and cost much.
LARGEST_BLOCK = 25
NEAR_WORD = 84.0  # percent: one letter of seven differs, or two have changed places
MOST_WORDS_APART = 3  # "new beginnings" and "newbeginings"
ENDS = 5  # letters
SHOWN = 3  # times in a reason
CELL = METRES_APART / 100_000  # degrees; of latitude a little more than 60 m

LEGAL_WORDS = frozenset(
    "inc incorporated llc llp lp pc pllc ltd limited co corp corporation company gmbh".split()
)
# Words that a name may have or not have, and mean the same.
WEAK_WORDS = frozenset("a an the of and for in at by to on group groups meeting meetings aa na".split())
# Words that tell two names apart which are alike otherwise.
TELLING_WORDS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday morning noon evening night men mens women womens "
    "young gay lesbian lgbtq spanish espanol beginners online zoom hybrid north south east west teen teens".split()
)  # fmt: skip
# How the parts of a street are shortened; `fold_name` has turned "St." into "saint" before.
STREET_WORDS = {
    "street": "st", "saint": "st", "avenue": "ave", "av": "ave", "boulevard": "blvd", "road": "rd", "drive": "dr",
    "lane": "ln", "court": "ct", "place": "pl", "square": "sq", "highway": "hwy", "parkway": "pkwy", "north": "n",
    "south": "s", "east": "e", "west": "w", "northeast": "ne", "northwest": "nw", "southeast": "se",
    "southwest": "sw",
}  # fmt: skip
# What follows is a part of the building.
INSIDE = frozenset("suite sainte ste unit apt apartment room rm floor fl building bldg".split())
STATE_CODES = {fold_name(name): code for states in REGIONS.values() for code, name in states.items()}
Key = TypeVar("Key")
WEB = (ChannelType.WEBSITE, ChannelType.CHAT, ChannelType.VIDEO, ChannelType.APP, ChannelType.VIDEOPHONE)

SAME_WAY = {
    "phone": gettext_lazy("The same phone: %(what)s."),
    "mail": gettext_lazy("The same e-mail: %(what)s."),
    "page": gettext_lazy("The same page: %(what)s."),
}


class Slot(NamedTuple):
    """When a meeting starts, by its wall clock: weekday (0 is Monday) or a date, the time, which week of the month."""

    day: str
    start: str
    nth: int


class ContactKey(NamedTuple):
    """One way to reach a listing in the form in which it is compared: "phone", "mail" or "page" and what it is."""

    sort: str
    what: str


@dataclass(frozen=True, slots=True)
class ComparedFacts:
    """What is compared of a listing. `family` holds kinds that answer the same need."""

    pk: int
    kind: str
    family: str
    source: str
    sample: bool
    fellowship: str
    name: str
    words: tuple[str, ...]
    town: str
    town_words: str
    address: str
    address_words: str
    point: tuple[float, float] | None
    slots: Mapping[Slot, str]
    ways: Mapping[ContactKey, str]


class CandidatePair(NamedTuple):
    """Two listings by their ids, the lower first, and why they may be one."""

    first: int
    second: int
    reasons: list[str]


# ---- Forms in which facts are compared ----


def name_words(name: str, town: str = "") -> tuple[str, ...]:
    """Folded; legal and weak words and the town's own only where nothing else is in the name."""
    words = [word for word in fold_name(name).split() if word not in LEGAL_WORDS]
    strong = [word for word in words if word not in WEAK_WORDS]
    return tuple([word for word in strong if word not in fold_name(town).split()] or strong or words)


def town_key(city: str, region: str, country: str) -> str:
    """ "San José, California" and "SAN JOSE, CA" alike. Without a town the country alone."""
    state = fold_name(region)
    parts = (fold_name(city), STATE_CODES.get(state, state.upper())) if city else ("", "")
    return "|".join((*parts, "" if city else country.upper()))


def address_key(street: str, city: str, postal_code: str) -> str:
    """ "12 Main St., Suite 4" and "12 MAIN STREET" alike, within a town; empty without a street."""
    words: list[str] = []
    for word in fold_name(street).split():
        if word in INSIDE:
            break
        words.append(STREET_WORDS.get(word, word))
    return f"{' '.join(words)}|{fold_name(city) or fold_name(postal_code)}" if words else ""


def contact_key(kind: str, dial: str, country: str = "") -> ContactKey | None:
    """Return what a channel leads to, however it is written; None for short codes and what cannot be read."""
    if has_number(kind, dial):
        return phone_key(dial, country)
    if kind == ChannelType.EMAIL:
        return ContactKey("mail", dial.strip().casefold())
    return page_key(dial) if kind in WEB else None


def phone_key(dial: str, country: str = "") -> ContactKey | None:
    """Return the key of a number with its extension, read as in this country; None for a short code."""
    key = phone_numbers.comparison_key(dial, country)
    return ContactKey("phone", key) if key else None


def page_key(address: str) -> ContactKey | None:
    """The page without scheme, "www." and fragment. Meeting rooms are told apart by their path or query."""
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    # A password in the query opens the same room.
    query = "" if "/j/" in parts.path else parts.query
    path = parts.path.rstrip("/")
    return ContactKey("page", f"{host}{path}{'?' + query if query else ''}") if host else None


# ---- Which pairs are worth a look ----


def find_pairs(
    facts: Mapping[int, ComparedFacts], scope: Collection[int] | None = None
) -> tuple[set[tuple[int, int]], frozenset[ContactKey]]:
    """Pairs that share something rare, the lower id first, and the ways to reach a listing that are telling.

    With `scope`, only pairs with at least one of these. Work grows with the number of listings, not of pairs.
    """
    ways = blocking_keys((way, each.pk) for each in facts.values() for way in each.ways)
    telling = {way: block for way, block in ways.items() if 1 < len(block) <= MOST_WITH_ONE_WAY}
    names = blocking_keys((key, each.pk) for each in facts.values() for key in name_keys(each))
    slots = blocking_keys((key, each.pk) for each in facts.values() for key in slot_keys(each))
    found = {pair for block in telling.values() for pair in both_in(block, scope)}
    for block in (*names.values(), *slots.values()):
        if 1 < len(block) <= LARGEST_BLOCK:
            found.update(both_in(block, scope))
    found.update(nearby_pairs(facts.values(), scope))
    return found, frozenset(telling)


def blocking_keys(keyed: Iterable[tuple[Key, int]]) -> dict[Key, list[int]]:
    found: dict[Key, list[int]] = defaultdict(list)
    for key, pk in keyed:
        found[key].append(pk)
    return found


def both_in(block: Iterable[int], scope: Collection[int] | None) -> Iterator[tuple[int, int]]:
    for pair in combinations(sorted(block), 2):
        if scope is None or pair[0] in scope or pair[1] in scope:
            yield pair


def name_keys(each: ComparedFacts) -> Iterator[tuple[str, str, str]]:
    """Its words in its town; beginning and end of them all together, so that one misspelt word does not hide it."""
    text = "".join(each.words)
    for key in {*each.words, "=" + "".join(sorted(each.words)), "^" + text[:ENDS], "$" + text[-ENDS:]}:
        yield each.town, each.family, key


def slot_keys(each: ComparedFacts) -> Iterator[tuple[str, Slot]]:
    if each.address:
        yield from ((each.address, slot) for slot in each.slots)


def nearby_pairs(facts: Iterable[ComparedFacts], scope: Collection[int] | None) -> Iterator[tuple[int, int]]:
    """Pairs that meet in the same slot in the same or a neighbouring cell of a grid over the map."""
    grid: dict[tuple[Slot, int, int], list[int]] = defaultdict(list)
    for each in facts:
        if each.point is None:
            continue
        row = math.floor(each.point[0] / CELL)
        around = [
            (near, grid_column(each.point, near) + side)
            for near in (row - 1, row, row + 1)
            for side in (-1, 0, 1)
        ]
        for slot in each.slots:
            for cell in around:
                here = grid.get((slot, *cell), ())
                if len(here) <= LARGEST_BLOCK:
                    yield from (pair for other in here for pair in both_in((other, each.pk), scope))
            grid[slot, row, grid_column(each.point, row)].append(each.pk)


def grid_column(point: tuple[float, float], row: int) -> int:
    """Of a row of cells that are as wide as they are high; nearer to the poles a row has fewer."""
    return math.floor(point[1] * math.cos(math.radians(row * CELL)) / CELL)


# ---- Why two may be one ----


def match_reasons(one: ComparedFacts, other: ComparedFacts, telling: Collection[ContactKey]) -> list[str]:
    """Why these may be one, or nothing. One sort of evidence is enough, where nothing speaks against it."""
    if one.sample != other.sample:
        return []
    evidence = (same_meetings(one, other), same_contacts(one, other, telling), same_name(one, other))
    needed = 2 if conflicts(one, other) else 1
    return [reason for sort in evidence for reason in sort] if sum(map(bool, evidence)) >= needed else []


def conflicts(one: ComparedFacts, other: ComparedFacts) -> bool:
    """One source seldom names a thing twice, and two fellowships share no group."""
    return bool(one.source and one.source == other.source) or bool(
        one.fellowship and other.fellowship and one.fellowship != other.fellowship
    )


def same_meetings(one: ComparedFacts, other: ComparedFacts) -> list[str]:
    shared = sorted(one.slots.keys() & other.slots.keys())
    if not shared or not is_same_place(one, other):
        return []
    when = ", ".join(one.slots[slot] for slot in shared[:SHOWN])
    if len(shared) > SHOWN:
        when = _("%(when)s and %(n)d more times") % {"when": when, "n": len(shared) - SHOWN}
    if one.address and one.address == other.address:
        return [_("Both meet at %(where)s: %(when)s.") % {"when": when, "where": one.address_words}]
    apart = round(distance_metres(one, other) or 0)
    return [_("They meet %(m)d metres apart: %(when)s.") % {"when": when, "m": apart}]


def is_same_place(one: ComparedFacts, other: ComparedFacts) -> bool:
    if one.address and one.address == other.address:
        return True
    apart = distance_metres(one, other)
    return apart is not None and apart <= METRES_APART


def distance_metres(one: ComparedFacts, other: ComparedFacts) -> float | None:
    if one.point is None or other.point is None:
        return None
    return distance_km(*one.point, *other.point) * 1000


def same_contacts(one: ComparedFacts, other: ComparedFacts, telling: Collection[ContactKey]) -> list[str]:
    shared = sorted(way for way in one.ways.keys() & other.ways.keys() if way in telling)
    return [str(SAME_WAY[way.sort]) % {"what": one.ways[way]} for way in shared]


def same_name(one: ComparedFacts, other: ComparedFacts) -> list[str]:
    if (one.family, one.town) != (other.family, other.town) or not names_match(one.words, other.words):
        return []
    if (
        one.slots
        and other.slots
        and not one.slots.keys() & other.slots.keys()
        and not is_same_place(one, other)
    ):
        return []
    same = fold_name(one.name) == fold_name(other.name)
    if not one.town_words:
        return [
            _("The same name, and neither has a town.") if same else _("Nearly the same name, and no town.")
        ]
    words = _("The same name in %(town)s.") if same else _("Nearly the same name in %(town)s.")
    return [words % {"town": one.town_words}]


def names_match(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names mean the same: one word is misspelt, or one side has a word more."""
    if not one or not other:
        return False
    mine, others = [word for word in one if word not in other], [word for word in other if word not in one]
    if len(mine) + len(others) > MOST_WORDS_APART or distinctive_words(mine) or distinctive_words(others):
        return False
    if mine and others:
        return is_misspelt("".join(mine), "".join(others))
    more = mine or others
    return not more or (len(more) == 1 and min(len(one), len(other)) > 1)


def is_misspelt(word: str, other: str) -> bool:
    return fuzz.ratio(word, other, score_cutoff=NEAR_WORD) > 0


def distinctive_words(words: Iterable[str]) -> list[str]:
    return [word for word in words if word in TELLING_WORDS or any(sign.isdigit() for sign in word)]

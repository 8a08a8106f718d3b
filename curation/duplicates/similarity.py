"""Decide whether two listings look like one, and say why in words for curators.

This module is pure: it takes facts and returns reasons, without a database or a clock.
"""

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

MAX_METRES_APART = 60
# A contact that more listings share is a switchboard, which is no evidence for any of them.
MAX_LISTINGS_PER_CONTACT = 5
# A larger block (a usual word in names, a busy clubhouse) is no evidence and is slow to compare.
MAX_BLOCK_SIZE = 25
MIN_SIMILARITY = 84.0  # percent: one letter of seven differs, or two have changed places
MAX_DIFFERING_WORDS = 3  # "new beginnings" and "newbeginings"
AFFIX_LENGTH = 5  # letters
MAX_TIMES_IN_REASON = 3
CELL_DEGREES = MAX_METRES_APART / 100_000  # of latitude, a little more than 60 metres

LEGAL_WORDS = frozenset(
    "inc incorporated llc llp lp pc pllc ltd limited co corp corporation company gmbh".split()
)
# Two names that differ only in these words mean the same.
OPTIONAL_WORDS = frozenset("a an the of and for in at by to on group groups meeting meetings aa na".split())
# Two names that differ in one of these words are different, however alike they are otherwise.
DISTINCTIVE_WORDS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday morning noon evening night men mens women womens "
    "young gay lesbian lgbtq spanish espanol beginners online zoom hybrid north south east west teen teens".split()
)  # fmt: skip
# Short forms of the words in street names. `fold_name` turns "St." into "saint" before they are applied.
STREET_WORDS = {
    "street": "st", "saint": "st", "avenue": "ave", "av": "ave", "boulevard": "blvd", "road": "rd", "drive": "dr",
    "lane": "ln", "court": "ct", "place": "pl", "square": "sq", "highway": "hwy", "parkway": "pkwy", "north": "n",
    "south": "s", "east": "e", "west": "w", "northeast": "ne", "northwest": "nw", "southeast": "se",
    "southwest": "sw",
}  # fmt: skip
# These words begin the part of an address that lies inside the building.
UNIT_WORDS = frozenset("suite sainte ste unit apt apartment room rm floor fl building bldg".split())
STATE_CODES = {fold_name(name): code for states in REGIONS.values() for code, name in states.items()}
BlockKey = TypeVar("BlockKey")
WEB_CHANNELS = (
    ChannelType.WEBSITE,
    ChannelType.CHAT,
    ChannelType.VIDEO,
    ChannelType.APP,
    ChannelType.VIDEOPHONE,
)

SAME_CONTACT_TEXTS = {
    "phone": gettext_lazy("The same phone: %(what)s."),
    "email": gettext_lazy("The same e-mail: %(what)s."),
    "page": gettext_lazy("The same page: %(what)s."),
}


class MeetingSlot(NamedTuple):
    """When a meeting starts, by the clock of its own zone.

    `day` is a weekday (0 is Monday) or a date in ISO form, `start` is HH:MM, `weeks` the weeks of the month.
    """

    day: str
    start: str
    weeks: Collection[str] = ()


class ContactKey(NamedTuple):
    """One way to reach a listing, in the form in which it is compared. `type` is "phone", "email" or "page"."""

    type: str
    value: str


@dataclass(frozen=True, slots=True)
class ComparedFacts:
    """The facts of a listing that are compared.

    `need` is shared by kinds that answer the same need. `point` is latitude and longitude in degrees. Names that end
    in `_key` or `_words` are in the form for comparing, `town_name` and `address_text` are for reading. `slots` and
    `contacts` map each key to its text for reading.
    """

    pk: int
    kind: str
    need: str
    source: str
    sample: bool
    fellowship: str
    name: str
    name_words: tuple[str, ...]
    town_key: str
    town_name: str
    address_key: str
    address_text: str
    point: tuple[float, float] | None
    slots: Mapping[MeetingSlot, str]
    contacts: Mapping[ContactKey, str]


class CandidatePair(NamedTuple):
    """The ids of two listings, the lower first, and the reasons why they may be one."""

    first: int
    second: int
    reasons: list[str]


# ---- Forms for comparing ----


def name_words(name: str, town: str = "") -> tuple[str, ...]:
    """Return the folded words of a name, without legal and optional words and without those of its town.

    Optional words and the words of the town stay where the name has no others.
    """
    words = [word for word in fold_name(name).split() if word not in LEGAL_WORDS]
    strong = [word for word in words if word not in OPTIONAL_WORDS]
    return tuple([word for word in strong if word not in fold_name(town).split()] or strong or words)


def town_key(city: str, region: str, country: str) -> str:
    """Return one key for all ways of writing a town, such as "San José, California" and "SAN JOSE, CA".

    Without a city the key is the country alone.
    """
    state = fold_name(region)
    parts = (fold_name(city), STATE_CODES.get(state, state.upper())) if city else ("", "")
    return "|".join((*parts, "" if city else country.upper()))


def address_key(street: str, city: str, postal_code: str) -> str:
    """Return one key for "12 Main St., Suite 4" and "12 MAIN STREET" in one town; "" without a street."""
    words: list[str] = []
    for word in fold_name(street).split():
        if word in UNIT_WORDS:
            break
        words.append(STREET_WORDS.get(word, word))
    return f"{' '.join(words)}|{fold_name(city) or fold_name(postal_code)}" if words else ""


def contact_key(kind: str, dial: str, country: str = "") -> ContactKey | None:
    """Return what a channel leads to, however it is written; None for short codes and what cannot be read."""
    if has_number(kind, dial):
        return phone_key(dial, country)
    if kind == ChannelType.EMAIL:
        return ContactKey("email", dial.strip().casefold())
    return page_key(dial) if kind in WEB_CHANNELS else None


def phone_key(dial: str, country: str = "") -> ContactKey | None:
    """Return the key of a number with its extension, read as in this country; None for a short code."""
    key = phone_numbers.comparison_key(dial, country)
    return ContactKey("phone", key) if key else None


def page_key(address: str) -> ContactKey | None:
    """Return the key of a web page: its address without scheme, "www.", and fragment; None where it has no host."""
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    # In links to a Zoom meeting ("/j/") the query holds only the password.
    query = "" if "/j/" in parts.path else parts.query
    path = parts.path.rstrip("/")
    return ContactKey("page", f"{host}{path}{'?' + query if query else ''}") if host else None


# ---- Candidate pairs ----


def find_pairs(
    facts: Mapping[int, ComparedFacts], scope: Collection[int] | None = None
) -> tuple[set[tuple[int, int]], frozenset[ContactKey]]:
    """Return the pairs of ids that share something rare, the lower id first, and the contacts that count as evidence.

    With `scope`, only pairs with at least one of these ids are returned. Work grows with the number of listings, not
    of pairs.
    """
    by_contact = _build_blocks((key, each.pk) for each in facts.values() for key in each.contacts)
    distinctive = {key: ids for key, ids in by_contact.items() if 1 < len(ids) <= MAX_LISTINGS_PER_CONTACT}
    by_name = _build_blocks((key, each.pk) for each in facts.values() for key in _name_keys(each))
    by_slot = _build_blocks((key, each.pk) for each in facts.values() for key in _slot_keys(each))
    pairs = {pair for ids in distinctive.values() for pair in _pairs_in_block(ids, scope)}
    for ids in (*by_name.values(), *by_slot.values()):
        if 1 < len(ids) <= MAX_BLOCK_SIZE:
            pairs.update(_pairs_in_block(ids, scope))
    pairs.update(nearby_pairs(facts.values(), scope))
    return pairs, frozenset(distinctive)


def _build_blocks(keyed: Iterable[tuple[BlockKey, int]]) -> dict[BlockKey, list[int]]:
    """Group the ids of listings by the keys that they share, so that only listings with a common key are compared."""
    blocks: dict[BlockKey, list[int]] = defaultdict(list)
    for key, pk in keyed:
        blocks[key].append(pk)
    return blocks


def _pairs_in_block(block: Iterable[int], scope: Collection[int] | None) -> Iterator[tuple[int, int]]:
    """Yield all pairs of a block, the lower id first; with `scope`, those with at least one of these ids."""
    for pair in combinations(sorted(block), 2):
        if scope is None or pair[0] in scope or pair[1] in scope:
            yield pair


def _name_keys(each: ComparedFacts) -> Iterator[tuple[str, str, str]]:
    """Yield the keys under which a listing meets others of a like name in its town.

    The first and last letters of the whole name are keys too, so that one misspelt word does not hide a pair.
    """
    text = "".join(each.name_words)
    for key in {
        *each.name_words,
        "=" + "".join(sorted(each.name_words)),
        "^" + text[:AFFIX_LENGTH],
        "$" + text[-AFFIX_LENGTH:],
    }:
        yield each.town_key, each.need, key


def _slot_keys(each: ComparedFacts) -> Iterator[tuple[str, MeetingSlot]]:
    """Yield a key for each meeting at the address of a listing; none without an address."""
    if each.address_key:
        yield from ((each.address_key, slot) for slot in each.slots)


def nearby_pairs(facts: Iterable[ComparedFacts], scope: Collection[int] | None) -> Iterator[tuple[int, int]]:
    """Yield pairs that meet in the same slot, in the same or a neighbouring cell of a grid over the map."""
    grid: dict[tuple[MeetingSlot, int, int], list[int]] = defaultdict(list)
    for each in facts:
        if each.point is None:
            continue
        row = math.floor(each.point[0] / CELL_DEGREES)
        neighbours = [
            (near_row, _grid_column(each.point, near_row) + side)
            for near_row in (row - 1, row, row + 1)
            for side in (-1, 0, 1)
        ]
        for slot in each.slots:
            for cell in neighbours:
                others = grid.get((slot, *cell), ())
                if len(others) <= MAX_BLOCK_SIZE:
                    yield from (pair for other in others for pair in _pairs_in_block((other, each.pk), scope))
            grid[slot, row, _grid_column(each.point, row)].append(each.pk)


def _grid_column(point: tuple[float, float], row: int) -> int:
    """Return the column of a point in a row of cells that are as wide as they are high.

    Nearer to the poles a row has fewer cells.
    """
    return math.floor(point[1] * math.cos(math.radians(row * CELL_DEGREES)) / CELL_DEGREES)


# ---- Reasons ----


def match_reasons(one: ComparedFacts, other: ComparedFacts, distinctive: Collection[ContactKey]) -> list[str]:
    """Return the reasons why two listings may be one, or an empty list.

    One kind of evidence (meetings, contacts, name) is enough; where something speaks against it, two are needed.
    """
    if one.sample != other.sample:
        return []
    evidence = (
        _meeting_reasons(one, other),
        _contact_reasons(one, other, distinctive),
        _name_reasons(one, other),
    )
    needed = 2 if _has_conflict(one, other) else 1
    return (
        [reason for reasons in evidence for reason in reasons] if sum(map(bool, evidence)) >= needed else []
    )


def _has_conflict(one: ComparedFacts, other: ComparedFacts) -> bool:
    """Return whether something speaks against a match: the same source, or two fellowships.

    One source seldom names a thing twice, and two fellowships share no group.
    """
    return bool(one.source and one.source == other.source) or bool(
        one.fellowship and other.fellowship and one.fellowship != other.fellowship
    )


def _meeting_reasons(one: ComparedFacts, other: ComparedFacts) -> list[str]:
    """Return a reason where both meet at the same time and place."""
    shared = sorted(one.slots.keys() & other.slots.keys())
    if not shared or not _is_same_place(one, other):
        return []
    when = ", ".join(one.slots[slot] for slot in shared[:MAX_TIMES_IN_REASON])
    if len(shared) > MAX_TIMES_IN_REASON:
        when = _("%(when)s and %(n)d more times") % {"when": when, "n": len(shared) - MAX_TIMES_IN_REASON}
    if one.address_key and one.address_key == other.address_key:
        return [_("Both meet at %(where)s: %(when)s.") % {"when": when, "where": one.address_text}]
    apart = round(_distance_metres(one, other) or 0)
    return [_("They meet %(m)d metres apart: %(when)s.") % {"when": when, "m": apart}]


def _is_same_place(one: ComparedFacts, other: ComparedFacts) -> bool:
    """Return whether two listings have the same address, or points within `MAX_METRES_APART`."""
    if one.address_key and one.address_key == other.address_key:
        return True
    apart = _distance_metres(one, other)
    return apart is not None and apart <= MAX_METRES_APART


def _distance_metres(one: ComparedFacts, other: ComparedFacts) -> float | None:
    """Return the distance between two listings in metres; None where one has no exact point."""
    if one.point is None or other.point is None:
        return None
    return distance_km(*one.point, *other.point) * 1000


def _contact_reasons(
    one: ComparedFacts, other: ComparedFacts, distinctive: Collection[ContactKey]
) -> list[str]:
    """Return a reason for each contact that both have and that counts as evidence."""
    shared = sorted(key for key in one.contacts.keys() & other.contacts.keys() if key in distinctive)
    return [str(SAME_CONTACT_TEXTS[key.type]) % {"what": one.contacts[key]} for key in shared]


def _name_reasons(one: ComparedFacts, other: ComparedFacts) -> list[str]:
    """Return a reason where both have nearly the same name in one town, unless they meet at different times."""
    if (one.need, one.town_key) != (other.need, other.town_key) or not _are_similar_names(
        one.name_words, other.name_words
    ):
        return []
    if (
        one.slots
        and other.slots
        and not one.slots.keys() & other.slots.keys()
        and not _is_same_place(one, other)
    ):
        return []
    same = fold_name(one.name) == fold_name(other.name)
    if not one.town_name:
        return [
            _("The same name, and neither has a town.") if same else _("Nearly the same name, and no town.")
        ]
    words = _("The same name in %(town)s.") if same else _("Nearly the same name in %(town)s.")
    return [words % {"town": one.town_name}]


def _are_similar_names(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Return whether two names mean the same: one word is misspelt, or one name has a word more."""
    if not one or not other:
        return False
    left = [word for word in one if word not in other]
    right = [word for word in other if word not in one]
    if len(left) + len(right) > MAX_DIFFERING_WORDS or _distinctive_words([*left, *right]):
        return False
    if left and right:
        return _is_similar_spelling("".join(left), "".join(right))
    extra = left or right
    return not extra or (len(extra) == 1 and min(len(one), len(other)) > 1)


def _is_similar_spelling(word: str, other: str) -> bool:
    """Return whether two words differ by a typo only."""
    return fuzz.ratio(word, other, score_cutoff=MIN_SIMILARITY) > 0


def _distinctive_words(words: Iterable[str]) -> list[str]:
    """Return the words that tell two names apart: those of `DISTINCTIVE_WORDS`, and those with a digit."""
    return [word for word in words if word in DISTINCTIVE_WORDS or any(sign.isdigit() for sign in word)]

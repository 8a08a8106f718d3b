"""Places among the words: "aa near 95112", "grief group san jose", "grupos cerca de san josé", "denver aa".

A place is taken out of the words when it is sure to be one: a ZIP, a town with its state, a town after "near" or "in", or
a town of some size whose name means nothing else here. What was taken is said on the page and can be undone there.
Venues and parts of town are those of listings: `spots` knows them beside the gazetteer.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Avg, Count, Q
from django.db.models.functions import Lower

from directory import places
from directory.gazetteer import fold
from directory.models import GazetteerPlace, Place
from directory.places import Spot
from directory.search.stop_words import SOFT, STOP
from directory.vocabulary import Status

LONGEST_NAME = 5  # words, its state among them
MOST_WORDS = 24
# People in a town whose bare name is taken for it: in one's own country, and anywhere.
TOWN = 10_000
CITY = 300_000
# Names of towns that people type for something else.
ALSO_WORDS = frozenset(
    """
    alliance bath best corona concord early enterprise faith friendship grace harmony hope independence joy justice liberty
    light mission mobile new hope nice normal orange peace pride providence reading republic rogers rich smart split spring
    summit surprise temple union unity victory young trinity welcome home house park center central
    """.split()
) | {"new hope", "new life", "good hope", "sun city"}
MARKERS = {"near", "in", "around", "by", "nearby", "at", "cerca", "en", "alrededor", "junto"}
LINKS = {"to", "de", "a", "of", "from"}
# A part of town or a venue is a point, not an area with a border, so two decimals (about a kilometre) say enough.
DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Taken:
    """What is left of the words, the place as it was typed, and what it may be, best first."""

    rest: str
    typed: str
    spots: list[Spot]
    sure: bool
    """Whether it was said to be a place: by "near", a ZIP or a state."""


@dataclass(frozen=True, slots=True)
class Window:
    """Words next to one another that may name a place; `marked` when "near" or "in" stands before them."""

    first: int
    end: int
    text: str
    marked: bool

    @property
    def is_zip(self) -> bool:
        return bool(re.fullmatch(r"\d{5}(?:-\d{4})?", self.text.strip(",.")))


def spots(text: str, country: str, limit: int = 6) -> list[Spot]:
    """What a text in the box "near" may mean: towns and ZIPs, venues and parts of town of listings. At most four
    queries."""
    exact = places.find_spots(text, country, limit, exact=True)
    if exact and (exact[0].population >= TOWN or not exact[0].population):
        return exact
    local = in_listings(text, limit)
    return (local + exact)[:limit] or places.find_spots(text, country, limit)


def in_listings(text: str, limit: int = 6) -> list[Spot]:
    """Venues, parts of town and towns of published listings by this name, those with most listings first. The name of a
    private place is never looked up."""
    name, *within = [part.strip() for part in text.split(",") if part.strip()] or [""]
    spellings = {name.lower(), fold(name)} - {""}
    if not spellings or len(text) > places.LONGEST_TEXT or "\0" in text:
        return []
    found = [
        spot
        for field, private in (("name", Q(private=False)), ("area", Q()), ("city", Q()))
        for spot in named(field, private, spellings)
    ]
    fitting = [spot for spot in found if all(fold(part) in fold(spot.label) for part in within)]
    return list(dict.fromkeys(fitting))[:limit]


def named(field: str, allowed: Q, spellings: set[str]) -> Iterator[Spot]:
    rows = (
        Place.objects.annotate(low=Lower(field))
        .filter(allowed, low__in=spellings, latitude__isnull=False, listing__status=Status.PUBLISHED)
        .values(field, "city", "region", "country", "zone")
        .annotate(south=Avg("latitude"), west=Avg("longitude"), n=Count("pk"))
        .order_by("-n", "city", "region")
    )
    for row in rows[: places.MOST_SPOTS]:
        label = ", ".join(dict.fromkeys(filter(None, (row[field], row["city"], row["region"]))))
        yield Spot(
            label=label,
            latitude=round(row["south"], DECIMALS),
            longitude=round(row["west"], DECIMALS),
            zone=row["zone"],
            value=label,
            country=row["country"],
        )


def take(text: str, country: str) -> Taken | None:
    """The place among the words, if there is one. One query, and none when no word can name a place."""
    typed = text.split()[:MOST_WORDS]
    if '"' in text or "“" in text:
        return None
    options = list(windows(typed))
    known = towns({window: places.readings(window.text) for window in options}, options)
    found = [(window, known[window]) for window in options if window in known]
    good = [(window, rows) for window, rows in found if is_meant(window, rows[0], rows[1], country)]
    ...

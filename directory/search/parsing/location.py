"""Places that people name: in the box "near", or among the words: "aa near 95112", "grief group san jose", "denver aa".

A place is taken out of the words when it is sure to be one: a ZIP, a town with its state, what stands after "near" or
"in", or a town of some size whose name means nothing else here. What was taken is said on the page and can be undone
there. Venues and parts of town are those of published listings; towns and ZIPs come from the gazetteer.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Avg, Count, Q
from django.db.models.functions import Lower

from core.cache import register_clear
from directory.geo import geocoding
from directory.geo.gazetteer import fold_name
from directory.geo.geocoding import GeoPoint
from directory.models import Place
from directory.search.index import manager
from directory.search.index.change_log import Position
from directory.search.parsing.stop_words import ALSO_WORDS, SOFT, STOP
from directory.vocabulary import Status

MOST_SPOTS = 6
# Texts whose places are remembered.
REMEMBERED = 4096
MOST_WORDS = 24
LONGEST_NAME = 5  # words, its state among them
SHORTEST_NAME = 3  # letters
# People in a town whose bare name is taken for it, in one's own country and elsewhere.
TOWN = 10_000
CITY = 150_000
# What says that a place follows; the second kind is said of other things too ("in recovery").
NEAR = frozenset("near nearby around cerca alrededor junto".split())
IN = frozenset("in at by close en".split())
LINKS = frozenset("to de a of the".split())
HERE = frozenset("me here mi aqui us nosotros you home casa".split())
ZIP = re.compile(r"[0-9]{5}(?:-[0-9]{4})?")
# A venue or a part of town is as exact as a private address may be, about a kilometre.
DECIMALS = 2


@dataclass(frozen=True, slots=True)
class ExtractedPlace:
    """What is left of the words, the place as it was typed, and what it may be, best first; none where it is unknown.

    `sure`: it was said to be a place, by "near", a ZIP or a state."""

    rest: str
    typed: str
    spots: tuple[GeoPoint, ...] = ()
    sure: bool = True


@dataclass(frozen=True, slots=True)
class CandidateSpan:
    """Words next to one another that may name a place, and the word that says so before them, if any."""

    start: int
    first: int
    end: int
    text: str
    marker: str

    @property
    def folded(self) -> str:
        return fold_name(self.text)

    @property
    def words(self) -> list[str]:
        return self.folded.split()

    @property
    def is_zip(self) -> bool:
        return bool(ZIP.fullmatch(self.text.split()[-1]))

    @property
    def town(self) -> str:
        """What stands before the ZIP; the ZIP where it stands alone."""
        return " ".join(self.text.split()[:-1]).strip(",") or self.text

    def has_state(self, spot: GeoPoint) -> bool:
        """Whether it names more than the town: "denver co", "Bend, OR", but not "hope in", "bend or"."""
        last = self.text.split()[-1]
        code_only = fold_name(last) in STOP | SOFT and not last.isupper() and "," not in self.text
        return not code_only and self.folded != fold_name(spot.label.split(",")[0]) and len(self.words) > 1


def find_points(text: str, country: str) -> list[GeoPoint]:
    """What a text in the box "near" may mean, best first: at most five queries, one for a ZIP or a larger town."""
    exact = gazetteer_points(text, country, exact=True)
    if exact and (exact[0].population >= TOWN or not exact[0].population):
        return [*exact]
    found = [*cached_listing_points(text, manager.current_index().position), *exact]
    return found[:MOST_SPOTS] or [*gazetteer_points(text, country, exact=False)]


# The gazetteer stays as it is for as long as a process lives, so what it was asked need not be asked again.
@lru_cache(maxsize=REMEMBERED)
def gazetteer_points(text: str, country: str, *, exact: bool) -> tuple[GeoPoint, ...]:
    return tuple(geocoding.find_points(text, country, MOST_SPOTS, exact=exact))


@lru_cache(maxsize=REMEMBERED)
def gazetteer_matches(texts: tuple[str, ...], country: str) -> Mapping[str, Sequence[GeoPoint]]:
    return geocoding.find_points_in(texts, country)


@lru_cache(maxsize=REMEMBERED)
def cached_listing_points(text: str, _position: Position) -> tuple[GeoPoint, ...]:
    """Remembered until anything changes."""
    return tuple(listing_points(text))


for _cached in (cached_listing_points, gazetteer_points, gazetteer_matches):
    register_clear(_cached.cache_clear)


def listing_points(text: str) -> list[GeoPoint]:
    """Venues, parts of town and towns of published listings by this name, those with most places first. The name of
    a private place is never looked up."""
    name, *within = [part.strip() for part in text.split(",") if part.strip()] or [""]
    if not name or len(text) > geocoding.LONGEST_TEXT or "\0" in text:
        return []
    spellings = {name.lower(), fold_name(name)}
    fields = (("name", Q(private=False)), ("area", Q()), ("city", Q()))
    found = (spot for field, allowed in fields for spot in listings_named(field, allowed, spellings))
    return list(
        dict.fromkeys(
            spot for spot in found if all(fold_name(part) in fold_name(spot.label) for part in within)
        )
    )


def listings_named(field: str, allowed: Q, spellings: set[str]) -> Iterator[GeoPoint]:
    known = Place.objects.annotate(low=Lower(field)).filter(
        allowed, low__in=spellings, latitude__isnull=False, listing__status=Status.PUBLISHED
    )
    rows = known.values(field, "city", "region", "country", "zone").annotate(
        north=Avg("latitude"), east=Avg("longitude"), n=Count("pk")
    )
    for row in rows.order_by("-n", "city", "region", "country", "zone")[:MOST_SPOTS]:
        label = ", ".join(dict.fromkeys(part for part in (row[field], row["city"], row["region"]) if part))
        point = round(row["north"], DECIMALS), round(row["east"], DECIMALS)
        yield GeoPoint(label, *point, row["zone"], label, row["country"])


def extract_place(text: str, country: str) -> ExtractedPlace | None:
    """The place among the words, if there is one. One query, two more for a venue or part of town; none when no word
    can name a place. What stands in quotes is words, whatever it says."""
    typed = text.split()[:MOST_WORDS]
    if not typed or any(sign in text for sign in '"“”„«»'):
        return None
    options = list(candidate_spans(typed))
    known = {
        text: sorted(found, key=lambda spot: not is_large(spot, country))
        for text, found in gazetteer_matches(
            tuple(dict.fromkeys(each.text for each in options)), country
        ).items()
    }
    named = [each for each in options if each.text in known and not (each.is_zip and each.town not in known)]
    meant = [
        each
        for each in named
        if is_meant(each, known[each.text][0], country) and not is_an_organization(each, typed)
    ]
    if not meant:
        return after_near(typed)
    best = max(meant, key=lambda each: span_weight(each, known))
    spot = known[best.text][0]
    if best.marker in NEAR and not best.is_zip and spot.population < TOWN:
        local = after_near(typed)
        if local and local.spots:
            return local
    sure = best.marker in NEAR or best.is_zip or best.has_state(spot)
    if not sure and not best.marker and spot.population < CITY and not has_listings(spot):
        return None
    return ExtractedPlace(remove_span(typed, best), best.text, tuple(known[best.text][:MOST_SPOTS]), sure)


def candidate_spans(typed: Sequence[str]) -> Iterator[CandidateSpan]:
    """Runs of words that can name a place: not those that carry nothing, and single ones of three letters or more."""
    for first in range(len(typed)):
        start, marker = preposition_before(typed, first)
        for end in range(first + 1, min(len(typed), first + LONGEST_NAME) + 1):
            text = " ".join(typed[first:end]).strip(".,;:!?")
            window = CandidateSpan(start, first, end, text, marker)
            if can_name(window):
                yield window


def preposition_before(typed: Sequence[str], first: int) -> tuple[int, str]:
    """Where the words that say "here comes a place" begin, and which of them says so."""
    at = first - 1
    while at > 0 and fold_name(typed[at]) in LINKS:
        at -= 1
    word = fold_name(typed[at]) if at >= 0 else ""
    return (at, word) if word in NEAR | IN else (first, "")


def can_name(window: CandidateSpan) -> bool:
    found = window.words
    if len(found) == 1:
        return len(found[0]) >= SHORTEST_NAME and found[0] not in STOP | SOFT | NEAR
    return bool(found) and found[0] not in NEAR | IN and not all(word in STOP | SOFT for word in found)


def is_meant(window: CandidateSpan, spot: GeoPoint, country: str) -> bool:
    if window.is_zip or window.marker in NEAR or window.has_state(spot):
        return True
    if window.folded in ALSO_WORDS:
        return False
    return is_large(spot, country) or (window.marker in IN and spot.country == country)


def is_an_organization(window: CandidateSpan, typed: Sequence[str]) -> bool:
    """Return whether "the" stands before a bare name, and nothing says that it is a place: "the phoenix"."""
    bare = not window.marker and len(window.words) == 1 and not window.is_zip
    return bare and window.first > 0 and fold_name(typed[window.first - 1]) == "the"


def has_listings(spot: GeoPoint) -> bool:
    """Whether any listing is in that town: the bare name of a small one without listings is taken for a word."""
    name = spot.label.split(",")[0]
    towns = Place.objects.annotate(low=Lower("city")).filter(low__in={name.lower(), fold_name(name)})
    return towns.filter(listing__status=Status.PUBLISHED).exists()


def is_large(spot: GeoPoint, country: str) -> bool:
    return spot.population >= (TOWN if spot.country == country else CITY)


def span_weight(
    window: CandidateSpan, known: Mapping[str, list[GeoPoint]]
) -> tuple[bool, bool, bool, int, int]:
    spot = known[window.text][0]
    words = window.end - window.first
    return window.is_zip, bool(window.marker), window.has_state(spot), words, window.first


def remove_span(typed: Sequence[str], window: CandidateSpan) -> str:
    return " ".join([*typed[: window.start], *typed[window.end :]]).strip(" ,;")


def after_near(typed: Sequence[str]) -> ExtractedPlace | None:
    """What stands after "near", to the end: a venue or part of town, or nothing that is known."""
    for first in range(1, len(typed)):
        start, marker = preposition_before(typed, first)
        if marker not in NEAR or fold_name(typed[first]) in LINKS:
            continue
        text, rest = " ".join(typed[first:]), " ".join(typed[:start])
        if fold_name(typed[first]) in HERE:
            return ExtractedPlace(" ".join([*typed[:start], *typed[first + 1 :]]), "")
        return ExtractedPlace(rest, text, tuple(listing_points(text)[:MOST_SPOTS]))
    return None

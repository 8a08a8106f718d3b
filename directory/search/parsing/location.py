"""Find places in the box "near", and among the words of a query: "aa near 95112", "grief group san jose", "denver aa".

A place is taken out of the words where it is certain: a ZIP, a town with its state, what follows "near" or "in", or a
large town whose name means nothing else here. The page names the place and offers to undo this. Venues and parts of
town are those of published listings; towns and ZIPs come from the gazetteer.
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
from directory.search.parsing.stop_words import AMBIGUOUS_TOWNS, SOFT_WORDS, STOP_WORDS, has_meaning
from directory.vocabulary import Status

MAX_POINTS = 6
# For so many texts the places are cached.
MAX_CACHED = 4096
MAX_WORDS = 24
MAX_NAME_WORDS = 5  # its state among them
MIN_NAME_LETTERS = 3
# From so many people on, a town is meant by its bare name, in one's own country and elsewhere.
TOWN_POPULATION = 10_000
CITY_POPULATION = 150_000
# Words before a place. The second set stands before other things as well ("in recovery").
NEAR = frozenset("near nearby around cerca alrededor junto".split())
IN = frozenset("in at by close en".split())
LINKS = frozenset("to de a of the".split())
OWN_PLACE_WORDS = frozenset("me here mi aqui us nosotros you home casa".split())
ZIP = re.compile(r"[0-9]{5}(?:-[0-9]{4})?")
# A venue or a part of town is as exact as a private address may be: about a kilometre.
DECIMALS = 2


@dataclass(frozen=True, slots=True)
class ExtractedPlace:
    """A place that was found among the words of a query.

    `rest` are the words without it, `typed` is the place as it was typed. `points` is what it may be, best first, and
    empty for an unknown place. `sure` says that "near", a ZIP or a state named it as a place.
    """

    rest: str
    typed: str
    points: tuple[GeoPoint, ...] = ()
    sure: bool = True


@dataclass(frozen=True, slots=True)
class CandidateSpan:
    """Typed words from `first` to `end` that may name a place.

    `marker` is the preposition before them, if any, and `start` the position where it begins.
    """

    start: int
    first: int
    end: int
    text: str
    marker: str

    @property
    def folded(self) -> str:
        """The text of the span in the form in which names of places are compared."""
        return fold_name(self.text)

    @property
    def words(self) -> list[str]:
        """The words of the span, without case and accents."""
        return self.folded.split()

    @property
    def is_zip(self) -> bool:
        """Whether the last word of the span is a ZIP code."""
        return bool(ZIP.fullmatch(self.text.split()[-1]))

    @property
    def town(self) -> str:
        """The words before the ZIP, or the ZIP where it stands alone."""
        return " ".join(self.text.split()[:-1]).strip(",") or self.text

    def has_state(self, point: GeoPoint) -> bool:
        """Return whether it names more than the town: "denver co", "Bend, OR", but not "hope in" and "bend or"."""
        last = self.text.split()[-1]
        is_common_word = not has_meaning(fold_name(last)) and not last.isupper() and "," not in self.text
        town = fold_name(point.label.split(",")[0])
        return not is_common_word and self.folded != town and len(self.words) > 1


def find_points(text: str, country: str) -> list[GeoPoint]:
    """Return the points that a text in the box "near" may mean, the best first; none when it is unknown.

    It takes five queries at most, and one for a ZIP or a larger town. Towns in `country` (ISO 3166) come first.
    """
    exact = gazetteer_points(text, country, exact=True)
    if exact and (exact[0].population >= TOWN_POPULATION or not exact[0].population):
        return [*exact]
    points = [*cached_listing_points(text, manager.current_index().position), *exact]
    return points[:MAX_POINTS] or [*gazetteer_points(text, country, exact=False)]


# The gazetteer does not change while the process runs, so that its answers can be cached.
@lru_cache(maxsize=MAX_CACHED)
def gazetteer_points(text: str, country: str, *, exact: bool) -> tuple[GeoPoint, ...]:
    """Return the towns and ZIPs that a text may mean, best first; beginnings of names too unless `exact`."""
    return tuple(geocoding.find_points(text, country, MAX_POINTS, exact=exact))


@lru_cache(maxsize=MAX_CACHED)
def gazetteer_matches(texts: tuple[str, ...], country: str) -> Mapping[str, Sequence[GeoPoint]]:
    """Return the points of each text that is the whole name of a town or a ZIP code."""
    return geocoding.find_points_in(texts, country)


@lru_cache(maxsize=MAX_CACHED)
def cached_listing_points(text: str, _position: Position) -> tuple[GeoPoint, ...]:
    """Return `listing_points(text)`, cached until a listing changes and the index has another position."""
    return tuple(listing_points(text))


for _cached in (cached_listing_points, gazetteer_points, gazetteer_matches):
    register_clear(_cached.cache_clear)


def listing_points(text: str) -> list[GeoPoint]:
    """Return venues, parts of town and towns of published listings by their names, most frequent first.

    After a comma, the text may name what they lie in. Private places are never searched by name.
    """
    name, *within = [part.strip() for part in text.split(",") if part.strip()] or [""]
    if not name or len(text) > geocoding.LONGEST_TEXT or "\0" in text:
        return []
    spellings = {name.lower(), fold_name(name)}
    fields = (("name", Q(private=False)), ("area", Q()), ("city", Q()))
    points = (point for field, allowed in fields for point in _points_by_field(field, allowed, spellings))
    return list(
        dict.fromkeys(
            point for point in points if all(fold_name(part) in fold_name(point.label) for part in within)
        )
    )


def _points_by_field(field: str, allowed: Q, spellings: set[str]) -> Iterator[GeoPoint]:
    """Yield the average point of the places whose field has one of these spellings, most places first."""
    places = Place.objects.annotate(low=Lower(field)).filter(
        allowed, low__in=spellings, latitude__isnull=False, listing__status=Status.PUBLISHED
    )
    rows = places.values(field, "city", "region", "country", "zone").annotate(
        north=Avg("latitude"), east=Avg("longitude"), n=Count("pk")
    )
    for row in rows.order_by("-n", "city", "region", "country", "zone")[:MAX_POINTS]:
        label = ", ".join(dict.fromkeys(part for part in (row[field], row["city"], row["region"]) if part))
        point = round(row["north"], DECIMALS), round(row["east"], DECIMALS)
        yield GeoPoint(label, *point, row["zone"], label, row["country"])


def extract_place(text: str, country: str) -> ExtractedPlace | None:
    """Return the place among the words of a query, or None where there is none.

    It takes one query, two more for a venue or part of town, and none when no word can name a place. Quoted words are
    never taken for a place.
    """
    typed = text.split()[:MAX_WORDS]
    if not typed or any(sign in text for sign in '"“”„«»'):
        return None
    spans = list(candidate_spans(typed))
    known = _known_points(spans, country)
    named = [span for span in spans if span.text in known and not (span.is_zip and span.town not in known)]
    meant = [
        span
        for span in named
        if _is_meant(span, known[span.text][0], country) and not _is_an_organization(span, typed)
    ]
    if not meant:
        return _extract_place_after_near(typed)
    best = max(meant, key=lambda span: _span_weight(span, known))
    point = known[best.text][0]
    if best.marker in NEAR and not best.is_zip and point.population < TOWN_POPULATION:
        local = _extract_place_after_near(typed)
        if local and local.points:
            return local
    sure = best.marker in NEAR or best.is_zip or best.has_state(point)
    if not sure and not best.marker and point.population < CITY_POPULATION and not _has_listings(point):
        return None
    return ExtractedPlace(_remove_span(typed, best), best.text, tuple(known[best.text][:MAX_POINTS]), sure)


def _known_points(spans: Sequence[CandidateSpan], country: str) -> dict[str, list[GeoPoint]]:
    """Return the points of the spans that the gazetteer knows, by their texts; large towns first."""
    texts = tuple(dict.fromkeys(span.text for span in spans))
    return {
        text: sorted(points, key=lambda point: not _is_large(point, country))
        for text, points in gazetteer_matches(texts, country).items()
    }


def candidate_spans(typed: Sequence[str]) -> Iterator[CandidateSpan]:
    """Yield the runs of typed words that can name a place."""
    for first in range(len(typed)):
        start, marker = _preposition_before(typed, first)
        for end in range(first + 1, min(len(typed), first + MAX_NAME_WORDS) + 1):
            text = " ".join(typed[first:end]).strip(".,;:!?")
            span = CandidateSpan(start, first, end, text, marker)
            if _can_name_a_place(span):
                yield span


def _preposition_before(typed: Sequence[str], first: int) -> tuple[int, str]:
    """Return where the words before a place begin, and the preposition; `first` and "" where there is none."""
    position = first - 1
    while position > 0 and fold_name(typed[position]) in LINKS:
        position -= 1
    word = fold_name(typed[position]) if position >= 0 else ""
    return (position, word) if word in NEAR | IN else (first, "")


def _can_name_a_place(span: CandidateSpan) -> bool:
    """Return whether the words have a meaning and do not begin with a preposition; one alone needs three letters."""
    words = span.words
    if len(words) == 1:
        return len(words[0]) >= MIN_NAME_LETTERS and words[0] not in STOP_WORDS | SOFT_WORDS | NEAR
    return bool(words) and words[0] not in NEAR | IN and any(map(has_meaning, words))


def _is_meant(span: CandidateSpan, point: GeoPoint, country: str) -> bool:
    """Return whether a person who typed these words means the place, and no word of the same spelling."""
    if span.is_zip or span.marker in NEAR or span.has_state(point):
        return True
    if span.folded in AMBIGUOUS_TOWNS:
        return False
    return _is_large(point, country) or (span.marker in IN and point.country == country)


def _is_an_organization(span: CandidateSpan, typed: Sequence[str]) -> bool:
    """Return whether "the" stands before a bare name, and nothing says that it is a place: "the phoenix"."""
    is_bare = not span.marker and len(span.words) == 1 and not span.is_zip
    return is_bare and span.first > 0 and fold_name(typed[span.first - 1]) == "the"


def _has_listings(point: GeoPoint) -> bool:
    """Return whether a listing is in that town. The bare name of a small town without any counts as a word."""
    name = point.label.split(",")[0]
    towns = Place.objects.annotate(low=Lower("city")).filter(low__in={name.lower(), fold_name(name)})
    return towns.filter(listing__status=Status.PUBLISHED).exists()


def _is_large(point: GeoPoint, country: str) -> bool:
    """Return whether a town is large enough to be meant by its bare name."""
    return point.population >= (TOWN_POPULATION if point.country == country else CITY_POPULATION)


def _span_weight(
    span: CandidateSpan, known: Mapping[str, list[GeoPoint]]
) -> tuple[bool, bool, bool, int, int]:
    """Return the sort key of a span of words; the greatest belongs to the most certain place."""
    point = known[span.text][0]
    words = span.end - span.first
    return span.is_zip, bool(span.marker), span.has_state(point), words, span.first


def _remove_span(typed: Sequence[str], span: CandidateSpan) -> str:
    """Return the typed words without a place and its preposition."""
    return " ".join([*typed[: span.start], *typed[span.end :]]).strip(" ,;")


def _extract_place_after_near(typed: Sequence[str]) -> ExtractedPlace | None:
    """Take all words after "near" for the name of a place that the gazetteer does not know.

    Its points are those of listings at a venue or in a part of town of that name. Returns None where the text has no
    "near". "Near me" is removed from the text and names no place.
    """
    for first in range(1, len(typed)):
        start, marker = _preposition_before(typed, first)
        if marker not in NEAR or fold_name(typed[first]) in LINKS:
            continue
        text, rest = " ".join(typed[first:]), " ".join(typed[:start])
        if fold_name(typed[first]) in OWN_PLACE_WORDS:
            return ExtractedPlace(" ".join([*typed[:start], *typed[first + 1 :]]), "")
        return ExtractedPlace(rest, text, tuple(listing_points(text)[:MAX_POINTS]))
    return None

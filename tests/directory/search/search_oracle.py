"""A slow and plain search, to hold the index against: every listing is looked at, in Python, from rows of the database.

Sets of listings are whole numbers with a bit for each, in the order of their rank. Nothing here knows of the index, its
columns or its bitmaps; what a filter means is said once more in plain words.
"""

import bisect
import datetime
import functools
import math
import operator
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from django.conf import settings

from core import recurrence
from directory.geo import geocoding
from directory.geo.geocoding import GeoPoint
from directory.kinds.registry import kinds
from directory.listings import freshness
from directory.listings.availability import ANY_TIME, GOING_ON, HOUR, OPEN, OPENS, STARTS
from directory.models import Listing
from directory.search.filter_registry import all_filters, offered_filters
from directory.search.filters import (
    ChoiceFilter,
    DatedYesNoFilter,
    Filter,
    GivenFilter,
    ValueFilter,
    YesNoFilter,
)
from directory.search.parsing.analyzer import folded_words, stem_word
from directory.search.parsing.parsed_query import (
    AllOf,
    FacetOption,
    NameTerms,
    ParsedQuery,
    Phrase,
    QueryOption,
    Term,
)
from directory.search.query import SearchQuery
from directory.vocabulary import WIDER_CONCERNS
from groups.models import Meeting

PAGE = 20
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TOGETHER = ("day", "time", "when")
# Filters of all kinds that ask what a listing has, and the field that says it.
SHARED_SETS = {
    "mode": "modes", "concern": "concerns", "language": "languages", "audience": "audiences", "payment": "payment",
    "access": "access",
}  # fmt: skip
BESIDE = {"channel", "country", "open", *TOGETHER}


def own_filters(*types: type[Filter]) -> dict[str, Filter]:
    """The filters that the kinds declare and that are of exactly these types, by key."""
    declared = (each for kind in kinds.values() for each in kind.filters)
    return {each.key: each for each in declared if type(each) in types}


def paths_of(*types: type[Filter]) -> dict[str, str]:
    """Where the field of each of these filters stands, from a listing: "therapist.approaches"."""
    return {key: each.paths[0].replace("__", ".") for key, each in own_filters(*types).items()}


def sets() -> dict[str, str]:
    """Filters that ask for one value, or one of a set, and where that stands."""
    return SHARED_SETS | paths_of(ChoiceFilter, ValueFilter)


def fact(listing: Listing, path: str) -> object:
    value: object = listing
    for name in path.split("."):
        value = getattr(value, name, None)
    return value


@dataclass(frozen=True)
class Found:
    ids: list[int]
    total: int
    counts: dict[str, dict[str, int]]
    km: dict[int, float]


class Oracle:
    """Reads everything once; answers any number of queries."""

    def __init__(self) -> None:
        own = [kind.accessor for kind in kinds.values()]
        rows = Listing.objects.published().select_related("organization", "place", *own)
        related = {path for kind in kinds.values() for path in kind.prefetch}
        rows = rows.prefetch_related("channels", "intervals", "exceptions", "verifications", *related)
        self.listings = sorted(rows, key=rank)
        self.everything = (1 << len(self.listings)) - 1
        self.has: dict[tuple[str, str], int] = self.facets()
        self.anywhere, self.named = self.words(range(8)), self.words(range(1))
        self.spelled = sorted(self.anywhere)
        self.points = list(self.known_points())
        self.stemmed: dict[int, list[list[str]]] = {}
        self.at: dict[tuple[datetime.datetime, str], Moment] = {}

    def bits(self, numbers: Iterable[int]) -> int:
        found = bytearray(len(self.listings) // 8 + 1)
        for number in numbers:
            found[number >> 3] |= 1 << (number & 7)
        return int.from_bytes(found, "little")

    def numbers(self, bits: int) -> list[int]:
        return [number for number, sign in enumerate(reversed(f"{bits:b}")) if sign == "1"]

    def facets(self) -> dict[tuple[str, str], int]:
        found: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for number, listing in enumerate(self.listings):
            for pair in facets_of(listing):
                found[pair].append(number)
        return {pair: self.bits(numbers) for pair, numbers in found.items()}

    def words(self, fields: Iterable[int]) -> dict[tuple[str, str], int]:
        found: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        for number, listing in enumerate(self.listings):
            texts = texts_of(listing)
            for field in fields:
                for word in folded_words(texts[field]):
                    found[word, listing.text_language].add(number)
        return {pair: self.bits(numbers) for pair, numbers in found.items()}

    def known_points(self) -> Iterator[tuple[int, float, float]]:
        """Where a listing is, as exactly as anybody is told."""
        for number, listing in enumerate(self.listings):
            place = listing.place
            if place and place.latitude is not None and place.longitude is not None:
                digits = 2 if place.private else 7
                yield number, round(place.latitude, digits), round(place.longitude, digits)

    def stemmed_texts(self, number: int) -> list[list[str]]:
        if number not in self.stemmed:
            listing = self.listings[number]
            self.stemmed[number] = [
                [stem_word(word, listing.text_language) for word in folded_words(text)]
                for text in texts_of(listing)
            ]
        return self.stemmed[number]

    @cached_property
    def stems(self) -> dict[bool, dict[str, int]]:
        by_stem: dict[bool, dict[str, int]] = {}
        for named, known in ((False, self.anywhere), (True, self.named)):
            found = by_stem[named] = defaultdict(int)
            for (word, language), bits in known.items():
                found[stem_word(word, language)] |= bits
        return by_stem

    def search(
        self,
        query: SearchQuery,
        wording: ParsedQuery,
        spot: GeoPoint | None,
        now: datetime.datetime,
        zone: str,
    ) -> Found:
        moment = self.at.setdefault((now, zone), Moment(self, now, zone))
        return Asked(self, query, wording, spot, moment).found()


def facets_of(listing: Listing) -> Iterator[tuple[str, str]]:
    yield "kind", listing.kind
    yield "country", listing.country
    yield "mode", "" if listing.modes else "untold"
    yield "place", "none" if listing.place is None else ""
    yield from (("channel", channel.type) for channel in listing.channels.all())
    yield from ((key, value) for key, values_of in RELATED.items() for value in values_of(listing))
    yield from ((key, "1") for key, path in paths_of(YesNoFilter).items() if fact(listing, path) == "yes")
    yield from ((key, "1") for key, path in paths_of(GivenFilter).items() if fact(listing, path))
    yield from ((key, value) for key, path in sets().items() for value in several(fact(listing, path)))
    # A narrower concern counts for its wider one.
    yield from (("concern", wider) for each in listing.concerns for wider in WIDER_CONCERNS.get(each, ()))


def several(value: object) -> tuple[str, ...]:
    """What a field holds, whether it is one value or a set of them."""
    return value if isinstance(value, tuple) else (value,) if isinstance(value, str) and value else ()


def active_meetings(listing: Listing) -> list[Meeting]:
    group = getattr(listing, "supportgroup", None)
    return [meeting for meeting in group.meetings.all() if meeting.active] if group else []


def formats_of(listing: Listing) -> Iterator[str]:
    return (each for meeting in active_meetings(listing) for each in meeting.formats)


# Filters whose facts stand in rows of their own, and what a listing has of them.
RELATED: dict[str, Callable[[Listing], Iterable[str]]] = {"format": formats_of}


def own_text(listing: Listing) -> str:
    """The texts that only the listing's kind has and that the search finds."""
    kind = kinds[listing.kind]
    return " ".join(str(fact(listing, f"{kind.accessor}.{name}") or "") for name in kind.search_text_fields)


def texts_of(listing: Listing) -> list[str]:
    place = listing.place
    return [
        listing.name, listing.summary, listing.description, listing.organization.name if listing.organization else "",
        place.area if place else "", place.city if place else "", place.name if place and not place.private else "",
        own_text(listing),
    ]  # fmt: skip


def rank(listing: Listing) -> tuple[bool, bool, int, int, int]:
    check = freshness.newest_check(listing.verifications.all())
    filled = (
        listing.summary,
        listing.description,
        listing.modes,
        listing.concerns,
        listing.languages,
        listing.payment,
    )
    known = (
        check.verified_on
        if check
        else freshness.known_since(listing) or listing.created.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    )
    checked = bool(check) or freshness.is_main_hotline(listing)
    return listing.national_finder, not checked, -sum(map(bool, filled)), -known.toordinal(), listing.pk


class Moment:
    """What holds at one moment, for whoever asks in one zone."""

    def __init__(self, oracle: Oracle, now: datetime.datetime, zone: str) -> None:
        self.oracle, self.now = oracle, now
        self.today = now.astimezone(ZoneInfo(zone)).date()

    @cached_property
    def stale(self) -> int:
        """What stands behind others that fit as well."""
        return self.oracle.bits(
            number
            for number, listing in enumerate(self.oracle.listings)
            if listing.national_finder or freshness.is_stale(listing, self.today)
        )

    @cached_property
    def hours(self) -> dict[int, recurrence.Hours]:
        """Hours that may be relied on."""
        return {
            number: hours
            for number, listing in enumerate(self.oracle.listings)
            if (hours := listing.opening_hours()) and not freshness.is_lapsed(listing, "hours", self.today)
        }

    @cached_property
    def open(self) -> int:
        return self.oracle.bits(
            number for number, hours in self.hours.items() if recurrence.is_open_at(hours, self.now)
        )

    @cached_property
    def dated(self) -> dict[str, dict[str, int]]:
        """Of each filter whose answer has a day: who says yes and no, as far as the day still counts."""
        return {key: self.dated_answers(each) for key, each in own_filters(DatedYesNoFilter).items()}

    def dated_answers(self, asked: DatedYesNoFilter) -> dict[str, int]:
        found: dict[str, list[int]] = {"yes": [], "no": []}
        since = freshness.oldest_reliable_day(asked.fact, asked.kind, self.today)
        answer_path, day_path = (path.replace("__", ".") for path in asked.paths)
        for number, listing in enumerate(self.oracle.listings):
            answer, day = fact(listing, answer_path), fact(listing, day_path)
            if answer in found and day and day >= since:
                found[answer].append(number)
        return {answer: self.oracle.bits(numbers) for answer, numbers in found.items()}

    @cached_property
    def slots(self) -> list[tuple[int, dict[str, set[str]], tuple[int, float]]]:
        """Of each meeting that is not over for good: its listing, the options that apply to it, and how soon it is."""
        return [
            (number, slot(meeting, self.now, self.today), meeting_key(meeting, self.now))
            for number, listing in enumerate(self.oracle.listings)
            for meeting in active_meetings(listing)
            if not is_over(meeting, self.now)
        ]

    @cached_property
    def slot_bits(self) -> dict[tuple[tuple[str, tuple[str, ...]], ...], int]:
        return {}

    def meeting(self, wanted: Mapping[str, tuple[str, ...]]) -> int:
        key = tuple(sorted(wanted.items()))
        if key not in self.slot_bits:
            self.slot_bits[key] = self.oracle.bits(
                number for number, answers, _soon in self.slots if fits(answers, wanted)
            )
        return self.slot_bits[key]

    @cached_property
    def keys(self) -> list[tuple[int, int, bool, float, int]]:
        """Of each listing, what "soonest first" sorts by."""
        return [
            self.key(number, self.start(number, listing))
            for number, listing in enumerate(self.oracle.listings)
        ]

    def keys_at(self, wanted: Mapping[str, tuple[str, ...]]) -> dict[int, tuple[int, int, bool, float, int]]:
        """The same of what has a meeting at these hours, by the meetings at these hours alone."""
        found: dict[int, tuple[int, float]] = {}
        for number, answers, soon in self.slots:
            if fits(answers, wanted):
                found[number] = min(soon, found.get(number, soon))
        return {number: self.key(number, soon) for number, soon in found.items()}

    def key(self, number: int, start: tuple[int, float]) -> tuple[int, int, bool, float, int]:
        found, value = start
        ahead = value - self.now.timestamp()
        step = 0
        if found == ANY_TIME:
            step = int(value)
        elif found in (STARTS, OPENS):
            step = 0 if ahead <= HOUR.total_seconds() else 1 + int(ahead // 86400)
        return found, step, bool(self.stale >> number & 1), value, number

    def start(self, number: int, listing: Listing) -> tuple[int, float]:
        kind = kinds[listing.kind]
        if kind.has_meetings:
            return min(
                (meeting_key(meeting, self.now) for meeting in active_meetings(listing)),
                default=(ANY_TIME, 0.0),
            )
        if answers := self.dated.get(kind.soonest_by):
            yes, no = (answers[answer] >> number & 1 for answer in ("yes", "no"))
            return ANY_TIME, 0.0 if yes else 2.0 if no else 1.0
        hours = self.hours.get(number)
        if hours is None:
            return ANY_TIME, 0.0
        if recurrence.is_open_at(hours, self.now):
            return OPEN, 0.0
        opens = recurrence.next_opening(hours, self.now)
        return (OPENS, opens.timestamp()) if opens else (ANY_TIME, 0.0)


def meeting_key(meeting: Meeting, now: datetime.datetime) -> tuple[int, float]:
    if going_on := recurrence.occurrence_in_progress(meeting.rule, now):
        return GOING_ON, going_on.start.timestamp()
    coming = recurrence.next_occurrence(meeting.rule, now)
    return (STARTS, coming.start.timestamp()) if coming else (ANY_TIME, 0.0)


def fits(answers: Mapping[str, set[str]], wanted: Mapping[str, tuple[str, ...]]) -> bool:
    return all(answers[name] & {*values} for name, values in wanted.items())


def is_over(meeting: Meeting, now: datetime.datetime) -> bool:
    endless = meeting.until is None and meeting.repeat != "dated"
    return not endless and next(recurrence.occurrences_after(meeting.rule, now), None) is None


def slot(meeting: Meeting, now: datetime.datetime, today: datetime.date) -> dict[str, set[str]]:
    if meeting.repeat == "ongoing":
        days, parts = {"today", "tomorrow", *WEEK}, {"morning", "midday", "evening", "night"}
    else:
        weekday = meeting.first.weekday() if meeting.repeat == "dated" else meeting.weekday
        days = {WEEK[weekday]}
        for name, date in (("today", today), ("tomorrow", today + datetime.timedelta(days=1))):
            midnight = datetime.datetime.combine(date, datetime.time(0), ZoneInfo(meeting.zone))
            coming = recurrence.next_occurrence(meeting.rule, midnight)
            days |= {name} if coming and coming.day == date else set()
        hour = meeting.start.hour
        parts = {
            "morning"
            if 4 <= hour < 11
            else "midday"
            if 11 <= hour < 17
            else "evening"
            if 17 <= hour < 21
            else "night"
        }
    when = {"now"} if recurrence.is_in_progress(meeting.rule, now) else set()
    when |= {"soon"} if recurrence.starts_within(meeting.rule, now, HOUR) else set()
    return {"day": days, "time": parts, "when": when}


@dataclass
class Asked:
    oracle: Oracle
    query: SearchQuery
    wording: ParsedQuery
    spot: GeoPoint | None
    moment: Moment

    def __post_init__(self) -> None:
        self.least = len(self.wording.required)
        self.meant = 0

    def found(self) -> Found:
        hits = self.fitting()
        ordered = self.ordered(hits)
        first = min(self.query.page - 1, max(0, len(ordered) - 1) // PAGE) * PAGE
        numbers = ordered[first : first + PAGE]
        ids = [self.oracle.listings[number].pk for number in numbers]
        km = {pk: self.km[number] for pk, number in zip(ids, numbers, strict=True) if number in self.km}
        return Found(ids, len(ordered), self.counts(), km)

    def counts(self) -> dict[str, dict[str, int]]:
        of_kinds = self.fitting(kinds_too=False)
        found = {"kind": {slug: (of_kinds & self.has("kind", slug)).bit_count() for slug in kinds}}
        for each in offered_filters(self.query.kinds, self.query.choices):
            linked = {each.key, *each.combined_with}
            rest = self.fitting(but=linked)
            others = {
                key: values for key, values in self.query.choices.items() if key in linked and key != each.key
            }
            found[each.key] = {
                value: (rest & self.condition(each.key, (value,), {**others, each.key: (value,)})).bit_count()
                for value, _label in each.options
            }
        return found

    @cached_property
    def needs(self) -> list[int]:
        return [self.options(need.options, named=False) for need in self.wording.required]

    @cached_property
    def worded(self) -> int:
        """What meets all needs, or else as many as anything meets, and no bar."""
        found = allowed = self.allowed()
        for need in self.needs:
            found &= need
        if found or not self.needs:
            return found
        numbers = self.oracle.numbers(allowed)
        self.least = max((how_many(self.needs, number) for number in numbers), default=0) or 1
        fitting = (number for number in numbers if how_many(self.needs, number) >= self.least)
        self.meant = self.all_that_is_meant() & allowed
        return self.oracle.bits(fitting) | self.meant

    def all_that_is_meant(self) -> int:
        """What meets each need that words mean beyond themselves; nothing where there is none."""
        meanings = [
            found for need, found in zip(self.wording.required, self.needs, strict=True) if not need.typed
        ]
        return functools.reduce(operator.and_, meanings) if meanings else 0

    def allowed(self) -> int:
        found = self.oracle.everything
        for bar in self.wording.excluded:
            found &= ~self.options(bar.options, named=False)
        return found

    def fitting(self, but: Iterable[str] = (), *, kinds_too: bool = True) -> int:
        found, but = self.worded, set(but)
        if kinds_too and self.query.kinds:
            found &= self.any_of("kind", self.query.kinds)
        country = (self.spot.country if self.spot else "") or settings.DEFAULT_COUNTRY
        choices = {"country": (country,), **({"mode": ()} if self.spot else {}), **self.query.choices}
        for key, values in choices.items():
            if key not in but:
                found &= self.condition(key, values, choices)
        return found

    def has(self, key: str, value: str) -> int:
        return self.oracle.has.get((key, value), 0)

    def any_of(self, key: str, values: Sequence[str]) -> int:
        found = 0
        for value in values:
            found |= self.has(key, value)
        return found

    def condition(self, key: str, values: tuple[str, ...], choices: Mapping[str, tuple[str, ...]]) -> int:
        if key in TOGETHER:
            return self.moment.meeting({name: choices[name] for name in TOGETHER if name in choices})
        if key == "open":
            return self.moment.open
        if key in self.moment.dated:
            return self.moment.dated[key]["yes"]
        if key == "country":
            return self.any_of(key, ("", *values))
        return self.mode(values) if key == "mode" else self.any_of(key, values)

    def mode(self, values: tuple[str, ...]) -> int:
        if self.spot is None:
            return self.any_of("mode", values)
        near = self.near
        found = self.any_of("mode", [value for value in values if value != "in-person"])
        if "in-person" in values:
            found |= self.has("mode", "in-person") & near
        if not values:
            untold = self.has("mode", "untold") & (self.has("place", "none") | near)
            found = self.any_of("mode", ("online", "phone")) | self.has("mode", "in-person") & near | untold
        return found

    @cached_property
    def km(self) -> dict[int, float]:
        """The listings in reach, and how far each is."""
        if self.spot is None:
            return {}
        here, reach = (self.spot.latitude, self.spot.longitude), self.query.km
        found = {}
        for number, *point in self.oracle.points:
            if abs(point[0] - here[0]) * 111 <= reach + 1:
                far = geocoding.distance_km(*here, *point)
                if far <= reach:
                    found[number] = far
        return found

    @cached_property
    def near(self) -> int:
        return self.oracle.bits(self.km)

    def options(self, options: Iterable[QueryOption], *, named: bool) -> int:
        found = 0
        for option in options:
            found |= self.option(option, named=named)
        return found

    def option(self, option: QueryOption, *, named: bool) -> int:
        if isinstance(option, AllOf):
            return self.all_of(option, named=named)
        if isinstance(option, FacetOption):
            if option.key == "kind":
                return self.has("kind", option.value)
            return self.condition(option.key, (option.value,), {option.key: (option.value,)})
        if isinstance(option, Phrase):
            return self.phrase(option, named=named)
        if isinstance(option, NameTerms):
            found = self.oracle.everything
            for word in option.words:
                found &= self.term(Term(word), named=True)
            return found
        return self.term(option, named=named)

    def all_of(self, option: AllOf, *, named: bool) -> int:
        together = {each.key: (each.value,) for each in option.facets if each.key in TOGETHER}
        found = self.moment.meeting(together) if together else self.oracle.everything
        for each in option.facets:
            if each.key not in TOGETHER:
                found &= self.option(each, named=named)
        return found

    def term(self, option: Term, *, named: bool) -> int:
        if not option.prefix:
            return self.oracle.stems[named].get(option.word, 0)
        if len(option.word) < 3:
            return 0
        known, spelled = (self.oracle.named if named else self.oracle.anywhere), self.oracle.spelled
        found = 0
        for place in range(bisect.bisect_left(spelled, (option.word, "")), len(spelled)):
            if not spelled[place][0].startswith(option.word):
                break
            found |= known.get(spelled[place], 0)
        return found

    def phrase(self, option: Phrase, *, named: bool) -> int:
        candidates = self.oracle.everything
        for word in option.words:
            candidates &= self.term(Term(word), named=named)
        return self.oracle.bits(
            number
            for number in self.oracle.numbers(candidates)
            if self.stands_in(option, number, named=named)
        )

    def stands_in(self, option: Phrase, number: int, *, named: bool) -> bool:
        size = len(option.words)
        return any(
            tuple(found[place : place + size]) == option.words
            for found in self.oracle.stemmed_texts(number)[: 1 if named else 8]
            for place in range(len(found))
        )

    def ordered(self, hits: int) -> list[int]:
        numbers = self.oracle.numbers(hits)
        if self.query.order == "nearest":
            return sorted(numbers, key=lambda number: (self.km.get(number, math.inf), number))
        if self.query.order == "soonest":
            wanted = {name: values for name, values in self.query.choices.items() if name in TOGETHER}
            keys = self.moment.keys_at(wanted) if wanted else self.moment.keys
            return sorted(numbers, key=keys.__getitem__)
        return sorted(numbers, key=self.fits)

    def fits(self, number: int) -> tuple[bool, bool, int, bool, bool, int]:
        """What "best first" sorts by: near, all that is meant where nothing has all words, more of the words in the
        name, close to what is meant, fresh, rank."""
        stale = bool(self.moment.stale >> number & 1)
        if not self.needs:
            return False, False, 0, False, stale, number
        far = self.spot is not None and number not in self.km
        close = how_many(self.closest, number) >= self.least
        meant = bool(self.meant >> number & 1)
        return far, not meant, -how_many(self.names, number), not close, stale, number

    @cached_property
    def names(self) -> list[int]:
        return [self.options(word, named=True) for word in self.wording.name_terms]

    @cached_property
    def closest(self) -> list[int]:
        return [self.options(need.closest or need.options, named=False) for need in self.wording.required]


def how_many(sets: Sequence[int], number: int) -> int:
    return sum(found >> number & 1 for found in sets)


def unknown_filters() -> set[str]:
    """Filters that this oracle has not been told of."""
    return set(all_filters()) - {
        *sets(),
        *paths_of(YesNoFilter, GivenFilter, DatedYesNoFilter),
        *RELATED,
        *BESIDE,
    }

"""A slow, plain search that the tests compare with the index.

It reads rows through the models and looks at each listing in Python. It imports nothing of what it checks: no module of
the search, no filter, no rule of freshness and no recurrence. Their rules are written down here a second time. Only
names come from the project: the models, the vocabularies, and what the registry of the kinds declares. A test holds the
list of imports.

A set of listings is an integer with one bit for each listing, in the order of rank.
"""

import bisect
import datetime
import functools
import math
import operator
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import Stemmer
from django.conf import settings
from django.utils import timezone

from directory import vocabulary
from directory.geo.countries import COUNTRY_CODES
from directory.kinds.registry import kinds
from directory.models import Listing
from groups.models import Meeting
from tests.core.recurrence_oracle import (
    QUARTER,
    Clock,
    Day,
    MeetingOracle,
    calendar,
    clock_of,
    meets,
    quarter_of,
)

PAGE_SIZE = 20
EARTH_RADIUS_KM = 6371.0088
KM_PER_MILE = 1.609344
HOUR, DAY = 3600, 86400  # seconds
ASSUMED_MEETING_MINUTES = 60
STALE_AFTER_DAYS = 60  # after a listing is due for a check
HOURS_LOOK_AHEAD_DAYS = 366
SHORTEST_PREFIX = 3
NAMES = 2  # so many of the texts of a listing are names

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTS_OF_DAY = ("morning", "midday", "evening", "night")
TIME_FILTERS = ("day", "time", "when")
# The filters on facts that each meeting has of its own, and where a meeting has its values.
MEETING_FACTS = {
    "mode": "modes",
    "format": "formats",
    "language": "languages",
    "audience": "audiences",
    "slips": "attendance_slips",
}
# Of a listing with meetings, one and the same meeting must match all filters among these.
MEETING_FILTERS = (*TIME_FILTERS, *MEETING_FACTS)
SHARED_FILTERS = (
    "mode",
    "concern",
    "channel",
    "open",
    "language",
    "audience",
    "payment",
    "access",
    "country",
)
# Filters of a kind that are offered even where no kind is chosen.
OFFERED_WITHOUT_KIND = {"day"}
# By shared filter: where a listing has its values, and the vocabulary of its options.
SHARED_VALUE_FIELDS: dict[str, tuple[str, Any]] = {
    "mode": ("modes", vocabulary.Mode),
    "concern": ("concerns", vocabulary.Concern),
    "language": ("languages", vocabulary.Language),
    "audience": ("audiences", vocabulary.Audience),
    "payment": ("payment", vocabulary.Payment),
    "access": ("access", vocabulary.Access),
}
# The options of all other filters.
OTHER_OPTIONS: dict[str, tuple[str, ...]] = {
    "channel": ("call", "text", "chat", "videophone", "tty"),
    "open": ("now",),
    "country": tuple(COUNTRY_CODES),
    "day": ("today", "tomorrow", *WEEK),
    "time": PARTS_OF_DAY,
    "when": ("now", "soon"),
}

# "Soonest first" puts these groups one after the other.
IN_PROGRESS, STARTS, OPEN, OPENS, ANY_TIME = range(5)

Choices = Mapping[str, tuple[str, ...]]
# Rank among "soonest first": group, step, stale, value, number.
SoonestKey = tuple[int, int, bool, float, int]
# How a word matches: ("stem", word), ("prefix", word), ("phrase", stems), ("name", stems), ("facets", pairs).
Option = tuple[str, Any]


@functools.cache
def declared_filters(*types: str) -> dict[str, Any]:
    """Return the filters that the kinds declare with classes of these names, by key; without names, all of them."""
    declared = [each for kind in kinds.values() for each in kind.filters]
    return {each.key: each for each in declared if not types or type(each).__name__ in types}


def field_paths(*types: str) -> dict[str, str]:
    """Return where a listing has the field of each of these filters, such as "therapist.approaches"."""
    return {key: each.paths[0].replace("__", ".") for key, each in declared_filters(*types).items()}


@functools.cache
def value_fields() -> dict[str, tuple[str, Any]]:
    """Return, by filter, where a listing has its value or values, and the vocabulary of the options."""
    paths = field_paths("ChoiceFilter", "ValueFilter")
    declared = declared_filters("ChoiceFilter", "ValueFilter")
    return SHARED_VALUE_FIELDS | {key: (paths[key], each.vocabulary) for key, each in declared.items()}


def filter_options(key: str) -> tuple[str, ...]:
    """Return the values of the options of a filter."""
    if key in OTHER_OPTIONS:
        return OTHER_OPTIONS[key]
    if key in SHARED_VALUE_FIELDS:
        return tuple(SHARED_VALUE_FIELDS[key][1].values)
    if key in declared_filters("YesNoFilter", "GivenFilter", "DatedYesNoFilter"):
        return ("1",)
    return tuple(declared_filters()[key].vocabulary.values)


def unknown_filters() -> set[str]:
    """Return the keys of the filters of the kinds that this oracle does not know."""
    known = {*value_fields(), *MEETING_FACTS, *RELATED, *OTHER_OPTIONS}
    return (
        declared_filters().keys()
        - known
        - declared_filters("YesNoFilter", "GivenFilter", "DatedYesNoFilter").keys()
    )


@dataclass(frozen=True)
class OracleTerm:
    """A part of the text that must match: by any of the options, best by the closest ones."""

    options: Sequence[Option]
    closest: Sequence[Option] = ()
    is_plain_word: bool = False
    """Whether it is a typed word, which has no further meaning."""


@dataclass(frozen=True)
class OracleQuery:
    """A search as plain data. `point` holds latitude, longitude and country."""

    kinds: tuple[str, ...] = ()
    choices: Choices = field(default_factory=dict)
    point: tuple[float, float, str] | None = None
    radius: str = "10"
    sort: str = ""
    page: int = 1
    has_text: bool = False
    required: Sequence[OracleTerm] = ()
    excluded: Sequence[OracleTerm] = ()
    words: Sequence[Sequence[Option]] = ()
    """The forms of each word; a listing is more relevant the more of them its name has."""

    @property
    def km(self) -> float:
        is_metric = self.radius.endswith("km")
        return float(self.radius.removesuffix("km")) * (1 if is_metric else KM_PER_MILE)

    @property
    def order(self) -> str:
        if self.sort:
            return self.sort
        if self.has_text:
            return "best"
        return "nearest" if self.point and not self.kinds and not self.choices else "soonest"


@dataclass(frozen=True)
class OracleResult:
    ids: list[int]
    total: int
    counts: dict[str, dict[str, int]]
    km: dict[int, float]


class Oracle:
    """Reads all listings once and answers any number of queries.

    All times of a query lie between the two dates; without dates, queries ask for the present.
    """

    def __init__(self, first: datetime.date | None = None, last: datetime.date | None = None) -> None:
        own = [kind.accessor for kind in kinds.values()]
        rows = Listing.objects.filter(status="published").select_related("organization", "place", *own)
        related = {path for kind in kinds.values() for path in kind.prefetch}
        rows = rows.prefetch_related("channels", "intervals", "exceptions", "verifications", *related)
        today = timezone.localdate()
        self.first = first or today - datetime.timedelta(days=100)
        self.last = last or today + datetime.timedelta(days=500)
        self.listings = sorted(rows, key=rank)
        self.everything = (1 << len(self.listings)) - 1
        self.facets = self._facets()
        self.texts = [texts_of(listing) for listing in self.listings]
        self.anywhere, self.in_name = self._words(slice(None)), self._words(slice(NAMES))
        self.sorted_words = sorted(self.anywhere)
        self.points = list(self._points())
        self.meetings = [
            (number, meeting)
            for number, listing in enumerate(self.listings)
            for meeting in active_meetings(listing)
        ]
        self.planes = self._planes()
        self.having_meetings = functools.reduce(operator.or_, (plane.listings for plane in self.planes), 0)
        self._stemmed: dict[int, list[list[str]]] = {}
        self._moments: dict[tuple[datetime.datetime, str], Moment] = {}
        self._times: dict[tuple[object, ...], MeetingTimes] = {}

    def search(self, query: OracleQuery, now: datetime.datetime, zone: str) -> OracleResult:
        moment = self._moments.setdefault((now, zone), Moment(self, now, zone))
        return OracleSearch(self, query, moment).result()

    def bits(self, numbers: Iterable[int]) -> int:
        bits = bytearray(len(self.listings) // 8 + 1)
        for number in numbers:
            bits[number >> 3] |= 1 << (number & 7)
        return int.from_bytes(bits, "little")

    def numbers(self, bits: int) -> list[int]:
        return [number for number, digit in enumerate(reversed(f"{bits:b}")) if digit == "1"]

    def clock(self, zone: str) -> Clock:
        return wall_clock(zone, self.first, self.last)

    def times(self, meeting: Meeting) -> "MeetingTimes":
        key = (
            meeting.zone, meeting.repeat, meeting.weekday, tuple(map(int, meeting.weeks)), meeting.first,
            meeting.until, meeting.start, meeting.minutes,
        )  # fmt: skip
        if key not in self._times:
            self._times[key] = MeetingTimes(
                meeting, self.clock(meeting.zone), calendar(self.first, self.last)
            )
        return self._times[key]

    def stemmed_texts(self, number: int) -> list[list[str]]:
        if number not in self._stemmed:
            language = self.listings[number].text_language
            self._stemmed[number] = [
                [stem(word, language) for word in words(text)] for text in self.texts[number]
            ]
        return self._stemmed[number]

    @cached_property
    def stems(self) -> dict[bool, dict[str, int]]:
        by_stem: dict[bool, dict[str, int]] = {}
        for named, known in ((False, self.anywhere), (True, self.in_name)):
            by_stem[named] = defaultdict(int)
            for (word, language), bits in known.items():
                by_stem[named][stem(word, language)] |= bits
        return by_stem

    def _facets(self) -> dict[tuple[str, str], int]:
        numbers: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for number, listing in enumerate(self.listings):
            for pair in facets_of(listing):
                numbers[pair].append(number)
        return {pair: self.bits(found) for pair, found in numbers.items()}

    def _planes(self) -> list["Plane"]:
        """Return the meetings in planes: the first meeting of each listing, the second of each, and so on."""
        of_plane: list[dict[int, Meeting]] = []
        for number, listing in enumerate(self.listings):
            for place, meeting in enumerate(active_meetings(listing)):
                of_plane += [{}] if place == len(of_plane) else []
                of_plane[place][number] = meeting
        return [Plane(self, meetings) for meetings in of_plane]

    def _words(self, which: slice) -> dict[tuple[str, str], int]:
        numbers: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        for number, listing in enumerate(self.listings):
            for text in self.texts[number][which]:
                for word in words(text):
                    numbers[word, listing.text_language].add(number)
        return {pair: self.bits(found) for pair, found in numbers.items()}

    def _points(self) -> Iterator[tuple[int, float, float]]:
        """Yield where each listing is, as exactly as the public may know."""
        for number, listing in enumerate(self.listings):
            place = listing.place
            if place and place.latitude is not None and place.longitude is not None:
                digits = 2 if place.private else 7
                yield number, round(place.latitude, digits), round(place.longitude, digits)


class Plane:
    """At most one meeting of each listing, with their facts as sets of listings."""

    def __init__(self, oracle: Oracle, meetings: Mapping[int, Meeting]) -> None:
        self.meetings, self.listings = meetings, oracle.bits(meetings)
        numbers: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for number, meeting in meetings.items():
            for pair in meeting_facts(oracle.listings[number], meeting):
                numbers[pair].append(number)
        self.facts = {pair: oracle.bits(found) for pair, found in numbers.items()}


# Listings


def value_at(listing: Listing, path: str) -> Any:
    value: Any = listing
    for name in path.split("."):
        value = getattr(value, name, None)
    return value


def as_tuple(value: Any) -> tuple[str, ...]:
    """Return the values of a field that holds one value or a set of them."""
    return value if isinstance(value, tuple) else (value,) if isinstance(value, str) and value else ()


def meeting_facts(listing: Listing, meeting: Meeting | None) -> Iterator[tuple[str, str]]:
    """Return what a meeting says for the filters on meetings, or what its listing says where it says nothing."""
    own = getattr(listing, "supportgroup", listing)
    for key, name in MEETING_FACTS.items():
        value = (meeting and getattr(meeting, name)) or getattr(own, name, "")
        if key == "slips":
            yield from [(key, "1")] if value == "yes" else []
        else:
            yield from ((key, each) for each in as_tuple(value))
        if key == "mode" and not value:
            yield key, "unknown"


def facets_of(listing: Listing) -> Iterator[tuple[str, str]]:
    yield "kind", listing.kind
    yield "country", listing.country
    yield from {
        pair for meeting in active_meetings(listing) or [None] for pair in meeting_facts(listing, meeting)
    }
    yield "place", "none" if listing.place is None else ""
    yield from (("channel", channel.type) for channel in listing.channels.all())
    yield from ((key, value) for key, values_of in RELATED.items() for value in values_of(listing))
    yield from (
        (key, "1")
        for key, path in field_paths("YesNoFilter").items()
        if key not in MEETING_FACTS and value_at(listing, path) == "yes"
    )
    yield from ((key, "1") for key, path in field_paths("GivenFilter").items() if value_at(listing, path))
    for key, (path, _options) in value_fields().items():
        if key in MEETING_FACTS:
            continue
        yield from ((key, value) for value in as_tuple(value_at(listing, path)))
    # A narrower concern counts for its wider ones.
    for concern in listing.concerns:
        yield from (("concern", wider) for wider in vocabulary.WIDER_CONCERNS.get(concern, ()))


def active_meetings(listing: Listing) -> list[Meeting]:
    group = getattr(listing, "supportgroup", None)
    return [meeting for meeting in group.meetings.all() if meeting.active] if group else []


# Filters whose facts stand in a table of their own, with a function that returns the values of a listing.
RELATED: dict[str, Callable[[Listing], Iterable[str]]] = {}


def texts_of(listing: Listing) -> list[str]:
    """Return the texts that a search looks at, the names first."""
    place, kind = listing.place, kinds[listing.kind]
    own = [str(value_at(listing, f"{kind.accessor}.{name}") or "") for name in kind.search_text_fields]
    meetings = sorted(active_meetings(listing), key=lambda meeting: meeting.pk)
    return [
        listing.name,
        " ".join(meeting.name for meeting in meetings),
        listing.summary,
        listing.description,
        listing.organization.name if listing.organization else "",
        place.area if place else "",
        place.city if place else "",
        place.name if place and not place.private else "",
        " ".join(own),
        " ".join(meeting.note for meeting in meetings),
    ]


def is_main(listing: Listing) -> bool:
    """Return whether it is the main hotline of its country, which never counts as stale."""
    kind = kinds[listing.kind]
    return bool(kind.main_field and value_at(listing, f"{kind.accessor}.{kind.main_field}"))


def newest_check(listing: Listing, fact: str = "") -> Any:
    """Return the newest verification of the whole listing, or also of one fact."""
    checks = [check for check in listing.verifications.all() if not check.fields or fact in check.fields]
    return max(checks, key=lambda check: (check.verified_on, check.pk), default=None)


def known_since(listing: Listing) -> datetime.date | None:
    """Return the day from which an unverified listing ages; None where its source keeps it up to date."""
    if copied := listing.provenance.get("*", {}).get("copied"):
        return datetime.date.fromisoformat(copied)
    return None if listing.source else written_on(listing)


def written_on(listing: Listing) -> datetime.date:
    return listing.created.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def is_stale(listing: Listing, today: datetime.date) -> bool:
    if is_main(listing):
        return False
    check = newest_check(listing)
    start = check.verified_on if check else known_since(listing)
    if start is None:
        return False
    due = (check and check.due_on) or start + datetime.timedelta(days=kinds[listing.kind].due_days)
    return (today - due).days >= STALE_AFTER_DAYS


def reliable_days(listing: Listing, fact: str) -> int:
    """Return for how many days a fact of its kind can be relied on."""
    return next(each.days for each in kinds[listing.kind].perishable_facts if each.key == fact)


def has_reliable_hours(listing: Listing, today: datetime.date) -> bool:
    if is_main(listing):
        return True
    check = newest_check(listing, "hours")
    known = check.verified_on if check else known_since(listing)
    return known is None or known >= today - datetime.timedelta(days=reliable_days(listing, "hours"))


def rank(listing: Listing) -> tuple[bool, bool, int, int, int]:
    check = newest_check(listing)
    filled = (
        listing.summary, listing.description, listing.modes, listing.concerns, listing.languages, listing.payment,
    )  # fmt: skip
    known = check.verified_on if check else known_since(listing) or written_on(listing)
    is_checked = bool(check) or is_main(listing)
    return listing.national_finder, not is_checked, -sum(map(bool, filled)), -known.toordinal(), listing.pk


# Texts

APOSTROPHES = "'`´‘’ʻʼʿʾ′"
PLAIN_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
STEMMERS = {"en": Stemmer.Stemmer("english"), "es": Stemmer.Stemmer("spanish")}


@functools.cache
def words(text: str) -> tuple[str, ...]:
    """Return the words of a text without case and accents; "A.A." is one word."""
    text = "".join(sign for sign in text if sign not in APOSTROPHES).casefold()
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    text = "".join(PLAIN_LETTERS.get(sign, sign) for sign in text if not unicodedata.combining(sign))
    initials = re.compile(r"\b(?:[^\W\d_]\.\s?){2,}")
    text = initials.sub(lambda found: re.sub(r"[.\s]", "", found[0]) + " ", text)
    return tuple(re.findall(r"[^\W_]+", text))


@functools.cache
def stem(word: str, language: str) -> str:
    stemmer = STEMMERS.get(language[:2])
    return stemmer.stemWord(word) if stemmer and word.isascii() else word


# Times


@functools.cache
def wall_clock(zone: str, first: datetime.date, last: datetime.date) -> Clock:
    return clock_of.__wrapped__(zone, first, last)


@dataclass(frozen=True)
class _Rule:
    """The fields of a meeting that `MeetingOracle` reads."""

    repeat: str
    weekday: int | None
    weeks: tuple[int, ...]
    first: datetime.date | None
    until: datetime.date | None
    start: datetime.time
    minutes: int


class MeetingTimes:
    """When one meeting takes place. Instants are seconds since 1970 in UTC."""

    def __init__(self, meeting: Meeting, clock: Clock, days: tuple[Day, ...]) -> None:
        self.rule = _Rule(
            meeting.repeat, meeting.weekday, tuple(map(int, meeting.weeks)), meeting.first, meeting.until,
            meeting.start or datetime.time(0), meeting.minutes or ASSUMED_MEETING_MINUTES,
        )  # fmt: skip
        self.is_ongoing = meeting.repeat == "ongoing"
        self.clock, self.oracle = clock, MeetingOracle(self.rule, clock, days)
        self.days = () if self.is_ongoing else days
        self.takes_place = None if self.is_ongoing else meets(self.rule, days)

    @cached_property
    def dates(self) -> set[datetime.date]:
        until = self.rule.until or datetime.date.max
        return {day.date for day in self.days if day.date <= until and self.takes_place(day)}

    def is_over(self, now: int) -> bool:
        if self.rule.until is None and self.rule.repeat != "dated":
            return False
        if self.is_ongoing:
            return self.clock.date_at(now) > self.rule.until
        return not self.oracle.in_progress(now) and self.oracle.next_start(now) is None

    def options(self, now: int, today: datetime.date) -> dict[str, set[str]]:
        """Return which options of each filter on time apply to the meeting."""
        when = {"now"} if self.oracle.in_progress(now) else set()
        when |= {"soon"} if self.oracle.starts_within(now, HOUR) else set()
        if self.is_ongoing:
            return {"day": {"today", "tomorrow", *WEEK}, "time": {*PARTS_OF_DAY}, "when": when}
        weekday = self.rule.first.weekday() if self.rule.repeat == "dated" else self.rule.weekday
        days = {WEEK[weekday]}
        days |= {"today"} if today in self.dates else set()
        days |= {"tomorrow"} if today + datetime.timedelta(days=1) in self.dates else set()
        return {"day": days, "time": {part_of_day(self.rule.start.hour)}, "when": when}

    def soonest(self, now: int) -> tuple[int, float]:
        """Return the group and the value by which "soonest first" sorts the meeting."""
        if self.oracle.in_progress(now):
            if self.is_ongoing:
                return IN_PROGRESS, self.clock.showings(quarter_of(self.clock.date_at(now)))[0] * QUARTER
            return IN_PROGRESS, max(start for start in self.oracle.starts if start <= now)
        following = self.oracle.next_start(now)
        return (ANY_TIME, 0.0) if following is None else (STARTS, following)


def part_of_day(hour: int) -> str:
    if 4 <= hour < 11:
        return "morning"
    if 11 <= hour < 17:
        return "midday"
    return "evening" if 17 <= hour < 21 else "night"


# Zone, whether it is always open, (weekday, opens, closes), and (date, opens, closes).
HoursPattern = tuple[str, bool, tuple[tuple[int, Any, Any], ...], tuple[tuple[datetime.date, Any, Any], ...]]


def hours_pattern(listing: Listing) -> HoursPattern | None:
    weekly = tuple((row.weekday, row.opens, row.closes) for row in listing.intervals.all())
    dated = tuple((row.date, row.opens, row.closes) for row in listing.exceptions.all())
    if not listing.always_open and (not weekly or not listing.zone):
        return None
    return listing.zone or "UTC", listing.always_open, weekly, dated


class HoursTimes:
    """When a pattern of opening hours is open around one instant."""

    def __init__(self, pattern: HoursPattern, clock: Clock, now: int) -> None:
        self.pattern, self.clock, self.now = pattern, clock, now
        _zone, always, _weekly, dated = pattern
        self.never_closes = always and not dated

    @property
    def is_open(self) -> bool:
        return self.never_closes or any(opens <= self.now < closes for opens, closes in self._spans(2))

    @property
    def next_opening(self) -> int | None:
        if self.never_closes:
            return None
        for ahead in (9, HOURS_LOOK_AHEAD_DAYS):
            following = [opens for opens, _closes in self._spans(ahead) if opens > self.now]
            if following:
                return following[0]
        return None

    def _spans(self, ahead: int) -> list[tuple[int, int]]:
        """Return when it is open in the coming days, as spans that neither touch nor overlap."""
        today = self.clock.date_at(self.now)
        spans: list[tuple[int, int]] = []
        for away in range(-3, ahead + 1):
            day = today + datetime.timedelta(days=away)
            for opens, closes in self._pairs(day):
                closing_day = day if closes > opens else day + datetime.timedelta(days=1)
                first = self.clock.showings(quarter_of(day, opens))[0] * QUARTER
                last = self.clock.showings(quarter_of(closing_day, closes))[-1] * QUARTER
                spans += [(first, last)] if first < last else []
        merged: list[tuple[int, int]] = []
        for first, last in sorted(spans):
            if merged and first <= merged[-1][1]:
                merged[-1] = merged[-1][0], max(last, merged[-1][1])
            else:
                merged.append((first, last))
        return merged

    def _pairs(self, day: datetime.date) -> list[tuple[datetime.time, datetime.time]]:
        _zone, always, weekly, dated = self.pattern
        of_day = [(opens, closes) for date, opens, closes in dated if date == day]
        if of_day:
            return [(opens, closes) for opens, closes in of_day if opens is not None and closes is not None]
        if always:
            return [(datetime.time(0), datetime.time(0))]
        return [(opens, closes) for weekday, opens, closes in weekly if weekday == day.weekday()]


class Moment:
    """What is true of all listings at one moment, for visitors in one time zone."""

    def __init__(self, oracle: Oracle, now: datetime.datetime, zone: str) -> None:
        self.oracle, self.now = oracle, int(now.timestamp())
        self.today = now.astimezone(ZoneInfo(zone)).date()

    @cached_property
    def stale(self) -> int:
        """Return the listings that come after others which match as well."""
        return self.oracle.bits(
            number
            for number, listing in enumerate(self.oracle.listings)
            if listing.national_finder or is_stale(listing, self.today)
        )

    @cached_property
    def hours(self) -> dict[int, HoursTimes]:
        """Return the opening hours that are recent enough to rely on, by number of the listing."""
        times: dict[HoursPattern, HoursTimes] = {}
        found = {}
        for number, listing in enumerate(self.oracle.listings):
            pattern = hours_pattern(listing)
            if pattern and has_reliable_hours(listing, self.today):
                if pattern not in times:
                    times[pattern] = HoursTimes(pattern, self.oracle.clock(pattern[0]), self.now)
                found[number] = times[pattern]
        return found

    @cached_property
    def open(self) -> int:
        return self.oracle.bits(number for number, hours in self.hours.items() if hours.is_open)

    @cached_property
    def dated_answers(self) -> dict[str, dict[str, int]]:
        """Return, by filter with a dated answer, who says "yes" and "no" as far as the answer is recent."""
        return {key: self._recent_answers(each) for key, each in declared_filters("DatedYesNoFilter").items()}

    def _recent_answers(self, each: Any) -> dict[str, int]:
        answer_path, day_path = (path.replace("__", ".") for path in each.paths)
        numbers: dict[str, list[int]] = {"yes": [], "no": []}
        for number, listing in enumerate(self.oracle.listings):
            answer, day = value_at(listing, answer_path), value_at(listing, day_path)
            if answer not in numbers or not day:
                continue
            if (self.today - day).days <= reliable_days(listing, each.fact):
                numbers[answer].append(number)
        return {answer: self.oracle.bits(found) for answer, found in numbers.items()}

    @cached_property
    def time_facts(self) -> list[dict[tuple[str, str], int]]:
        """Return, for each plane, the listings whose meeting has each option on time and is not over for good."""
        found = []
        for plane in self.oracle.planes:
            numbers: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
            for number, meeting in plane.meetings.items():
                times = self.oracle.times(meeting)
                if times.is_over(self.now):
                    continue
                for key, values in times.options(self.now, self.today).items():
                    for value in values:
                        numbers[key, value].append(number)
            found.append({pair: self.oracle.bits(those) for pair, those in numbers.items()})
        return found

    @cached_property
    def soonest_of_meetings(self) -> list[dict[int, tuple[int, float]]]:
        """Return, for each plane, how soon the meeting of each listing is."""
        return [
            {
                number: self.oracle.times(meeting).soonest(self.now)
                for number, meeting in plane.meetings.items()
            }
            for plane in self.oracle.planes
        ]

    @cached_property
    def soonest_keys(self) -> list[SoonestKey]:
        """Return, for each listing, what "soonest first" sorts by."""
        earliest: dict[int, tuple[int, float]] = {}
        for number, meeting in self.oracle.meetings:
            soonest = self.oracle.times(meeting).soonest(self.now)
            earliest[number] = min(soonest, earliest.get(number, soonest))
        return [
            self.soonest_key(number, self._soonest_of(number, listing, earliest))
            for number, listing in enumerate(self.oracle.listings)
        ]

    def soonest_keys_of_meetings(self, fitting: Sequence[int]) -> list[SoonestKey]:
        """Return the same where only some meetings count: those of the listings in each plane's set."""
        keys = list(self.soonest_keys)
        for number in self.oracle.numbers(self.oracle.having_meetings):
            keys[number] = self.soonest_key(number, (ANY_TIME, 0.0))
        for bits, soonest_of in zip(fitting, self.soonest_of_meetings, strict=True):
            for number in self.oracle.numbers(bits):
                keys[number] = min(keys[number], self.soonest_key(number, soonest_of[number]))
        return keys

    def soonest_key(self, number: int, soonest: tuple[int, float]) -> SoonestKey:
        group, value = soonest
        ahead = value - self.now
        step = 0
        if group == ANY_TIME:
            step = int(value)
        elif group in (STARTS, OPENS):
            step = 0 if ahead <= HOUR else 1 + int(ahead // DAY)
        return group, step, bool(self.stale >> number & 1), value, number

    def _soonest_of(
        self, number: int, listing: Listing, earliest: Mapping[int, tuple[int, float]]
    ) -> tuple[int, float]:
        kind = kinds[listing.kind]
        if kind.has_meetings:
            return earliest.get(number, (ANY_TIME, 0.0))
        if answers := self.dated_answers.get(kind.soonest_by):
            yes, no = (answers[answer] >> number & 1 for answer in ("yes", "no"))
            return ANY_TIME, 0.0 if yes else 2.0 if no else 1.0
        hours = self.hours.get(number)
        if hours is None:
            return ANY_TIME, 0.0
        if hours.is_open:
            return OPEN, 0.0
        opens = hours.next_opening
        return (ANY_TIME, 0.0) if opens is None else (OPENS, opens)


# Places


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the distance of two points on a round Earth by the haversine formula."""
    (a_lat, a_lng), (b_lat, b_lng) = ((math.radians(lat), math.radians(lng)) for lat, lng in (a, b))
    haversine = math.sin((b_lat - a_lat) / 2) ** 2
    haversine += math.cos(a_lat) * math.cos(b_lat) * math.sin((b_lng - a_lng) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(haversine)))


# Search


class OracleSearch:
    """One query at one moment."""

    def __init__(self, oracle: Oracle, query: OracleQuery, moment: Moment) -> None:
        self.oracle, self.query, self.moment = oracle, query, moment
        self.min_terms = len(query.required)
        self.semantic = 0
        self.is_relaxed = False
        self._text_in_plane: dict[int, int] = {}
        self.has_meeting_terms = any(
            key in MEETING_FILTERS
            for term in query.required
            for how, value in term.options
            if how == "facets"
            for key, _each in value
        )

    def result(self) -> OracleResult:
        ordered = self.ordered(self.matches())
        first = min(self.query.page - 1, max(0, len(ordered) - 1) // PAGE_SIZE) * PAGE_SIZE
        numbers = ordered[first : first + PAGE_SIZE]
        ids = [self.oracle.listings[number].pk for number in numbers]
        km = {pk: self.km[number] for pk, number in zip(ids, numbers, strict=True) if number in self.km}
        return OracleResult(ids, len(ordered), self.counts(), km)

    def counts(self) -> dict[str, dict[str, int]]:
        of_any_kind = self.matches(any_kind=True)
        counts = {"kind": {slug: (of_any_kind & self.has("kind", slug)).bit_count() for slug in kinds}}
        for key in self.offered_filters():
            counts[key] = {
                value: self.matches({**self.choices, key: (value,)}).bit_count()
                for value in filter_options(key)
            }
        return counts

    @cached_property
    def choices(self) -> Choices:
        """Return the options in force: those that were chosen, and the defaults of country and mode."""
        country = (self.query.point[2] if self.query.point else "") or settings.DEFAULT_COUNTRY
        near: Choices = {"mode": ()} if self.query.point else {}
        return {"country": (country,), **near, **self.query.choices}

    def offered_filters(self) -> set[str]:
        offered = {*SHARED_FILTERS, *self.query.choices}
        for slug in self.query.kinds or kinds:
            keys = {each.key for each in kinds[slug].filters}
            offered |= keys if self.query.kinds else keys & OFFERED_WITHOUT_KIND
        return offered

    @cached_property
    def terms(self) -> list[int]:
        return [self.any_option(term.options, named=False) for term in self.query.required]

    @cached_property
    def text_matches(self) -> int:
        """Return what matches all terms, or else as many as anything matches, and no excluded term.

        Of a listing with meetings, one meeting must match all terms that are about meetings.
        """
        allowed = self.allowed()
        if not self.terms:
            return allowed
        found = functools.reduce(operator.and_, self.terms) & ~self.oracle.having_meetings
        for plane in range(len(self.oracle.planes)):
            found |= self.text_in_plane(plane)
        if found & allowed:
            return found & allowed
        self.is_relaxed = True
        numbers = self.oracle.numbers(allowed)
        most = max((count_sets(self.terms, number) for number in numbers), default=0)
        self.min_terms = min(most, len(self.terms) - 1) or 1
        if len(self.terms) == 1:
            return 0
        enough = (number for number in numbers if count_sets(self.terms, number) >= self.min_terms)
        self.semantic = self.semantic_matches() & allowed
        return self.oracle.bits(enough) | self.semantic

    def text_in_plane(self, plane: int) -> int:
        """Return the listings whose meeting in a plane matches all terms."""
        if plane not in self._text_in_plane:
            found = self.oracle.planes[plane].listings
            for term in self.query.required:
                found &= functools.reduce(
                    operator.or_, (self.option_in_plane(plane, option) for option in term.options), 0
                )
            self._text_in_plane[plane] = found
        return self._text_in_plane[plane]

    def option_in_plane(self, plane: int, option: Option) -> int:
        """Return the listings that match an option of a term, by their meeting in a plane if it is about meetings."""
        how, value = option
        if how != "facets":
            return self.option_matches(how, value, named=False)
        found = self.oracle.everything
        for key, each in value:
            in_plane = key in MEETING_FILTERS
            found &= self.plane_condition(plane, key, (each,)) if in_plane else self.facets(((key, each),))
        return found

    def semantic_matches(self) -> int:
        """Return what matches each term that is more than a plain word; nothing where there is none."""
        found = [
            bits for term, bits in zip(self.query.required, self.terms, strict=True) if not term.is_plain_word
        ]
        return functools.reduce(operator.and_, found) if found else 0

    def allowed(self) -> int:
        found = self.oracle.everything
        for term in self.query.excluded:
            found &= ~self.any_option(term.options, named=False)
        return found

    def matches(self, choices: Choices | None = None, *, any_kind: bool = False) -> int:
        """Return what matches the query with these choices in place of its own."""
        choices = self.choices if choices is None else choices
        found = self.text_matches
        if self.query.kinds and not any_kind:
            found &= self.any_value("kind", self.query.kinds)
        for key, values in choices.items():
            if key not in MEETING_FILTERS:
                found &= self.condition(key, values)
        of_meetings = {key: values for key, values in choices.items() if key in MEETING_FILTERS}
        if not of_meetings:
            return found
        alone = found & ~self.oracle.having_meetings
        for key, values in of_meetings.items():
            alone &= self.condition(key, values)
        fitting = functools.reduce(operator.or_, self.fitting(of_meetings), 0)
        return alone | found & fitting

    def fitting(self, of_meetings: Choices) -> list[int]:
        """Return, for each plane, the listings whose meeting matches the choices and the text."""
        found = []
        for plane, meetings in enumerate(self.oracle.planes):
            bits = meetings.listings if self.is_relaxed else self.text_in_plane(plane)
            for key, values in of_meetings.items():
                bits &= self.plane_condition(plane, key, values)
            found.append(bits)
        return found

    def plane_condition(self, plane: int, key: str, values: tuple[str, ...]) -> int:
        """Return the listings whose meeting in a plane has any of the options of a filter."""
        facts = self.moment.time_facts[plane] if key in TIME_FILTERS else self.oracle.planes[plane].facts
        if key == "mode":
            return self.mode(values, facts)
        return functools.reduce(operator.or_, (facts.get((key, value), 0) for value in values), 0)

    def has(self, key: str, value: str) -> int:
        return self.oracle.facets.get((key, value), 0)

    def any_value(self, key: str, values: Iterable[str]) -> int:
        return functools.reduce(operator.or_, (self.has(key, value) for value in values), 0)

    def condition(self, key: str, values: tuple[str, ...]) -> int:
        if key in TIME_FILTERS:
            planes = range(len(self.oracle.planes))
            return functools.reduce(
                operator.or_, (self.plane_condition(plane, key, values) for plane in planes), 0
            )
        if key == "open":
            return self.moment.open
        if key in self.moment.dated_answers:
            return self.moment.dated_answers[key]["yes"]
        if key == "country":
            return self.any_value(key, ("", *values))
        return self.mode(values, self.oracle.facets) if key == "mode" else self.any_value(key, values)

    def mode(self, values: tuple[str, ...], facts: Mapping[tuple[str, str], int]) -> int:
        """Return what takes place in one of these ways, in reach of the place of the query; `facts` says which does."""

        def having(*modes: str) -> int:
            return functools.reduce(operator.or_, (facts.get(("mode", mode), 0) for mode in modes), 0)

        if self.query.point is None:
            return having(*values)
        found = having(*(value for value in values if value != "in-person"))
        if "in-person" in values:
            found |= having("in-person") & self.near
        if not values:
            unknown = having("unknown") & (self.has("place", "none") | self.near)
            found = having("online", "phone") | having("in-person") & self.near | unknown
        return found

    @cached_property
    def km(self) -> dict[int, float]:
        """Return the distance of each listing within the radius."""
        if self.query.point is None:
            return {}
        here, radius = self.query.point[:2], self.query.km
        found = {}
        for number, *point in self.oracle.points:
            if abs(point[0] - here[0]) * 111 <= radius + 1:
                km = distance_km(here, (point[0], point[1]))
                if km <= radius:
                    found[number] = km
        return found

    @cached_property
    def near(self) -> int:
        return self.oracle.bits(self.km)

    def any_option(self, options: Iterable[Option], *, named: bool) -> int:
        return functools.reduce(
            operator.or_, (self.option_matches(*option, named=named) for option in options), 0
        )

    def option_matches(self, how: str, value: Any, *, named: bool) -> int:
        if how == "stem":
            return self.oracle.stems[named].get(value, 0)
        if how == "prefix":
            return self.prefix(value, named=named)
        if how == "phrase":
            return self.phrase(value, named=named)
        if how == "name":
            return functools.reduce(
                operator.and_,
                (self.oracle.stems[True].get(word, 0) for word in value),
                self.oracle.everything,
            )
        return self.facets(value)

    def facets(self, pairs: Sequence[tuple[str, str]]) -> int:
        """Return what has all of the filter options; those about meetings must apply to one meeting."""
        found = self.oracle.everything
        of_meetings = [(key, value) for key, value in pairs if key in MEETING_FILTERS]
        for key, value in pairs:
            if key not in MEETING_FILTERS:
                found &= self.has("kind", value) if key == "kind" else self.condition(key, (value,))
        if not of_meetings:
            return found
        alone = found & ~self.oracle.having_meetings
        for key, value in of_meetings:
            alone &= self.condition(key, (value,))
        together = 0
        for plane, meetings in enumerate(self.oracle.planes):
            bits = meetings.listings
            for key, value in of_meetings:
                bits &= self.plane_condition(plane, key, (value,))
            together |= bits
        return alone | found & together

    def prefix(self, prefix: str, *, named: bool) -> int:
        if len(prefix) < SHORTEST_PREFIX:
            return 0
        known, ordered = (self.oracle.in_name if named else self.oracle.anywhere), self.oracle.sorted_words
        found = 0
        for place in range(bisect.bisect_left(ordered, (prefix, "")), len(ordered)):
            if not ordered[place][0].startswith(prefix):
                break
            found |= known.get(ordered[place], 0)
        return found

    def phrase(self, stems: Sequence[str], *, named: bool) -> int:
        candidates = self.oracle.everything
        for word in stems:
            candidates &= self.oracle.stems[named].get(word, 0)
        return self.oracle.bits(
            number
            for number in self.oracle.numbers(candidates)
            if self.contains_phrase(tuple(stems), number, named=named)
        )

    def contains_phrase(self, stems: tuple[str, ...], number: int, *, named: bool) -> bool:
        texts = self.oracle.stemmed_texts(number)
        return any(
            tuple(text[place : place + len(stems)]) == stems
            for text in (texts[:NAMES] if named else texts)
            for place in range(len(text))
        )

    def ordered(self, hits: int) -> list[int]:
        numbers = self.oracle.numbers(hits)
        if self.query.order == "nearest":
            return sorted(numbers, key=lambda number: (self.km.get(number, math.inf), number))
        if self.query.order == "soonest":
            of_meetings = {key: values for key, values in self.choices.items() if key in MEETING_FILTERS}
            if of_meetings or (self.has_meeting_terms and not self.is_relaxed):
                keys = self.moment.soonest_keys_of_meetings(self.fitting(of_meetings))
            else:
                keys = self.moment.soonest_keys
            return sorted(numbers, key=keys.__getitem__)
        return sorted(numbers, key=self.relevance_key)

    def relevance_key(self, number: int) -> tuple[bool, bool, int, bool, bool, int]:
        """Return what "best first" sorts by.

        That is: near, matches the meaning where nothing has all words, more words in the name, the likeliest meaning,
        fresh, rank.
        """
        stale = bool(self.moment.stale >> number & 1)
        if not self.terms:
            return False, False, 0, False, stale, number
        far = self.query.point is not None and number not in self.km
        close = count_sets(self.closest, number) >= self.min_terms
        semantic = bool(self.semantic >> number & 1)
        return far, not semantic, -count_sets(self.words_in_name, number), not close, stale, number

    @cached_property
    def words_in_name(self) -> list[int]:
        return [self.any_option(forms, named=True) for forms in self.query.words]

    @cached_property
    def closest(self) -> list[int]:
        return [self.any_option(term.closest or term.options, named=False) for term in self.query.required]


def count_sets(sets: Sequence[int], number: int) -> int:
    """Return how many of the sets contain a listing."""
    return sum(found >> number & 1 for found in sets)

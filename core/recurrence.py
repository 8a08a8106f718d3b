"""When things meet and when places are open, worked out from wall-clock rules and one instant.

Pure: no Django, no database, no clock; the caller passes the instant. Instants are aware datetimes of any
zone (ValueError for a naive one). Dates and times of day are wall clock in the rule's own zone, and every
result comes back in that zone. All sums and comparisons are done in UTC, so a change of the clocks, a
half-hour zone or a jump over the date line cannot bend them.

What happens where a wall clock jumps (PEP 495, https://peps.python.org/pep-0495/):

- A time that the clock skips moves forward by as much as the clock does: 02:30 on the night that
  02:00 becomes 03:00 is 03:30. On a day that a country left out, it is the same time a day later.
- A time that the clock shows twice means the first pass for a start or an opening, and the last pass
  for a closing.
- A meeting ends its elapsed minutes after it starts, whatever the wall clock does meanwhile.

Where the calendar of Python ends (the years 1 and 9999) so do the answers: nothing is raised.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import takewhile
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MINUTES_A_DAY = 24 * 60
# The longest opening that `closes_at` follows, and how far ahead `next_opening` looks.
LONGEST_OPENING = timedelta(days=8)
OPENING_HORIZON = timedelta(days=366)

_LAST_DAY = date.max.toordinal()
# How many local dates a span can reach past its own: it runs into the next day, and a clock that skips an
# hour late at night, or a whole day, carries it one further.
_REACH_DAYS = 2
# Shape of an IANA name. The longest in use has 32 characters.
_ZONE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*")
_ZONE_NAME_LENGTH = 64
# Found in the zone folder of many machines, but no zone of a place: they mean something else on each machine, or that
# nobody has set one.
_NOT_IANA = ("localtime", "posixrules", "posix/", "right/", "Factory")
# Dates that people, feeds and copies give lie between these; what lies beyond is a slip of the keyboard.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)

_Span = tuple[datetime, datetime]


class Repeat(StrEnum):
    """How often a meeting comes round. The values are stored and stand in feeds."""

    WEEKLY = "weekly"
    SECOND_WEEK = "second-week"
    MONTHLY = "monthly"  # on the n-th, or last, of a weekday in the month
    DATED = "dated"  # once
    ONGOING = "ongoing"  # a room that never closes, such as a marathon meeting


@lru_cache(maxsize=1024)
def load_zone(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises ValueError, in words for a person, for any other text."""
    problem = f"{name[:_ZONE_NAME_LENGTH]!r} is not a time zone. Write one like America/New_York."
    if len(name) > _ZONE_NAME_LENGTH or not _ZONE_NAME.fullmatch(name) or name.startswith(_NOT_IANA):
        raise ValueError(problem)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: the name of a folder
        raise ValueError(problem) from error


def is_zone(name: str) -> bool:
    """Return whether `load_zone` knows the zone."""
    try:
        load_zone(name)
    except ValueError:
        return False
    return True


def is_likely_day(day: date) -> bool:
    """Return whether a date that somebody gave lies between `FIRST_DAY` and `LAST_DAY`."""
    return FIRST_DAY <= day <= LAST_DAY


def _require_wall_clock(value: time, label: str) -> None:
    if value.tzinfo is not None or value.fold:
        raise ValueError(f"{label} is a time of day on the wall clock, without a zone or a fold of its own.")


def _require_weekday(value: int) -> None:
    if not 0 <= value <= 6:
        raise ValueError("A weekday is a number from 0 (Monday) to 6 (Sunday).")


@dataclass(frozen=True, slots=True)
class Rule:
    """When a meeting takes place. Raises ValueError if the facts do not make a rule.

    A field that its `repeat` has no use for is ignored, but must still be in range.
    """

    # IANA name; all dates and times below are wall clock in this zone.
    zone: str
    repeat: Repeat
    # Midnight, and ignored, when ongoing.
    start: time
    # Elapsed length, 1 to 1440.
    minutes: int
    # 0 is Monday. Needed for weekly, second-week and monthly.
    weekday: int | None = None
    # Which one of the month: 1 to 5, or -1 for the last. A month without a fifth is left out.
    nth: int | None = None
    # Second-week: any date of a week (Monday to Sunday) in which it meets; tells the weeks apart, and does
    # not hold back earlier ones. Dated: the date. Otherwise: the first date on which it can meet.
    first: date | None = None
    # The last date on which it can start, inclusive.
    until: date | None = None

    def __post_init__(self) -> None:
        load_zone(self.zone)
        _require_wall_clock(self.start, "The start")
        if not 1 <= self.minutes <= MINUTES_A_DAY:
            raise ValueError(f"A meeting lasts from 1 to {MINUTES_A_DAY} minutes.")
        if self.weekday is not None:
            _require_weekday(self.weekday)
        if self.nth not in (None, 1, 2, 3, 4, 5, -1):
            raise ValueError("Which one of the month: 1 to 5, or -1 for the last.")
        self._require_what_repeat_needs()

    def _require_what_repeat_needs(self) -> None:
        regular = self.repeat in (Repeat.WEEKLY, Repeat.SECOND_WEEK, Repeat.MONTHLY)
        if regular and self.weekday is None:
            raise ValueError("A meeting that repeats needs a weekday.")
        if self.repeat == Repeat.MONTHLY and self.nth is None:
            raise ValueError(
                "A monthly meeting needs to say which one of the month: 1 to 5, or -1 for the last."
            )
        if self.repeat == Repeat.SECOND_WEEK and self.first is None:
            raise ValueError("A meeting every second week needs a date in a week in which it meets.")
        if self.repeat == Repeat.DATED and self.first is None:
            raise ValueError("A meeting that takes place once needs its date.")
        if self.repeat != Repeat.SECOND_WEEK and self.first and self.until and self.until < self.first:
            raise ValueError("The last date is before the first.")


def with_likely_days(rule: Rule) -> Rule | None:
    """Return the rule without dates that nobody can mean (`is_likely_day`); None where nothing would be left of it.

    Such dates may stand in the database since before they were refused.
    """
    first, until = rule.first, rule.until
    if first and not is_likely_day(first):
        if rule.repeat == Repeat.DATED or first > LAST_DAY:
            return None
        # Every second week needs a date of a week in which it meets; another such week will do.
        first += timedelta(weeks=2 * ((FIRST_DAY - first).days // 14 + 1))
    if until and until < FIRST_DAY:
        return None
    return replace(rule, first=first, until=None if until and until > LAST_DAY else until)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One meeting: from `start` up to, and without, `end`, both aware and in the rule's zone.

    Two datetimes of one zone subtract and compare by their wall clocks: convert both to UTC first.
    """

    start: datetime
    end: datetime
    # The local date of the start; a meeting that runs past midnight stays on it.
    day: date


def occurrences_after(rule: Rule, instant: datetime) -> Iterator[Occurrence]:
    """In order, every occurrence that ends after the instant; one in progress comes first.

    Endless for a rule without a last date. An ongoing meeting comes as one occurrence for each local day.
    """
    found = (_occurrence(rule, span) for span in _spans(rule, _utc(instant)))
    return (occurrence for occurrence in found if occurrence)


def next_occurrence(rule: Rule, instant: datetime) -> Occurrence | None:
    """The first occurrence that starts at the instant or later; None if there is none or it is ongoing."""
    span = _next_span(rule, _utc(instant))
    return _occurrence(rule, span) if span else None


def occurrence_in_progress(rule: Rule, instant: datetime) -> Occurrence | None:
    """The occurrence in progress (start <= instant < end), or None. Ongoing: the whole local day."""
    span = _current_span(rule, _utc(instant))
    return _occurrence(rule, span) if span else None


def in_progress(rule: Rule, instant: datetime) -> bool:
    """Whether it is being held: always, within its first and last date, for an ongoing meeting."""
    return _current_span(rule, _utc(instant)) is not None


def starts_within(rule: Rule, instant: datetime, span: timedelta) -> bool:
    """Whether an occurrence starts at the instant or up to, and including, `span` later. Never if ongoing."""
    now = _utc(instant)
    found = _next_span(rule, now)
    return found is not None and found[0] - now <= span


@dataclass(frozen=True, slots=True)
class Interval:
    """Opening hours that start on one weekday, wall clock.

    A closing that is not after the opening is on the next day; the same time twice is 24 hours.
    Raises ValueError for a weekday out of range or a time with a zone.
    """

    weekday: int  # 0 is Monday
    opens: time
    closes: time

    def __post_init__(self) -> None:
        _require_weekday(self.weekday)
        _require_wall_clock(self.opens, "The opening")
        _require_wall_clock(self.closes, "The closing")


@dataclass(frozen=True, slots=True)
class Hours:
    """When a place or a line is open. Several intervals a day are fine, and they may overlap.

    An exception replaces whatever starts on its date, that of `always` included; an empty one means closed.
    What started the day before runs on to its closing. Raises ValueError for an unknown zone or a time
    with a zone.
    """

    zone: str
    intervals: tuple[Interval, ...] = ()
    # Date to (opens, closes) pairs, read as in Interval.
    exceptions: Mapping[date, tuple[tuple[time, time], ...]] = field(default_factory=dict, hash=False)
    # Day and night; the intervals are ignored.
    always: bool = False

    def __post_init__(self) -> None:
        load_zone(self.zone)
        for pair in (pair for pairs in self.exceptions.values() for pair in pairs):
            _require_wall_clock(pair[0], "The opening")
            _require_wall_clock(pair[1], "The closing")


def is_open_at(hours: Hours, instant: datetime) -> bool:
    """Whether it is open at the instant; the moment of opening is open, the moment of closing is not."""
    now = _utc(instant)
    if hours.always and not hours.exceptions:
        return True
    return any(opens <= now < closes for opens, closes in _openings(hours, now, 0))


def closes_at(hours: Hours, instant: datetime) -> datetime | None:
    """When the present opening ends, in the zone of the hours; openings that touch or overlap are one.

    None if it is closed, if it is always open, and if it stays open for longer than LONGEST_OPENING.
    """
    now = _utc(instant)
    if hours.always and not hours.exceptions:
        return None
    blocks = _joined(_openings(hours, now, LONGEST_OPENING.days + _REACH_DAYS))
    closing = next((closes for opens, closes in blocks if opens <= now < closes), None)
    if closing is None or closing - now > LONGEST_OPENING:
        return None
    return _in_zone(closing, hours.zone)


def next_opening(hours: Hours, instant: datetime) -> datetime | None:
    """When it next turns from closed to open after the instant, in the zone of the hours.

    If it is open at the instant, this is the opening after the present one. None if there is none within
    OPENING_HORIZON, or if it is always open.
    """
    now = _utc(instant)
    if hours.always and not hours.exceptions:
        return None
    # Nearly every answer lies within days; a long holiday asks for the second, longer look.
    for days in (LONGEST_OPENING.days, OPENING_HORIZON.days):
        blocks = _joined(_openings(hours, now, days))
        opening = next((opens for opens, _ in blocks if opens > now), None)
        if opening is not None:
            return _in_zone(opening, hours.zone)
    return None


def open_intervals(hours: Hours, instant: datetime, days: int) -> list[tuple[datetime, datetime]]:
    """When it is open, in UTC: every (opening, closing) that can matter from the instant to so many days later.

    Openings that touch or overlap are one. Always open without exceptions is one stretch without an end.
    """
    if hours.always and not hours.exceptions:
        return [(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))]
    return _joined(_openings(hours, _utc(instant), days))


def start_instant(zone: str, day: date, wall: time) -> datetime | None:
    """The instant, in UTC, at which a meeting at this wall time of that date starts; None past Python's calendar."""
    try:
        return _first_pass(load_zone(zone), day.toordinal(), wall)
    except (OverflowError, ValueError):
        return None


def _utc(instant: datetime) -> datetime:
    """The instant in UTC, held within Python's calendar. Raises ValueError if it is naive."""
    if instant.utcoffset() is None:
        raise ValueError("An instant needs a time zone.")
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC) if instant.year == 1 else datetime.max.replace(tzinfo=UTC)


def _in_zone(moment: datetime, zone: str) -> datetime | None:
    try:
        return moment.astimezone(load_zone(zone))
    except OverflowError:
        return None


def _local_ordinal(moment: datetime, zone: str) -> int:
    """Proleptic ordinal of the local date."""
    return (_in_zone(moment, zone) or moment).toordinal()


def _first_pass(zone: ZoneInfo, day: int, wall: time) -> datetime:
    """UTC instant of a wall time on the date of this ordinal. OverflowError, ValueError past the edges.

    With fold=0 a skipped time takes the offset before the jump, which is what moves it forward.
    """
    return datetime.combine(date.fromordinal(day), wall, tzinfo=zone).astimezone(UTC)


def _last_pass(zone: ZoneInfo, day: int, wall: time) -> datetime:
    """As _first_pass, for the second showing of a doubled time.

    The later of the two folds: a skipped time has its folds the other way round, and moves forward too.
    """
    return max(_first_pass(zone, day, wall), _first_pass(zone, day, wall.replace(fold=1)))


def _next_span(rule: Rule, now: datetime) -> _Span | None:
    if rule.repeat == Repeat.ONGOING:
        return None
    return next((span for span in _spans(rule, now) if span[0] >= now), None)


def _current_span(rule: Rule, now: datetime) -> _Span | None:
    # Occurrences never overlap, so only the first that has not ended can have begun.
    span = next(_spans(rule, now), None)
    return span if span and span[0] <= now else None


def _occurrence(rule: Rule, span: _Span) -> Occurrence | None:
    start, end = _in_zone(span[0], rule.zone), _in_zone(span[1], rule.zone)
    return Occurrence(start, end, start.date()) if start and end else None


def _spans(rule: Rule, now: datetime) -> Iterator[_Span]:
    """In order, (start, end) in UTC of every occurrence that ends after `now`."""
    low = max(1, _local_ordinal(now, rule.zone) - _REACH_DAYS)
    zone = load_zone(rule.zone)
    for day in _days(rule, low):
        try:
            start, end = _span(rule, zone, day)
        except (OverflowError, ValueError):
            continue
        if now < end and start < end:
            yield start, end


def _span(rule: Rule, zone: ZoneInfo, day: int) -> _Span:
    if rule.repeat == Repeat.ONGOING:
        return _first_pass(zone, day, time.min), _first_pass(zone, day + 1, time.min)
    start = _first_pass(zone, day, rule.start)
    return start, start + timedelta(minutes=rule.minutes)


def _days(rule: Rule, low: int) -> Iterator[int]:
    """In order, ordinals of the dates, from `low` on, on which the rule has an occurrence."""
    high = rule.until.toordinal() if rule.until else _LAST_DAY
    first = rule.first.toordinal() if rule.first else 1
    match rule.repeat:
        case Repeat.SECOND_WEEK:
            # Ordinal 1 is a Monday, so a date's own week begins (ordinal - 1) % 7 days before it.
            met = first - (first - 1) % 7 + (rule.weekday or 0)
            return iter(range(low + (met - low) % 14, high + 1, 14))
        case Repeat.WEEKLY:
            low = max(low, first)
            return iter(range(low + ((rule.weekday or 0) + 1 - low) % 7, high + 1, 7))
        case Repeat.MONTHLY:
            low = max(low, first)
            from_low = (day for day in _monthly_days(rule.weekday or 0, rule.nth or 1, low) if day >= low)
            return takewhile(lambda day: day <= high, from_low)
        case Repeat.DATED:
            return iter(range(first, first + 1) if first >= low else ())
        case Repeat.ONGOING:
            return iter(range(max(low, first), high + 1))


def _monthly_days(weekday: int, nth: int, low: int) -> Iterator[int]:
    """Ordinals of the n-th weekday of each month, from the month of `low` on; months without one left out."""
    begin = date.fromordinal(low)
    for month_number in range(begin.year * 12 + begin.month - 1, (date.max.year + 1) * 12):
        year, month = divmod(month_number, 12)
        first_weekday, length = monthrange(year, month + 1)
        earliest = 1 + (weekday - first_weekday) % 7
        day = earliest + 7 * ((length - earliest) // 7 if nth == -1 else nth - 1)
        if day <= length:
            yield date(year, month + 1, day).toordinal()


def _openings(hours: Hours, now: datetime, days_ahead: int) -> Iterator[_Span]:
    """(opens, closes) in UTC of whatever can be open between `now` and so many days later, by date."""
    zone = load_zone(hours.zone)
    today = _local_ordinal(now, hours.zone)
    low, high = max(1, today - _REACH_DAYS), min(_LAST_DAY, today + days_ahead + 1)
    for day in range(low, high + 1):
        for opens, closes in _pairs(hours, day):
            try:
                opening = _first_pass(zone, day, opens)
                closing = _last_pass(zone, day + (closes <= opens), closes)
            except (OverflowError, ValueError):
                continue
            if opening < closing:
                yield opening, closing


def _pairs(hours: Hours, day: int) -> list[tuple[time, time]] | tuple[tuple[time, time], ...]:
    """(opens, closes) wall times of what starts on the date of this ordinal."""
    if hours.exceptions:
        exception = hours.exceptions.get(date.fromordinal(day))
        if exception is not None:
            return exception
    if hours.always:
        return ((time.min, time.min),)
    weekday = (day - 1) % 7
    return [(each.opens, each.closes) for each in hours.intervals if each.weekday == weekday]


def _joined(spans: Iterator[_Span]) -> list[_Span]:
    """The same stretches of time in order, with those that touch or overlap made one."""
    blocks: list[_Span] = []
    for start, end in sorted(spans):
        if blocks and start <= blocks[-1][1]:
            blocks[-1] = (blocks[-1][0], max(end, blocks[-1][1]))
        else:
            blocks.append((start, end))
    return blocks

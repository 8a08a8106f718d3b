"""Calculate when meetings take place and when places are open, from wall-clock rules and one instant.

The module uses no Django, no database and no clock: the caller passes the instant. Instants are aware datetimes of any
zone (ValueError for a naive one). Dates and times of day are wall clock in the rule's own zone, and results are in that
zone unless a function says otherwise. All sums and comparisons are done in UTC, so that a change of the clocks, a
half-hour zone or a jump over the date line cannot distort them.

Where a wall clock jumps (PEP 495, https://peps.python.org/pep-0495/), these rules apply:

- A time that the clock skips moves forward by as much as the clock does: 02:30 on the night that
  02:00 becomes 03:00 is 03:30. On a day that a country skipped, it is the same time a day later.
- A time that the clock shows twice means the first pass for a start or an opening, and the last pass
  for a closing.
- A meeting ends its elapsed minutes after its start, whatever the wall clock does meanwhile.

Results end where the calendar of Python ends (the years 1 and 9999); no exception is raised there.
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
# Which of its weekday in the month a date is; -1 is the last one.
WEEKS_OF_MONTH = frozenset((1, 2, 3, 4, 5, -1))
# The longest opening that `closes_at` follows, and how far ahead `next_opening` looks.
LONGEST_OPENING = timedelta(days=8)
OPENING_HORIZON = timedelta(days=366)

_LAST_DAY = date.max.toordinal()
# How many local dates a span can extend past its own. It may run into the next day, and into one more where a clock
# skips an hour late at night, or a whole day.
_REACH_DAYS = 2
# Shape of an IANA name. The longest in use has 32 characters.
_ZONE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*")
_ZONE_NAME_LENGTH = 64
# Names that many machines have in their zone folder, but that name no place: they mean something else on each machine,
# or that nobody has set a zone.
_NOT_IANA = ("localtime", "posixrules", "posix/", "right/", "Factory")
# Dates that people, feeds and imported copies give are between these; a date outside is a typing error.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)

_Span = tuple[datetime, datetime]


class Repeat(StrEnum):
    """How often a meeting repeats. The values are stored, and feeds contain them."""

    WEEKLY = "weekly"
    SECOND_WEEK = "second-week"
    MONTHLY = "monthly"  # on one or several of a weekday in the month, such as the second and the fourth
    DATED = "dated"  # once
    ONGOING = "ongoing"  # never closes, such as a marathon meeting


@lru_cache(maxsize=1024)
def load_zone(name: str) -> ZoneInfo:
    """Return the zone of an IANA name. Raises ValueError, with a message for people, for any other text."""
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
    """Raise ValueError for a time with a zone or a fold."""
    if value.tzinfo is not None or value.fold:
        raise ValueError(f"{label} is a time of day on the wall clock, without a zone or a fold of its own.")


def _require_weekday(value: int) -> None:
    """Raise ValueError for a number that is no weekday from 0 (Monday) to 6 (Sunday)."""
    if not 0 <= value <= 6:
        raise ValueError("A weekday is a number from 0 (Monday) to 6 (Sunday).")


@dataclass(frozen=True, slots=True)
class Rule:
    """When a meeting takes place. Raises ValueError if the fields contradict each other or are incomplete.

    A field that `repeat` does not use is ignored, but must still be in range.
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
    # Which ones of the month: 1 to 5, or -1 for the last. A month without a fifth has none for the 5.
    weeks: tuple[int, ...] = ()
    # Second-week: any date of a week (Monday to Sunday) in which it meets; earlier weeks count too. Dated: the date.
    # Otherwise: the first date on which it can meet.
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
        if not set(self.weeks) <= WEEKS_OF_MONTH:
            raise ValueError("Which ones of the month: 1 to 5, or -1 for the last.")
        self._require_what_repeat_needs()

    def _require_what_repeat_needs(self) -> None:
        """Raise ValueError where a field is missing that this kind of repetition needs."""
        regular = self.repeat in (Repeat.WEEKLY, Repeat.SECOND_WEEK, Repeat.MONTHLY)
        if regular and self.weekday is None:
            raise ValueError("A meeting that repeats needs a weekday.")
        if self.repeat == Repeat.MONTHLY and not self.weeks:
            raise ValueError(
                "A monthly meeting needs to say which ones of the month: 1 to 5, or -1 for the last."
            )
        if self.repeat == Repeat.SECOND_WEEK and self.first is None:
            raise ValueError("A meeting every second week needs a date in a week in which it meets.")
        if self.repeat == Repeat.DATED and self.first is None:
            raise ValueError("A meeting that takes place once needs its date.")
        if self.repeat != Repeat.SECOND_WEEK and self.first and self.until and self.until < self.first:
            raise ValueError("The last date is before the first.")


def with_likely_days(rule: Rule) -> Rule | None:
    """Return the rule without dates outside `FIRST_DAY` to `LAST_DAY`; None where no occurrence would be left.

    The database may contain such dates from the time before they were rejected.
    """
    first, until = rule.first, rule.until
    if first and not is_likely_day(first):
        if rule.repeat == Repeat.DATED or first > LAST_DAY:
            return None
        # Every second week needs a date of a week in which it meets; any other such week is as good.
        first += timedelta(weeks=2 * ((FIRST_DAY - first).days // 14 + 1))
    if until and until < FIRST_DAY:
        return None
    return replace(rule, first=first, until=None if until and until > LAST_DAY else until)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One meeting from `start` to `end` (exclusive), both aware and in the rule's zone.

    Python subtracts and compares two datetimes of one zone by their wall clocks: convert both to UTC first.
    """

    start: datetime
    end: datetime
    # The local date of the start; a meeting that runs past midnight stays on it.
    day: date


def occurrences_after(rule: Rule, instant: datetime) -> Iterator[Occurrence]:
    """Yield every occurrence that ends after the instant, in order; one in progress comes first.

    The iterator is endless for a rule without a last date. An ongoing meeting has one occurrence for each local day.
    """
    occurrences = (_occurrence(rule, span) for span in _spans(rule, _to_utc(instant)))
    return (occurrence for occurrence in occurrences if occurrence)


def next_occurrence(rule: Rule, instant: datetime) -> Occurrence | None:
    """Return the first occurrence that starts at the instant or later; None if there is none or it is ongoing."""
    span = _next_span(rule, _to_utc(instant))
    return _occurrence(rule, span) if span else None


def occurrence_in_progress(rule: Rule, instant: datetime) -> Occurrence | None:
    """Return the occurrence in progress (start <= instant < end), or None. Ongoing: the whole local day."""
    span = _current_span(rule, _to_utc(instant))
    return _occurrence(rule, span) if span else None


def is_in_progress(rule: Rule, instant: datetime) -> bool:
    """Return whether the meeting is in progress; an ongoing one always is between its first and last date."""
    return _current_span(rule, _to_utc(instant)) is not None


def starts_within(rule: Rule, instant: datetime, span: timedelta) -> bool:
    """Return whether an occurrence starts at the instant or at most `span` later; never for an ongoing meeting."""
    now = _to_utc(instant)
    next_span = _next_span(rule, now)
    return next_span is not None and next_span[0] - now <= span


@dataclass(frozen=True, slots=True)
class Interval:
    """Opening hours that start on one weekday, wall clock.

    If `closes` is not after `opens`, it is on the next day; equal times mean 24 hours.
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
    """When a place or a hotline is open. A day may have several intervals, and they may overlap.

    An exception replaces the intervals that start on its date, also where `always` is set; an empty one means closed.
    An interval that started the day before continues to its closing. Raises ValueError for an unknown zone or a time
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
    """Return whether it is open at the instant: at the moment of opening it is, at the moment of closing it is not."""
    now = _to_utc(instant)
    if hours.always and not hours.exceptions:
        return True
    return any(opens <= now < closes for opens, closes in _openings(hours, now, 0))


def closes_at(hours: Hours, instant: datetime) -> datetime | None:
    """Return when the current opening ends, in the zone of the hours; openings that touch or overlap are one.

    None if it is closed, if it is always open, and if it stays open for longer than LONGEST_OPENING.
    """
    now = _to_utc(instant)
    if hours.always and not hours.exceptions:
        return None
    blocks = _merge_spans(_openings(hours, now, LONGEST_OPENING.days + _REACH_DAYS))
    closing = next((closes for opens, closes in blocks if opens <= now < closes), None)
    if closing is None or closing - now > LONGEST_OPENING:
        return None
    return _in_zone(closing, hours.zone)


def next_opening(hours: Hours, instant: datetime) -> datetime | None:
    """Return when it next changes from closed to open after the instant, in the zone of the hours.

    If it is open at the instant, this is the opening after the current one. None if there is none within
    OPENING_HORIZON, or if it is always open.
    """
    now = _to_utc(instant)
    if hours.always and not hours.exceptions:
        return None
    # Nearly every opening is within days; only a long holiday needs the second, longer search.
    for days in (LONGEST_OPENING.days, OPENING_HORIZON.days):
        blocks = _merge_spans(_openings(hours, now, days))
        opening = next((opens for opens, _ in blocks if opens > now), None)
        if opening is not None:
            return _in_zone(opening, hours.zone)
    return None


def open_intervals(hours: Hours, instant: datetime, days: int) -> list[tuple[datetime, datetime]]:
    """Return the openings from the instant to `days` later as pairs (opening, closing) in UTC.

    Openings that touch or overlap are one. If it is always open without exceptions, one pair covers all time.
    """
    if hours.always and not hours.exceptions:
        return [(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))]
    return _merge_spans(_openings(hours, _to_utc(instant), days))


def start_instant(zone: str, day: date, wall: time) -> datetime | None:
    """Return the instant, in UTC, of a wall time on a date in a zone; None past the end of Python's calendar."""
    try:
        return _first_pass(load_zone(zone), day.toordinal(), wall)
    except (OverflowError, ValueError):
        return None


def _to_utc(instant: datetime) -> datetime:
    """Return the instant in UTC, limited to Python's calendar. Raises ValueError if it is naive."""
    if instant.utcoffset() is None:
        raise ValueError("An instant needs a time zone.")
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC) if instant.year == 1 else datetime.max.replace(tzinfo=UTC)


def _in_zone(moment: datetime, zone: str) -> datetime | None:
    """Return an instant as a datetime in a zone, or None where it is outside the years that Python knows."""
    try:
        return moment.astimezone(load_zone(zone))
    except OverflowError:
        return None


def _local_ordinal(moment: datetime, zone: str) -> int:
    """Return the proleptic ordinal of the local date."""
    return (_in_zone(moment, zone) or moment).toordinal()


def _first_pass(zone: ZoneInfo, day: int, wall: time) -> datetime:
    """Return the UTC instant of a wall time on a date, at its first pass. Raises OverflowError or ValueError.

    With fold=0 a skipped time takes the offset before the jump, which moves it forward.
    """
    return datetime.combine(date.fromordinal(day), wall, tzinfo=zone).astimezone(UTC)


def _last_pass(zone: ZoneInfo, day: int, wall: time) -> datetime:
    """Return the UTC instant of a wall time on a date, at its last pass. Raises OverflowError or ValueError.

    This is the later of the two folds: a skipped time has its folds in the other order, and moves forward too.
    """
    return max(_first_pass(zone, day, wall), _first_pass(zone, day, wall.replace(fold=1)))


def _next_span(rule: Rule, now: datetime) -> _Span | None:
    """Return start and end of the first occurrence that starts at `now` or later, or None."""
    if rule.repeat == Repeat.ONGOING:
        return None
    return next((span for span in _spans(rule, now) if span[0] >= now), None)


def _current_span(rule: Rule, now: datetime) -> _Span | None:
    """Return start and end of the occurrence that is in progress at `now`, or None."""
    # Occurrences never overlap, so only the first that has not ended can have begun.
    span = next(_spans(rule, now), None)
    return span if span and span[0] <= now else None


def _occurrence(rule: Rule, span: _Span) -> Occurrence | None:
    """Return the occurrence between two instants, or None where Python cannot represent them."""
    start, end = _in_zone(span[0], rule.zone), _in_zone(span[1], rule.zone)
    return Occurrence(start, end, start.date()) if start and end else None


def _spans(rule: Rule, now: datetime) -> Iterator[_Span]:
    """Yield (start, end) in UTC of every occurrence that ends after `now`, in order."""
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
    """Return start and end, as instants, of the occurrence that begins on the day with this ordinal."""
    if rule.repeat == Repeat.ONGOING:
        return _first_pass(zone, day, time.min), _first_pass(zone, day + 1, time.min)
    start = _first_pass(zone, day, rule.start)
    return start, start + timedelta(minutes=rule.minutes)


def _days(rule: Rule, low: int) -> Iterator[int]:
    """Yield the ordinals of the dates from `low` on which the rule has an occurrence, in order."""
    high = rule.until.toordinal() if rule.until else _LAST_DAY
    first = rule.first.toordinal() if rule.first else 1
    match rule.repeat:
        case Repeat.SECOND_WEEK:
            # Ordinal 1 is a Monday, so a date's own week begins (ordinal - 1) % 7 days before it.
            known_day = first - (first - 1) % 7 + (rule.weekday or 0)
            return iter(range(low + (known_day - low) % 14, high + 1, 14))
        case Repeat.WEEKLY:
            low = max(low, first)
            return iter(range(low + ((rule.weekday or 0) + 1 - low) % 7, high + 1, 7))
        case Repeat.MONTHLY:
            low = max(low, first)
            from_low = (day for day in _monthly_days(rule.weekday or 0, rule.weeks, low) if day >= low)
            return takewhile(lambda day: day <= high, from_low)
        case Repeat.DATED:
            return iter(range(first, first + 1) if first >= low else ())
        case Repeat.ONGOING:
            return iter(range(max(low, first), high + 1))


def _monthly_days(weekday: int, weeks: tuple[int, ...], low: int) -> Iterator[int]:
    """Yield the ordinals of these weeks' weekday in each month from the month of `low`, each date once, in order."""
    begin = date.fromordinal(low)
    for month_number in range(begin.year * 12 + begin.month - 1, (date.max.year + 1) * 12):
        year, month = divmod(month_number, 12)
        first_weekday, length = monthrange(year, month + 1)
        earliest = 1 + (weekday - first_weekday) % 7
        last = earliest + 7 * ((length - earliest) // 7)
        days = {last if week == -1 else earliest + 7 * (week - 1) for week in weeks}
        yield from (date(year, month + 1, day).toordinal() for day in sorted(days) if day <= length)


def _openings(hours: Hours, now: datetime, days_ahead: int) -> Iterator[_Span]:
    """Yield (opening, closing) in UTC of the intervals that can be open from `now` to `days_ahead` later, by date."""
    zone = load_zone(hours.zone)
    today = _local_ordinal(now, hours.zone)
    low, high = max(1, today - _REACH_DAYS), min(_LAST_DAY, today + days_ahead + 1)
    for day in range(low, high + 1):
        for opens, closes in _wall_times_on(hours, day):
            try:
                opening = _first_pass(zone, day, opens)
                closing = _last_pass(zone, day + (closes <= opens), closes)
            except (OverflowError, ValueError):
                continue
            if opening < closing:
                yield opening, closing


def _wall_times_on(hours: Hours, day: int) -> list[tuple[time, time]] | tuple[tuple[time, time], ...]:
    """Return the (opens, closes) wall times of the intervals that start on the date of this ordinal."""
    if hours.exceptions:
        exception = hours.exceptions.get(date.fromordinal(day))
        if exception is not None:
            return exception
    if hours.always:
        return ((time.min, time.min),)
    weekday = (day - 1) % 7
    return [(interval.opens, interval.closes) for interval in hours.intervals if interval.weekday == weekday]


def _merge_spans(spans: Iterator[_Span]) -> list[_Span]:
    """Return the spans in order, with those that touch or overlap merged into one."""
    blocks: list[_Span] = []
    for start, end in sorted(spans):
        if blocks and start <= blocks[-1][1]:
            blocks[-1] = (blocks[-1][0], max(end, blocks[-1][1]))
        else:
            blocks.append((start, end))
    return blocks

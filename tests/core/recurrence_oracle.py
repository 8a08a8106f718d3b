"""A slow second opinion on `core.recurrence`, by another road: it looks at the clock on the wall.

It asks Python for one thing alone, what the wall clock shows at an instant, and never which instant a wall
time stands for. The clock is read every three hours in UTC, and every quarter of an hour where it jumped;
every offset in use today is a whole number of quarters, and so must be the starts that are put to it. Dates
come from walking the calendar day by day. Rules and hours are read by their fields; nothing is imported.

Units: a quarter is 15 minutes, counted from 1970-01-01T00:00, UTC for instants and local for the wall.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

QUARTER = 900  # seconds
HOUR = 4  # quarters
DAY = 24 * HOUR
LOOK = 3 * HOUR  # no zone jumps twice in so short a time
EPOCH = date(1970, 1, 1)


def quarter_of(day: date, wall: time = time.min) -> int:
    return (day - EPOCH).days * DAY + wall.hour * HOUR + wall.minute // 15


def instant_of(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@dataclass(frozen=True)
class Run:
    """A stretch of UTC quarters [begin, end) through which the wall clock went without a jump."""

    begin: int
    end: int
    ahead: int  # wall clock minus UTC, in quarters


@dataclass(frozen=True)
class Clock:
    """Everything that a zone's wall clock showed between two dates (UTC)."""

    runs: tuple[Run, ...]

    def jumps(self) -> list[int]:
        """UTC quarters at which the wall clock jumped."""
        return [run.begin for run in self.runs[1:]]

    def wall_at(self, seconds: int) -> int:
        """Wall quarter shown at an instant, in seconds."""
        quarter = seconds // QUARTER
        return next(quarter + run.ahead for run in self.runs if run.begin <= quarter < run.end)

    def date_at(self, seconds: int) -> date:
        return EPOCH + timedelta(days=self.wall_at(seconds) // DAY)

    def showings(self, wall: int) -> list[int]:
        """UTC quarters at which the wall clock shows this, in order; if jumped over, later by the jump."""
        shown = [wall - run.ahead for run in self.runs if run.begin <= wall - run.ahead < run.end]
        for before, after in zip(self.runs, self.runs[1:], strict=False):
            last_shown, next_shown = before.end + before.ahead, after.begin + after.ahead
            if last_shown <= wall < next_shown and not shown:
                return [before.end + (wall - last_shown)]
        return shown


@lru_cache(maxsize=64)
def clock_of(name: str, begin: date, end: date) -> Clock:
    """Reads the wall clock of a zone from `begin` to `end`, midnight UTC."""
    zone = ZoneInfo(name)
    low, high = quarter_of(begin), quarter_of(end)
    runs: list[Run] = []
    since, ahead = low, _ahead(zone, low)
    for look in range(low, high, LOOK):
        if _ahead(zone, look + LOOK) == ahead:
            continue
        for quarter in range(look + 1, look + LOOK + 1):
            shown = _ahead(zone, quarter)
            if shown != ahead:
                runs.append(Run(since, quarter, ahead))
                since, ahead = quarter, shown
    return Clock((*runs, Run(since, high, ahead)))


def _ahead(zone: ZoneInfo, quarter: int) -> int:
    local = datetime.fromtimestamp(quarter * QUARTER, zone)
    wall = (local.toordinal() - 719163) * DAY + local.hour * HOUR + local.minute // 15
    return wall - quarter


@dataclass(frozen=True)
class Day:
    date: date
    weekday: int
    week: int  # Mondays walked past so far
    nth: int  # which of its weekday in the month, from 1
    last: bool  # no other of its weekday follows in the month


@lru_cache(maxsize=8)
def calendar(begin: date, end: date) -> tuple[Day, ...]:
    """Every day from the first of begin's month up to the end of end's, in order."""
    seen: dict[tuple[int, int, int], list[date]] = defaultdict(list)
    day = begin.replace(day=1)
    while (day.year, day.month) <= (end.year, end.month):
        seen[day.year, day.month, day.weekday()].append(day)
        day += timedelta(days=1)
    days, week = [], 0
    for day in sorted(day for month in seen.values() for day in month):
        week += day.weekday() == 0
        alike = seen[day.year, day.month, day.weekday()]
        days.append(Day(day, day.weekday(), week, alike.index(day) + 1, day == alike[-1]))
    return tuple(days)


def meets(rule: Any, days: tuple[Day, ...]) -> Callable[[Day], bool]:
    """Whether a rule has an occurrence on a day; the days must hold the rule's first date."""
    if rule.repeat == "second-week":
        week = next(day.week for day in days if day.date == rule.first)
        return lambda day: day.weekday == rule.weekday and (day.week - week) % 2 == 0
    if rule.repeat == "dated":
        return lambda day: day.date == rule.first
    if rule.repeat == "weekly":
        return lambda day: day.weekday == rule.weekday and _begun(rule, day)
    return lambda day: (
        day.weekday == rule.weekday
        and (day.nth in rule.weeks or (day.last and -1 in rule.weeks))
        and _begun(rule, day)
    )


def _begun(rule: Any, day: Day) -> bool:
    return rule.first is None or day.date >= rule.first


class MeetingOracle:
    """Answers for one rule, by looking through all its starts in the clock's time."""

    def __init__(self, rule: Any, clock: Clock, days: tuple[Day, ...]) -> None:
        self.rule, self.clock, self.length = rule, clock, rule.minutes * 60
        self.starts: list[int] = []
        if rule.repeat != "ongoing":
            test = meets(rule, days)
            held = [day.date for day in days if test(day) and (rule.until is None or day.date <= rule.until)]
            shown = [clock.showings(quarter_of(day, rule.start)) for day in held]
            self.starts = [first[0] * QUARTER for first in shown if first]

    def next_start(self, seconds: int) -> int | None:
        return next((start for start in self.starts if start >= seconds), None)

    def in_progress(self, seconds: int) -> bool:
        if self.rule.repeat == "ongoing":
            today = self.clock.date_at(seconds)
            return (self.rule.first or today) <= today <= (self.rule.until or today)
        return any(start <= seconds < start + self.length for start in self.starts)

    def starts_within(self, seconds: int, span: int) -> bool:
        return any(seconds <= start <= seconds + span for start in self.starts)


class HoursOracle:
    """Answers for opening hours, by looking at the days around each instant."""

    def __init__(self, hours: Any, clock: Clock) -> None:
        self.hours, self.clock = hours, clock

    def _pairs(self, day: date) -> list[tuple[time, time]]:
        if day in self.hours.exceptions:
            return list(self.hours.exceptions[day])
        if self.hours.always:
            return [(time.min, time.min)]
        return [(each.opens, each.closes) for each in self.hours.intervals if each.weekday == day.weekday()]

    def _open_on(self, day: date, seconds: int) -> bool:
        for opens, closes in self._pairs(day):
            closing_day = day if closes > opens else day + timedelta(days=1)
            first = self.clock.showings(quarter_of(day, opens))[0]
            last = self.clock.showings(quarter_of(closing_day, closes))[-1]
            if first * QUARTER <= seconds < last * QUARTER:
                return True
        return False

    def open_at(self, seconds: int) -> bool:
        today = self.clock.date_at(seconds)
        return any(self._open_on(today + timedelta(days=away), seconds) for away in (0, -1, -2, 1))

    def closes_at(self, seconds: int, within: int) -> int | None:
        """Seconds of the first quarter at which it is closed again, looking so many days ahead."""
        return self._change(seconds, within, becomes=False) if self.open_at(seconds) else None

    def next_opening(self, seconds: int, within: int) -> int | None:
        closed = self._change(seconds, within, becomes=False) if self.open_at(seconds) else seconds
        return None if closed is None else self._change(closed, within, becomes=True)

    def _change(self, seconds: int, within: int, *, becomes: bool) -> int | None:
        quarter = seconds // QUARTER + 1
        looks = range(quarter * QUARTER, seconds + within * DAY * QUARTER + 1, QUARTER)
        return next((look for look in looks if self.open_at(look) == becomes), None)

"""Opening hours in the index. Many listings have the same hours in the same zone; the index stores each pattern once.

`core.recurrence` says when patterns open and close in the days around a moment. The result is computed again when the
day has changed. Instants are whole minutes since 1970 in UTC.
"""

import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from core import recurrence
from core.recurrence import Hours, Interval
from directory.search.index.arrays import Array, Columns, JaggedArray, StringTable
from directory.search.index.meetings import DAY_MINUTES, ENDLESS, minute_of, moment_of, utc_day

# Intervals reach so many days ahead, and are complete for the first of these days.
AHEAD_DAYS, COVERED_DAYS = 10, 3

# Weekday, opening and closing time, in ISO 8601.
WeeklyInterval = tuple[int, str, str]
# Date, opening and closing time, in ISO 8601; without times it is closed on that day.
DatedInterval = tuple[str, str | None, str | None]
# Zone, whether it is always open, weekly intervals, and exceptions.
HoursPattern = tuple[str, bool, tuple[WeeklyInterval, ...], tuple[DatedInterval, ...]]


def hours_pattern(
    zone: str, always: bool, weekly: Iterable[WeeklyInterval], dated: Iterable[DatedInterval]
) -> HoursPattern | None:
    """Return the hours of a listing, or None where they are unknown, by the rule of `Listing.opening_hours`."""
    weekly = tuple(weekly)
    if not always and (not weekly or not zone):
        return None
    return zone or "UTC", always, weekly, tuple(dated)


def parse_hours(pattern: HoursPattern) -> Hours:
    """Return a pattern as the hours that `core.recurrence` works with.

    Raises ValueError for an unknown zone.
    """
    zone, always, weekly, dated = pattern
    time = datetime.time.fromisoformat
    exceptions: dict[datetime.date, tuple[tuple[datetime.time, datetime.time], ...]] = {}
    for date, opens, closes in dated:
        day = datetime.date.fromisoformat(date[:10])
        times = ((time(opens), time(closes)),) if opens and closes else ()
        exceptions[day] = exceptions.get(day, ()) + times
    intervals = tuple(Interval(weekday, time(opens), time(closes)) for weekday, opens, closes in weekly)
    return Hours(zone=zone, intervals=intervals, exceptions=exceptions, always=always)


def pack_hours(patterns: Mapping[int, HoursPattern]) -> dict[str, Array]:
    """Return the columns for the patterns of documents."""
    numbers: dict[HoursPattern, int] = {}
    pairs = [(numbers.setdefault(pattern, len(numbers)), document) for document, pattern in patterns.items()]
    table = np.array(sorted(pairs), np.int64).reshape(-1, 2)
    texts = [json.dumps(pattern).encode() for pattern in numbers]
    return StringTable.pack("hours.texts", texts) | JaggedArray.pack(
        "hours.documents", table[:, 0], table[:, 1].astype(np.uint32), len(numbers)
    )


@dataclass(frozen=True)
class OpenIntervals:
    """When each pattern is open around a day, sorted by pattern and opening.

    A pattern that is always open has one interval without an end.
    """

    day: int
    """The ordinal of a date in UTC."""
    patterns: Array
    opens: Array
    closes: Array

    def covers(self, minute: int) -> bool:
        """Return whether the intervals are complete for a minute."""
        return self.day <= utc_day(minute) < self.day + COVERED_DAYS

    def open_at(self, minute: int) -> Array:
        """Return the numbers of the patterns that are open."""
        return self.patterns[(self.opens <= minute) & (minute < self.closes)]

    def opening_after(self, minute: int) -> tuple[Array, Array]:
        """Return when the patterns that are closed will open, in order of time, and their numbers."""
        later = self.opens > minute
        patterns, first = np.unique(self.patterns[later], return_index=True)
        opens = self.opens[later][first]
        closed = ~np.isin(patterns, self.open_at(minute))
        order = np.argsort(opens[closed], kind="stable")
        return opens[closed][order], patterns[closed][order]


class OpeningHours:
    """The opening hours of one segment."""

    def __init__(self, columns: Columns) -> None:
        """Open the columns that `pack_hours` made."""
        self.texts, self.documents = (
            StringTable(columns, "hours.texts"),
            JaggedArray(columns, "hours.documents"),
        )

    def open_intervals(self, minute: int) -> OpenIntervals:
        """Compute when each pattern is open in the days around a minute."""
        rows = [
            (number, opens, closes)
            for number in range(len(self.texts))
            for opens, closes in self._intervals_of(number, minute)
        ]
        table = np.array(rows, np.int64).reshape(-1, 3)
        return OpenIntervals(utc_day(minute), table[:, 0], table[:, 1], table[:, 2])

    def _intervals_of(self, number: int, minute: int) -> list[tuple[int, int]]:
        """Return when a pattern is open in the coming days, and when it next opens after a longer pause."""
        zone, always, weekly, dated = json.loads(self.texts[number])
        try:
            hours = parse_hours((zone, always, weekly, dated))
        except ValueError:
            return []
        if always and not dated:
            return [(0, ENDLESS)]
        intervals = [
            (minute_of(opens), minute_of(closes))
            for opens, closes in recurrence.open_intervals(hours, moment_of(minute), AHEAD_DAYS)
        ]
        covered = minute + COVERED_DAYS * DAY_MINUTES
        if not intervals or (intervals[-1][0] <= covered and intervals[-1][1] < covered + DAY_MINUTES):
            end = moment_of(max(minute, intervals[-1][1] if intervals else 0))
            opens = recurrence.next_opening(hours, end)
            intervals += [(minute_of(opens), minute_of(opens))] if opens else []
        return intervals

    def _documents_of(self, patterns: Array) -> Array:
        """Return the documents whose opening hours follow one of these patterns, unsorted."""
        parts = [self.documents[number] for number in patterns.tolist()]
        return np.concatenate(parts) if parts else np.zeros(0, np.uint32)

    def open_documents(self, intervals: OpenIntervals, minute: int) -> Array:
        """Return the documents that are open at a minute as a sorted array."""
        return np.sort(self._documents_of(np.unique(intervals.open_at(minute))))

"""Opening hours in an index. Many listings keep the same hours in the same zone; each such pattern is kept once.

When patterns open and close in the days around a moment is asked of `schedule`; that is made anew when the day has
changed. Instants are whole minutes since 1970 in UTC.
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

AHEAD_DAYS, SERVES_DAYS = 10, 3

# Weekday, opens and closes; date, opens and closes (None: closed that day). Times and dates in ISO.
Usual = tuple[int, str, str]
Unusual = tuple[str, str | None, str | None]
Pattern = tuple[str, bool, tuple[Usual, ...], tuple[Unusual, ...]]


def hours_pattern(
    zone: str, always: bool, usual: Iterable[Usual], unusual: Iterable[Unusual]
) -> Pattern | None:
    """The hours of a listing, or None where they are not known; the same rule as `Listing.opening_hours`."""
    usual = tuple(usual)
    if not always and (not usual or not zone):
        return None
    return zone or "UTC", always, usual, tuple(unusual)


def hours_of(found: Pattern) -> Hours:
    """Raises ValueError for a zone that is none."""
    zone, always, usual, unusual = found
    time = datetime.time.fromisoformat
    exceptions: dict[datetime.date, tuple[tuple[datetime.time, datetime.time], ...]] = {}
    for date, opens, closes in unusual:
        day = datetime.date.fromisoformat(date[:10])
        times = ((time(opens), time(closes)),) if opens and closes else ()
        exceptions[day] = exceptions.get(day, ()) + times
    intervals = tuple(Interval(weekday, time(opens), time(closes)) for weekday, opens, closes in usual)
    return Hours(zone=zone, intervals=intervals, exceptions=exceptions, always=always)


def pack_hours(patterns: Mapping[int, Pattern]) -> dict[str, Array]:
    """The columns of hours, from document numbers and their patterns."""
    numbers: dict[Pattern, int] = {}
    pairs = [(numbers.setdefault(found, len(numbers)), document) for document, found in patterns.items()]
    table = np.array(sorted(pairs), np.int64).reshape(-1, 2)
    texts = [json.dumps(found).encode() for found in numbers]
    return StringTable.pack("hours.texts", texts) | JaggedArray.pack(
        "hours.documents", table[:, 0], table[:, 1].astype(np.uint32), len(numbers)
    )


@dataclass(frozen=True)
class OpenIntervals:
    """When each pattern is open around `day`, sorted by pattern and opening; one stretch that is open ends never."""

    day: int
    patterns: Array
    opens: Array
    closes: Array

    def serves(self, minute: int) -> bool:
        return self.day <= utc_day(minute) < self.day + SERVES_DAYS

    def open_at(self, minute: int) -> Array:
        """The patterns that are open."""
        return self.patterns[(self.opens <= minute) & (minute < self.closes)]

    def opening_after(self, minute: int) -> tuple[Array, Array]:
        """Patterns that are closed and will open: when, in that order, and which."""
        later = self.opens > minute
        patterns, first = np.unique(self.patterns[later], return_index=True)
        opens = self.opens[later][first]
        closed = ~np.isin(patterns, self.open_at(minute))
        order = np.argsort(opens[closed], kind="stable")
        return opens[closed][order], patterns[closed][order]


class OpeningHours:
    """The hours of one segment."""

    def __init__(self, columns: Columns) -> None:
        self.texts, self.documents = (
            StringTable(columns, "hours.texts"),
            JaggedArray(columns, "hours.documents"),
        )

    def blocks(self, minute: int) -> OpenIntervals:
        rows = [
            (number, opens, closes)
            for number in range(len(self.texts))
            for opens, closes in self.stretches(number, minute)
        ]
        table = np.array(rows, np.int64).reshape(-1, 3)
        return OpenIntervals(utc_day(minute), table[:, 0], table[:, 1], table[:, 2])

    def stretches(self, number: int, minute: int) -> list[tuple[int, int]]:
        """When a pattern is open in the coming days; when it next opens after them, if it does not before."""
        zone, always, usual, unusual = json.loads(self.texts[number])
        try:
            hours = hours_of((zone, always, usual, unusual))
        except ValueError:
            return []
        if always and not unusual:
            return [(0, ENDLESS)]
        found = [
            (minute_of(opens), minute_of(closes))
            for opens, closes in recurrence.open_intervals(hours, moment_of(minute), AHEAD_DAYS)
        ]
        serves = minute + SERVES_DAYS * DAY_MINUTES
        if not found or (found[-1][0] <= serves and found[-1][1] < serves + DAY_MINUTES):
            end = moment_of(max(minute, found[-1][1] if found else 0))
            opens = recurrence.next_opening(hours, end)
            found += [(minute_of(opens), minute_of(opens))] if opens else []
        return found

    def having(self, patterns: Array) -> Array:
        """The documents of some patterns, unsorted."""
        parts = [self.documents[number] for number in patterns.tolist()]
        return np.concatenate(parts) if parts else np.zeros(0, np.uint32)

    def open_documents(self, blocks: OpenIntervals, minute: int) -> Array:
        return np.sort(self.having(np.unique(blocks.open_at(minute))))

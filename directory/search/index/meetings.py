"""Meetings in the index: the facts that filters need, and a timeline of when each meeting begins.

The index stores a weekly meeting by its local time and zone, so that daylight saving time cannot make it wrong. For any
other rhythm it stores the occurrences of `LISTED_DAYS` from the day of the build, which `core.recurrence` computes. A
`MeetingTimeline` then holds everything that begins in some ten days around a moment, in order of time. It is computed
again when the day has changed.

Facts of a meeting (how one takes part, languages, who may come) stand in one `FactColumn` for each filter.

Instants are whole minutes since 1970 in UTC; days are ordinals of local dates.
"""

import datetime
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import NamedTuple

import numpy as np

from core import recurrence
from core.fields import unpack_set
from core.recurrence import Repeat, Rule
from core.weekdays import WEEKDAY_KEYS
from directory.search.filters import MEETING_FACT_KEYS
from directory.search.index.arrays import Array, Columns, JaggedArray, StringTable
from directory.search.meeting_filters import PARTS_OF_DAY, part_of_day

LISTED_DAYS = 400
ENDLESS = 2**31 - 1
DAY_MINUTES = 24 * 60
# The last occurrence of a rule lies within so many days before its last date: months may pass between fifth Sundays.
LAST_WITHIN_DAYS = 200
# A timeline begins two days back, because of zones and of meetings past midnight, and is complete for three days.
BACK_DAYS, AHEAD_DAYS, COVERED_DAYS = 2, 12, 3
EVERY_DAY, ANY_PART = len(WEEKDAY_KEYS), 4
PART_NUMBERS = {
    part: number for number, part in enumerate(dict.fromkeys(part for _end, part in PARTS_OF_DAY))
}
WEEKLY, LISTED, ONGOING = range(3)
# The columns from "rhythm" on of a meeting that never takes place.
NEVER = (LISTED, 0, ANY_PART, 0, 0, 0, 0, 0)
BYTE_BITS = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little").astype(np.int64)

MEETING_COLUMNS = {
    "document": np.uint32, "zone": np.uint16, "rhythm": np.uint8, "weekday": np.uint8, "part": np.uint8,
    "minute": np.int16, "minutes": np.int16, "first": np.int32, "until": np.int32, "over": np.int32,
}  # fmt: skip


class MeetingRow(NamedTuple):
    """A meeting as its kind supplies it; dates and times are ISO 8601 texts, as the database returns them.

    `facts` holds the values for the filters in `MEETING_FACT_KEYS`, in their order, as the database holds them.
    """

    listing: int
    zone: str
    repeat: str
    weekday: int | None
    start: str | None
    minutes: int
    weeks: str
    first: str | None
    until: str | None
    facts: tuple[str | None, ...] = ("",) * len(MEETING_FACT_KEYS)

    @property
    def rule(self) -> Rule:
        """Return the rule by which the meeting recurs. Raises ValueError for values that make none."""
        return Rule(
            zone=self.zone,
            repeat=Repeat(self.repeat),
            start=datetime.time.fromisoformat(self.start or "00:00"),
            minutes=self.minutes,
            weekday=self.weekday,
            weeks=tuple(map(int, unpack_set(self.weeks))),
            first=_parse_date(self.first),
            until=_parse_date(self.until),
        )


def _parse_date(text: str | None) -> datetime.date | None:
    """Return the date at the beginning of an ISO text, or None for an empty one."""
    return datetime.date.fromisoformat(text[:10]) if text else None


def minute_of(instant: datetime.datetime) -> int:
    """Return an instant as whole minutes since 1970 in UTC."""
    return int(instant.timestamp() // 60)


def moment_of(minute: int) -> datetime.datetime:
    """Return minutes since 1970 as a datetime in UTC."""
    return datetime.datetime.fromtimestamp(minute * 60, datetime.UTC)


# Returns the options of a filter that a meeting has, from the key of the filter and the value in the database.
OptionsOf = Callable[[str, str | None], Collection[str]]


def pack_meetings(
    rows: Iterable[tuple[int, MeetingRow]], size: int, today: datetime.date, options_of: OptionsOf
) -> dict[str, Array]:
    """Return the columns for pairs of document number and meeting; `size` is the number of documents.

    A meeting without a valid rule keeps its facts, and counts as over.
    """
    zones: dict[str, int] = {}
    lines: list[tuple[int, ...]] = []
    listed: list[tuple[int, int, int]] = []
    facts: list[tuple[str | None, ...]] = []
    for document, row in sorted(rows, key=lambda pair: pair[0]):
        zone = row.zone
        try:
            line = _weekly_columns(row, today) or _rule_columns(row, today, len(lines), listed)
        except ValueError:
            zone, line = "UTC", NEVER
        lines.append((document, zones.setdefault(zone, len(zones)), *line))
        facts.append(row.facts)
    table = np.array(lines, np.int64).reshape(-1, len(MEETING_COLUMNS))
    columns = {
        f"meeting.{name}": table[:, place].astype(dtype)
        for place, (name, dtype) in enumerate(MEETING_COLUMNS.items())
    }
    occurrences = np.array(sorted(listed), np.int32).reshape(-1, 3)
    names = ("starts", "meetings", "days")
    columns |= {f"listed.{name}": occurrences[:, place].copy() for place, name in enumerate(names)}
    columns["meeting.begin"] = np.searchsorted(table[:, 0], np.arange(size + 1)).astype(np.uint32)
    for place, key in enumerate(MEETING_FACT_KEYS):
        columns |= FactColumn.pack(key, [cells[place] for cells in facts], options_of)
    return columns | StringTable.pack("zone", [zone.encode() for zone in zones])


def _weekly_columns(row: MeetingRow, today: datetime.date) -> tuple[int, ...] | None:
    """Return the columns from "rhythm" on of a weekly meeting without an end, as most are; None for any other."""
    if row.repeat != Repeat.WEEKLY or row.until or row.weekday is None or row.start is None:
        return None
    if row.first and row.first > today.isoformat():
        return None
    recurrence.load_zone(row.zone)
    hour, minute = int(row.start[:2]), int(row.start[3:5])
    first = datetime.date.fromisoformat(row.first[:10]).toordinal() if row.first else 0
    part = PART_NUMBERS[part_of_day(hour)]
    return WEEKLY, row.weekday, part, hour * 60 + minute, row.minutes, first, ENDLESS, ENDLESS


def _rule_columns(
    row: MeetingRow, today: datetime.date, number: int, listed: list[tuple[int, int, int]]
) -> tuple[int, ...]:
    """Return the columns of any other meeting, and add its occurrences to `listed` where its rhythm is not weekly.

    Raises ValueError for a rule that is invalid or never occurs.
    """
    rule = recurrence.with_likely_days(row.rule)
    if rule is None:
        raise ValueError("The rule has no date in a plausible year.")
    weekday = (rule.first if rule.repeat == Repeat.DATED and rule.first else None) or rule.weekday or 0
    first = rule.first.toordinal() if rule.first else 0
    until = rule.until.toordinal() if rule.until else ENDLESS
    over = _end_minute(rule)
    if rule.repeat == Repeat.ONGOING:
        return ONGOING, EVERY_DAY, ANY_PART, 0, DAY_MINUTES, first, until, over
    if rule.repeat == Repeat.WEEKLY and not (rule.first and rule.first > today):
        rhythm = WEEKLY
    else:
        rhythm = LISTED
        listed.extend(
            (minute_of(occurrence.start), number, occurrence.day.toordinal())
            for occurrence in _listed_occurrences(rule, today)
        )
    weekday = weekday.weekday() if isinstance(weekday, datetime.date) else weekday
    minute = rule.start.hour * 60 + rule.start.minute
    part = PART_NUMBERS[part_of_day(rule.start.hour)]
    return rhythm, weekday, part, minute, rule.minutes, first, until, over


def _listed_occurrences(rule: Rule, today: datetime.date) -> Iterator[recurrence.Occurrence]:
    """Return the occurrences within `LISTED_DAYS` from today, or from the first date of a rule that begins later."""
    since = datetime.datetime.combine(today, datetime.time(0), datetime.UTC) - datetime.timedelta(days=3)
    horizon = max(today, rule.first or today) + datetime.timedelta(days=LISTED_DAYS)
    return takewhile(lambda occurrence: occurrence.day <= horizon, recurrence.occurrences_after(rule, since))


def _end_minute(rule: Rule) -> int:
    """Return the minute at which the last occurrence ends; zero if there is none, `ENDLESS` without an end."""
    last = rule.first if rule.repeat == Repeat.DATED else rule.until
    if last is None:
        return ENDLESS
    since = datetime.datetime.combine(last, datetime.time(0), datetime.UTC)
    last_ones = list(recurrence.occurrences_after(rule, since - datetime.timedelta(days=LAST_WITHIN_DAYS)))
    return minute_of(last_ones[-1].end) if last_ones else 0


@dataclass(frozen=True)
class MeetingTimeline:
    """Everything that begins from two days before a day on, in order of time."""

    day: int
    """The ordinal of a date in UTC."""
    complete: int
    """Up to this minute nothing is missing; later ones hold only the occurrences that the index stores."""
    starts: Array
    meetings: Array
    """Numbers of the meetings that begin."""
    days: Array
    """The local dates on which they begin."""
    midnights: Array
    """By zone and day, the minute at which the local day begins."""

    def covers(self, minute: int) -> bool:
        """Return whether the timeline is complete for a minute."""
        return self.day <= utc_day(minute) < self.day + COVERED_DAYS


def utc_day(minute: int) -> int:
    """Return the ordinal of the date in UTC at a minute."""
    return moment_of(minute).toordinal()


class FactColumn:
    """The options of one filter that each meeting has.

    Each meeting has the number of a combination of options; `table` says which options a combination has.
    """

    def __init__(self, combinations: Array, options: Collection[str], table: Array) -> None:
        """Take the combination of each meeting, the options in order, and a row of booleans for each combination."""
        self.combinations, self.table = combinations, table
        self.places = {option: place for place, option in enumerate(options)}

    @staticmethod
    def pack(key: str, cells: list[str | None], options_of: OptionsOf) -> dict[str, Array]:
        """Return the columns for the values of one filter, one for each meeting."""
        numbers: dict[str | None, int] = {}
        combinations = np.fromiter(
            (numbers.setdefault(cell, len(numbers)) for cell in cells), np.uint32, len(cells)
        )
        options = [sorted(set(options_of(key, cell))) for cell in numbers]
        names = sorted({option for each in options for option in each})
        places = {name: place for place, name in enumerate(names)}
        pairs = [(number, places[option]) for number, each in enumerate(options) for option in each]
        table = np.array(pairs, np.int64).reshape(-1, 2)
        columns = {f"fact.{key}.combinations": combinations}
        columns |= StringTable.pack(f"fact.{key}.names", [name.encode() for name in names])
        return columns | JaggedArray.pack(
            f"fact.{key}.options", table[:, 0], table[:, 1].astype(np.uint32), len(options)
        )

    @classmethod
    def open(cls, key: str, columns: Columns) -> "FactColumn":
        """Open the columns of one filter that `pack` made."""
        names = StringTable(columns, f"fact.{key}.names")
        options = JaggedArray(columns, f"fact.{key}.options")
        table = np.zeros((len(options.ends), len(names)), bool)
        sizes = np.diff(options.ends, prepend=0)
        table[np.repeat(np.arange(len(options.ends)), sizes), options.values] = True
        return cls(
            columns[f"fact.{key}.combinations"],
            [names[number].decode() for number in range(len(names))],
            table,
        )

    def has_any(self, values: Iterable[str], meetings: Array | slice) -> Array:
        """Return, for each of some meetings by number, whether it has any of the options."""
        places = [self.places[value] for value in values if value in self.places]
        has_any: Array = np.any(self.table[:, places], axis=1)
        matching: Array = has_any[self.combinations[meetings]]
        return matching

    def count_documents(self, meetings: Array, first: Array) -> dict[str, int]:
        """Return the number of documents that have each option at any of their meetings.

        `meetings` are numbers of meetings in order of their documents, and `first` are the places in it at which the
        meetings of the next document begin.
        """
        if not self.places:
            return {}
        combinations = self.combinations[meetings]
        alone = np.diff(first, append=len(meetings)) == 1
        counts = np.bincount(combinations[first[alone]], minlength=len(self.table)) @ self.table.astype(
            np.int64
        )
        if not alone.all():
            together = ~np.repeat(alone, np.diff(first, append=len(meetings)))
            sizes = np.diff(first, append=len(meetings))[~alone]
            begins = np.concatenate(([0], np.cumsum(sizes)[:-1]))
            of_document = np.bitwise_or.reduceat(self._packed[combinations[together]], begins, axis=0)
            bits = [np.bincount(column, minlength=256) @ BYTE_BITS for column in of_document.T]
            counts = counts + np.concatenate(bits)[: len(counts)]
        return {option: int(counts[place]) for option, place in self.places.items()}

    @cached_property
    def _packed(self) -> Array:
        """Return the rows of `table` with eight options in each byte."""
        return np.packbits(self.table, axis=1, bitorder="little")


class Meetings:
    """The meetings of one segment."""

    def __init__(self, columns: Columns) -> None:
        """Open the columns that `pack_meetings` made."""
        self.document, self.zone, self.rhythm, self.weekday, self.part = (
            columns[f"meeting.{name}"] for name in ("document", "zone", "rhythm", "weekday", "part")
        )
        self.minute, self.minutes, self.first, self.until, self.over = (
            columns[f"meeting.{name}"] for name in ("minute", "minutes", "first", "until", "over")
        )
        self.listed_starts, self.listed_meetings, self.listed_days = (
            columns[f"listed.{name}"] for name in ("starts", "meetings", "days")
        )
        self.begin = columns["meeting.begin"]
        self.facts = {key: FactColumn.open(key, columns) for key in MEETING_FACT_KEYS}
        names = StringTable(columns, "zone")
        self.zones = [names[number].decode() for number in range(len(names))]

    def of_documents(self, documents: Array) -> Array:
        """Return the numbers of the meetings of some documents, which are sorted."""
        begin, end = self.begin[documents].astype(np.int64), self.begin[documents + np.uint32(1)]
        sizes = end - begin
        ends = np.cumsum(sizes)
        return np.repeat(begin - (ends - sizes), sizes) + np.arange(ends[-1] if len(ends) else 0)

    @cached_property
    def times(self) -> dict[str, FactColumn]:
        """Return the weekday and the part of the day of each meeting; one that is always on has all of them."""
        days, parts = np.eye(EVERY_DAY + 1, EVERY_DAY, dtype=bool), np.eye(ANY_PART + 1, ANY_PART, dtype=bool)
        days[EVERY_DAY], parts[ANY_PART] = True, True
        return {
            "day": FactColumn(self.weekday, WEEKDAY_KEYS, days),
            "time": FactColumn(self.part, PART_NUMBERS, parts),
        }

    def timeline(self, minute: int) -> MeetingTimeline:
        """Compute the timeline of the days around a minute."""
        day = utc_day(minute)
        days = range(day - BACK_DAYS, day + AHEAD_DAYS)
        midnights = self._midnights(days)
        parts = [self._weekly_starts(number, local_day, midnights) for number, local_day in enumerate(days)]
        later = self.listed_starts >= minute - BACK_DAYS * DAY_MINUTES
        parts.append((self.listed_starts[later], self.listed_meetings[later], self.listed_days[later]))
        starts, meetings, local = (
            np.concatenate(column).astype(np.int32) for column in zip(*parts, strict=True)
        )
        order = np.argsort(starts, kind="stable")
        # The last day begins in the east before the previous day is over in the west.
        complete = (day + AHEAD_DAYS - 2 - datetime.date(1970, 1, 1).toordinal()) * DAY_MINUTES
        return MeetingTimeline(day, complete, starts[order], meetings[order], local[order], midnights)

    def _midnights(self, days: range) -> Array:
        """Return, by zone and day, the minute at which the day begins, for one day more than `days`.

        Where a clock skips midnight, the day begins at the minute to which the clock is set.
        """
        table = np.zeros((len(self.zones), len(days) + 1), np.int32)
        for row, zone in enumerate(self.zones):
            for place in range(len(days) + 1):
                date = datetime.date.fromordinal(days.start + place)
                begins = recurrence.start_instant(zone, date, datetime.time(0))
                table[row, place] = minute_of(begins) if begins else 0
        return table

    def _weekly_starts(self, number: int, day: int, midnights: Array) -> tuple[Array, Array, Array]:
        """Return the starts, numbers and days of the weekly meetings on one local day.

        `number` is the place of the day in `midnights`.
        """
        on_day = (self.rhythm == WEEKLY) & (self.weekday == (day - 1) % 7)
        meetings = np.flatnonzero(on_day & (self.first <= day) & (day <= self.until)).astype(np.int32)
        zones = self.zone[meetings]
        starts = midnights[zones, number] + self.minute[meetings]
        # A day on which the clocks change is shorter or longer: `core.recurrence` finds the instant of a local time.
        uneven = (midnights[:, number + 1] - midnights[:, number] != DAY_MINUTES)[zones]
        for place in np.flatnonzero(uneven).tolist():
            wall = datetime.time(*divmod(int(self.minute[meetings[place]]), 60))
            begins = recurrence.start_instant(self.zones[zones[place]], datetime.date.fromordinal(day), wall)
            starts[place] = minute_of(begins) if begins else 0
        return starts, meetings, np.full(len(meetings), day, np.int32)

    def takes_place_on(self, day: int) -> Array:
        """Return, for each meeting, whether it takes place on a local date; an ongoing one does on every day."""
        mask = (self.weekday == (day - 1) % 7) & (self.first <= day) & (day <= self.until)
        mask &= self.rhythm == WEEKLY
        mask[self.listed_meetings[self.listed_days == day]] = True
        return mask | (self.rhythm == ONGOING)

    def in_progress(self, timeline: MeetingTimeline, minute: int) -> tuple[Array, Array]:
        """Return when the meetings in progress began, and their numbers."""
        low, high = np.searchsorted(timeline.starts, (minute - DAY_MINUTES, minute), side="right").tolist()
        starts, meetings = timeline.starts[low:high], timeline.meetings[low:high]
        not_over = starts + self.minutes[meetings] > minute
        ongoing, since = self._ongoing(timeline, minute)
        return np.concatenate((starts[not_over], since)), np.concatenate((meetings[not_over], ongoing))

    def _ongoing(self, timeline: MeetingTimeline, minute: int) -> tuple[Array, Array]:
        """Return the numbers of the ongoing meetings at a minute, and when their local day began."""
        ongoing = np.flatnonzero(self.rhythm == ONGOING).astype(np.int32)
        midnights = timeline.midnights[self.zone[ongoing]]
        places = (midnights <= minute).sum(axis=1) - 1
        days = timeline.day - BACK_DAYS + places
        active = (self.first[ongoing] <= days) & (days <= self.until[ongoing])
        return ongoing[active], midnights[np.arange(len(ongoing)), places][active]

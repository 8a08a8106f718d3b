"""Meetings in an index: the facts that filters ask of each, and a timeline of what begins when.

A weekly meeting is kept as its wall clock in its zone, so that no change of the clocks makes an index wrong; what comes
in any other rhythm is written out by `schedule`, for `LISTED_DAYS` from the day of building. A `Timeline` then holds
everything that begins in some ten days around a moment, in order of time; it is made anew when the day has changed.

Instants are whole minutes since 1970 in UTC; days are ordinals of local dates.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import NamedTuple

import numpy as np

from core import recurrence
from core.recurrence import Repeat, Rule
from core.weekdays import WEEKDAY_KEYS
from directory.search.index.arrays import Array, Columns, StringTable
from directory.search.time_filters import PARTS, part_of_day

LISTED_DAYS = 400
ENDLESS = 2**31 - 1
DAY_MINUTES = 24 * 60
# Before the last date of a rule, so many days hold its last meeting: months may pass between two fifth Sundays.
LAST_WITHIN_DAYS = 200
# A timeline reaches from two days back, for zones and meetings past midnight, and serves for three days.
BACK_DAYS, AHEAD_DAYS, SERVES_DAYS = 2, 12, 3
EVERY_DAY, ANY_PART = len(WEEKDAY_KEYS), 4
PART_NUMBERS = {part: number for number, part in enumerate(dict.fromkeys(part for _ends, part in PARTS))}
WEEKLY, LISTED, ONGOING = range(3)

FIELDS = {
    "document": np.uint32, "zone": np.uint16, "rhythm": np.uint8, "weekday": np.uint8, "part": np.uint8,
    "minute": np.int16, "minutes": np.int16, "first": np.int32, "until": np.int32, "over": np.int32,
}  # fmt: skip


class MeetingRow(NamedTuple):
    """A meeting as its kind tells it; dates and times are the database's own, in text (ISO)."""

    listing: int
    zone: str
    repeat: str
    weekday: int | None
    start: str | None
    minutes: int
    nth: int | None
    first: str | None
    until: str | None

    @property
    def rule(self) -> Rule:
        return Rule(
            zone=self.zone,
            repeat=Repeat(self.repeat),
            start=datetime.time.fromisoformat(self.start or "00:00"),
            minutes=self.minutes,
            weekday=self.weekday,
            nth=self.nth,
            first=day_of(self.first),
            until=day_of(self.until),
        )


def day_of(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text[:10]) if text else None


def minute_of(instant: datetime.datetime) -> int:
    return int(instant.timestamp() // 60)


def moment_of(minute: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(minute * 60, datetime.UTC)


def pack_meetings(rows: Iterable[tuple[int, MeetingRow]], today: datetime.date) -> dict[str, Array]:
    """The columns of meetings, from pairs of document number and row. What is no rule is left out."""
    zones: dict[str, int] = {}
    lines: list[tuple[int, ...]] = []
    listed: list[tuple[int, int, int]] = []
    for document, row in sorted(rows, key=lambda pair: pair[0]):
        try:
            line = weekly_slots(row, today) or rule_slots(row, today, len(lines), listed)
        except ValueError:
            continue
        lines.append((document, zones.setdefault(row.zone, len(zones)), *line))
    table = np.array(lines, np.int64).reshape(-1, len(FIELDS))
    columns = {
        f"meeting.{name}": table[:, place].astype(dtype) for place, (name, dtype) in enumerate(FIELDS.items())
    }
    found = np.array(sorted(listed), np.int32).reshape(-1, 3)
    names = ("starts", "meetings", "days")
    columns |= {f"listed.{name}": found[:, place].copy() for place, name in enumerate(names)}
    return columns | StringTable.pack("zone", [zone.encode() for zone in zones])


def weekly_slots(row: MeetingRow, today: datetime.date) -> tuple[int, ...] | None:
    """Of a meeting that comes every week without an end, as most do."""
    if row.repeat != Repeat.WEEKLY or row.until or row.weekday is None or row.start is None:
        return None
    if row.first and row.first > today.isoformat():
        return None
    recurrence.load_zone(row.zone)
    hour, minute = int(row.start[:2]), int(row.start[3:5])
    first = datetime.date.fromisoformat(row.first[:10]).toordinal() if row.first else 0
    part = PART_NUMBERS[part_of_day(hour)]
    return WEEKLY, row.weekday, part, hour * 60 + minute, row.minutes, first, ENDLESS, ENDLESS


def rule_slots(
    row: MeetingRow, today: datetime.date, number: int, listed: list[tuple[int, int, int]]
) -> tuple[int, ...]:
    """Of any other; writes out when it takes place, unless it does always."""
    rule = recurrence.with_likely_days(row.rule)
    if rule is None:
        raise ValueError("It takes place on no day that anybody can mean.")
    weekday = (rule.first if rule.repeat == Repeat.DATED and rule.first else None) or rule.weekday or 0
    first = rule.first.toordinal() if rule.first else 0
    until = rule.until.toordinal() if rule.until else ENDLESS
    over = end_minute(rule)
    if rule.repeat == Repeat.ONGOING:
        return ONGOING, EVERY_DAY, ANY_PART, 0, DAY_MINUTES, first, until, over
    if rule.repeat == Repeat.WEEKLY and not (rule.first and rule.first > today):
        rhythm = WEEKLY
    else:
        rhythm = LISTED
        listed.extend(
            (minute_of(each.start), number, each.day.toordinal()) for each in occurrence_minutes(rule, today)
        )
    weekday = weekday.weekday() if isinstance(weekday, datetime.date) else weekday
    minute = rule.start.hour * 60 + rule.start.minute
    part = PART_NUMBERS[part_of_day(rule.start.hour)]
    return rhythm, weekday, part, minute, rule.minutes, first, until, over


def occurrence_minutes(rule: Rule, today: datetime.date) -> Iterator[recurrence.Occurrence]:
    """What takes place within `LISTED_DAYS`; something dated, or yet to begin, however far ahead."""
    since = datetime.datetime.combine(today, datetime.time(0), datetime.UTC) - datetime.timedelta(days=3)
    horizon = max(today, rule.first or today) + datetime.timedelta(days=LISTED_DAYS)
    return takewhile(lambda each: each.day <= horizon, recurrence.occurrences_after(rule, since))


def end_minute(rule: Rule) -> int:
    """The minute at which its last meeting ends; zero if there never is one."""
    last = rule.first if rule.repeat == Repeat.DATED else rule.until
    if last is None:
        return ENDLESS
    since = datetime.datetime.combine(last, datetime.time(0), datetime.UTC)
    found = list(recurrence.occurrences_after(rule, since - datetime.timedelta(days=LAST_WITHIN_DAYS)))
    return minute_of(found[-1].end) if found else 0


@dataclass(frozen=True)
class MeetingTimeline:
    """Everything that begins from two days before `day` on, in order of time: when, which meeting, on what local day.

    Up to `complete` (a minute) nothing is missing; behind it stands only what is written out.
    """

    day: int
    complete: int
    starts: Array
    meetings: Array
    days: Array
    midnights: Array
    """By zone and day: the minute at which the local day begins."""

    def serves(self, minute: int) -> bool:
        return self.day <= utc_day(minute) < self.day + SERVES_DAYS


def utc_day(minute: int) -> int:
    return moment_of(minute).toordinal()


class Meetings:
    """The meetings of one segment."""

    def __init__(self, columns: Columns) -> None:
        self.document, self.zone, self.rhythm, self.weekday, self.part = (
            columns[f"meeting.{name}"] for name in ("document", "zone", "rhythm", "weekday", "part")
        )
        self.minute, self.minutes, self.first, self.until, self.over = (
            columns[f"meeting.{name}"] for name in ("minute", "minutes", "first", "until", "over")
        )
        self.listed_starts, self.listed_meetings, self.listed_days = (
            columns[f"listed.{name}"] for name in ("starts", "meetings", "days")
        )
        names = StringTable(columns, "zone")
        self.zones = [names[number].decode() for number in range(len(names))]

    def timeline(self, minute: int) -> MeetingTimeline:
        day = utc_day(minute)
        days = range(day - BACK_DAYS, day + AHEAD_DAYS)
        midnights = self.midnights(days)
        parts = [self.weekly_on(number, each, midnights) for number, each in enumerate(days)]
        later = self.listed_starts >= minute - BACK_DAYS * DAY_MINUTES
        parts.append((self.listed_starts[later], self.listed_meetings[later], self.listed_days[later]))
        starts, meetings, local = (
            np.concatenate(column).astype(np.int32) for column in zip(*parts, strict=True)
        )
        order = np.argsort(starts, kind="stable")
        # The last day begins in the east while the one before it is not over in the west.
        complete = (day + AHEAD_DAYS - 2 - datetime.date(1970, 1, 1).toordinal()) * DAY_MINUTES
        return MeetingTimeline(day, complete, starts[order], meetings[order], local[order], midnights)

    def midnights(self, days: range) -> Array:
        """By zone and day, one day more than asked for; where a clock skips midnight, the minute it skips to."""
        table = np.zeros((len(self.zones), len(days) + 1), np.int32)
        for row, zone in enumerate(self.zones):
            for place in range(len(days) + 1):
                date = datetime.date.fromordinal(days.start + place)
                begins = recurrence.start_instant(zone, date, datetime.time(0))
                table[row, place] = minute_of(begins) if begins else 0
        return table

    def weekly_on(self, number: int, day: int, midnights: Array) -> tuple[Array, Array, Array]:
        """The weekly meetings of one local day."""
        held = (self.rhythm == WEEKLY) & (self.weekday == (day - 1) % 7)
        found = np.flatnonzero(held & (self.first <= day) & (day <= self.until)).astype(np.int32)
        zones = self.zone[found]
        starts = midnights[zones, number] + self.minute[found]
        # A day on which the clocks change is not as long as others: `schedule` says when each wall time is.
        uneven = (midnights[:, number + 1] - midnights[:, number] != DAY_MINUTES)[zones]
        for place in np.flatnonzero(uneven).tolist():
            wall = datetime.time(*divmod(int(self.minute[found[place]]), 60))
            begins = recurrence.start_instant(self.zones[zones[place]], datetime.date.fromordinal(day), wall)
            starts[place] = minute_of(begins) if begins else 0
        return starts, found, np.full(len(found), day, np.int32)

    def held_on(self, day: int) -> Array:
        """Whether each takes place on that local date; what never closes does on every day."""
        held = (self.weekday == (day - 1) % 7) & (self.first <= day) & (day <= self.until)
        held &= self.rhythm == WEEKLY
        held[self.listed_meetings[self.listed_days == day]] = True
        return held | (self.rhythm == ONGOING)

    def going_on(self, line: MeetingTimeline, minute: int) -> tuple[Array, Array]:
        """What is being held: since when, and which meeting."""
        low, high = np.searchsorted(line.starts, (minute - DAY_MINUTES, minute), side="right").tolist()
        starts, meetings = line.starts[low:high], line.meetings[low:high]
        held = starts + self.minutes[meetings] > minute
        always, since = self.always_on(line, minute)
        return np.concatenate((starts[held], since)), np.concatenate((meetings[held], always))

    def always_on(self, line: MeetingTimeline, minute: int) -> tuple[Array, Array]:
        """Of what never closes: what has begun and is not over, and when the local day began."""
        rooms = np.flatnonzero(self.rhythm == ONGOING).astype(np.int32)
        midnights = line.midnights[self.zone[rooms]]
        places = (midnights <= minute).sum(axis=1) - 1
        days = line.day - BACK_DAYS + places
        held = (self.first[rooms] <= days) & (days <= self.until[rooms])
        return rooms[held], midnights[np.arange(len(rooms)), places][held]

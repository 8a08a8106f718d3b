"""Calendar files (RFC 5545): the one writer, for a group's meetings and for a person's own week.

A date far outside of anybody's calendar breaks no file: see `schedule.with_likely_days`.

Folding, escaping, zones and rules are written by icalendar. Times stand in the meeting's own zone, with that zone's
definition in the file, so that a change of the clocks bends nothing. The same entries give the same bytes.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from icalendar import Calendar, Event

from core import recurrence as core_recurrence
from core.recurrence import Repeat, Rule
from core.weekdays import ICALENDAR_WEEKDAYS

PRODUCT = "-//Steady//Calendar//EN"
# Zones are written out this many years past the last date that a file names.
ZONE_YEARS = 20


@dataclass(frozen=True, kw_only=True)
class CalendarEntry:
    """One event. `uid` is the same each time the same thing is written; `rule` says when, by the wall clock of its
    zone; `skipped` are dates on which it does not take place. A rule that never closes has no entry."""

    uid: str
    rule: Rule
    title: str
    place: str = ""
    text: str = ""
    address: str = ""
    skipped: tuple[datetime.date, ...] = field(default=())


def calendar_file(entries: Iterable[CalendarEntry], *, year: int) -> bytes:
    """The file of these entries, each from its first time in `year` on unless its rule begins later. What has no
    time left, and rooms that never close, are left out."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for entry in entries:
        if event := calendar_event(entry, year):
            calendar.add_component(event)
    first, last = datetime.date(year - 1, 1, 1), datetime.date(year + ZONE_YEARS, 1, 1)
    calendar.add_missing_timezones(first_date=first, last_date=last)
    return calendar.to_ical()


def calendar_event(entry: CalendarEntry, year: int) -> Event | None:
    rule = core_recurrence.with_likely_days(entry.rule)
    if rule is None:
        return None
    begins = datetime.datetime(year, 1, 1, tzinfo=core_recurrence.load_zone(rule.zone))
    if rule.repeat == Repeat.DATED and rule.first:
        begins = begins.replace(year=min(year, rule.first.year))
    start = None if rule.repeat == Repeat.ONGOING else core_recurrence.next_occurrence(rule, begins)
    if start is None:
        return None
    event = Event()
    event.add("uid", entry.uid)
    # RFC 5545, 3.8.7.2: in a published file, when it was made. Nobody edits ours, so the year will do.
    event.add("dtstamp", datetime.datetime(year, 1, 1, tzinfo=datetime.UTC))
    event.add("summary", entry.title)
    event.add("dtstart", start.start)
    event.add("duration", datetime.timedelta(minutes=rule.minutes))
    if how_often := recurrence_rule(rule):
        event.add("rrule", how_often)
    for day in entry.skipped:
        event.add("exdate", datetime.datetime.combine(day, rule.start, core_recurrence.load_zone(rule.zone)))
    for name, value in (("location", entry.place), ("description", entry.text), ("url", entry.address)):
        if value:
            event.add(name, value)
    return event


def recurrence_rule(rule: Rule) -> dict[str, object]:
    """The RRULE (RFC 5545, 3.3.10): weekly, every second week, monthly by weekday; none for one date."""
    if rule.repeat == Repeat.DATED or rule.weekday is None:
        return {}
    day = ICALENDAR_WEEKDAYS[rule.weekday]
    parts: dict[str, object] = {"freq": "weekly", "byday": day}
    if rule.repeat == Repeat.SECOND_WEEK:
        parts["interval"] = 2
    elif rule.repeat == Repeat.MONTHLY:
        parts = {"freq": "monthly", "byday": f"{rule.nth}{day}"}
    if rule.until:
        # In UTC where the start has a zone; the last moment of the last day counts.
        zone = core_recurrence.load_zone(rule.zone)
        ends = datetime.datetime.combine(rule.until, datetime.time(23, 59, 59), zone)
        parts["until"] = ends.astimezone(datetime.UTC)
    return parts

"""Calendar files (RFC 5545) for the meetings of a group and for a person's own week.

The library icalendar writes folding, escaping, zones and rules. Times are in the meeting's own zone. The file contains
the definition of that zone, so that a change of the clocks does not move a meeting. The same entries give the same
bytes. A date far from any calendar's range does not break a file: see `core.recurrence.with_likely_days`.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from icalendar import Calendar, Event

from core import recurrence as core_recurrence
from core.recurrence import Repeat, Rule
from core.weekdays import ICALENDAR_WEEKDAYS

PRODUCT = "-//Steady//Calendar//EN"
# The file contains the rules of a zone for this many years from its first date.
ZONE_YEARS = 20


@dataclass(frozen=True, kw_only=True)
class CalendarEntry:
    """One event of a calendar file.

    `uid` is the same each time the same thing is written. `rule` says when it takes place, by the wall clock of its
    zone. `skipped` are dates on which it does not take place. A rule for a meeting round the clock gives no event.
    """

    uid: str
    rule: Rule
    title: str
    place: str = ""
    text: str = ""
    address: str = ""
    skipped: tuple[datetime.date, ...] = field(default=())


def calendar_file(entries: Iterable[CalendarEntry], *, year: int) -> bytes:
    """Return the calendar file of these entries.

    Each event starts at its first time in `year`, or later where its rule begins later. Entries without a future time,
    and meetings round the clock, are left out.
    """
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
    """Return the event of an entry, or None where it has no time left."""
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
    # RFC 5545, 3.8.7.2: the time at which a published file was made. The start of the year is exact enough.
    event.add("dtstamp", datetime.datetime(year, 1, 1, tzinfo=datetime.UTC))
    event.add("summary", entry.title)
    event.add("dtstart", start.start)
    event.add("duration", datetime.timedelta(minutes=rule.minutes))
    if recurrence := recurrence_rule(rule):
        event.add("rrule", recurrence)
    for day in entry.skipped:
        event.add("exdate", datetime.datetime.combine(day, rule.start, core_recurrence.load_zone(rule.zone)))
    for name, value in (("location", entry.place), ("description", entry.text), ("url", entry.address)):
        if value:
            event.add(name, value)
    return event


def recurrence_rule(rule: Rule) -> dict[str, object]:
    """Return the RRULE (RFC 5545, 3.3.10) of a weekly, fortnightly or monthly rule; an empty one for a single date."""
    if rule.repeat == Repeat.DATED or rule.weekday is None:
        return {}
    day = ICALENDAR_WEEKDAYS[rule.weekday]
    parts: dict[str, object] = {"freq": "weekly", "byday": day}
    if rule.repeat == Repeat.SECOND_WEEK:
        parts["interval"] = 2
    elif rule.repeat == Repeat.MONTHLY:
        parts = {"freq": "monthly", "byday": [f"{week}{day}" for week in rule.weeks]}
    if rule.until:
        # RFC 5545 wants UTC here where the start has a zone. The last day counts in full.
        zone = core_recurrence.load_zone(rule.zone)
        ends = datetime.datetime.combine(rule.until, datetime.time(23, 59, 59), zone)
        parts["until"] = ends.astimezone(datetime.UTC)
    return parts

"""My week: meetings of saved groups and a person's own appointments, in the person's zone, seven days from today."""

import datetime
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import recurrence
from core.recurrence import Occurrence, Repeat, Rule
from directory.listings import availability
from directory.listings.availability import AskedAt
from directory.vocabulary import Status
from groups.models import Meeting
from groups.models import Repeat as MeetingRepeat
from network.vault.items import Appointment
from network.vault.store import StoredItem
from network.vault.user_data import UserData

DAYS = 7
MOST_A_WEEK = 21  # times that one meeting or appointment is looked for in a week


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on one day; `start` is aware and in the person's zone. `own`: their own appointment."""

    start: datetime.datetime
    end: datetime.datetime
    clock: str
    suffix: str
    words: str
    detail: str
    url: str
    own: bool


@dataclass(frozen=True, slots=True)
class Day:
    day: str
    date: str
    today: bool
    items: list[Item]


@dataclass(frozen=True, slots=True)
class Week:
    """`next` is what comes first from now on, going on included; `note` names the zone."""

    days: list[Day]
    next: Item | None
    next_words: str
    note: str


def week(own: UserData, saved: Sequence[int], at: AskedAt) -> Week:
    """`saved`: ids of the saved listings as they stand today. `at.zone` is the person's."""
    zone = recurrence.load_zone(at.zone)
    items = sorted(
        [*of_groups(saved, at), *of_appointments(own.appointments, at)], key=lambda item: item.start
    )
    coming = next((item for item in items if item.end > at.now), None)
    dates = [at.today + datetime.timedelta(days=number) for number in range(DAYS)]
    days = [
        Day(
            day=date_format(date, "D"),
            date=_("Today") if date == at.today else date_format(date, "SHORT_DATE_FORMAT"),
            today=date == at.today,
            items=[item for item in items if item.start.date() == date],
        )
        for date in dates
    ]
    noon = datetime.datetime.combine(at.today, datetime.time(12), zone)
    note = _("Times are in %(zone)s.") % {"zone": availability.zone_name(noon)}
    return Week(days, coming, next_words(coming, at) if coming else "", note)


def next_meeting(saved: Sequence[int], at: AskedAt) -> Item | None:
    """Of the saved groups, within the week: what is going on or comes first."""
    coming = [item for item in of_groups(saved, at) if item.end > at.now]
    return min(coming, key=lambda item: item.start, default=None)


def next_words(item: Item, at: AskedAt) -> str:
    if item.start <= at.now:
        return _("Going on now")
    return availability.coming_text(Occurrence(item.start, item.end, item.start.date()), at)


def of_groups(saved: Sequence[int], at: AskedAt) -> Iterator[Item]:
    """Rooms that never close are left out: they are in no week, and always there."""
    found = Meeting.objects.filter(group__in=saved, group__status=Status.PUBLISHED, active=True)
    for meeting in found.exclude(repeat=MeetingRepeat.ONGOING).select_related("group"):
        for occurrence in coming(meeting.rule, at):
            name = meeting.group.name
            detail = meeting.name if meeting.name != name else ""
            yield item(occurrence, at, name, detail, meeting.group.get_absolute_url())


def of_appointments(rows: Iterable[StoredItem[Appointment]], at: AskedAt) -> Iterator[Item]:
    for row in rows:
        thing = row.thing
        detail = ", ".join(filter(None, (thing.with_whom, thing.where)))
        for occurrence in sorted(occurrences(thing, at), key=lambda each: each.start):
            made = item(occurrence, at, thing.words, detail, reverse("appointment", args=(row.pk,)))
            yield replace(made, own=True)


def occurrences(thing: Appointment, at: AskedAt) -> Iterator[Occurrence]:
    for rule in rules(thing):
        yield from coming(rule, at)


def coming(rule: Rule, at: AskedAt) -> list[Occurrence]:
    """What starts within the seven days of the person's calendar; nothing of today is left out for being over."""
    zone = recurrence.load_zone(at.zone)
    begins = datetime.datetime.combine(at.today, datetime.time(0), zone)
    ends = datetime.datetime.combine(at.today + datetime.timedelta(days=DAYS), datetime.time(0), zone)
    found = itertools.takewhile(
        lambda each: each.start.astimezone(datetime.UTC) < ends.astimezone(datetime.UTC),
        recurrence.occurrences_after(rule, begins),
    )
    first_ones = itertools.islice(found, MOST_A_WEEK)
    return [
        each for each in first_ones if each.start.astimezone(datetime.UTC) >= begins.astimezone(datetime.UTC)
    ]


def rules(thing: Appointment) -> list[Rule]:
    """One rule; for every day, one for each weekday. None where the facts make no rule."""
    try:
        on = datetime.date.fromisoformat(thing.on)
        return list(_rules(thing, on))
    except ValueError:
        return []


def _rules(thing: Appointment, on: datetime.date) -> Iterator[Rule]:
    repeat = {"once": Repeat.DATED, "daily": Repeat.WEEKLY}.get(thing.repeat) or Repeat(thing.repeat)
    until = datetime.date.fromisoformat(thing.until) if thing.until else None
    weekdays = range(7) if thing.repeat == "daily" else [on.weekday()]
    for weekday in weekdays:
        yield Rule(
            zone=thing.zone,
            repeat=repeat,
            start=datetime.time.fromisoformat(thing.at),
            minutes=thing.minutes,
            weekday=weekday,
            nth=nth_of(on),
            first=on,
            until=None if repeat == Repeat.DATED else until,
        )


def nth_of(on: datetime.date) -> int:
    """Which one of its weekday in the month; the fifth counts as the last."""
    nth = (on.day - 1) // 7 + 1
    return nth if nth < 5 else -1


def item(occurrence: Occurrence, at: AskedAt, words: str, detail: str, url: str) -> Item:
    zone = recurrence.load_zone(at.zone)
    start = occurrence.start.astimezone(zone)
    clock, suffix = availability.clock_parts(start)
    return Item(start, occurrence.end.astimezone(zone), clock, suffix, words, detail, url, own=False)

"""Build a week of saved groups' meetings and own appointments: seven days from today in the person's zone."""

import datetime
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import recurrence
from core.i18n import name_lang_attribute
from core.recurrence import Occurrence, Repeat, Rule
from directory.listings import availability
from directory.listings.availability import AskedAt
from directory.vocabulary import Status
from groups import fact_texts
from groups.models import Meeting
from groups.models import Repeat as MeetingRepeat
from network.vault.items import Appointment
from network.vault.store import StoredItem
from network.vault.user_data import UserData

DAYS = 7
MAX_PER_WEEK = 21  # times that one meeting or appointment is looked for in a week


@dataclass(frozen=True, slots=True)
class WeekEntry:
    """A meeting or appointment on one day. `start` and `end` are in the person's zone.

    `detail` says where, `short_detail` in a few words. `is_own` marks the person's own appointments. `meeting_name` is
    the own name of a meeting. `lang` and `meeting_lang` are the languages of the names, where they are not the page's.
    """

    start: datetime.datetime
    end: datetime.datetime
    clock: str
    suffix: str
    title: str
    detail: str
    url: str
    is_own: bool
    short_detail: str = ""
    lang: str = ""
    meeting_name: str = ""
    meeting_lang: str = ""


@dataclass(frozen=True, slots=True)
class WeekDay:
    """One day with its entries in order."""

    weekday: str
    date: str
    is_today: bool
    entries: list[WeekEntry]


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days. `next_entry` is in progress or comes first; `zone_note` names the time zone."""

    days: list[WeekDay]
    next_entry: WeekEntry | None
    next_text: str
    zone_note: str


def build_week(user_data: UserData, saved: Sequence[int], at: AskedAt) -> Week:
    """Return the week. `saved` are the ids of saved listings after merges; `at.zone` is the person's zone."""
    zone = recurrence.load_zone(at.zone)
    entries = sorted(
        [*_meeting_entries(saved, at), *_appointment_entries(user_data.appointments, at)],
        key=lambda entry: entry.start,
    )
    next_entry = next((entry for entry in entries if entry.end > at.now), None)
    dates = [at.today + datetime.timedelta(days=number) for number in range(DAYS)]
    days = [
        WeekDay(
            weekday=date_format(date, "D"),
            date=_("Today") if date == at.today else date_format(date, "SHORT_DATE_FORMAT"),
            is_today=date == at.today,
            entries=[entry for entry in entries if entry.start.date() == date],
        )
        for date in dates
    ]
    noon = datetime.datetime.combine(at.today, datetime.time(12), zone)
    note = _("Times are in %(zone)s.") % {"zone": availability.zone_name(noon)}
    return Week(days, next_entry, next_entry_text(next_entry, at) if next_entry else "", note)


def next_meeting(saved: Sequence[int], at: AskedAt) -> WeekEntry | None:
    """Return the meeting of the saved groups that is in progress or comes first this week, or None."""
    entries = [entry for entry in _meeting_entries(saved, at) if entry.end > at.now]
    return min(entries, key=lambda entry: entry.start, default=None)


def next_entry_text(entry: WeekEntry, at: AskedAt) -> str:
    """Return when an entry starts, relative to now."""
    if entry.start <= at.now:
        return _("Going on now")
    return availability.coming_text(Occurrence(entry.start, entry.end, entry.start.date()), at)


def _meeting_entries(saved: Sequence[int], at: AskedAt) -> Iterator[WeekEntry]:
    """Yield the meetings of published groups. Meetings that never close belong to no day and are left out."""
    meetings = Meeting.objects.filter(group__in=saved, group__status=Status.PUBLISHED, active=True)
    for meeting in meetings.exclude(repeat=MeetingRepeat.ONGOING).select_related("group__place"):
        group = meeting.group
        for occurrence in _occurrences_this_week(meeting.rule, at):
            entry = _build_entry(occurrence, at, group.name, _where_text(meeting), group.get_absolute_url())
            name = fact_texts.own_name(meeting)
            yield replace(
                entry,
                short_detail=_short_where_text(meeting),
                lang=name_lang_attribute(group.name, group.text_language),
                meeting_name=name,
                meeting_lang=fact_texts.text_lang(meeting, name),
            )


def _where_text(meeting: Meeting) -> str:
    """Return how one takes part in a meeting and where: its address, its link or its number."""
    place = meeting.group.place
    address = place.public_parts if place and fact_texts.takes_place_there(meeting) else []
    links = fact_texts.join_links(meeting, fact_texts.home_region(meeting.group))
    mode = fact_texts.mode_text(fact_texts.fact_values(meeting, "modes"))
    return ", ".join(filter(None, (mode, *address, *(link.text for link in links))))


def _short_where_text(meeting: Meeting) -> str:
    """Return the place of a meeting, or else its link or number, for a small card."""
    group = meeting.group
    if group.place and fact_texts.takes_place_there(meeting):
        return ", ".join(group.place.public_parts[:1])
    links = fact_texts.join_links(meeting, fact_texts.home_region(group))
    return links[0].text if links else ""


def _appointment_entries(rows: Iterable[StoredItem[Appointment]], at: AskedAt) -> Iterator[WeekEntry]:
    """Yield the person's own appointments in the coming seven days, as entries of the week."""
    for row in rows:
        item = row.item
        detail = ", ".join(filter(None, (item.with_whom, item.where)))
        for occurrence in sorted(_appointment_occurrences(item, at), key=lambda occurrence: occurrence.start):
            entry = _build_entry(occurrence, at, item.words, detail, reverse("appointment", args=(row.pk,)))
            yield replace(entry, is_own=True)


def _appointment_occurrences(item: Appointment, at: AskedAt) -> Iterator[Occurrence]:
    """Yield the occurrences of an appointment in the seven days that the week page shows."""
    for rule in appointment_rules(item):
        yield from _occurrences_this_week(rule, at)


def _occurrences_this_week(rule: Rule, at: AskedAt) -> list[Occurrence]:
    """Return the occurrences that start within seven calendar days from today, including those already over."""
    zone = recurrence.load_zone(at.zone)
    begins = datetime.datetime.combine(at.today, datetime.time(0), zone)
    ends = datetime.datetime.combine(at.today + datetime.timedelta(days=DAYS), datetime.time(0), zone)
    occurrences = itertools.takewhile(
        lambda occurrence: occurrence.start.astimezone(datetime.UTC) < ends.astimezone(datetime.UTC),
        recurrence.occurrences_after(rule, begins),
    )
    limited = itertools.islice(occurrences, MAX_PER_WEEK)
    return [
        occurrence
        for occurrence in limited
        if occurrence.start.astimezone(datetime.UTC) >= begins.astimezone(datetime.UTC)
    ]


def appointment_rules(item: Appointment) -> list[Rule]:
    """Return the recurrence rules of an appointment: one for each weekday when daily, none when it is invalid."""
    try:
        on = datetime.date.fromisoformat(item.on)
        return list(_build_rules(item, on))
    except ValueError:
        return []


def _build_rules(item: Appointment, on: datetime.date) -> Iterator[Rule]:
    """Yield the recurrence rules of an appointment. Raises ValueError."""
    repeat = {"once": Repeat.DATED, "daily": Repeat.WEEKLY}.get(item.repeat) or Repeat(item.repeat)
    until = datetime.date.fromisoformat(item.until) if item.until else None
    weekdays = range(7) if item.repeat == "daily" else [on.weekday()]
    for weekday in weekdays:
        yield Rule(
            zone=item.zone,
            repeat=repeat,
            start=datetime.time.fromisoformat(item.at),
            minutes=item.minutes,
            weekday=weekday,
            weeks=(week_of_month(on),),
            first=on,
            until=None if repeat == Repeat.DATED else until,
        )


def week_of_month(on: datetime.date) -> int:
    """Return which of its weekday in the month a date is, 1 to 4; -1, the last, for a fifth one."""
    nth = (on.day - 1) // 7 + 1
    return nth if nth < 5 else -1


def _build_entry(occurrence: Occurrence, at: AskedAt, title: str, detail: str, url: str) -> WeekEntry:
    """Return an occurrence as an entry in the person's zone."""
    zone = recurrence.load_zone(at.zone)
    start = occurrence.start.astimezone(zone)
    clock, suffix = availability.clock_parts(start)
    return WeekEntry(start, occurrence.end.astimezone(zone), clock, suffix, title, detail, url, is_own=False)

"""The week on the page of a group: each meeting with its own facts, and once what holds for all of them."""

import datetime
import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core import recurrence
from core.recurrence import Occurrence
from directory.listings import availability
from directory.listings.availability import AskedAt, JoinLink, Week, WeekDay, WeekItem
from groups import fact_texts
from groups.models import Meeting, Repeat
from groups.rhythm import rhythm_text


def week_schedule(meetings: Sequence[Meeting], at: AskedAt, region: str = "") -> Week:
    """Return the meetings of seven days from today, each by its own clock, and the next date of each rarer meeting.

    Today is that of the first meeting's zone. `region` is the country in which numbers are written, by its code.
    """
    zone = recurrence.load_zone(meetings[0].zone)
    today = at.now.astimezone(zone).date()
    said = SharedFacts.of_meetings(meetings, region)
    by_day: dict[datetime.date, list[tuple[datetime.datetime, WeekItem]]] = defaultdict(list)
    later: list[tuple[datetime.datetime, WeekItem]] = []
    for meeting in (each for each in meetings if each.repeat != Repeat.ONGOING):
        this_week = occurrences_this_week(meeting, today, zone)
        for occurrence in this_week:
            by_day[occurrence.day].append((occurrence.start, week_item(meeting, occurrence, said)))
        if not this_week and (coming := recurrence.next_occurrence(meeting.rule, at.now)):
            later.append((coming.start, week_item(meeting, coming, said, is_later=True)))
    dates = [today + datetime.timedelta(days=number) for number in range(7)]
    days = [
        WeekDay(
            day=date_format(date, "D"),
            date=_("Today") if date == today else date_format(date, "SHORT_DATE_FORMAT"),
            today=date == today,
            items=in_order(by_day[date]),
        )
        for date in dates
    ]
    start = datetime.datetime.combine(today, datetime.time(12), zone)
    note = (
        ""
        if said.has_several_zones
        else _("Times are in %(zone)s.") % {"zone": availability.zone_name(start)}
    )
    return Week(
        days=days,
        note=note,
        later=in_order(later),
        always=[week_item(meeting, None, said) for meeting in meetings if meeting.repeat == Repeat.ONGOING],
        shared=_("All meetings: %(facts)s") % {"facts": said.text} if said.text else "",
        shared_note=said.note,
        shared_note_lang=fact_texts.text_lang(meetings[0], said.note),
        links=said.links,
    )


@dataclass(frozen=True, slots=True)
class SharedFacts:
    """What holds for all meetings of a group, so that the week says it once. A single meeting shares nothing."""

    facts: fact_texts.FieldValues
    minutes: int | None
    note: str
    links: Sequence[JoinLink]
    region: str
    has_several_zones: bool

    @classmethod
    def of_meetings(cls, meetings: Sequence[Meeting], region: str) -> "SharedFacts":
        """Return what these meetings share; `region` is the country in which numbers are written."""
        first, *others = meetings
        if not others:
            return cls(fact_texts.NO_FACTS, None, "", (), region, has_several_zones=False)
        all_links = [fact_texts.join_links(meeting, region) for meeting in meetings]
        return cls(
            facts=fact_texts.shared_facts(meetings),
            minutes=first.minutes if all(each.minutes == first.minutes for each in others) else None,
            note=first.note if all(each.note == first.note for each in others) else "",
            links=[link for link in all_links[0] if all(link in links for links in all_links)],
            region=region,
            has_several_zones=len({meeting.zone for meeting in meetings}) > 1,
        )

    @property
    def text(self) -> str:
        """The shared facts as words within a sentence; "" where the meetings share none."""
        return ", ".join([*fact_texts.shared_words(self.facts), *length_text(self.minutes)])


def in_order(items: Iterable[tuple[datetime.datetime, WeekItem]]) -> list[WeekItem]:
    """Return the items in the order of their starts."""
    return [item for _start, item in sorted(items, key=lambda pair: pair[0].timestamp())]


def occurrences_this_week(meeting: Meeting, today: datetime.date, zone: ZoneInfo) -> list[Occurrence]:
    """Return the occurrences of a meeting within seven days from `today`."""
    begins = datetime.datetime.combine(today, datetime.time(0), zone)
    occurrences = itertools.takewhile(
        lambda each: each.day < today + datetime.timedelta(days=7),
        recurrence.occurrences_after(meeting.rule, begins),
    )
    return [each for each in itertools.islice(occurrences, 14) if each.day >= today]


def week_item(
    meeting: Meeting, occurrence: Occurrence | None, said: SharedFacts, *, is_later: bool = False
) -> WeekItem:
    """Return a meeting as it appears in the week, without what is said of all meetings.

    `occurrence` is None for a meeting round the clock. `is_later` says that the date must be named.
    """
    start = occurrence.start if occurrence else None
    clock, suffix = availability.clock_parts(start) if start else (capfirst(rhythm_text(meeting)), "")
    when = [
        availability.zone_name(start) if start and said.has_several_zones else "",
        next_date_text(start) if start and is_later and meeting.repeat != Repeat.DATED else "",
        rhythm_text(meeting) if start else "",
        until_text(meeting),
        *(() if said.minutes else length_text(meeting.minutes)),
    ]
    note = "" if said.note else meeting.note
    return WeekItem(
        clock=clock,
        suffix=suffix,
        iso=start.isoformat() if start else "",
        when=", ".join(filter(None, when)),
        name=fact_texts.own_name(meeting),
        lang=fact_texts.text_lang(meeting, meeting.name),
        lines=fact_texts.fact_lines(fact_texts.without(fact_texts.meeting_facts(meeting), said.facts)),
        note=note,
        note_lang=fact_texts.text_lang(meeting, note),
        links=[link for link in fact_texts.join_links(meeting, said.region) if link not in said.links],
    )


def next_date_text(start: datetime.datetime) -> str:
    """Return the next date of a rarer meeting, such as "next on 25 March"."""
    return _("next on %(date)s") % {"date": date_format(start, "MONTH_DAY_FORMAT")}


def until_text(meeting: Meeting) -> str:
    """Return the last date of a meeting, or "" where it has none."""
    if meeting.until is None or meeting.repeat == Repeat.DATED:
        return ""
    return _("until %(date)s") % {"date": date_format(meeting.until, "DATE_FORMAT")}


def length_text(minutes: int | None) -> list[str]:
    """Return a length in words, in a list that is empty where it is not known."""
    return [_("%(n)d minutes") % {"n": minutes}] if minutes else []

"""Declare the kind "support groups": its filters, its card, its page, and when its meetings take place."""

import datetime
import itertools
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import recurrence
from core.fields import lower_first_word, set_labels
from core.i18n import name_lang_attribute
from core.recurrence import Occurrence
from core.weekdays import ICALENDAR_WEEKDAYS
from directory.kinds.base import MEETINGS, Kind, PageFact, PageSection, PerishableFact, yes_no
from directory.kinds.registry import kinds
from directory.listings import availability
from directory.listings.availability import AskedAt, Availability, Week, WeekDay, WeekItem
from directory.listings.cards import Action
from directory.models import Listing
from directory.models.listing import escape_dial, safe_page_url
from directory.search.filters import ChoiceFilter, ValueFilter, YesNoFilter
from directory.search.index.meetings import MeetingRow
from directory.search.meeting_filters import DAY, TIME, WHEN
from directory.vocabulary import Fellowship, Format
from groups.facts import fitting_meetings
from groups.models import Meeting, Repeat, SupportGroup
from groups.rhythm import rhythm_text


@dataclass(frozen=True)
class FormatFilter(ChoiceFilter):
    """The filter on the format of a meeting, which is a fact about the meeting and not about its group."""

    def related_rows(self, listings: QuerySet[Listing]) -> QuerySet[Any, Any]:
        """Return the group and the formats of each active meeting."""
        meetings = Meeting.objects.filter(active=True, group__in=listings.values("pk"))
        return meetings.values_list("group", Cast("formats", TextField()))


class SupportGroups(Kind):
    """Groups that meet at set times."""

    slug = "support-groups"
    model = SupportGroup
    name = gettext_lazy("Support group")
    plural = gettext_lazy("Support groups")
    tagline = gettext_lazy("People who have been there, in a room or online")
    icon = "group"
    support_type = "groups"
    is_primary = True
    order = 10
    soonest_by = MEETINGS
    schema_type = "Organization"
    filters = (
        DAY,
        TIME,
        WHEN,
        ValueFilter(
            "fellowship",
            gettext_lazy("Fellowship or program"),
            Fellowship,
            paths=("supportgroup__fellowship",),
        ),
        FormatFilter("format", gettext_lazy("Format"), Format),
        YesNoFilter(
            "slips", gettext_lazy("Signs attendance slips"), paths=("supportgroup__attendance_slips",)
        ),
    )
    fellowship_field = "fellowship"
    prefetch = ("supportgroup__meetings",)
    due_days = 182
    perishable_facts = (
        PerishableFact("meetings", gettext_lazy("meeting times"), 182),
        PerishableFact("join", gettext_lazy("links to join"), 182),
    )
    triggers = {Meeting: "group"}
    phone_check_fields = ("fellowship", "who_can_come", "first_visit", "attendance_slips")
    extra_fields = ("facilitator",)

    def card_labels(self, listing: Listing) -> list[str]:
        """Return the labels of the card, which begin with the fellowship."""
        fellowship = self.own_row(listing).fellowship
        labels = [fellowship_initials(fellowship)] if fellowship not in ("", Fellowship.OTHER) else []
        return [*labels, *super().card_labels(listing)]

    def sentences(self, listing: Listing) -> list[str]:
        """Return the sentence about who can come."""
        group = self.own_row(listing)
        return [group.who_can_come.rstrip(".") + "."] if group.who_can_come else []

    def sections(self, listing: Listing) -> list[PageSection]:
        """Return the section for people who come for the first time."""
        group = self.own_row(listing)
        formats = {value for meeting in group.meetings.all() for value in meeting.formats}
        return [
            PageSection(
                _("If it is your first time"),
                (
                    PageFact(_("Who can come"), group.who_can_come),
                    PageFact(_("What it is like"), group.first_visit),
                    PageFact(
                        _("Format"), ", ".join(str(label) for key, label in Format.choices if key in formats)
                    ),
                    PageFact(
                        _("Fellowship or program"), group.get_fellowship_display() if group.fellowship else ""
                    ),
                    PageFact(_("Who leads it"), group.facilitator),
                    PageFact(_("Signs attendance slips"), yes_no(group.attendance_slips)),
                ),
            )
        ]

    def availability(self, listing: Listing, at: AskedAt) -> Availability:
        """Return when the group meets, by the meetings that match the time filters."""
        meetings = fitting_meetings(filter_active(self.own_row(listing).meetings.all()), at)
        if any(
            each.repeat == Repeat.ONGOING and recurrence.is_in_progress(each.rule, at.now)
            for each in meetings
        ):
            return Availability.text_only(_("On now"), [_("round the clock")], state="now")
        going_on, coming = current_and_next(meetings, at)
        return availability.occurrence_availability(going_on, coming, at)

    def actions(self, listing: Listing, at: AskedAt) -> list[Action]:
        """Return the buttons to join the meeting in progress, or else the next one."""
        meetings = fitting_meetings(filter_active(self.own_row(listing).meetings.all()), at)
        meetings = sorted(meetings, key=lambda each: soonest_key(each, at))
        link = next((link for meeting in meetings if (link := safe_page_url(meeting.join_url))), "")
        phone = next((meeting.join_phone for meeting in meetings if meeting.join_phone), "")
        join = [Action(_("Join"), link, "join")] if link else []
        return [*join, *([Action(_("Dial in"), f"tel:{escape_dial(phone)}", "call")] if phone else [])]

    def has_fact(self, listing: Listing, fact: str) -> bool:
        """Return whether the group has active meetings, or links to join them."""
        meetings = filter_active(self.own_row(listing).meetings.all())
        return any(meeting.join_url for meeting in meetings) if fact == "join" else bool(meetings)

    def week_schedule(self, listing: Listing, at: AskedAt) -> Week | None:
        """Return the meetings of the next seven days, or None where no meeting is active."""
        meetings = filter_active(self.own_row(listing).meetings.all())
        return week_schedule(meetings, at, listing.text_language) if meetings else None

    def calendar_url(self, listing: Listing) -> str:
        """Return the address of the calendar file, or "" where no active meeting has set times."""
        timed = [
            each
            for each in filter_active(self.own_row(listing).meetings.all())
            if each.repeat != Repeat.ONGOING
        ]
        return reverse("calendar", args=(listing.slug,)) if timed else ""

    def own_meetings(self, listing: Listing) -> QuerySet[Meeting]:
        """Return the meetings of the group, suspended ones included."""
        group: SupportGroup = self.own_row(listing)
        return group.meetings.all()

    def meetings(self, listings: QuerySet[Listing]) -> Iterator[MeetingRow]:
        """Yield the active meetings of these groups for the search index."""
        start, weeks, first, until = (
            Cast(name, TextField()) for name in ("start", "weeks", "first", "until")
        )
        rows = Meeting.objects.filter(active=True, group__in=listings.values("pk"))
        columns = "group", "zone", "repeat", "weekday", start, "minutes", weeks, first, until
        for group, zone, repeat, weekday, begins, minutes, *rest in rows.values_list(*columns).iterator():
            length = minutes or Meeting.ASSUMED_MINUTES
            yield MeetingRow(group, zone, repeat, weekday, begins, length, *rest)

    def schema_org_fields(self, listing: Listing) -> dict[str, Any]:
        """Return the meetings with set times as schema.org events."""
        meetings = filter_active(self.own_row(listing).meetings.all())
        return {"event": [event_data(each, listing) for each in meetings if each.repeat != Repeat.ONGOING]}


def fellowship_initials(fellowship: str) -> str:
    """Return the initials that people use for a fellowship, such as "AA", or else its full name."""
    return fellowship.upper() if len(fellowship) <= 4 else str(Fellowship(fellowship).label)


def filter_active(meetings: Iterable[Meeting]) -> list[Meeting]:
    """Return the meetings that take place at present."""
    return [meeting for meeting in meetings if meeting.active]


def soonest_key(meeting: Meeting, at: AskedAt) -> tuple[bool, float]:
    """Return a sort key that puts meetings in progress first, then the meetings that start soonest."""
    going_on = recurrence.occurrence_in_progress(meeting.rule, at.now)
    occurrence = going_on or recurrence.next_occurrence(meeting.rule, at.now)
    return going_on is None, occurrence.start.timestamp() if occurrence else math.inf


def current_and_next(
    meetings: Collection[Meeting], at: AskedAt
) -> tuple[Occurrence | None, Occurrence | None]:
    """Return the occurrence in progress and the next occurrence among all meetings of a group."""
    going_on = [
        found for meeting in meetings if (found := recurrence.occurrence_in_progress(meeting.rule, at.now))
    ]
    coming = [found for meeting in meetings if (found := recurrence.next_occurrence(meeting.rule, at.now))]
    return (
        min(going_on, key=lambda each: each.end.timestamp(), default=None),
        min(coming, key=lambda each: each.start.timestamp(), default=None),
    )


def week_schedule(meetings: Sequence[Meeting], at: AskedAt, language: str) -> Week:
    """Return the meetings of seven days from today, each by its own clock, and the next date of each rarer meeting.

    Today is that of the first meeting's zone. `language` is that of the group's texts.
    """
    zone = recurrence.load_zone(meetings[0].zone)
    today = at.now.astimezone(zone).date()
    by_day: dict[datetime.date, list[tuple[datetime.datetime, WeekItem]]] = defaultdict(list)
    # A link that all meetings share is the button above. If the links differ, each meeting shows its own.
    has_several = len({meeting.join_href for meeting in meetings if meeting.join_href}) > 1
    has_several_zones = len({meeting.zone for meeting in meetings}) > 1
    later: list[tuple[datetime.datetime, WeekItem]] = []
    for meeting in meetings:
        join_href = meeting.join_href if has_several else ""
        this_week = occurrences_this_week(meeting, today, zone)
        for occurrence in this_week:
            zone_note = availability.zone_name(occurrence.start) if has_several_zones else ""
            item = week_item(meeting, occurrence, language, join_href, zone_note)
            by_day[occurrence.day].append((occurrence.start, item))
        if not this_week and (coming := recurrence.next_occurrence(meeting.rule, at.now)):
            zone_note = availability.zone_name(coming.start) if has_several_zones else ""
            date_note = _("next on %(date)s") % {"date": date_format(coming.day, "MONTH_DAY_FORMAT")}
            later.append(
                (coming.start, week_item(meeting, coming, language, join_href, zone_note, date_note))
            )
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
    note = "" if has_several_zones else _("Times are in %(zone)s.") % {"zone": availability.zone_name(start)}
    return Week(days, note, in_order(later))


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
    meeting: Meeting, occurrence: Occurrence, language: str, join_href: str, *time_notes: str
) -> WeekItem:
    """Return a meeting as it appears in the week.

    `language` is that of the group's texts. `time_notes` say more about the time: its zone, the date.
    """
    clock, suffix = availability.clock_parts(occurrence.start)
    length = _("%(n)d minutes") % {"n": meeting.minutes} if meeting.minutes else ""
    words = (*time_notes, rhythm_text(meeting), *meeting_labels(meeting), length)
    return WeekItem(
        clock=clock,
        suffix=suffix,
        name=meeting.name,
        lang=name_lang_attribute(meeting.name, language),
        words=", ".join(filter(None, words)),
        join_href=join_href,
        join_label=_("Dial in") if join_href.startswith("tel:") else _("Join"),
    )


FREQUENCY = {Repeat.WEEKLY: "P1W", Repeat.SECOND_WEEK: "P2W", Repeat.MONTHLY: "P1M"}


def event_data(meeting: Meeting, listing: Listing) -> dict[str, Any]:
    """Return a meeting as https://schema.org/Event with its https://schema.org/Schedule, in its own zone."""
    schedule = {
        "@type": "Schedule",
        "repeatFrequency": FREQUENCY.get(Repeat(meeting.repeat), ""),
        "byDay": schema_org_days(meeting),
        "startDate": meeting.first.isoformat() if meeting.first else "",
        "startTime": f"{meeting.start:%H:%M}" if meeting.start else "",
        "duration": f"PT{meeting.minutes}M" if meeting.minutes else "",
        "scheduleTimezone": meeting.zone,
    }
    schedule = {name: value for name, value in schedule.items() if value}
    return {"@type": "Event", "name": meeting.name or listing.name, "eventSchedule": schedule}


def schema_org_days(meeting: Meeting) -> str | list[str]:
    """Return the days of a meeting for https://schema.org/byDay, such as "MO" or ["2MO", "4MO"]."""
    if meeting.repeat == Repeat.DATED:
        return ""
    day = ICALENDAR_WEEKDAYS[meeting.weekday or 0]
    days = [f"{week}{day}" for week in meeting.weeks] if meeting.repeat == Repeat.MONTHLY else [day]
    return days if len(days) > 1 else days[0]


def meeting_labels(meeting: Meeting) -> list[str]:
    """Return the labels of the first two formats of a meeting."""
    return [lower_first_word(word) for word in set_labels(meeting, "formats")[:2]]


kinds.register(SupportGroups())

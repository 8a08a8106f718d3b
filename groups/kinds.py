"""Declare the kind "support groups": its filters, its card, its page, and when its meetings take place."""

import datetime
import itertools
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, Expression, QuerySet, TextField, When
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from core import recurrence
from core.recurrence import Occurrence
from core.weekdays import ICALENDAR_WEEKDAYS
from directory.kinds.base import MEETINGS, Kind, PageFact, PageSection, PerishableFact, yes_no
from directory.kinds.registry import kinds
from directory.listings import availability
from directory.listings.availability import AskedAt, Availability, JoinLink, Week, WeekDay, WeekItem
from directory.listings.cards import LONGEST_NUMBER, Action, CardMeeting, FoundMeeting, audience_sentence
from directory.listings.schema_org import postal_address
from directory.models import Listing
from directory.models.listing import safe_page_url
from directory.search.filters import MEETING_FACT_KEYS, MeetingFactFilter, ValueFilter, YesNoFilter
from directory.search.index.meetings import MeetingRow
from directory.search.meeting_filters import DAY, TIME, WHEN
from directory.vocabulary import Fellowship, Format, Mode
from groups import fact_texts
from groups.facts import FIELDS, GROUP_FIELDS, fitting_meetings
from groups.models import Meeting, Repeat, SupportGroup
from groups.rhythm import rhythm_text

NOTE_WORDS = 20  # of a note on a card; the page shows the whole note
MAX_FURTHER_TIMES = 3  # on a card


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
        MeetingFactFilter("format", gettext_lazy("Format"), Format),
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
        """Return the fellowship, and how one takes part in all meetings of the group."""
        meetings = self.active_meetings(listing)
        if not meetings:
            return [*self.fellowship_labels(listing), *super().card_labels(listing)]
        return self.meeting_labels(listing, fact_texts.shared_values(meetings, "modes"))

    def meeting_labels(self, listing: Listing, modes: Collection[str]) -> list[str]:
        """Return the labels after the kind's name: the fellowship, and how one takes part."""
        mode_labels = fact_texts.lower_first_words(fact_texts.labels("modes", modes))
        return [*self.fellowship_labels(listing), *mode_labels]

    def fellowship_labels(self, listing: Listing) -> list[str]:
        """Return the fellowship as a label, in a list that is empty where none is known."""
        fellowship = self.own_row(listing).fellowship
        return [fellowship_initials(fellowship)] if fellowship not in ("", Fellowship.OTHER) else []

    def active_meetings(self, listing: Listing) -> list[Meeting]:
        """Return the meetings of the group that take place at present."""
        return filter_active(self.own_row(listing).meetings.all())

    def set_text(self, listing: Listing, name: str) -> str:
        """Return the labels of a set of choices, as far as they hold for all meetings of the group."""
        meetings = self.active_meetings(listing) if name in fact_texts.FIELDS else []
        return fact_texts.shared_text(meetings, name) if meetings else super().set_text(listing, name)

    def sentences(self, listing: Listing) -> list[str]:
        """Return the sentence about who can come."""
        group = self.own_row(listing)
        return [group.who_can_come.rstrip(".") + "."] if group.who_can_come else []

    def sections(self, listing: Listing) -> list[PageSection]:
        """Return the section for people who come for the first time."""
        group, meetings = self.own_row(listing), self.active_meetings(listing)
        slips = fact_texts.shared_text(meetings, "attendance_slips")
        return [
            PageSection(
                _("If it is your first time"),
                (
                    PageFact(_("Who can come"), group.who_can_come),
                    PageFact(_("What it is like"), group.first_visit),
                    PageFact(_("Format"), fact_texts.shared_text(meetings, "formats")),
                    PageFact(
                        _("Fellowship or program"), group.get_fellowship_display() if group.fellowship else ""
                    ),
                    PageFact(_("Who leads it"), group.facilitator),
                    PageFact(
                        _("Signs attendance slips"), slips if meetings else yes_no(group.attendance_slips)
                    ),
                ),
            )
        ]

    def availability(self, listing: Listing, at: AskedAt) -> Availability:
        """Return when the group meets, by the meetings that fit what was asked for."""
        meeting = self.found_meeting(listing, at)
        return meeting.availability if meeting else availability.occurrence_availability(None, None, at)

    def actions(self, listing: Listing, at: AskedAt) -> list[Action]:
        """Return the buttons to join the meeting in progress, or else the next one."""
        meeting = self.found_meeting(listing, at)
        return list(meeting.actions) if meeting else []

    def found_meeting(self, listing: Listing, at: AskedAt) -> FoundMeeting | None:
        """Return what the card says by the meeting in progress, or else the next one, that fits what was asked for."""
        fitting = fitting_meetings(self.active_meetings(listing), at)
        if not fitting:
            return None
        meeting, *others = sorted(fitting, key=lambda each: soonest_key(each, at))
        modes = fact_texts.fact_values(meeting, "modes")
        links = fact_texts.join_links(meeting, fact_texts.home_region(listing))
        return FoundMeeting(
            availability=meeting_availability(meeting, fitting, at),
            modes=modes,
            labels=self.meeting_labels(listing, modes),
            sentences=meeting_sentences(meeting),
            actions=[join_action(link) for link in links],
            links=links,
            card=card_meeting(meeting, others, links, at),
        )

    def has_fact(self, listing: Listing, fact: str) -> bool:
        """Return whether the group has active meetings, or links to join them."""
        meetings = self.active_meetings(listing)
        return any(meeting.join_url for meeting in meetings) if fact == "join" else bool(meetings)

    def week_schedule(self, listing: Listing, at: AskedAt) -> Week | None:
        """Return the meetings of the next seven days, or None where no meeting is active."""
        meetings = self.active_meetings(listing)
        return week_schedule(meetings, at, fact_texts.home_region(listing)) if meetings else None

    def calendar_url(self, listing: Listing) -> str:
        """Return the address of the calendar file, or "" where no active meeting has set times."""
        timed = [each for each in self.active_meetings(listing) if each.repeat != Repeat.ONGOING]
        return reverse("calendar", args=(listing.slug,)) if timed else ""

    def own_meetings(self, listing: Listing) -> QuerySet[Meeting]:
        """Return the meetings of the group, suspended ones included."""
        group: SupportGroup = self.own_row(listing)
        return group.meetings.all()

    def meetings(self, listings: QuerySet[Listing]) -> Iterator[MeetingRow]:
        """Yield the active meetings of these groups for the search index, with the facts that apply to each."""
        start, weeks, first, until = (
            Cast(name, TextField()) for name in ("start", "weeks", "first", "until")
        )
        rows = Meeting.objects.filter(active=True, group__in=listings.values("pk"))
        facts = [_own_or_group_value(FIELDS[key]) for key in MEETING_FACT_KEYS]
        times = "group", "zone", "repeat", "weekday", start, "minutes", weeks, first, until
        for cells in rows.values_list(*times, *facts).iterator():
            group, zone, repeat, weekday, begins, minutes, *dates = cells[: len(times)]
            length = minutes or Meeting.ASSUMED_MINUTES
            row = MeetingRow(group, zone, repeat, weekday, begins, length, *dates)
            yield row._replace(facts=cells[len(times) :])

    def schema_org_fields(self, listing: Listing) -> dict[str, Any]:
        """Return the meetings with set times as schema.org events."""
        meetings = self.active_meetings(listing)
        return {"event": [event_data(each, listing) for each in meetings if each.repeat != Repeat.ONGOING]}


def _own_or_group_value(field: str) -> Expression:
    """Return an expression for the text of a meeting's field, or of its group's where the meeting leaves it empty."""
    own = Cast(field, TextField())
    if field not in GROUP_FIELDS:
        return own
    return Case(When(**{field: ""}, then=Cast(f"group__{field}", TextField())), default=own)


def fellowship_initials(fellowship: str) -> str:
    """Return the initials that people use for a fellowship, such as "AA", or else its full name."""
    return fellowship.upper() if len(fellowship) <= 4 else str(Fellowship(fellowship).label)


def filter_active(meetings: Iterable[Meeting]) -> list[Meeting]:
    """Return the meetings that take place at present."""
    return [meeting for meeting in meetings if meeting.active]


def soonest_key(meeting: Meeting, at: AskedAt) -> tuple[bool, bool, float]:
    """Return a sort key: meetings in progress, those round the clock first, then the meetings that start soonest."""
    going_on = recurrence.occurrence_in_progress(meeting.rule, at.now)
    occurrence = going_on or recurrence.next_occurrence(meeting.rule, at.now)
    start = occurrence.start.timestamp() if occurrence else math.inf
    return going_on is None, meeting.repeat != Repeat.ONGOING, start


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

    facts: fact_texts.Facts
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


def meeting_availability(meeting: Meeting, fitting: Collection[Meeting], at: AskedAt) -> Availability:
    """Return when a meeting takes place. The text is valid until another of the fitting ones takes its place."""
    if meeting.repeat == Repeat.ONGOING and recurrence.is_in_progress(meeting.rule, at.now):
        return Availability.text_only(_("On now"), [_("round the clock")], state="now")
    _going_on, coming = current_and_next(fitting, at)
    return availability.occurrence_availability(
        recurrence.occurrence_in_progress(meeting.rule, at.now), coming, at
    )


def meeting_sentences(meeting: Meeting) -> list[str]:
    """Return sentences for the card: who may come, for whom the meeting is, and its language if not the page's."""
    who, _how, _rest = fact_texts.fact_words(fact_texts.meeting_facts(meeting))
    languages = fact_texts.fact_values(meeting, "languages")
    audiences = fact_texts.labels("audiences", fact_texts.fact_values(meeting, "audiences"))
    return [
        *(f"{capfirst(each)}." for each in who),
        *audience_sentence(audiences),
        *(f"{each}." for each in fact_texts.labels("languages", languages) if languages != (get_language(),)),
    ]


def join_action(link: JoinLink) -> Action:
    """Return the button that joins a meeting; a short number stands on it."""
    if not link.href.startswith("tel:"):
        return Action(link.label, link.href, "join")
    label = f"{link.label} {link.text}" if len(link.text) <= LONGEST_NUMBER else link.label
    return Action(label, link.href, "call")


def card_meeting(
    meeting: Meeting, others: Sequence[Meeting], links: Sequence[JoinLink], at: AskedAt
) -> CardMeeting:
    """Return the lines of the card about a meeting; `others` are the further ones that fit, the next one first."""
    name, note = fact_texts.own_name(meeting), Truncator(meeting.note).words(NOTE_WORDS, truncate=" …")
    has_only_number = [link.href[:4] for link in links] == ["tel:"]
    return CardMeeting(
        name=name,
        lang=fact_texts.text_lang(meeting, name),
        mode=fact_texts.mode_text(fact_texts.fact_values(meeting, "modes")),
        note=note,
        note_lang=fact_texts.text_lang(meeting, note),
        also=further_times_text(meeting, others, at),
        number=f"{links[0].label}: {links[0].text}"
        if has_only_number and Mode.IN_PERSON not in fact_texts.fact_values(meeting, "modes")
        else "",
    )


def further_times_text(meeting: Meeting, others: Sequence[Meeting], at: AskedAt) -> str:
    """Return the next times of the other meetings that fit, such as "also 5:30 pm, Thu 7:00 pm and 2 more"."""
    shown = current_or_next(meeting, at)
    occurrences = [found for other in others if (found := current_or_next(other, at))]
    texts = list(dict.fromkeys(further_time_text(each, shown) for each in occurrences))
    if not texts or not shown:
        return ""
    times = ", ".join(texts[:MAX_FURTHER_TIMES])
    more = len(texts) - MAX_FURTHER_TIMES
    if more > 0:
        return ngettext("also %(times)s and %(n)d more", "also %(times)s and %(n)d more", more) % {
            "times": times,
            "n": more,
        }
    return _("also %(times)s") % {"times": times}


def further_time_text(occurrence: Occurrence, shown: Occurrence | None) -> str:
    """Return the time of an occurrence, with its day and its zone where they are not those of the one shown."""
    day = zone = ""
    if shown and occurrence.day != shown.day:
        is_near = abs((occurrence.day - shown.day).days) < 7
        day = date_format(occurrence.day, "D" if is_near else "MONTH_DAY_FORMAT")
    if shown and (name := availability.zone_name(occurrence.start)) != availability.zone_name(shown.start):
        zone = name
    return " ".join(filter(None, (day, availability.clock_text(occurrence.start), zone)))


def current_or_next(meeting: Meeting, at: AskedAt) -> Occurrence | None:
    """Return the occurrence of a meeting in progress, or else the next one; None for a meeting round the clock."""
    if meeting.repeat == Repeat.ONGOING:
        return None
    return recurrence.occurrence_in_progress(meeting.rule, at.now) or recurrence.next_occurrence(
        meeting.rule, at.now
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
    audiences = fact_texts.labels("audiences", fact_texts.fact_values(meeting, "audiences"))
    data = {
        "@type": "Event",
        "name": meeting.name or listing.name,
        "description": meeting.note,
        "eventSchedule": without_empty(schedule),
        "eventAttendanceMode": attendance_mode(meeting),
        "inLanguage": list(fact_texts.fact_values(meeting, "languages")),
        "audience": [{"@type": "Audience", "audienceType": label} for label in audiences],
        "location": event_locations(meeting, listing),
    }
    return without_empty(data)


def without_empty(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return data without its empty properties."""
    return {name: value for name, value in data.items() if value}


def attendance_mode(meeting: Meeting) -> str:
    """Return https://schema.org/eventAttendanceMode of a meeting, or "" where it is not known how one takes part."""
    modes = set(fact_texts.fact_values(meeting, "modes"))
    if not modes:
        return ""
    in_person, elsewhere = Mode.IN_PERSON in modes, bool(modes - {Mode.IN_PERSON.value})
    mode = "Mixed" if in_person and elsewhere else "Offline" if in_person else "Online"
    return f"https://schema.org/{mode}EventAttendanceMode"


def event_locations(meeting: Meeting, listing: Listing) -> list[dict[str, Any]]:
    """Return where one takes part in a meeting: at the address that the page shows, and at the link."""
    locations = []
    if fact_texts.takes_place_there(meeting) and (address := postal_address(listing.place)):
        locations.append({"@type": "Place", "address": address})
    if link := safe_page_url(meeting.join_url):
        locations.append({"@type": "VirtualLocation", "url": link})
    return locations


def schema_org_days(meeting: Meeting) -> str | list[str]:
    """Return the days of a meeting for https://schema.org/byDay, such as "MO" or ["2MO", "4MO"]."""
    if meeting.repeat == Repeat.DATED:
        return ""
    day = ICALENDAR_WEEKDAYS[meeting.weekday or 0]
    days = [f"{week}{day}" for week in meeting.weeks] if meeting.repeat == Repeat.MONTHLY else [day]
    return days if len(days) > 1 else days[0]


kinds.register(SupportGroups())

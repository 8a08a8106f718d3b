"""Support groups as a kind of listing: their words, filters, card and page."""

import datetime
import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory import moments, schedule
from directory.cards import Action
from directory.fields import labels, mid_sentence
from directory.kinds import Fact, Kind, Section, kinds, yes_no
from directory.models import Listing
from directory.models.listing import dialled
from directory.moments import HOUR, At, Moment, Week, WeekDay, WeekItem
from directory.schedule import Occurrence
from directory.search.filters import AnswerFilter, ChoiceFilter, Chosen, Filter, Options, ValueFilter, any_of
from directory.vocabulary import Fellowship, Format, Status
from groups.models import Meeting, Repeat, SupportGroup

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAYS: Options = (
    ("today", gettext_lazy("Today")),
    ("tomorrow", gettext_lazy("Tomorrow")),
    ("mon", gettext_lazy("Monday")),
    ("tue", gettext_lazy("Tuesday")),
    ("wed", gettext_lazy("Wednesday")),
    ("thu", gettext_lazy("Thursday")),
    ("fri", gettext_lazy("Friday")),
    ("sat", gettext_lazy("Saturday")),
    ("sun", gettext_lazy("Sunday")),
)
TIMES: Options = (
    ("morning", gettext_lazy("Morning")),
    ("midday", gettext_lazy("Midday")),
    ("evening", gettext_lazy("Evening")),
    ("night", gettext_lazy("Night")),
)
WHEN: Options = (("now", gettext_lazy("Going on now")), ("soon", gettext_lazy("Within the hour")))
TOGETHER = ("day", "time", "when")
# By the hour at which a meeting starts: morning 4–11, midday 11–17, evening 17–21, night 21–4.
PARTS = ((4, "night"), (11, "morning"), (17, "midday"), (21, "evening"), (24, "night"))


def part_of_day(start: datetime.time) -> str:
    return next(part for ends, part in PARTS if start.hour < ends)


@dataclass(frozen=True, slots=True)
class Slot:
    """What the filters on time ask of one meeting: the options of each filter that it answers to."""

    group: int
    answers: dict[str, frozenset[str]]

    def fits(self, wanted: Chosen) -> bool:
        return all(self.answers[key] & frozenset(values) for key, values in wanted.items())


def slots(at: At) -> list[Slot]:
    """All meetings that the public may find and that are not over for good, read once per request."""
    if "slots" not in at.memory:
        meetings = Meeting.objects.filter(active=True, group__status=Status.PUBLISHED)
        at.memory["slots"] = [slot(meeting, at) for meeting in meetings if not is_over(meeting, at)]
    return at.memory["slots"]


def is_over(meeting: Meeting, at: At) -> bool:
    if meeting.until is None and meeting.repeat != Repeat.DATED:
        return False
    return next(schedule.upcoming(meeting.rule, at.now), None) is None


def slot(meeting: Meeting, at: At) -> Slot:
    if meeting.repeat == Repeat.ONGOING:
        days, times = {key for key, _label in DAYS}, {key for key, _label in TIMES}
    else:
        days, times = days_of(meeting, at), {part_of_day(meeting.start or datetime.time(0))}
    answers = {"day": days, "time": times, "when": when_of(meeting, at)}
    return Slot(meeting.group_id, {key: frozenset(values) for key, values in answers.items()})


def days_of(meeting: Meeting, at: At) -> set[str]:
    """Weekdays on which it starts by its own wall clock, and whether it starts on the asker's today or tomorrow."""
    dated = meeting.first if meeting.repeat == Repeat.DATED else None
    weekday = dated.weekday() if dated else meeting.weekday or 0
    days = {WEEK[weekday]}
    today = at.local.date()
    for name, date in (("today", today), ("tomorrow", today + datetime.timedelta(days=1))):
        if weekday == date.weekday() and takes_place_on(meeting, date):
            days.add(name)
    return days


def takes_place_on(meeting: Meeting, date: datetime.date) -> bool:
    """Whether it starts on that date; a meeting that comes every week needs no further look."""
    if meeting.repeat == Repeat.WEEKLY and meeting.first is None and meeting.until is None:
        return True
    zone = schedule.load_zone(meeting.zone)
    occurrence = schedule.next_occurrence(
        meeting.rule, datetime.datetime.combine(date, datetime.time(0), zone)
    )
    return occurrence is not None and occurrence.day == date


def when_of(meeting: Meeting, at: At) -> set[str]:
    rule = meeting.rule
    going_on = {"now"} if schedule.in_progress(rule, at.now) else set()
    return going_on | ({"soon"} if schedule.starts_within(rule, at.now, HOUR) else set())


@dataclass(frozen=True)
class SlotFilter(Filter):
    choices: Options

    @property
    def options(self) -> Options:
        return self.choices

    def condition(self, chosen: Chosen, at: At) -> Q:
        wanted = {key: values for key, values in chosen.items() if key in TOGETHER}
        return Q(pk__in={slot.group for slot in slots(at) if slot.fits(wanted)})


@dataclass(frozen=True)
class FormatFilter(ChoiceFilter):
    """Formats are facts about a meeting, not about its group."""

    def condition(self, chosen: Chosen, at: At) -> Q:
        has = any_of(Q(formats__has=value) for value in chosen[self.key])
        return Q(pk__in=Meeting.objects.filter(has, active=True).values("group"))


class SupportGroups(Kind):
    slug = "support-groups"
    model = SupportGroup
    name = gettext_lazy("Support group")
    plural = gettext_lazy("Support groups")
    line = gettext_lazy("People who have been there, in a room or online")
    icon = "group"
    support = "groups"
    leads = True
    position = 10
    schema_type = "Organization"
    filters = (
        SlotFilter(
            "day", gettext_lazy("Day"), DAYS, single=True, folded=False, together=TOGETHER, everywhere=True
        ),
        SlotFilter("time", gettext_lazy("Part of the day"), TIMES, folded=False, together=TOGETHER),
        SlotFilter("when", gettext_lazy("Starting"), WHEN, single=True, folded=False, together=TOGETHER),
        ValueFilter(
            "fellowship", gettext_lazy("Fellowship or program"), Fellowship, path="supportgroup__fellowship"
        ),
        FormatFilter("format", gettext_lazy("Format"), Format, path="formats"),
        AnswerFilter("slips", gettext_lazy("Signs attendance slips"), path="supportgroup__slips"),
    )
    prefetch = ("supportgroup__meetings",)
    fragile = ("meetings", "join")
    asks = ("fellowship", "who_can_come", "first_visit", "slips")
    more = ("facilitator",)

    def words(self, listing: Listing) -> list[str]:
        own = self.own(listing)
        path = [short_name(own.fellowship)] if own.fellowship not in ("", Fellowship.OTHER) else []
        return [*path, *super().words(listing)]

    def sentences(self, listing: Listing) -> list[str]:
        own = self.own(listing)
        return [own.who_can_come.rstrip(".") + "."] if own.who_can_come else []

    def sections(self, listing: Listing) -> list[Section]:
        own = self.own(listing)
        formats = {value for meeting in own.meetings.all() for value in meeting.formats}
        return [
            Section(
                _("If it is your first time"),
                (
                    Fact(_("Who can come"), own.who_can_come),
                    Fact(_("What it is like"), own.first_visit),
                    Fact(
                        _("Format"), ", ".join(str(label) for key, label in Format.choices if key in formats)
                    ),
                    Fact(_("Fellowship or program"), own.get_fellowship_display() if own.fellowship else ""),
                    Fact(_("Who leads it"), own.facilitator),
                    Fact(_("Signs attendance slips"), yes_no(own.slips)),
                ),
            )
        ]

    def moment(self, listing: Listing, at: At) -> Moment:
        meetings = active(self.own(listing).meetings.all())
        if any(
            each.repeat == Repeat.ONGOING and schedule.in_progress(each.rule, at.now) for each in meetings
        ):
            return Moment.words_only(_("On now"), [_("round the clock")], state="now")
        going_on, coming = next_of(meetings, at)
        return moments.by_occurrence(going_on, coming, at)

    def actions(self, listing: Listing, at: At) -> list[Action]:
        """The way into what is going on, else into what comes next."""
        meetings = sorted(active(self.own(listing).meetings.all()), key=lambda each: start_key(each, at))
        link = next((meeting.join_url for meeting in meetings if meeting.join_url), "")
        phone = next((meeting.join_phone for meeting in meetings if meeting.join_phone), "")
        join = [Action(_("Join"), link, "join")] if link else []
        return [*join, *([Action(_("Dial in"), f"tel:{dialled(phone)}", "call")] if phone else [])]

    def holds(self, listing: Listing, fact: str) -> bool:
        meetings = active(self.own(listing).meetings.all())
        return any(meeting.join_url for meeting in meetings) if fact == "join" else bool(meetings)

    def week(self, listing: Listing, at: At) -> Week | None:
        meetings = active(self.own(listing).meetings.all())
        return week_of(meetings, at) if meetings else None

    def calendar(self, listing: Listing) -> str:
        timed = [each for each in active(self.own(listing).meetings.all()) if each.repeat != Repeat.ONGOING]
        return reverse("calendar", args=(listing.slug,)) if timed else ""

    def today(self, at: At) -> tuple[int, int]:
        today = {slot.group for slot in slots(at) if slot.fits({"day": ("today",)})}
        going_on = {slot.group for slot in slots(at) if slot.fits({"when": ("now",)})}
        return len(today), len(going_on)

    def starts(self, pks: Sequence[int], at: At) -> dict[int, tuple[int, float]]:
        keys: dict[int, tuple[int, float]] = {}
        for meeting in Meeting.objects.filter(active=True, group__in=pks):
            key = start_key(meeting, at)
            keys[meeting.group_id] = min(key, keys.get(meeting.group_id, key))
        return keys


def short_name(fellowship: str) -> str:
    """ "AA" where people say the initials, else the name in full."""
    return fellowship.upper() if len(fellowship) <= 4 else str(Fellowship(fellowship).label)


def active(meetings: Iterable[Meeting]) -> list[Meeting]:
    return [meeting for meeting in meetings if meeting.active]


def start_key(meeting: Meeting, at: At) -> tuple[int, float]:
    if going_on := schedule.current(meeting.rule, at.now):
        return moments.GOING_ON, going_on.start.timestamp()
    coming = schedule.next_occurrence(meeting.rule, at.now)
    return (moments.STARTS, coming.start.timestamp()) if coming else (moments.ANY_TIME, 0)


def next_of(meetings: Collection[Meeting], at: At) -> tuple[Occurrence | None, Occurrence | None]:
    """What is going on now and what comes next, over all meetings of a group."""
    going_on = [found for meeting in meetings if (found := schedule.current(meeting.rule, at.now))]
    coming = [found for meeting in meetings if (found := schedule.next_occurrence(meeting.rule, at.now))]
    return (
        min(going_on, key=lambda each: each.end.timestamp(), default=None),
        min(coming, key=lambda each: each.start.timestamp(), default=None),
    )


def week_of(meetings: Sequence[Meeting], at: At) -> Week:
    """The next seven days by the clock of the first meeting's zone, today first."""
    zone = schedule.load_zone(meetings[0].zone)
    today = at.now.astimezone(zone).date()
    by_day: dict[datetime.date, list[tuple[datetime.datetime, WeekItem]]] = defaultdict(list)
    for meeting in meetings:
        for occurrence in in_coming_week(meeting, today, zone):
            by_day[occurrence.day].append((occurrence.start, week_item(meeting, occurrence)))
    dates = [today + datetime.timedelta(days=number) for number in range(7)]
    days = [
        WeekDay(
            day=date_format(date, "D"),
            date=_("Today") if date == today else date_format(date, "j M"),
            today=date == today,
            items=[item for _start, item in sorted(by_day[date], key=lambda pair: pair[0].timestamp())],
        )
        for date in dates
    ]
    start = datetime.datetime.combine(today, datetime.time(12), zone)
    return Week(days, _("Times are in %(zone)s.") % {"zone": moments.zone_name(start)})


def in_coming_week(meeting: Meeting, today: datetime.date, zone: ZoneInfo) -> list[Occurrence]:
    begins = datetime.datetime.combine(today, datetime.time(0), zone)
    within = itertools.takewhile(
        lambda each: each.day < today + datetime.timedelta(days=7), schedule.upcoming(meeting.rule, begins)
    )
    return [each for each in itertools.islice(within, 14) if each.day >= today]


def week_item(meeting: Meeting, occurrence: Occurrence) -> WeekItem:
    large, suffix = moments.clock(occurrence.start)
    length = _("%(n)d minutes") % {"n": meeting.minutes} if meeting.minutes else ""
    rhythm = (
        "" if meeting.repeat in (Repeat.WEEKLY, Repeat.DATED) else str(meeting.get_repeat_display()).lower()
    )
    return WeekItem(
        large, suffix, ", ".join(filter(None, (meeting.name, *meeting_words(meeting), length, rhythm)))
    )


def meeting_words(meeting: Meeting) -> list[str]:
    return [mid_sentence(word) for word in labels(meeting, "formats")[:2]]


kinds.register(SupportGroups())

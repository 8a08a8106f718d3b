"""Describe when a listing can next be reached: its next meeting or opening, as texts for cards and pages.

`AskedAt` holds the time of the request and the visitor's time zone. The site does not look up where a visitor is. It
takes the zone of the place that the visitor typed, or else its own.
"""

import datetime
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import recurrence
from core.i18n import translate_fact
from core.recurrence import Hours, Occurrence
from core.template_cache import PLACEHOLDER, PlaceholderText, PlaceholderTexts
from directory.listings import freshness

if TYPE_CHECKING:
    from directory.models import Listing

CardType = TypeVar("CardType")
# The options that were asked for and that one meeting must have: (filter key, chosen values) each.
MeetingChoices = tuple[tuple[str, tuple[str, ...]], ...]

HOUR = datetime.timedelta(hours=1)
NOON = 12  # o'clock
EVENING = 17  # o'clock; from then on the text says "tonight"

# The groups of the order "soonest first": meetings in progress, meetings to come, open listings, listings that open
# later, and the rest.
GOING_ON, STARTS, OPEN, OPENS, ANY_TIME = range(5)


@dataclass(frozen=True, slots=True)
class AskedAt:
    """The moment of a request and what the visitor asked about time and place.

    `now` is an aware datetime. `zone` is the IANA zone in which "today" and "tonight" are meant. `meeting_choices`
    are the options that were asked for and that one meeting must have. `cache` holds values that one request needs
    more than once.
    """

    now: datetime.datetime
    zone: str
    meeting_choices: MeetingChoices = ()
    cache: dict[str, Any] = field(default_factory=dict, compare=False)

    @classmethod
    def now_in_zone(cls, zone: str = "") -> "AskedAt":
        """Return the present moment in a zone, or in the site's zone where none is given."""
        return cls(timezone.now(), zone or settings.TIME_ZONE)

    @property
    def local(self) -> datetime.datetime:
        """Return the moment in the visitor's zone."""
        return self.now.astimezone(ZoneInfo(self.zone))

    @property
    def today(self) -> datetime.date:
        """Return the date in the visitor's zone."""
        return self.local.date()


@dataclass(frozen=True, slots=True)
class Availability:
    """When a listing can be reached, as its card shows it.

    `state` is one of now, soon, later, open, closed, unsure, arrangement, paused. `clock` is the large text, often a
    time of day, and `suffix` the small text behind it. `iso` is the start as an ISO datetime. `lines` follow below.
    """

    state: str
    clock: PlaceholderText
    suffix: PlaceholderText = ""
    iso: PlaceholderText = ""
    lines: PlaceholderTexts = field(default_factory=list)
    valid_until: Annotated[float, PLACEHOLDER] = field(default=math.inf, compare=False)
    """When the text changes at the latest, in seconds since 1970. The end of a day is not counted: in every zone a day
    ends at a quarter of an hour, and cached cards expire then."""

    @property
    def is_open(self) -> bool:
        """Return whether somebody can be reached now."""
        return self.state in ("now", "open")

    @classmethod
    def text_only(cls, clock: str, lines: list[str], state: str = "arrangement") -> "Availability":
        """Return an availability that shows a text in place of a time of day."""
        return cls(state=state, clock=clock, lines=lines)


@dataclass(frozen=True, slots=True)
class JoinLink:
    """A link or a number by which one joins a meeting. `text` can be copied from paper: "meet.example.org/one"."""

    label: PlaceholderText
    text: PlaceholderText
    href: PlaceholderText

    @property
    def whole_text(self) -> str:
        """Return the whole address of a link, which programs recognize, or else the number in words."""
        return self.href if self.href.startswith("http") else self.text


@dataclass(frozen=True, slots=True)
class WeekItem:
    """One meeting in the week of a listing's page.

    `iso` is its start as an ISO datetime. `when` says more about the time: zone, date, rhythm, length. `lines` are its
    own facts; those of all meetings are said once in `Week`. `lang` and `note_lang` are the languages of name and note,
    where they are not the page's.
    """

    clock: str = ""
    suffix: str = ""
    iso: str = ""
    when: str = ""
    name: str = ""
    lang: str = ""
    lines: Sequence[str] = ()
    note: str = ""
    note_lang: str = ""
    links: Sequence[JoinLink] = ()

    @property
    def is_time_only(self) -> bool:
        """Return whether the meeting has a time and no fact of its own, so that times stand beside each other."""
        return not (self.when or self.name or self.lines or self.note or self.links)


@dataclass(frozen=True, slots=True)
class WeekDay:
    """One day in the week of a listing's page."""

    day: str
    date: str
    today: bool
    items: list[WeekItem]

    @property
    def has_times_only(self) -> bool:
        """Return whether no meeting of the day has a fact of its own."""
        return all(item.is_time_only for item in self.items)


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from today, and what takes place later only or round the clock.

    `note` names the zone of all times; it is empty where each item names its own. `shared`, `shared_note` and `links`
    hold for all meetings.
    """

    days: list[WeekDay]
    note: str
    later: list[WeekItem] = field(default_factory=list)
    always: list[WeekItem] = field(default_factory=list)
    shared: str = ""
    shared_note: str = ""
    shared_note_lang: str = ""
    links: Sequence[JoinLink] = ()


def clock_parts(when: datetime.datetime | datetime.time) -> tuple[str, str]:
    """Return a time of day as large text and the small text behind it, such as `("6:30", "pm")`."""
    return time_format(when, "g:i"), _("pm") if when.hour >= NOON else _("am")


def clock_text(when: datetime.datetime) -> str:
    """Return a time of day as one text, such as "6:30 pm"."""
    return " ".join(clock_parts(when))


def occurrence_availability(
    going_on: Occurrence | None, coming: Occurrence | None, at: AskedAt
) -> Availability:
    """Return the availability of something with set times, from the current and the next occurrence.

    The time of day is that of the occurrence's own zone.
    """
    if going_on is not None:
        clock, suffix = clock_parts(going_on.start)
        ends = _("Going on, ends %(time)s") % {"time": clock_text(going_on.end)}
        changes_at = min(time for time in (going_on.end, coming and coming.start) if time).timestamp()
        lines = [ends, *zone_lines(going_on.start, at)]
        return Availability("now", clock, suffix, going_on.start.isoformat(), lines, changes_at)
    if coming is None:
        return Availability.text_only(_("Ask for times"), [])
    clock, suffix = clock_parts(coming.start)
    state = "soon" if coming.start - at.now <= HOUR else "later"
    lines = [coming_text(coming, at), *zone_lines(coming.start, at)]
    valid_until = (coming.start - HOUR).timestamp() if state == "later" else next_minute_timestamp(at)
    return Availability(state, clock, suffix, coming.start.isoformat(), lines, valid_until)


def next_minute_timestamp(at: AskedAt) -> float:
    """Return the start of the next minute, in seconds since 1970."""
    return (at.now.timestamp() // 60 + 1) * 60


def coming_text(coming: Occurrence, at: AskedAt) -> str:
    """Return when an occurrence starts: "in 25 min", "tonight", "tomorrow", "Thursday" or "Thursday 12 March"."""
    minutes = int((coming.start - at.now).total_seconds() // 60)
    if minutes < 60:
        return ngettext("in %(n)d min", "in %(n)d min", minutes) % {"n": minutes}
    days = (coming.day - at.now.astimezone(coming.start.tzinfo).date()).days
    if days == 0:
        return _("tonight") if coming.start.hour >= EVENING else _("today")
    if days == 1:
        return _("tomorrow")
    return weekday_text(coming.day, days)


def weekday_text(day: datetime.date, days_ahead: int) -> str:
    """Return the weekday of a day, with the date where the day is a week or more ahead, such as "Thursday 12 March"."""
    weekday = date_format(day, "l")
    return weekday if days_ahead < 7 else f"{weekday} {date_format(day, 'MONTH_DAY_FORMAT')}"


def zone_lines(start: datetime.datetime, at: AskedAt) -> list[str]:
    """Return the name of the zone and the visitor's own time, where the two zones differ."""
    visitor_time = start.astimezone(ZoneInfo(at.zone))
    if visitor_time.utcoffset() == start.utcoffset():
        return []
    time = clock_text(visitor_time)
    if visitor_time.date() != start.date():
        time = f"{date_format(visitor_time, 'l')} {time}"
    place = at.zone.split("/")[-1].replace("_", " ")
    return [
        zone_name(start),
        _("%(time)s in %(place)s") % {"time": time, "place": place},
    ]


US_ZONES = {
    "P": gettext_lazy("Pacific time"),
    "M": gettext_lazy("Mountain time"),
    "C": gettext_lazy("Central time"),
    "E": gettext_lazy("Eastern time"),
    "AK": gettext_lazy("Alaska time"),
    "H": gettext_lazy("Hawaii time"),
}


def zone_name(when: datetime.datetime) -> str:
    """Return the name of a zone: "Pacific time" where people use such a name, else its city as in "Madrid time"."""
    short = when.tzname() or ""
    name = getattr(when.tzinfo, "key", "")
    if name.startswith("America/") and short[:-2] in US_ZONES:
        return str(US_ZONES[short[:-2]])
    return _("%(zone)s time") % {"zone": name.split("/")[-1].replace("_", " ") or short}


def opening_hours_availability(listing: "Listing", at: AskedAt) -> Availability:
    """Return the availability of a listing that has opening hours."""
    lapsed = freshness.is_lapsed(listing, "hours", at.today)
    known = freshness.known_on(listing, "hours") if lapsed else None
    return hours_availability(listing.opening_hours(), listing.hours_note, at, too_old=known)


def hours_availability(
    hours: Hours | None, note: str, at: AskedAt, *, too_old: datetime.date | None = None
) -> Availability:
    """Return the availability by opening hours.

    `too_old` is the day on which the hours were last known, where they are too old to rely on.
    """
    if hours is None:
        note = translate_fact(note)
        return Availability.text_only(
            _("By arrangement") if not note else _("Hours vary"), [note] if note else []
        )
    if too_old:
        return outdated_hours_availability(hours, too_old, at)
    if hours.always and recurrence.is_open_at(hours, at.now):
        return Availability("open", _("Open"), lines=[_("any hour, any day")])
    if recurrence.is_open_at(hours, at.now):
        closes = recurrence.closes_at(hours, at.now)
        lines = (
            [_("until %(time)s") % {"time": clock_text(closes)}, *zone_lines(closes, at)] if closes else []
        )
        return Availability(
            "open", _("Open"), lines=lines, valid_until=closes.timestamp() if closes else math.inf
        )
    opens = recurrence.next_opening(hours, at.now)
    lines = [opens_text(opens, at), *zone_lines(opens, at)] if opens else []
    return Availability(
        "closed", _("Closed"), lines=lines, valid_until=opens.timestamp() if opens else math.inf
    )


def outdated_hours_availability(hours: Hours, known: datetime.date, at: AskedAt) -> Availability:
    """Return an availability that shows old hours with their day and does not say whether it is open."""
    local = at.now.astimezone(recurrence.load_zone(hours.zone))
    is_same_clock = hours.always or local.utcoffset() == at.local.utcoffset()
    zone = [] if is_same_clock else [zone_name(local)]
    as_of = _("as of %(day)s") % {"day": freshness.day_text(known, at.today)}
    return Availability("unsure", _("Ask for hours"), lines=[hours_of_day(hours, local.date()), *zone, as_of])


def hours_of_day(hours: Hours, date: datetime.date) -> str:
    """Return the hours of one day in the zone of the place, such as "9:00 am to 5:00 pm today"."""
    if hours.always:
        return _("any hour, any day")
    usual = tuple((each.opens, each.closes) for each in hours.intervals if each.weekday == date.weekday())
    spans = [
        _("%(opens)s to %(closes)s") % {"opens": time_text(opens), "closes": time_text(closes)}
        for opens, closes in hours.exceptions.get(date, usual)
    ]
    return _("%(hours)s today") % {"hours": ", ".join(spans)} if spans else _("not today")


def time_text(time: datetime.time) -> str:
    """Return a time of day as one text, such as "9:00 am"."""
    return " ".join(clock_parts(time))


def opens_text(opens: datetime.datetime, at: AskedAt) -> str:
    """Return when a listing opens next, such as "opens tomorrow 9:00 am" or "opens Monday 4 January 9:00 am"."""
    days = (opens.date() - at.now.astimezone(opens.tzinfo).date()).days
    day = {0: _("today"), 1: _("tomorrow")}.get(days) or weekday_text(opens.date(), days)
    return _("opens %(day)s %(time)s") % {"day": day, "time": clock_text(opens)}


STATE_HEADINGS = {
    "now": lambda: _("Going on now"),
    "soon": lambda: _("Within the hour"),
    "later": lambda: _("Coming up"),
    "open": lambda: _("Open by the clock"),
    "closed": lambda: _("Opens later"),
    "unsure": lambda: _("Hours may have changed"),
    "arrangement": lambda: _("By arrangement"),
    "paused": lambda: _("Paused"),
}


def group_by_state(states_and_cards: Iterable[tuple[str, CardType]]) -> list[tuple[str, list[CardType]]]:
    """Group cards under headings by their state, in the order in which the states first occur."""
    groups: dict[str, list[CardType]] = defaultdict(list)
    for state, card in states_and_cards:
        groups[state].append(card)
    return [(STATE_HEADINGS[state](), cards) for state, cards in groups.items()]

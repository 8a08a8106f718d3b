"""When a listing can next be reached, in words for a card and as a key for "soonest first".

An `At` is the moment of asking and the zone of the person who asks. Nobody's zone is looked up: it is the zone of
the place they typed, else the site's own.
"""

import datetime
import math
from collections import defaultdict
from collections.abc import Iterable
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
# Options of the filters on time, by their key, as far as any were asked for: `search/slots.py` says what they mean.
Slots = tuple[tuple[str, tuple[str, ...]], ...]

HOUR = datetime.timedelta(hours=1)
NOON = 12  # o'clock
EVENING = 17  # o'clock; from then on one says "tonight"

# The order of "soonest first": what is going on, what starts, what is open by the clock, what opens, the rest.
GOING_ON, STARTS, OPEN, OPENS, ANY_TIME = range(5)


@dataclass(frozen=True, slots=True)
class AskedAt:
    """`now` is aware; `zone` is the IANA zone in which "today" and "tonight" are meant; `places` are the ids of the
    places in reach, None where no place was asked for; `slots` are the hours asked for; `memory` holds what a request
    needs more than once."""

    now: datetime.datetime
    zone: str
    places: frozenset[int] | None = None
    slots: Slots = ()
    cache: dict[str, Any] = field(default_factory=dict, compare=False)

    @classmethod
    def now_in_zone(cls, zone: str = "") -> "AskedAt":
        return cls(timezone.now(), zone or settings.TIME_ZONE)

    @property
    def local(self) -> datetime.datetime:
        return self.now.astimezone(ZoneInfo(self.zone))

    @property
    def today(self) -> datetime.date:
        return self.local.date()


@dataclass(frozen=True, slots=True)
class Availability:
    """The rail of a card. `state` is one of now, soon, later, open, closed, unsure, arrangement, paused."""

    state: str
    clock: PlaceholderText
    suffix: PlaceholderText = ""
    iso: PlaceholderText = ""
    lines: PlaceholderTexts = field(default_factory=list)
    valid_until: Annotated[float, PLACEHOLDER] = field(default=math.inf, compare=False)
    """Seconds since 1970 at which it will read otherwise, if not before: days change at a quarter of an hour, in every
    zone."""

    @property
    def is_open(self) -> bool:
        """The lamp: somebody is there now."""
        return self.state in ("now", "open")

    @classmethod
    def text_only(cls, clock: str, lines: list[str], state: str = "arrangement") -> "Availability":
        return cls(state=state, clock=clock, lines=lines)


@dataclass(frozen=True, slots=True)
class WeekItem:
    clock: str
    suffix: str
    words: str
    way_in: str = ""  # an address of its own, and what its link says
    way_in_words: str = ""


@dataclass(frozen=True, slots=True)
class WeekDay:
    day: str
    date: str
    today: bool
    items: list[WeekItem]


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from today, by the wall clock of the place; `note` says which zone that is."""

    days: list[WeekDay]
    note: str


def clock_parts(when: datetime.datetime | datetime.time) -> tuple[str, str]:
    """A time of day as it is shown large, and what stands small behind it: `("6:30", "pm")`."""
    return time_format(when, "g:i"), _("pm") if when.hour >= NOON else _("am")


def clock_text(when: datetime.datetime) -> str:
    return " ".join(clock_parts(when))


def occurrence_availability(
    going_on: Occurrence | None, coming: Occurrence | None, at: AskedAt
) -> Availability:
    """The rail of something that happens at set times; the time shown is that of its own zone."""
    if going_on is not None:
        large, suffix = clock_parts(going_on.start)
        ends = _("Going on, ends %(time)s") % {"time": clock_text(going_on.end)}
        over = min(each for each in (going_on.end, coming and coming.start) if each).timestamp()
        lines = [ends, *zone_lines(going_on.start, at)]
        return Availability("now", large, suffix, going_on.start.isoformat(), lines, over)
    if coming is None:
        return Availability.text_only(_("Ask for times"), [])
    large, suffix = clock_parts(coming.start)
    state = "soon" if coming.start - at.now <= HOUR else "later"
    lines = [coming_text(coming, at), *zone_lines(coming.start, at)]
    until = (coming.start - HOUR).timestamp() if state == "later" else next_minute_timestamp(at)
    return Availability(state, large, suffix, coming.start.isoformat(), lines, until)


def next_minute_timestamp(at: AskedAt) -> float:
    return (at.now.timestamp() // 60 + 1) * 60


def coming_text(coming: Occurrence, at: AskedAt) -> str:
    """ "in 25 min", "tonight", "tomorrow", "Thursday", "Thursday 12 March"."""
    minutes = int((coming.start - at.now).total_seconds() // 60)
    if minutes < 60:
        return ngettext("in %(n)d min", "in %(n)d min", minutes) % {"n": minutes}
    days = (coming.day - at.now.astimezone(coming.start.tzinfo).date()).days
    if days == 0:
        return _("tonight") if coming.start.hour >= EVENING else _("today")
    if days == 1:
        return _("tomorrow")
    weekday = date_format(coming.day, "l")
    return weekday if days < 7 else f"{weekday} {date_format(coming.day, 'MONTH_DAY_FORMAT')}"


def zone_lines(start: datetime.datetime, at: AskedAt) -> list[str]:
    """Names the zone and gives the asker's own time beside it where the two differ."""
    theirs = start.astimezone(ZoneInfo(at.zone))
    if theirs.utcoffset() == start.utcoffset():
        return []
    time = clock_text(theirs)
    if theirs.date() != start.date():
        time = f"{date_format(theirs, 'l')} {time}"
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
    """ "Pacific time" for the zones that people call by a name, else by the zone's city: "Madrid time"."""
    short = when.tzname() or ""
    name = getattr(when.tzinfo, "key", "")
    if name.startswith("America/") and short[:-2] in US_ZONES:
        return str(US_ZONES[short[:-2]])
    return _("%(zone)s time") % {"zone": name.split("/")[-1].replace("_", " ") or short}


def opening_hours_availability(listing: "Listing", at: AskedAt) -> Availability:
    """The rail of something that is open by the clock."""
    lapsed = freshness.is_lapsed(listing, "hours", at.today)
    known = freshness.known_on(listing, "hours") if lapsed else None
    return hours_availability(listing.opening_hours(), listing.hours_note, at, too_old=known)


def hours_availability(
    hours: Hours | None, note: str, at: AskedAt, *, too_old: datetime.date | None = None
) -> Availability:
    """The rail by hours; `too_old` is the day on which they were known, where they may not be relied on any more."""
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
    lines = [opens_text(opens, at)] if opens else []
    return Availability(
        "closed", _("Closed"), lines=lines, valid_until=opens.timestamp() if opens else math.inf
    )


def outdated_hours_availability(hours: Hours, known: datetime.date, at: AskedAt) -> Availability:
    """Hours that nobody has confirmed for long: told as they were, and no word of open or closed."""
    date = at.now.astimezone(recurrence.load_zone(hours.zone)).date()
    as_of = _("as of %(day)s") % {"day": freshness.day_text(known, at.today)}
    return Availability("unsure", _("Ask for hours"), lines=[hours_of_day(hours, date), as_of])


def hours_of_day(hours: Hours, date: datetime.date) -> str:
    """ "9:00 am to 5:00 pm today", by the clock of the place."""
    if hours.always:
        return _("any hour, any day")
    usual = tuple((each.opens, each.closes) for each in hours.intervals if each.weekday == date.weekday())
    stretches = [
        _("%(opens)s to %(closes)s") % {"opens": time_text(opens), "closes": time_text(closes)}
        for opens, closes in hours.exceptions.get(date, usual)
    ]
    return _("%(hours)s today") % {"hours": ", ".join(stretches)} if stretches else _("not today")


def time_text(time: datetime.time) -> str:
    return " ".join(clock_parts(time))


def opens_text(opens: datetime.datetime, at: AskedAt) -> str:
    days = (opens.date() - at.now.astimezone(opens.tzinfo).date()).days
    day = {0: _("today"), 1: _("tomorrow")}.get(days) or date_format(opens, "l")
    return _("opens %(day)s %(time)s") % {"day": day, "time": clock_text(opens)}


HEADINGS = {
    "now": lambda: _("Going on now"),
    "soon": lambda: _("Within the hour"),
    "later": lambda: _("Coming up"),
    "open": lambda: _("Open by the clock"),
    "closed": lambda: _("Opens later"),
    "unsure": lambda: _("Hours may have changed"),
    "arrangement": lambda: _("By arrangement"),
    "paused": lambda: _("Paused"),
}


def group_by_state(moments: Iterable[tuple[str, CardType]]) -> list[tuple[str, list[CardType]]]:
    """Cards under headings by what one can do, in the order in which the states first come."""
    groups: dict[str, list[CardType]] = defaultdict(list)
    for state, card in moments:
        groups[state].append(card)
    return [(HEADINGS[state](), cards) for state, cards in groups.items()]

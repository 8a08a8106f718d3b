"""Define what parsers return: frozen records, and problems that curators must know about.

Facet values are the stable strings of `directory.vocabulary` ("in-person", "step-free"), never labels. A record holds
nothing private: parsers leave out people's names, e-mails, phones, passwords and payment handles.
"""

from dataclasses import dataclass, field
from datetime import date, time


class NotAFeed(ValueError):
    """The file is not a feed of this format; the message is one line for the operator."""


class NothingListed(NotAFeed):
    """The file is of this format and lists nothing."""


@dataclass(frozen=True, slots=True)
class PlaceRecord:
    """A place where a group meets; `country` is an ISO 3166 alpha-2 code, or unknown text as written."""

    name: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    latitude: float | None = None  # degrees, WGS 84; both or neither
    longitude: float | None = None
    approximate: bool = False  # the point or address is that of a town
    notes: str = ""


@dataclass(frozen=True, slots=True)
class MeetingRecord:
    """One weekly or monthly slot, or a meeting by appointment without `weekday` and `start`."""

    ref: str  # unique within the feed
    name: str = ""
    weekday: int | None = None  # 0 is Monday
    start: time | None = None  # wall clock in `zone`
    minutes: int | None = None  # length; the end may lie past midnight, on the next day
    zone: str = ""  # IANA name, "" if the feed gives none
    modes: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    join_url: str = ""
    join_phone: str = ""
    notes: str = ""
    active: bool = True
    codes: tuple[str, ...] = ()  # codes of the feed that no facet has, as given
    languages: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    attendance_slips: str = ""  # "yes", or "" where it is not known
    weeks: tuple[int, ...] = ()  # which ones of the month, 1 to 5 or -1 for the last; () for each week
    row: int = field(
        default=0, compare=False, repr=False
    )  # 1-based; the order of the rows is no fact of a meeting


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """A group at one place, with its meetings, to which all other facts belong."""

    ref: str  # unique within the feed, the same at each reading
    name: str
    fellowship: str = ""
    number: str = ""  # in the register of its fellowship, as given
    notes: str = ""
    concerns: tuple[str, ...] = ()
    website: str = ""
    place: PlaceRecord | None = None
    meetings: tuple[MeetingRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class ChannelRecord:
    """One way to reach a line. `dial` is a number to dial, an e-mail address or a web address."""

    type: str
    dial: str
    display: str
    body: str = ""  # the word to send, for text lines
    note: str = ""


@dataclass(frozen=True, slots=True)
class HoursRecord:
    """Opening hours of one weekday in the line's time zone. A closing time up to the opening time is past midnight."""

    weekday: int  # 0 is Monday
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class LineRecord:
    """A crisis or support line. Without `always_open` and `hours` its opening hours are not known."""

    ref: str  # unique within the feed, the same at each reading
    name: str
    channels: tuple[ChannelRecord, ...]
    country: str = ""  # ISO 3166 alpha-2, "" if it serves any country
    summary: str = ""
    main: bool = False  # the first line of its country
    concerns: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    payment: tuple[str, ...] = ()
    always_open: bool = False
    hours: tuple[HoursRecord, ...] = ()
    zone: str = ""  # IANA name; with `hours` only
    hours_note: str = ""
    who_answers: str = ""
    happens: tuple[str, ...] = ()  # what happens when one calls, a step each
    deaf_access: str = ""  # how a deaf person reaches it
    website: str = ""
    source: str = ""  # address of the page with these facts
    copied: date | None = None  # when the page was read, or the date on the page
    copied_is: str = ""  # "read" or "dated"; with `copied` only
    page_date: str = ""  # the date of the page, "2017-06-05" or "2017"; with "read" only


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem of a row that was left out (`rejected`) or imported with a note for curators."""

    row: int  # 1-based
    id: str
    field: str
    reason: str
    rejected: bool
    merged: bool = False  # the row repeats other rows and adds no meeting of its own


@dataclass(frozen=True, slots=True)
class Parsed:
    """The result of parsing a meeting feed: number of rows, groups and problems."""

    rows: int
    records: list[GroupRecord]
    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class ParsedLines:
    """The result of parsing a feed of lines: number of rows, lines and problems."""

    rows: int
    records: list[LineRecord]
    problems: list[Problem]

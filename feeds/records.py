"""What a format's parser hands over: plain, frozen records and the rows that a curator must know about.

Values of facets are the stable strings of `directory.vocabulary` ("in-person", "step-free"), never labels.
Nothing private is in a record: a parser leaves out people's names, e-mails, phones, passwords and payment
handles.
"""

from dataclasses import dataclass
from datetime import date, time


class NotAFeed(ValueError):
    """The bytes as a whole are no feed of this format; the message is one line for who ran the command."""


class NothingListed(NotAFeed):
    """A file of this format that lists nothing at all."""


@dataclass(frozen=True, slots=True)
class PlaceRecord:
    """Where a group meets; `country` is ISO 3166 alpha-2 where the feed's word is known, else as written."""

    name: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    latitude: float | None = None  # degrees, WGS 84; both or neither
    longitude: float | None = None
    approximate: bool = False  # the point or address is a town's, not a door's
    notes: str = ""


@dataclass(frozen=True, slots=True)
class MeetingRecord:
    """One weekly slot. Without `weekday` and `start` it meets by appointment."""

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
    codes: tuple[str, ...] = ()  # the feed's own codes that no facet of ours holds, as given
    languages: tuple[str, ...] = ()  # of this slot alone; the group has those of all
    audiences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """A group at one place; `languages`, `audiences` and `access` are those of any of its meetings."""

    ref: str  # unique within the feed, the same at each reading
    name: str
    fellowship: str = ""
    notes: str = ""
    languages: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    concerns: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    website: str = ""
    place: PlaceRecord | None = None
    meetings: tuple[MeetingRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class ChannelRecord:
    """One way to reach a line. `dial` is what to dial, or an e-mail address, or a web address."""

    type: str
    dial: str
    display: str
    body: str = ""  # the word to send, for text lines
    note: str = ""


@dataclass(frozen=True, slots=True)
class HoursRecord:
    """Open on one weekday, by the wall clock of the line's zone; closing at or before opening is past midnight."""

    weekday: int  # 0 is Monday
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class LineRecord:
    """A crisis or support line. Without `always_open` and `hours` its hours are not known."""

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
    source: str = ""  # address of the page that says all this
    copied: date | None = None  # when it was read there, or the date that the page carries
    copied_is: str = ""  # "read" or "dated"; with `copied` only
    page_date: str = ""  # the date of the page, "2017-06-05" or "2017"; with "read" only


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that was left out (`rejected`), or one that came in with something a curator must know."""

    row: int  # 1-based
    id: str
    field: str
    reason: str
    rejected: bool
    merged: bool = False  # nothing of the row stands alone: it says what another row says


@dataclass(frozen=True, slots=True)
class Parsed:
    rows: int
    records: list[GroupRecord]
    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class ParsedLines:
    rows: int
    records: list[LineRecord]
    problems: list[Problem]

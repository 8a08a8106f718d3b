"""Helplines JSON, a format of our own for crisis and support lines: docs/helplines.md says it field by field.

What to dial stands apart from what to show, and both must be the same number: whoever calls must reach the one that
they read. A way to reach a line that fails this is left out; a line that nobody can reach is rejected.
"""

import re
from collections.abc import Iterator
from datetime import date, time
from typing import Any

from django.db.models import TextChoices

from core.recurrence import is_likely_day
from core.weekdays import WEEKDAY_KEYS
from directory.vocabulary import Audience, ChannelType, Concern, Language, Payment, has_number
from feeds.fetch.cpu_limit import check_cpu
from feeds.formats import times
from feeds.formats.json_rows import REPEATED, Row, check_row_count, json_value
from feeds.formats.links import web_address
from feeds.formats.privacy import quoted
from feeds.formats.text import plain
from feeds.records import (
    ChannelRecord,
    HoursRecord,
    LineRecord,
    NotAFeed,
    NothingListed,
    ParsedLines,
    Problem,
)

FORMAT, VERSION = "helplines", 1
COPIED_IS = ("read", "dated")
SUMMARY_LENGTH = 400  # characters
NOTE_LENGTH = 200
DISPLAY_LENGTH = 120
BODY_LENGTH = 40
DIAL_LENGTH = 500
MOST_CHANNELS = 20
MOST_STEPS = 20

_REF = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_COUNTRY = re.compile(r"[A-Z]{2}")
_WHATSAPP = re.compile(r"https://wa\.me/[1-9][0-9]{6,14}")
_WHOLE_NUMBER = re.compile(r"\+[1-9]\d{6,14}", re.A)  # E.164
_SHORT_NUMBER = re.compile(r"[\d*#]{2,8}", re.A)  # as it is dialled in its country
_EMAIL = re.compile(r"[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}", re.I | re.A)
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00", re.A)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.A)
_PAGE_DAY = re.compile(r"(?:19|20)\d\d(?:-\d\d-\d\d)?", re.A)
_KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")


class _Rejected(Exception):
    """Raised while one line is read; carries the field and the reason."""


class _Notes:
    """Collects the problems of one line."""

    def __init__(self, row: int, ref: str) -> None:
        self.row, self.ref, self.problems = row, ref, list[Problem]()

    def add(self, field: str, reason: str, *, rejected: bool = False) -> None:
        self.problems.append(Problem(self.row, self.ref, field, reason, rejected))


def parse(data: bytes, *, fellowship: str = "") -> ParsedLines:
    """Read a whole file; `fellowship` is there for all parsers and says nothing here. Raises NotAFeed alone; keys that
    this version does not know are passed over."""
    rows = _rows(json_value(data))
    records: dict[str, LineRecord] = {}
    problems: list[Problem] = []
    for number, row in enumerate(rows, start=1):
        check_cpu()
        notes = _Notes(number, _ref(row))
        try:
            record = _line(row, notes)
            if record.ref in records:
                raise _Rejected("slug", "Another line of this file has the same slug.")
            records[record.ref] = record
        except _Rejected as rejected:
            notes.add(*rejected.args, rejected=True)
        problems += sorted(notes.problems, key=lambda found: found.field)
    return ParsedLines(len(rows), list(records.values()), problems)


def _rows(value: object) -> list[Any]:
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise NotAFeed(
            'This is no file of lines: it should begin {"format": "helplines", "version": 1, "lines": [...]}.'
        )
    version, rows = value.get("version"), value.get("lines")
    if type(version) is not int or version != VERSION:
        raise NotAFeed(f"This site reads version {VERSION} of the format, and the file says another or none.")
    if not isinstance(rows, list) or not rows:
        refused = NothingListed if rows == [] else NotAFeed
        raise refused("The file lists no lines at all, so nothing is taken from it.")
    check_row_count(len(rows))
    return rows


def _ref(row: object) -> str:
    given = row.get("slug") if isinstance(row, dict) else None
    return given if isinstance(given, str) and len(given) <= 120 and _REF.fullmatch(given) else ""


def _line(row: object, notes: _Notes) -> LineRecord:
    if not isinstance(row, dict):
        raise _Rejected("", "This is not an object with fields.")
    if REPEATED in row:
        notes.add("", "A field stands twice in this line; the last one was taken.")
    if not notes.ref:
        raise _Rejected(
            "slug", "A slug is missing, or is not made of small letters, digits and single hyphens."
        )
    name = plain(row.get("name"))
    if not name:
        raise _Rejected("name", "The line has no name.")
    hours, zone = _hours(row, notes)
    copied = _copied(row, notes)
    return LineRecord(
        ref=notes.ref,
        name=name,
        channels=_channels(row, notes),
        country=_country(row),
        summary=plain(row.get("summary"), limit=SUMMARY_LENGTH),
        main=row.get("main") is True,
        concerns=_values(row, "concerns", Concern, notes),
        audiences=_values(row, "audiences", Audience, notes),
        languages=_values(row, "languages", Language, notes),
        payment=_values(row, "payment", Payment, notes),
        always_open=row.get("always_open") is True and not hours,
        hours=hours,
        zone=zone,
        hours_note=plain(row.get("hours_note"), limit=NOTE_LENGTH),
        who_answers=plain(row.get("who_answers"), limit=NOTE_LENGTH),
        happens=_steps(row),
        deaf_access=plain(row.get("deaf_access"), limit=NOTE_LENGTH),
        website=_address(row, "website", notes),
        source=_address(row, "source", notes),
        copied=copied,
        copied_is=row["copied_is"] if copied else "",
        page_date=_page_date(row, copied, notes),
    )


def _country(row: Row) -> str:
    given = row.get("country", "")
    if given == "" or (isinstance(given, str) and _COUNTRY.fullmatch(given)):
        return str(given)
    # A line under the wrong country would be dialled where it reaches nobody.
    raise _Rejected("country", f"The country{quoted(given)} is not a code of two capital letters.")


def _steps(row: Row) -> tuple[str, ...]:
    given = row.get("happens")
    steps = [plain(step, limit=NOTE_LENGTH) for step in given[:MOST_STEPS]] if isinstance(given, list) else []
    return tuple(step for step in steps if step)


def _values(row: Row, field: str, vocabulary: type[TextChoices], notes: _Notes) -> tuple[str, ...]:
    """The known values, sorted; what the vocabulary does not hold is left out and said."""
    given = row.get(field, [])
    if not isinstance(given, list):
        notes.add(field, "This should be a list, so it was left out.")
        return ()
    known = {value for value in given if isinstance(value, str) and value in vocabulary.values}
    for value in [value for value in given if not isinstance(value, str) or value not in known][:3]:
        notes.add(field, f"The value{quoted(value)} is not one that we know, so it was left out.")
    return tuple(sorted(known))


def _address(row: Row, field: str, notes: _Notes) -> str:
    given = row.get(field, "")
    address = _web(given)
    if given != "" and not address:
        notes.add(field, "This is not a public web address, so it was left out.")
    return address


def _web(value: object) -> str:
    """The address as it stands, if it is a public one: a cleaned one might lead to another page."""
    text = value if isinstance(value, str) and len(value) <= DIAL_LENGTH else ""
    return (
        text
        if text.startswith(("https://", "http://"))
        and web_address(text)
        and text == plain(text, limit=DIAL_LENGTH)
        else ""
    )


def _copied(row: Row, notes: _Notes) -> date | None:
    given, meant = row.get("copied", ""), row.get("copied_is", "")
    if given == "" and meant == "":
        return None
    if isinstance(given, str) and _DAY.fullmatch(given) and meant in COPIED_IS:
        try:
            if is_likely_day(day := date.fromisoformat(given)):
                return day
        except ValueError:
            pass
    notes.add(
        "copied", "The date should look like 2026-11-20, with “read” or “dated” beside it; it was left out."
    )
    return None


def _page_date(row: Row, copied: date | None, notes: _Notes) -> str:
    """Return the date of the source as text, if it is one and not later than the day on which it was read."""
    given = row.get("page_date", "")
    if given == "":
        return ""
    read = copied.isoformat() if copied and row["copied_is"] == "read" else ""
    if isinstance(given, str) and _PAGE_DAY.fullmatch(given) and given <= read:
        try:
            date.fromisoformat(given if len(given) > len("2017") else f"{given}-01-01")
        except ValueError:
            pass
        else:
            return given
    notes.add(
        "page_date",
        "The date of the page should look like 2017 or 2017-06-05, and be no later than the day on which it was read; "
        "it was left out.",
    )
    return ""


# Ways to reach it


def _channels(row: Row, notes: _Notes) -> tuple[ChannelRecord, ...]:
    given = row.get("channels")
    rows = given[:MOST_CHANNELS] if isinstance(given, list) else []
    channels = tuple(channel for each in rows if (channel := _channel(each, notes)))
    if not channels:
        raise _Rejected("channels", "There is no way to reach this line.")
    return channels


def _channel(row: object, notes: _Notes) -> ChannelRecord | None:
    if not isinstance(row, dict):
        notes.add("channels", "A way to reach it is not an object with fields, so it was left out.")
        return None
    kind, dial = row.get("type"), row.get("dial")
    if not isinstance(kind, str) or kind not in ChannelType.values:
        notes.add("channels", f"The type{quoted(kind)} of a way to reach it is unknown, so it was left out.")
        return None
    if not isinstance(dial, str) or not _can_be_dialled(kind, dial):
        notes.add("channels", f"What to dial{quoted(dial)} is nothing to {kind}, so it was left out.")
        return None
    display = plain(row.get("display"), limit=DISPLAY_LENGTH) or dial[:DISPLAY_LENGTH]
    if has_number(kind, dial) and not _same_number(dial, display):
        notes.add(
            "channels",
            f"What to show{quoted(display)} is another number than what to dial, so it was left out.",
        )
        return None
    body = plain(row.get("body"), limit=BODY_LENGTH) if kind == "text" else ""
    return ChannelRecord(kind, dial, display, body, plain(row.get("note"), limit=NOTE_LENGTH))


def _can_be_dialled(kind: str, dial: str) -> bool:
    if kind == "email":
        return bool(_EMAIL.fullmatch(dial))
    if has_number(kind, dial):
        return bool(_WHOLE_NUMBER.fullmatch(dial) or _SHORT_NUMBER.fullmatch(dial))
    # Elsewhere such an address gives away somebody's own number; here it is the number of a line.
    return bool(_web(dial) or (kind == "app" and _WHATSAPP.fullmatch(dial)))


def _same_number(dial: str, display: str) -> bool:
    """Whether both are one number: shown with the country code, with the trunk zero, or with neither."""
    dialled = dial.removeprefix("+")
    shown = "".join(sign for sign in display.upper().translate(_KEYPAD) if sign in "0123456789*#")
    if not dial.startswith("+"):
        return shown == dialled
    bare = shown.removeprefix("0")
    return shown == dialled or (dialled.endswith(bare) and 1 <= len(dialled) - len(bare) <= 3)


# Hours


def _hours(row: Row, notes: _Notes) -> tuple[tuple[HoursRecord, ...], str]:
    """The hours with their zone, or neither: hours in no zone are none."""
    given, zone = row.get("hours", []), row.get("zone", "")
    if given == []:
        return (), ""
    if row.get("always_open") is True:
        notes.add("hours", "It is both open at any hour and has hours; the hours were taken.")
    if not isinstance(zone, str) or not times.is_zone(zone):
        notes.add("zone", f"The time zone{quoted(zone)} is not one that we know, so the hours were left out.")
        return (), ""
    found = {(each.weekday, each.opens): each for each in _intervals(given, notes)}
    return tuple(found[key] for key in sorted(found)), zone if found else ""


def _intervals(given: object, notes: _Notes) -> Iterator[HoursRecord]:
    for each in given if isinstance(given, list) else [given]:
        row = each if isinstance(each, dict) else {}
        days, opens, closes = row.get("days"), _clock(row.get("opens")), _clock(row.get("closes"))
        if not isinstance(days, list) or not days or opens is None or closes is None:
            notes.add("hours", "Some hours could not be read, so they were left out.")
        elif any(day not in WEEKDAY_KEYS for day in days):
            notes.add("hours", "Some hours name a day that is none of mon to sun, so they were left out.")
        else:
            yield from (HoursRecord(WEEKDAY_KEYS.index(day), opens, closes) for day in days)


def _clock(value: object) -> time | None:
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if not found:
        return None
    return time(int(found[1]), int(found[2])) if found[1] else time()  # 24:00 is midnight

"""Parse helplines JSON, our own format for crisis and support lines, which docs/helplines.md describes field by field.

The number to dial and the number to show are separate fields and must be the same number: people must reach the number
that they read. A channel that fails this is left out, and a line without any channel is rejected.
"""

import re
from collections.abc import Iterator
from datetime import date, time
from typing import Any

from django.db.models import TextChoices

from core import phone_numbers
from core.recurrence import is_likely_day
from core.weekdays import WEEKDAY_KEYS
from directory.vocabulary import Audience, ChannelType, Concern, Language, Payment, has_number
from feeds.fetch.cpu_limit import check_cpu
from feeds.formats import times
from feeds.formats.json_rows import REPEATED, Row, check_row_count, parse_json
from feeds.formats.links import public_web_address
from feeds.formats.privacy import quote_if_public
from feeds.formats.text import plain_text
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
MAX_CHANNELS = 20
MAX_STEPS = 20

_REF = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_COUNTRY = re.compile(r"[A-Z]{2}")
_WHATSAPP = re.compile(r"https://wa\.me/[1-9][0-9]{6,14}")
_EMAIL = re.compile(r"[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}", re.I | re.A)
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00", re.A)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.A)
_PAGE_DAY = re.compile(r"(?:19|20)\d\d(?:-\d\d-\d\d)?", re.A)


class _Rejected(Exception):
    """One line cannot be imported; the arguments are the field and the reason."""


class _Problems:
    """The problems of one line."""

    def __init__(self, row: int, ref: str) -> None:
        self.row, self.ref, self.problems = row, ref, list[Problem]()

    def add(self, field: str, reason: str, *, rejected: bool = False) -> None:
        """Add a problem with a field of this row; `rejected` says that the row is left out because of it."""
        self.problems.append(Problem(self.row, self.ref, field, reason, rejected))


def parse(data: bytes, *, fellowship: str = "") -> ParsedLines:
    """Parse a whole file. Raise only NotAFeed.

    Unknown keys are ignored. `fellowship` is an argument of all parsers and is not used here.
    """
    rows = _line_rows(parse_json(data))
    records: dict[str, LineRecord] = {}
    problems: list[Problem] = []
    for number, row in enumerate(rows, start=1):
        check_cpu()
        line_problems = _Problems(number, _ref(row))
        try:
            record = _parse_line(row, line_problems)
            if record.ref in records:
                raise _Rejected("slug", "Another line of this file has the same slug.")
            records[record.ref] = record
        except _Rejected as rejected:
            line_problems.add(*rejected.args, rejected=True)
        problems += sorted(line_problems.problems, key=lambda problem: problem.field)
    return ParsedLines(len(rows), list(records.values()), problems)


def _line_rows(value: object) -> list[Any]:
    """Return the rows of lines in the decoded file. Raises NotAFeed where it is of another format."""
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
    """Return the id of a row in the feed, or "" where it is missing or malformed."""
    given = row.get("slug") if isinstance(row, dict) else None
    return given if isinstance(given, str) and len(given) <= 120 and _REF.fullmatch(given) else ""


def _parse_line(row: object, problems: _Problems) -> LineRecord:
    """Return the record of a line. Raises _Rejected where a required field is missing or wrong."""
    if not isinstance(row, dict):
        raise _Rejected("", "This is not an object with fields.")
    if REPEATED in row:
        problems.add("", "A field stands twice in this line; the last one was taken.")
    if not problems.ref:
        raise _Rejected(
            "slug", "A slug is missing, or is not made of small letters, digits and single hyphens."
        )
    name = plain_text(row.get("name"))
    if not name:
        raise _Rejected("name", "The line has no name.")
    hours, zone = _parse_hours(row, problems)
    copied = _parse_copied(row, problems)
    return LineRecord(
        ref=problems.ref,
        name=name,
        channels=_parse_channels(row, problems),
        country=_parse_country(row),
        summary=plain_text(row.get("summary"), limit=SUMMARY_LENGTH),
        main=row.get("main") is True,
        concerns=_parse_values(row, "concerns", Concern, problems),
        audiences=_parse_values(row, "audiences", Audience, problems),
        languages=_parse_values(row, "languages", Language, problems),
        payment=_parse_values(row, "payment", Payment, problems),
        always_open=row.get("always_open") is True and not hours,
        hours=hours,
        zone=zone,
        hours_note=plain_text(row.get("hours_note"), limit=NOTE_LENGTH),
        who_answers=plain_text(row.get("who_answers"), limit=NOTE_LENGTH),
        happens=_parse_steps(row),
        deaf_access=plain_text(row.get("deaf_access"), limit=NOTE_LENGTH),
        website=_parse_address(row, "website", problems),
        source=_parse_address(row, "source", problems),
        copied=copied,
        copied_is=row["copied_is"] if copied else "",
        page_date=_parse_page_date(row, copied, problems),
    )


def _parse_country(row: Row) -> str:
    """Return the country code of a row. Raises _Rejected for a malformed one."""
    given = row.get("country", "")
    if given == "" or (isinstance(given, str) and _COUNTRY.fullmatch(given)):
        return str(given)
    # A line under the wrong country would be dialled where it cannot be reached.
    raise _Rejected("country", f"The country{quote_if_public(given)} is not a code of two capital letters.")


def _parse_steps(row: Row) -> tuple[str, ...]:
    """Return the sentences about what happens when somebody calls."""
    given = row.get("happens")
    steps = (
        [plain_text(step, limit=NOTE_LENGTH) for step in given[:MAX_STEPS]] if isinstance(given, list) else []
    )
    return tuple(step for step in steps if step)


def _parse_values(
    row: Row, field: str, vocabulary: type[TextChoices], problems: _Problems
) -> tuple[str, ...]:
    """Return the known values, sorted. Unknown values are left out and reported."""
    given = row.get(field, [])
    if not isinstance(given, list):
        problems.add(field, "This should be a list, so it was left out.")
        return ()
    known = {value for value in given if isinstance(value, str) and value in vocabulary.values}
    for value in [value for value in given if not isinstance(value, str) or value not in known][:3]:
        problems.add(field, f"The value{quote_if_public(value)} is not one that we know, so it was left out.")
    return tuple(sorted(known))


def _parse_address(row: Row, field: str, problems: _Problems) -> str:
    """Return a public web address as it was given, or "" with a problem."""
    given = row.get(field, "")
    address = _unchanged_address(given)
    if given != "" and not address:
        problems.add(field, "This is not a public web address, so it was left out.")
    return address


def _unchanged_address(value: object) -> str:
    """Return the address unchanged, if it is a public one. A cleaned address might lead to another page."""
    text = value if isinstance(value, str) and len(value) <= DIAL_LENGTH else ""
    return (
        text
        if text.startswith(("https://", "http://"))
        and public_web_address(text)
        and text == plain_text(text, limit=DIAL_LENGTH)
        else ""
    )


def _parse_copied(row: Row, problems: _Problems) -> date | None:
    """Return the day on which the facts were copied; None where it is missing or, with a problem, malformed."""
    given, meaning = row.get("copied", ""), row.get("copied_is", "")
    if given == "" and meaning == "":
        return None
    if isinstance(given, str) and _DAY.fullmatch(given) and meaning in COPIED_IS:
        try:
            if is_likely_day(day := date.fromisoformat(given)):
                return day
        except ValueError:
            pass
    problems.add(
        "copied", "The date should look like 2026-11-20, with “read” or “dated” beside it; it was left out."
    )
    return None


def _parse_page_date(row: Row, copied: date | None, problems: _Problems) -> str:
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
    problems.add(
        "page_date",
        "The date of the page should look like 2017 or 2017-06-05, and be no later than the day on which it was read; "
        "it was left out.",
    )
    return ""


# Channels


def _parse_channels(row: Row, problems: _Problems) -> tuple[ChannelRecord, ...]:
    """Return the ways to reach the line that are valid, with a problem for each that is not."""
    given = row.get("channels")
    rows = given[:MAX_CHANNELS] if isinstance(given, list) else []
    channels = tuple(channel for item in rows if (channel := _parse_channel(item, problems)))
    if not channels:
        raise _Rejected("channels", "There is no way to reach this line.")
    return channels


def _parse_channel(row: object, problems: _Problems) -> ChannelRecord | None:
    """Return one way to reach the line, or None with a problem."""
    if not isinstance(row, dict):
        problems.add("channels", "A way to reach it is not an object with fields, so it was left out.")
        return None
    kind, dial = row.get("type"), row.get("dial")
    if not isinstance(kind, str) or kind not in ChannelType.values:
        problems.add(
            "channels",
            f"The type{quote_if_public(kind)} of a way to reach it is unknown, so it was left out.",
        )
        return None
    if not isinstance(dial, str) or not _can_be_dialled(kind, dial):
        problems.add(
            "channels", f"What to dial{quote_if_public(dial)} is nothing to {kind}, so it was left out."
        )
        return None
    display = plain_text(row.get("display"), limit=DISPLAY_LENGTH) or dial[:DISPLAY_LENGTH]
    if has_number(kind, dial) and not phone_numbers.is_same_number(dial, display):
        problems.add(
            "channels",
            f"What to show{quote_if_public(display)} is another number than what to dial, so it was left out.",
        )
        return None
    body = plain_text(row.get("body"), limit=BODY_LENGTH) if kind == "text" else ""
    return ChannelRecord(kind, dial, display, body, plain_text(row.get("note"), limit=NOTE_LENGTH))


def _can_be_dialled(kind: str, dial: str) -> bool:
    """Return whether the value of a channel is a number, an e-mail address or a web address as its type needs."""
    if kind == "email":
        return bool(_EMAIL.fullmatch(dial))
    if has_number(kind, dial):
        return phone_numbers.is_dialable(dial)
    # In meeting feeds such an address is a person's own number; here it is the number of a line.
    return bool(_unchanged_address(dial) or (kind == "app" and _WHATSAPP.fullmatch(dial)))


# Hours


def _parse_hours(row: Row, problems: _Problems) -> tuple[tuple[HoursRecord, ...], str]:
    """Return the opening hours and their time zone, or neither: hours without a zone mean nothing."""
    given, zone = row.get("hours", []), row.get("zone", "")
    if given == []:
        return (), ""
    if row.get("always_open") is True:
        problems.add("hours", "It is both open at any hour and has hours; the hours were taken.")
    if not isinstance(zone, str) or not times.is_zone(zone):
        problems.add(
            "zone",
            f"The time zone{quote_if_public(zone)} is not one that we know, so the hours were left out.",
        )
        return (), ""
    intervals = {(hours.weekday, hours.opens): hours for hours in _parse_intervals(given, problems)}
    return tuple(intervals[key] for key in sorted(intervals)), zone if intervals else ""


def _parse_intervals(given: object, problems: _Problems) -> Iterator[HoursRecord]:
    """Yield the opening hours of a row, with a problem for each entry that is malformed."""
    for item in given if isinstance(given, list) else [given]:
        row = item if isinstance(item, dict) else {}
        days, opens, closes = row.get("days"), _parse_clock(row.get("opens")), _parse_clock(row.get("closes"))
        if not isinstance(days, list) or not days or opens is None or closes is None:
            problems.add("hours", "Some hours could not be read, so they were left out.")
        elif any(day not in WEEKDAY_KEYS for day in days):
            problems.add("hours", "Some hours name a day that is none of mon to sun, so they were left out.")
        else:
            yield from (HoursRecord(WEEKDAY_KEYS.index(day), opens, closes) for day in days)


def _parse_clock(value: object) -> time | None:
    """Return the time of day in a text such as "09:30", or None."""
    match = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if not match:
        return None
    return time(int(match[1]), int(match[2])) if match[1] else time()  # 24:00 is midnight

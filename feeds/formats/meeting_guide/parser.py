"""Parse Meeting Guide JSON, also called TSML (specification: README of code4recovery/spec), as real sites write it.

A row is one weekly slot, or several at the same time of day. `group_id` says which rows of one reading belong together,
but identifies no group for the next reading, because sites renumber it: two snapshots of one site shared 526 slugs and
not one id. Slugs mostly stay, so they identify the meetings. `grouping` builds the groups.
"""

import re
from dataclasses import replace
from datetime import time
from functools import partial

from core.text import fold_words, slug
from directory.vocabulary import Fellowship, Mode
from feeds.fetch.cpu_limit import check_cpu
from feeds.formats import addresses, fellowships, times
from feeds.formats.dial_in import dial_string, has_dial_in
from feeds.formats.group_codes import is_group_code
from feeds.formats.grouping import Entry, add_notes, build_groups
from feeds.formats.json_rows import REPEATED, Row, check_row_count, drain, parse_rows
from feeds.formats.links import is_video, public_web_address
from feeds.formats.meeting_guide import status
from feeds.formats.meeting_guide.types import MeetingTypes, parse_types
from feeds.formats.privacy import extract_links, public_address, public_name, public_notes, quote_if_public
from feeds.formats.recurrence_words import Recurrence, parse_recurrence
from feeds.formats.text import NOTES_LENGTH, digest, plain_text, says_nothing
from feeds.formats.zone_words import find_stated_zone, has_same_clock
from feeds.records import MeetingRecord, Parsed, PlaceRecord, Problem

NOTE_FIELDS = ("notes", "group_notes", "location_notes", "conference_url_notes", "conference_phone_notes")
MAX_NUMBER_LENGTH = 60  # characters
USUAL_MAX_MINUTES = 6 * 60  # minutes; beyond that a curator should look at the end time

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
_NOT_A_GROUP = re.compile(r"(?:district|area|zone|intergroup|region)(?: \d+)?")
_SAFE_REF = re.compile(r"(?:[\w.:~-]|%(?!40)[0-9a-f]{2}){1,120}", re.A | re.I)


class _Rejected(Exception):
    """One row cannot be imported; the arguments are the field and the reason."""


class _Problems:
    """The problems of one row."""

    def __init__(self, row: int, slug: str) -> None:
        self.row, self.slug, self.problems = row, slug, list[Problem]()

    def add(self, field: str, reason: str, *, rejected: bool = False) -> None:
        """Add a problem with a field of this row; `rejected` says that the row is left out because of it."""
        self.problems.append(Problem(self.row, self.slug, field, reason, rejected))


def parse(data: bytes, *, fellowship: str = "") -> Parsed:
    """Parse a whole feed; `fellowship` is a value of `Fellowship` for all its rows, "" if the rows name it.

    The order of the rows does not change the records. Raise NotAFeed, and ValueError for an unknown fellowship.
    """
    fellowship = Fellowship(fellowship).value if fellowship else ""
    rows = parse_rows(data)
    number_of_rows, meetings = len(rows), 0
    entries, problems = [], []
    for number, row in enumerate(drain(rows), start=1):
        check_cpu()
        entry, row_problems = _parse_row(number, row, fellowship)
        problems += row_problems
        entries += [entry] if entry else []
        meetings += len(entry.meetings) if entry else 0
        check_row_count(meetings)
    records, duplicates = build_groups(entries)
    problems = sorted(problems + duplicates, key=lambda problem: (problem.row, problem.field))
    return Parsed(number_of_rows, records, problems)


def _parse_row(number: int, row: object, fellowship: str) -> tuple[Entry | None, list[Problem]]:
    """Return the entry of a row, or None, and the problems of the row."""
    if not isinstance(row, dict):
        return None, [Problem(number, "", "", "This row is not an object with fields.", True)]
    problems = _Problems(number, _slug(row))
    if REPEATED in row:
        names = [key for key in row[REPEATED] if key in ("slug", "name", "day", "time", "end_time", "types")]
        problems.add(", ".join(names), "A field stands twice in this row; the last one was taken.")
    try:
        return _parse_entry(row, fellowship, problems), problems.problems
    except _Rejected as rejected:
        field, reason = rejected.args
        problems.add(field, reason, rejected=True)
        return None, problems.problems


def _parse_entry(row: Row, fellowship: str, problems: _Problems) -> Entry:
    """Return the entry of a row that is an object. Raises _Rejected where it cannot be listed."""
    fellowship = fellowship or fellowships.find_fellowship(fold_words(plain_text(row.get("entity"))))
    types = _parse_row_types(row, fellowship, problems)
    _note_removals(row, problems)
    name, name_status = status.split_status(public_name(row.get("name")))
    number = _group_number(row, problems)
    group, group_status = ("", frozenset[str]()) if number is not None else _group_name(row, name)
    name = name or group or _place_name(row, "") or _name_from_slug(problems.slug)
    if not name:
        raise _Rejected("name", "The row has no name.")
    place = _parse_place(row, problems)
    place_key = _place_key(row, place)
    meetings = _parse_meetings(row, name, types, name_status | group_status, place, problems)
    return Entry(
        row=problems.row,
        slug=problems.slug or _build_slug(name, place_key, meetings),
        group=group or name,
        # The id of a group that is only a code is often that of its district.
        group_id="" if number else _group_id(row),
        is_group_named=bool(group),
        number=number or "",
        place=place,
        place_key=place_key,
        fellowship=fellowship or types.fellowship,
        website=_website(row, problems),
        notes=public_notes(row.get("group_notes")),
        place_notes=public_notes(row.get("location_notes")),
        concerns=types.values("concern"),
        meetings=meetings,
    )


def _note_removals(row: Row, problems: _Problems) -> None:
    """Name the notes from which something personal or secret is left out."""
    for field in NOTE_FIELDS:
        given = row.get(field)
        if given and _letters(public_notes(given)) != _letters(
            plain_text(given, limit=NOTES_LENGTH, lines=True)
        ):
            problems.add(field, "Something personal or secret in it is left out.")


def _letters(text: str) -> str:
    """Return the letters and digits of a text."""
    return "".join(filter(str.isalnum, text))


def _website(row: Row, problems: _Problems) -> str:
    """Return the public web address of the group, or ""."""
    address = public_web_address(row.get("website"))
    if not address and not says_nothing(plain_text(row.get("website"))):
        problems.add("website", "It is no public web address, so it is left out.")
    return address


def _parse_row_types(row: Row, fellowship: str, problems: _Problems) -> MeetingTypes:
    """Return the types of a row, read by its fellowship's codes, and name those that we have no word for."""
    types = parse_types(row.get("types"), fellowship=fellowship)
    if types.fellowship and not fellowship:
        types = replace(
            parse_types(row.get("types"), fellowship=types.fellowship), fellowship=types.fellowship
        )
    if types.is_open_and_closed:
        problems.add("types", "It says both open and closed, so neither is shown.")
    if types.unknown_names:
        is_known = fellowship or types.fellowship
        reason = "The site has no word for them" if is_known else "The fellowship is not known"
        problems.add("types", f"{reason}, so these are kept as codes: {', '.join(types.unknown_names)}.")
    return types


def _slug(row: Row) -> str:
    """Return the row's own id for use in a `ref`. One with unusual characters is replaced by a readable digest."""
    given = plain_text(row.get("slug"), limit=400)
    if not given or _SAFE_REF.fullmatch(given):
        return given
    return f"{slug(public_name(given), limit=60)}-{digest(given)}".strip("-")


def _build_slug(name: str, place_key: str, meetings: tuple[MeetingRecord, ...]) -> str:
    """Return an id for a row without a slug, which stays the same as long as name, place and times do."""
    times_of_week = [f"{meeting.weekday} {meeting.start}" for meeting in meetings]
    return f"{slug(name) or 'meeting'}-{digest(fold_words(name), place_key, *times_of_week)}"


def _name_from_slug(given: str) -> str:
    """Return a readable name from a slug, or "" where it gives none that may be public."""
    words = given.replace("-", " ").replace("_", " ").strip()
    return words.capitalize() if re.search(r"[^\W\d]{2}.* ", words) and public_name(words) == words else ""


def _group_number(row: Row, problems: _Problems) -> str | None:
    """Return the group's number where the feed gives a code as its name, "" for a word such as "N/A", else None."""
    given = plain_text(row.get("group"))
    if not is_group_code(given) and not _NOT_A_GROUP.fullmatch(fold_words(given)):
        return None
    if says_nothing(given):
        problems.add("group", f"“{given}” is no name, so the group has the name of its meeting.")
        return ""
    problems.add(
        "group", f"“{given}” is a code, so it was taken as its number, and its meetings' name as its name."
    )
    return given[:MAX_NUMBER_LENGTH]


def _group_id(row: Row) -> str:
    """Return the feed's own id of the group, or ""."""
    given = plain_text(row.get("group_id"), limit=60)
    return "" if says_nothing(given) or given == "0" else given


def _group_name(row: Row, meeting: str) -> tuple[str, frozenset[str]]:
    """Return the group's name and status."""
    name, name_status = status.split_status(public_name(row.get("group")))
    is_same = meeting and fold_words(status.without_mode(name)) == fold_words(meeting)
    return (meeting if is_same else name), name_status


# Days and times


def _parse_slots(row: Row, problems: _Problems) -> list[tuple[int | None, int | None]]:
    """Return weekday and start minute of each slot; one pair of Nones for a meeting by appointment."""
    days = times.parse_weekdays(row.get("day"))
    given = plain_text(row.get("time"), limit=60)
    if days is None:
        raise _Rejected("day", f"The day{quote_if_public(row.get('day'))} could not be read.")
    if not days and not given:
        problems.add("day", "No day and no time are given, so it is listed as by appointment.")
        return [(None, None)]
    start = times.parse_clock(given)
    if not days:
        raise _Rejected("day", "There is a time but no day.")
    if start is None:
        reason = (
            f"The time{quote_if_public(given)} could not be read." if given else "There is a day but no time."
        )
        raise _Rejected("time", reason)
    # 24:00 is the end of that day: midnight of the next.
    return [((day + start // times.DAY_MINUTES) % 7, start % times.DAY_MINUTES) for day in days]


def _parse_length(row: Row, start: int | None, problems: _Problems) -> int | None:
    """Return the length in minutes. An end before the start is past midnight; an equal end means nothing."""
    given = plain_text(row.get("end_time"), limit=60)
    if start is None or not given:
        return None
    end = times.parse_clock(given)
    if end is None:
        problems.add(
            "end_time", f"The end time{quote_if_public(given)} could not be read, so the length is not shown."
        )
        return None
    length = (end - start) % times.DAY_MINUTES
    if length > USUAL_MAX_MINUTES:
        problems.add("end_time", f"It would last {length // 60} hours; check the end time.")
    return length or None


def _parse_zone(row: Row, texts: list[str], start: int | None, country: str, problems: _Problems) -> str:
    """Return the zone that the name or note states next to the meeting's own time, else the row's, else ""."""
    given = plain_text(row.get("timezone"), limit=100)
    if given and not times.is_zone(given):
        problems.add("timezone", f"The time zone{quote_if_public(given)} is not one that we know.")
        given = ""
    stated = None if start is None else find_stated_zone(texts, _clock_time(start), country)
    if stated is None or (given and has_same_clock(given, stated.zone)):
        return given
    feed = f"the feed says {given}" if given else "the feed gives none"
    problems.add(
        "timezone", f"Its text says{quote_if_public(stated.text)} and {feed}; {stated.zone} was taken."
    )
    return stated.zone


def _parse_rhythm(texts: list[str], weekday: int | None, problems: _Problems) -> tuple[int, ...]:
    """Return which ones of the month the meeting is, by its name or note; () for each week.

    A rhythm that a meeting cannot hold stays in the note alone, and curators are told of it.
    """
    if weekday is None:
        return ()
    found = {recurrence for text in texts if (recurrence := parse_recurrence(text, weekday))}
    if len(found) != 1:
        return ()
    recurrence = found.pop()
    words = _rhythm_words(recurrence, weekday)
    if recurrence.months or not recurrence.weeks:
        problems.add("notes", f"Its text says {words}. It is listed for every week, with its note.")
        return ()
    problems.add("notes", f"Its text says {words}, so it was taken as monthly.")
    return recurrence.weeks


def _rhythm_words(recurrence: Recurrence, weekday: int) -> str:
    """Return a rhythm in a curator's words."""
    if recurrence.months:
        return f"months {recurrence.months[0]} to {recurrence.months[-1]} only"
    ordinals = " and ".join(ORDINALS[week] for week in recurrence.weeks)
    return f"{ordinals} {WEEKDAYS[weekday]} of the month"


def _clock_time(minutes: int) -> time:
    """Return the time of day so many minutes after midnight."""
    return time(minutes // 60, minutes % 60)


def _parse_meetings(
    row: Row,
    name: str,
    types: MeetingTypes,
    name_status: frozenset[str],
    place: PlaceRecord | None,
    problems: _Problems,
) -> tuple[MeetingRecord, ...]:
    """Return a meeting for each time slot of a row."""
    slots, notes = _parse_slots(row, problems), _meeting_notes(row)
    texts, start = [name, notes], slots[0][1]
    join_url, join_phone = _join_url(row, problems), _join_phone(row, place, problems)
    modes, active = status.attendance_modes(
        plain_text(row.get("attendance_option")).casefold().replace("-", "_").replace(" ", "_"),
        types.means,
        name_status,
        has_url=bool(join_url),
        has_phone=bool(join_phone),
        has_address=bool(place and (place.street or place.name) and not place.approximate),
        has_place=bool(place),
    )
    if not plain_text(row.get("attendance_option")) and not join_url and status.says_phone_only(notes):
        modes = (Mode.PHONE.value,)
    record = partial(
        MeetingRecord,
        ref=problems.slug,
        name=name,
        minutes=_parse_length(row, start, problems),
        zone=_parse_zone(row, texts, start, place.country if place else "", problems),
        modes=modes,
        formats=types.values("format"),
        join_url=join_url,
        join_phone=join_phone,
        notes=notes,
        active=active,
        codes=types.unknown,
        languages=types.values("language"),
        audiences=types.values("audience"),
        access=types.values("access"),
        attendance_slips=types.attendance_slips,
        row=problems.row,
    )
    return tuple(
        record(
            weekday=day,
            start=None if start is None else _clock_time(start),
            weeks=_parse_rhythm(texts, day, problems),
        )
        for day, start in sorted(slots, key=repr)
    )


def _join_url(row: Row, problems: _Problems) -> str:
    """Return the address that opens the meeting; some sites put it in the notes."""
    given = public_web_address(row.get("conference_url"))
    if not given and not says_nothing(plain_text(row.get("conference_url"))):
        problems.add("conference_url", "It is no public web address, so it is left out.")
    return given or next((link for link in extract_links(row.get("notes")) if is_video(link)), "")


def _join_phone(row: Row, place: PlaceRecord | None, problems: _Problems) -> str:
    """Return what a telephone dials; where a text about dialling in gives no number, name it in the report."""
    given = row.get("conference_phone")
    dialled = dial_string(given, addresses.find_dialling_region(place.country, place.region) if place else "")
    if not dialled and has_dial_in(given):
        problems.add("conference_phone", "No number to dial could be read from it, so it is not shown.")
    return dialled


def _meeting_notes(row: Row) -> str:
    """Return the notes about the meeting, then those about its link and number that say something else."""
    notes = public_notes(row.get("notes"))
    for field in ("conference_url_notes", "conference_phone_notes"):
        notes = add_notes(notes, public_notes(row.get(field)))
    return notes


# Places


def _region(row: Row) -> str:
    """Return the site's own name for the area, the widest one in the row, unless it is "Online" or the like."""
    regions = row.get("regions")
    widest = regions[0] if isinstance(regions, list) and regions else None
    given = (row.get("region"), widest, row.get("sub_region"), row.get("county"))
    texts = (public_address(value) for value in given)
    return next((text for text in texts if text and not addresses.is_remote_place(text)), "")


def _parse_place(row: Row, problems: _Problems) -> PlaceRecord | None:
    """Return the place, or the town (then `approximate`), or None if the row names neither."""
    parts = addresses.parse_address(row)
    parts["city"] = parts["city"] or ("" if parts["street"] else _region(row))
    point, reason = addresses.parse_coordinates(row)
    if reason:
        problems.add("latitude", reason)
    name = _place_name(row, parts["city"])
    if not (point or name or any(parts.values())):
        return None
    is_marked = (
        plain_text(row.get("approximate")).casefold() in ("yes", "true", "1")
        or row.get("approximate") is True
    )
    return PlaceRecord(
        name=name,
        **parts,
        latitude=point[0] if point else None,
        longitude=point[1] if point else None,
        approximate=is_marked or not (parts["street"] or (name and point)),
    )


def _place_name(row: Row, city: str) -> str:
    """Return the name of the building, unless the field holds the words that sites write for online meetings."""
    name = public_name(row.get("location"))
    words = fold_words(name)
    is_filler = _NOT_A_GROUP.fullmatch(words) or addresses.is_remote_place(name)
    is_empty = status.status_of_phrase(name) or is_filler or words == fold_words(city)
    return "" if is_empty else name


def _place_key(row: Row, place: PlaceRecord | None) -> str:
    """Return the key of a place, without postal code and country, because sites often add these later."""
    if not place:
        return ""
    if place.street and not place.approximate:
        return fold_words(f"{place.street} {place.city} {place.region}")
    return fold_words(_region(row) or place.city or place.region)

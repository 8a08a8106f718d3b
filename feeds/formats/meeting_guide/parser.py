"""Meeting Guide JSON, also called TSML (specification: README of code4recovery/spec), as real sites write it.

A row is one weekly slot, or several of one hour. What tells groups apart is text: the group's name (else the
meeting's, without a status in brackets) and the place (street, town and state; without a street the region or
town). Numeric ids such as `group_id` are left aside, because sites renumber them: two snapshots of one site
shared 526 slugs and not one id. Slugs mostly stay, so they name the meetings.
"""

import re
from datetime import time
from functools import partial

from core.text import fold_words, slug
from directory.vocabulary import Audience, Fellowship, Format, Language
from feeds.fetch.cpu_limit import check_cpu
from feeds.formats import addresses, fellowships, times
from feeds.formats.grouping import Entry, groups_of
from feeds.formats.json_rows import REPEATED, Row, check_row_count, drain, json_rows
from feeds.formats.links import dial_string, is_video, web_address
from feeds.formats.meeting_guide import status
from feeds.formats.meeting_guide.types import Types, read_types
from feeds.formats.privacy import links_in, public_address, public_name, public_notes, quoted
from feeds.formats.text import digest, plain
from feeds.records import MeetingRecord, Parsed, PlaceRecord, Problem

LONGEST_USUAL = 6 * 60  # minutes; beyond that a curator should look at the end time

_NOT_A_GROUP = re.compile(r"(?:district|area|zone|intergroup|region)(?: \d+)?")
_SAFE_REF = re.compile(r"(?:[\w.:~-]|%(?!40)[0-9a-f]{2}){1,120}", re.A | re.I)


class _Rejected(Exception):
    """Raised while one row is read; carries the field and the reason."""


class _Notes:
    """Collects the problems of one row."""

    def __init__(self, row: int, slug: str) -> None:
        self.row, self.slug, self.problems = row, slug, list[Problem]()

    def add(self, field: str, reason: str, *, rejected: bool = False) -> None:
        self.problems.append(Problem(self.row, self.slug, field, reason, rejected))


def parse(data: bytes, *, fellowship: str = "") -> Parsed:
    """Read a whole feed; `fellowship` is a value of `Fellowship` for all its rows, "" if rows must say it.

    Raises NotAFeed, and ValueError for a fellowship that the vocabulary does not hold. The order of the rows
    does not change the records.
    """
    fellowship = Fellowship(fellowship).value if fellowship else ""
    rows = json_rows(data)
    number_of_rows, meetings = len(rows), 0
    entries, problems = [], []
    for number, row in enumerate(drain(rows), start=1):
        check_cpu()
        entry, found = _read(number, row, fellowship)
        problems += found
        entries += [entry] if entry else []
        meetings += len(entry.meetings) if entry else 0
        check_row_count(meetings)
    records, duplicates = groups_of(entries)
    problems = sorted(problems + duplicates, key=lambda found: (found.row, found.field))
    return Parsed(number_of_rows, records, problems)


def _read(number: int, row: object, fellowship: str) -> tuple[Entry | None, list[Problem]]:
    if not isinstance(row, dict):
        return None, [Problem(number, "", "", "This row is not an object with fields.", True)]
    notes = _Notes(number, _slug(row))
    if REPEATED in row:
        known = [key for key in row[REPEATED] if key in ("slug", "name", "day", "time", "end_time", "types")]
        notes.add(", ".join(known), "A field stands twice in this row; the last one was taken.")
    try:
        return _entry(row, fellowship, notes), notes.problems
    except _Rejected as rejected:
        field, reason = rejected.args
        notes.add(field, reason, rejected=True)
        return None, notes.problems


def _entry(row: Row, fellowship: str, notes: _Notes) -> Entry:
    fellowship = fellowship or fellowships.named_in(fold_words(plain(row.get("entity"))))
    types = read_types(row.get("types"), fellowship=fellowship)
    if types.contradictory:
        notes.add("types", "It says both open and closed, so neither is shown.")
    name, said = status.split_status(public_name(row.get("name")))
    group, group_said = _group_name(row, name)
    name = name or group or _place_name(row, "") or _words_of(notes.slug)
    if not name:
        raise _Rejected("name", "The row has no name.")
    place = _place(row, notes)
    place_key = _place_key(row, place)
    meetings = _meetings(row, name, types, said | group_said, place, notes)
    return Entry(
        row=notes.row,
        slug=notes.slug or _own_slug(name, place_key, meetings),
        group=group or name,
        place=place,
        place_key=place_key,
        fellowship=fellowship or types.fellowship,
        website=web_address(row.get("website")),
        notes=public_notes(row.get("group_notes")),
        types=types,
        meetings=meetings,
    )


def _slug(row: Row) -> str:
    """The row's own id as it may stand in a `ref`; one with odd characters gives way to a readable digest."""
    given = plain(row.get("slug"), limit=400)
    if not given or _SAFE_REF.fullmatch(given):
        return given
    return f"{slug(public_name(given), limit=60)}-{digest(given)}".strip("-")


def _own_slug(name: str, place_key: str, meetings: tuple[MeetingRecord, ...]) -> str:
    times_of_week = [f"{meeting.weekday} {meeting.start}" for meeting in meetings]
    return f"{slug(name) or 'meeting'}-{digest(fold_words(name), place_key, *times_of_week)}"


def _words_of(given: str) -> str:
    words = given.replace("-", " ").replace("_", " ").strip()
    return words.capitalize() if re.search(r"[^\W\d]{2}.* ", words) and public_name(words) == words else ""


def _group_name(row: Row, meeting: str) -> tuple[str, frozenset[str]]:
    """The group's own name and status; districts and areas that stand in its place are none."""
    name, said = status.split_status(public_name(row.get("group")))
    if _NOT_A_GROUP.fullmatch(fold_words(name)):
        return "", frozenset()
    same = meeting and fold_words(status.without_mode(name)) == fold_words(meeting)
    return (meeting if same else name), said


# Days and times


def _slots(row: Row, notes: _Notes) -> list[tuple[int | None, int | None]]:
    """Weekday and minute of the start of each slot; one pair of Nones where it meets by appointment."""
    days = times.weekdays(row.get("day"))
    given = plain(row.get("time"), limit=60)
    if days is None:
        raise _Rejected("day", f"The day{quoted(row.get('day'))} could not be read.")
    if not days and not given:
        notes.add("day", "No day and no time are given, so it is listed as by appointment.")
        return [(None, None)]
    start = times.clock(given)
    if not days:
        raise _Rejected("day", "There is a time but no day.")
    if start is None:
        reason = f"The time{quoted(given)} could not be read." if given else "There is a day but no time."
        raise _Rejected("time", reason)
    # 24:00 is the end of that day: midnight of the next.
    return [((day + start // times.DAY) % 7, start % times.DAY) for day in days]


def _minutes(row: Row, start: int | None, notes: _Notes) -> int | None:
    """Length in minutes; an end before the start lies past midnight, an end equal to it says nothing."""
    given = plain(row.get("end_time"), limit=60)
    if start is None or not given:
        return None
    end = times.clock(given)
    if end is None:
        notes.add("end_time", f"The end time{quoted(given)} could not be read, so the length is not shown.")
        return None
    length = (end - start) % times.DAY
    if length > LONGEST_USUAL:
        notes.add("end_time", f"It would last {length // 60} hours; check the end time.")
    return length or None


def _zone(row: Row, notes: _Notes) -> str:
    given = plain(row.get("timezone"), limit=100)
    if not given or times.is_zone(given):
        return given
    notes.add("timezone", f"The time zone{quoted(given)} is not one that we know.")
    return ""


def _meetings(
    row: Row, name: str, types: Types, said: frozenset[str], place: PlaceRecord | None, notes: _Notes
) -> tuple[MeetingRecord, ...]:
    slots = _slots(row, notes)
    join_url, join_phone = _join_url(row), dial_string(row.get("conference_phone"))
    modes, active = status.ways(
        plain(row.get("attendance_option")).casefold().replace("-", "_").replace(" ", "_"),
        types.marks,
        said,
        url=bool(join_url),
        phone=bool(join_phone),
        door=bool(place and (place.street or place.name) and not place.approximate),
        place=bool(place),
    )
    record = partial(
        MeetingRecord,
        ref=notes.slug,
        name=name,
        minutes=_minutes(row, slots[0][1], notes),
        zone=_zone(row, notes),
        modes=modes,
        formats=types.values(Format),
        join_url=join_url,
        join_phone=join_phone,
        notes=public_notes(row.get("notes")),
        active=active,
        codes=types.rest,
        languages=types.values(Language),
        audiences=types.values(Audience),
    )
    return tuple(
        record(weekday=day, start=None if start is None else time(start // 60, start % 60))
        for day, start in sorted(slots, key=repr)
    )


def _join_url(row: Row) -> str:
    """The address that opens the meeting; some sites leave it in the notes."""
    given = web_address(row.get("conference_url"))
    return given or next((link for link in links_in(row.get("notes")) if is_video(link)), "")


# Places


def _region(row: Row) -> str:
    """The site's own name for the area, the widest that it gives."""
    regions = row.get("regions")
    widest = regions[0] if isinstance(regions, list) and regions else None
    given = (row.get("region"), widest, row.get("sub_region"), row.get("county"))
    return next((text for value in given if (text := public_address(value))), "")


def _place(row: Row, notes: _Notes) -> PlaceRecord | None:
    """Where it is, or the town that lists it (then `approximate`); None if the row names nothing."""
    parts = addresses.address(row)
    parts["city"] = parts["city"] or ("" if parts["street"] else _region(row))
    point, reason = addresses.coordinates(row)
    if reason:
        notes.add("latitude", reason)
    name = _place_name(row, parts["city"])
    if not (point or name or any(parts.values())):
        return None
    said = plain(row.get("approximate")).casefold() in ("yes", "true", "1") or row.get("approximate") is True
    return PlaceRecord(
        name=name,
        **parts,
        latitude=point[0] if point else None,
        longitude=point[1] if point else None,
        approximate=said or not (parts["street"] or (name and point)),
        notes=public_notes(row.get("location_notes")),
    )


def _place_name(row: Row, city: str) -> str:
    """The building's name; not the words that fill this field for online meetings."""
    name = public_name(row.get("location"))
    words = fold_words(name)
    is_empty = status.status_words(name) or _NOT_A_GROUP.fullmatch(words) or words == fold_words(city)
    return "" if is_empty else name


def _place_key(row: Row, place: PlaceRecord | None) -> str:
    """What tells places apart; postal code and country are left out, as sites complete them now and then."""
    if not place:
        return ""
    if place.street and not place.approximate:
        return fold_words(f"{place.street} {place.city} {place.region}")
    return fold_words(_region(row) or place.city or place.region)

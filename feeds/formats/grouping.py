"""Build groups with their meetings from the rows of a meeting feed. The order of the rows does not change the result.

Rows belong to one group by the feed's own id of it, else by its name, else by the meeting's name, always together with
the place. Rows without an address join the group that they name. The `ref` of a group is its name and a digest of its
name and place, not the feed's id: sites renumber these. So a group that moves or is renamed is another group. The `ref`
of a meeting is the slug of its row, followed by ":" and the weekday (0 is Monday) if the row has several days.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import time
from operator import is_

from core.text import fold_words, slug
from directory.vocabulary import Format
from feeds.fetch.cpu_limit import check_cpu
from feeds.formats import fellowships
from feeds.formats.meeting_guide.types import MAX_TYPES
from feeds.formats.text import NOTES_LENGTH, digest
from feeds.records import GroupRecord, MeetingRecord, PlaceRecord, Problem

WHO_MAY_COME = {Format.OPEN.value, Format.CLOSED.value}

Identity = tuple[str, str]  # "id" with the feed's id of the group, or "name" with a folded name
GroupKey = tuple[Identity, str]  # with the key of the place


@dataclass(frozen=True, slots=True)
class Entry:
    """The content of one row; its meetings differ only in the weekday."""

    row: int
    slug: str
    group: str  # the group's name, or that of the meeting
    group_id: str  # the feed's own id of the group, or ""
    is_group_named: bool  # whether `group` is a name that the row gives to the group
    number: str
    place: PlaceRecord | None
    place_key: str
    fellowship: str
    website: str
    notes: str  # about the group
    place_notes: str
    concerns: tuple[str, ...]
    meetings: tuple[MeetingRecord, ...]

    @property
    def has_address(self) -> bool:
        """Return whether the row names a street or a building."""
        place = self.place
        return bool(place and ((place.street and not place.approximate) or place.name))

    @property
    def sort_key(self) -> tuple[str, str, str]:
        """Return a sort key that does not depend on the order of the rows."""
        facts = (self.group, self.place, self.website, self.notes, self.place_notes)
        return self.slug, repr(self.meetings), repr(facts)


@dataclass(frozen=True, slots=True)
class _KeyedEntry:
    """An entry with the group to which it belongs."""

    key: GroupKey
    entry: Entry


def build_groups(entries: list[Entry]) -> tuple[list[GroupRecord], list[Problem]]:
    """Return the groups in the order of their `ref`, and a problem for each row that says something left out."""
    keyed = list(_with_group_keys(_with_unique_refs(_sorted_entries(entries))))
    kept, duplicates = _without_duplicates(keyed)
    groups, problems = _group_entries(kept)
    return groups, duplicates + problems


def _sorted_entries(entries: list[Entry]) -> list[Entry]:
    """Sort the entries by slug, and by their content where slugs are equal."""
    slugs = Counter(entry.slug for entry in entries)
    return sorted(
        entries, key=lambda entry: entry.sort_key if slugs[entry.slug] > 1 else (entry.slug, "", "")
    )


def _with_unique_refs(entries: list[Entry]) -> list[Entry]:
    """Give each meeting its `ref`. A slug that a feed uses again gets a digest appended."""
    seen: set[str] = set()
    # The number of identical rows so far, by digest and weekday. It saves trying each number from zero for each copy.
    copies: Counter[tuple[str, str]] = Counter()
    result = []
    for entry in entries:
        check_cpu()
        meetings, content = [], tuple[str, ...]()
        for meeting in entry.meetings:
            ref = entry.slug if len(entry.meetings) == 1 else f"{entry.slug}:{meeting.weekday}"
            day = str(meeting.weekday)
            while ref in seen:
                content = content or entry.sort_key
                copy_key = digest(*content), day
                ref = f"{entry.slug}:{digest(*content, day, str(copies[copy_key]))}"
                copies[copy_key] += 1
            seen.add(ref)
            meetings.append(meeting if meeting.ref == ref else replace(meeting, ref=ref))
        result.append(_with(entry, meetings))
    return result


def _with(entry: Entry, meetings: list[MeetingRecord]) -> Entry:
    """Return the entry with these meetings, or the entry itself if it has just these."""
    is_same = len(meetings) == len(entry.meetings) and all(map(is_, meetings, entry.meetings))
    return entry if is_same else replace(entry, meetings=tuple(meetings))


# Which rows are one group


def _with_group_keys(entries: list[Entry]) -> Iterator[_KeyedEntry]:
    """Yield each entry with the key of its group."""
    identities = _identities(entries)
    addresses = _addresses(entries, identities)
    for entry in entries:
        check_cpu()
        identity = identities[id(entry)]
        joined = None if entry.has_address else _find_address(entry, addresses.get(identity, {}))
        yield _KeyedEntry((identity, entry.place_key if joined is None else joined), entry)


def _identities(entries: list[Entry]) -> dict[int, Identity]:
    """Return the identity of the group of each entry, by the entry's `id()`.

    An id with several names of groups is none. An entry without an id joins the group of that name at its place that
    has one.
    """
    names_by_id, ids_by_name = defaultdict[str, set[str]](set), defaultdict[tuple[str, str], set[str]](set)
    for entry in entries:
        if entry.group_id and entry.is_group_named:
            names_by_id[entry.group_id].add(fold_words(entry.group))
    usable = {entry.group_id for entry in entries if entry.group_id and len(names_by_id[entry.group_id]) <= 1}
    for entry in entries:
        if entry.group_id in usable:
            ids_by_name[fold_words(entry.group), entry.place_key].add(entry.group_id)
    identities = {}
    for entry in entries:
        name = fold_words(entry.group)
        ids = {entry.group_id} if entry.group_id in usable else ids_by_name.get((name, entry.place_key), ())
        identities[id(entry)] = ("id", *ids) if len(ids) == 1 else ("name", name)
    return identities  # type: ignore[return-value]


def _addresses(
    entries: list[Entry], identities: Mapping[int, Identity]
) -> dict[Identity, dict[str, tuple[int, str]]]:
    """Return for each identity its addresses by the key of the place, with their number of rows and their town."""
    addresses: dict[Identity, dict[str, tuple[int, str]]] = defaultdict(dict)
    for entry in entries:
        if entry.has_address and entry.place:
            known = addresses[identities[id(entry)]]
            number, _town = known.get(entry.place_key, (0, ""))
            known[entry.place_key] = number + 1, fold_words(entry.place.city)
    return addresses


def _find_address(entry: Entry, addresses: Mapping[str, tuple[int, str]]) -> str | None:
    """Return the key of the address of the group that an entry without one names, or None.

    Without an id, the town of the entry must be that of the address, where the entry has one.
    """
    if not (entry.group_id or entry.is_group_named):
        return None
    town = fold_words(entry.place.city) if entry.place and not entry.group_id else ""
    found = [(-number, key) for key, (number, where) in addresses.items() if town in ("", where)]
    return min(found)[1] if found else None


# Which rows are the same meeting


def _without_duplicates(entries: list[_KeyedEntry]) -> tuple[list[_KeyedEntry], list[Problem]]:
    """Keep one meeting of each `_meeting_key`; its duplicates only fill in what it lacks."""
    first: dict[tuple[object, ...], MeetingRecord] = {}
    zones = _zones_of_meetings(entries)
    problems, own = [], defaultdict(list)
    for keyed in entries:
        check_cpu()
        entry = keyed.entry
        for meeting in entry.meetings:
            facts = (keyed.key, _meeting_key(meeting))
            given = zones[facts]
            zone = meeting.zone or (next(iter(given)) if len(given) == 1 else "")
            key = (*facts, zone)
            if key not in first:
                first[key] = meeting
                own[id(keyed)].append(key)
                continue
            reason = f"Duplicate of {first[key].ref}: same group, name, day, time and way to join. It is listed once."
            if first[key].minutes and meeting.minutes and first[key].minutes != meeting.minutes:
                reason += " Its end time differs and is left out."
            first[key] = _merge_meetings(first[key], meeting)
            problems.append((keyed, Problem(entry.row, entry.slug, "slug", reason, False)))
    kept = [
        replace(keyed, entry=_with(keyed.entry, [first[key] for key in own[id(keyed)]])) for keyed in entries
    ]
    return kept, [replace(found, merged=not own[id(keyed)]) for keyed, found in problems]


def _meeting_key(meeting: MeetingRecord) -> tuple[object, ...]:
    """Return what tells meetings of one group apart, but for the zone: rows that differ here are different meetings."""
    return (
        fold_words(meeting.name), meeting.weekday, meeting.start, meeting.weeks, meeting.join_url, meeting.join_phone,
        meeting.audiences, tuple(sorted(WHO_MAY_COME.intersection(meeting.formats))),
    )  # fmt: skip


def _zones_of_meetings(entries: list[_KeyedEntry]) -> dict[tuple[object, ...], set[str]]:
    """Return the zones that rows give for each meeting, by group and `_meeting_key`."""
    zones = defaultdict[tuple[object, ...], set[str]](set)
    for keyed in entries:
        for meeting in keyed.entry.meetings:
            zones[keyed.key, _meeting_key(meeting)].update({meeting.zone} - {""})
    return zones


def _merge_meetings(first: MeetingRecord, other: MeetingRecord) -> MeetingRecord:
    """Return one meeting for two with the same id; the values of the active one win."""
    main, spare = (other, first) if other.active and not first.active else (first, other)
    has_same_status = main.active == spare.active
    return replace(
        main,
        ref=first.ref,
        row=first.row,
        modes=tuple(dict.fromkeys(main.modes + spare.modes)) if has_same_status else main.modes,
        formats=tuple(sorted({*main.formats, *spare.formats})),
        # No more than one row may have: each duplicate could add others.
        codes=tuple(sorted({*main.codes, *spare.codes})[:MAX_TYPES]),
        languages=tuple(sorted({*main.languages, *spare.languages})),
        access=tuple(sorted({*main.access, *spare.access})),
        attendance_slips=main.attendance_slips or spare.attendance_slips,
        minutes=main.minutes or spare.minutes,
        zone=main.zone or spare.zone,
        notes=add_notes(main.notes, spare.notes),
    )


def add_notes(notes: str, more: str) -> str:
    """Return the notes with the lines of `more` that they do not hold yet."""
    for line in more.split("\n"):
        if f" {fold_words(line)} " not in f" {fold_words(notes)} ":
            notes = f"{notes}\n{line}".strip()
    return notes[:NOTES_LENGTH]


# The groups


def _group_entries(entries: list[_KeyedEntry]) -> tuple[list[GroupRecord], list[Problem]]:
    """Return one group for all entries that have the same key, sorted by id, and what was left out of their rows."""
    members_by_key: dict[GroupKey, list[Entry]] = defaultdict(list)
    for keyed in entries:
        check_cpu()
        members_by_key[keyed.key].append(keyed.entry)
    refs: set[str] = set()
    groups, problems = [], list[Problem]()
    by_first_slug = sorted(members_by_key.items(), key=lambda item: min(entry.slug for entry in item[1]))
    for (_identity, place_key), members in by_first_slug:
        group, left_out = _build_group(place_key, members, refs)
        refs.add(group.ref)
        groups.append(group)
        problems += left_out
    return sorted(groups, key=lambda group: group.ref), problems


def _build_group(
    place_key: str, entries: list[Entry], taken_refs: set[str]
) -> tuple[GroupRecord, list[Problem]]:
    """Return the record of a group from its entries, one for each row, and what was left out of these."""
    fellowship = _most_common(entry.fellowship for entry in entries)
    concerns = {value for entry in entries for value in entry.concerns}
    name = _most_common(entry.group for entry in entries if entry.is_group_named) or _most_common(
        entry.group for entry in entries
    )
    notes, website = (
        _most_common(entry.notes for entry in entries),
        _most_common(entry.website for entry in entries),
    )
    place = _place_of_group(entries)
    place_notes = place.notes if place else ""
    meetings = [
        replace(meeting, notes=add_notes(meeting.notes, _own_notes(entry, notes, place_notes)))
        for entry in entries
        for meeting in entry.meetings
    ]
    record = GroupRecord(
        ref=_group_ref(name, place_key, entries, taken_refs),
        name=name,
        fellowship=fellowship,
        number=_most_common(entry.number for entry in entries),
        notes=notes,
        concerns=tuple(sorted(concerns.union(fellowships.concerns_of(fellowship)))),
        website=website,
        place=place,
        meetings=tuple(sorted(meetings, key=_time_order)),
    )
    return record, list(_left_out(record, entries))


def _group_ref(name: str, place_key: str, entries: list[Entry], taken_refs: set[str]) -> str:
    """Return the id of a group: its name and a digest of its name and place.

    Where the feed says that two groups of one name at one place are different, the first slug tells them apart.
    """
    key = fold_words(name)
    base = slug(key) or "group"
    ref = f"{base}-{digest(key, place_key)}"
    return (
        f"{base}-{digest(key, place_key, min(entry.slug for entry in entries))}" if ref in taken_refs else ref
    )


def _place_of_group(entries: list[Entry]) -> PlaceRecord | None:
    """Return the place of a group, with the notes about it if all rows with an address give the same."""
    with_address = [entry for entry in entries if entry.has_address] or entries
    place = _most_common_place(with_address)
    notes = {entry.place_notes for entry in with_address}
    return replace(place, notes=notes.pop() if len(notes) == 1 else "") if place else None


def _own_notes(entry: Entry, group_notes: str, place_notes: str) -> str:
    """Return the notes of a row about its group and place that are not those of the whole group."""
    return add_notes(
        entry.notes if entry.notes != group_notes else "",
        entry.place_notes if entry.place_notes != place_notes else "",
    )


def _left_out(record: GroupRecord, entries: list[Entry]) -> Iterator[Problem]:
    """Yield a problem for each fact of a row in which most rows of its group differ."""
    place_notes = record.place.notes if record.place else ""
    for entry in entries:
        if not entry.meetings and _own_notes(entry, record.notes, place_notes):
            reason = "It repeats other rows; its own notes about the group or the place are left out."
            yield Problem(entry.row, entry.slug, "group_notes", reason, False)
        if entry.website not in ("", record.website):
            reason = "Most rows of its group give another website, so this one is left out."
            yield Problem(entry.row, entry.slug, "website", reason, False)
        if (
            entry.has_address
            and record.place
            and entry.place
            and _address(entry.place) != _address(record.place)
        ):
            reason = "Most rows of its group describe the place in another way, which was taken."
            yield Problem(entry.row, entry.slug, "location", reason, False)


def _address(place: PlaceRecord) -> tuple[str, ...]:
    """Return the name and the address of a place, folded."""
    parts = (place.name, place.street, place.city, place.region, place.postal_code, place.country)
    return tuple(map(fold_words, parts))


def _most_common(texts: Iterable[str]) -> str:
    """Return the text that most rows give, the first by alphabet among equals; "" if none gives any."""
    counts = Counter(text for text in texts if text)
    return min(counts, key=lambda text: (-counts[text], text), default="")


def _most_common_place(entries: list[Entry]) -> PlaceRecord | None:
    """Return the place that most rows give. It is taken as a whole: coordinates and street belong together."""
    counts = Counter(entry.place for entry in entries if entry.place)
    return min(counts, key=lambda place: (-counts[place], place.latitude is None, repr(place)), default=None)


def _time_order(meeting: MeetingRecord) -> tuple[int, time, str]:
    """Return the sort key of a meeting: by weekday and start, those without a weekday last."""
    return (7 if meeting.weekday is None else meeting.weekday), meeting.start or time.min, meeting.ref

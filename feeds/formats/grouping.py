"""Build groups with their meetings from the rows of a meeting feed. The order of the rows does not change the result.

Rows with the same key (the group's folded name and its place) become one record. The `ref` of a meeting is the slug of
its row, followed by ":" and the weekday (0 is Monday) if the row has several days. The `ref` of a group is its name and
a digest of its key, so a group that moves or is renamed is another group.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import time
from operator import is_

from core.text import fold_words, slug
from directory.vocabulary import Access, Audience, Concern, Language
from feeds.fetch.cpu_limit import check_cpu
from feeds.formats import fellowships
from feeds.formats.meeting_guide.types import MAX_TYPES, MeetingTypes
from feeds.formats.text import digest
from feeds.records import GroupRecord, MeetingRecord, PlaceRecord, Problem


@dataclass(frozen=True, slots=True)
class Entry:
    """The content of one row; its meetings differ only in the weekday."""

    row: int
    slug: str
    group: str
    place: PlaceRecord | None
    place_key: str
    fellowship: str
    website: str
    notes: str
    types: MeetingTypes
    meetings: tuple[MeetingRecord, ...]

    @property
    def key(self) -> tuple[str, str]:
        """Return the key of the group to which the entry belongs: its folded name and its place."""
        return fold_words(self.group), self.place_key

    @property
    def sort_key(self) -> tuple[str, str, str]:
        """Return a sort key that does not depend on the order of the rows."""
        return self.slug, repr(self.meetings), repr((self.group, self.place, self.website, self.notes))


def build_groups(entries: list[Entry]) -> tuple[list[GroupRecord], list[Problem]]:
    """Return the groups in the order of their `ref`, and a problem for each meeting that the feed lists twice."""
    kept, duplicates = _without_duplicates(_with_unique_refs(_sorted_entries(entries)))
    return _group_entries(kept), duplicates


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


def _without_duplicates(entries: list[Entry]) -> tuple[list[Entry], list[Problem]]:
    """Keep one meeting of each name, day, rhythm, time and place; its duplicates only fill in what it lacks."""
    first: dict[tuple[object, ...], MeetingRecord] = {}
    problems, own = [], defaultdict(list)
    for entry in entries:
        check_cpu()
        for meeting in entry.meetings:
            key = (*entry.key, fold_words(meeting.name), meeting.weekday, meeting.start, meeting.weeks)
            if key not in first:
                first[key] = meeting
                own[id(entry)].append(key)
                continue
            reason = f"Duplicate of {first[key].ref}: same name, day, time and place. It is listed once."
            first[key] = _merge_meetings(first[key], meeting)
            problems.append((entry, Problem(entry.row, entry.slug, "slug", reason, False)))
    kept = [_with(entry, [first[key] for key in own[id(entry)]]) for entry in entries]
    return kept, [replace(found, merged=not own[id(entry)]) for entry, found in problems]


def _merge_meetings(first: MeetingRecord, other: MeetingRecord) -> MeetingRecord:
    """Return one meeting for two with the same id; the values of the active one win."""
    main, spare = (other, first) if other.active and not first.active else (first, other)
    has_same_status = main.active == spare.active
    return replace(
        main,
        ref=first.ref,
        modes=tuple(dict.fromkeys(main.modes + spare.modes)) if has_same_status else main.modes,
        formats=tuple(sorted({*main.formats, *spare.formats})),
        # No more than one row may have: each duplicate could add others.
        codes=tuple(sorted({*main.codes, *spare.codes})[:MAX_TYPES]),
        languages=tuple(sorted({*main.languages, *spare.languages})),
        audiences=tuple(sorted({*main.audiences, *spare.audiences})),
        minutes=main.minutes or spare.minutes,
        zone=main.zone or spare.zone,
        join_url=main.join_url or spare.join_url,
        join_phone=main.join_phone or spare.join_phone,
        notes=main.notes or spare.notes,
    )


def _group_entries(entries: list[Entry]) -> list[GroupRecord]:
    """Return one group for all entries that have the same key of name and place, sorted by id."""
    members_by_key: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        check_cpu()
        members_by_key[entry.key].append(entry)
    return sorted(
        (_build_group(key, members) for key, members in members_by_key.items()), key=lambda group: group.ref
    )


def _build_group(key: tuple[str, str], entries: list[Entry]) -> GroupRecord:
    """Return the record of a group from its entries, one for each meeting."""
    fellowship = _most_common(entry.fellowship for entry in entries)
    facets = {
        kind: sorted({value for entry in entries for value in entry.types.values(kind)})
        for kind in (Language, Audience, Access)
    }
    concerns = {value for entry in entries for value in entry.types.values(Concern)}
    name = _most_common(entry.group for entry in entries)
    return GroupRecord(
        ref=f"{slug(key[0]) or 'group'}-{digest(*key)}",
        name=name,
        fellowship=fellowship,
        notes=_most_common(entry.notes for entry in entries),
        languages=tuple(facets[Language]),
        audiences=tuple(facets[Audience]),
        concerns=tuple(sorted(concerns.union(fellowships.concerns_of(fellowship)))),
        access=tuple(facets[Access]),
        website=_most_common(entry.website for entry in entries),
        place=_most_common_place(entries),
        meetings=tuple(sorted((meeting for entry in entries for meeting in entry.meetings), key=_time_order)),
    )


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

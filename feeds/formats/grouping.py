"""From the rows of a meeting feed to groups with their meetings, the same whatever the order of the rows.

Rows with one key (the group's folded name and its place) become one record. A meeting's `ref` is its row's
slug, with ":" and the weekday (0 is Monday) where the row names several days; a group's is its name and a
digest of its key. A group that moves or renames itself is therefore another group.
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
from feeds.formats.meeting_guide.types import MOST_TYPES, Types
from feeds.formats.text import digest
from feeds.records import GroupRecord, MeetingRecord, PlaceRecord, Problem


@dataclass(frozen=True, slots=True)
class Entry:
    """What one row says; its meetings differ in the day alone."""

    row: int
    slug: str
    group: str
    place: PlaceRecord | None
    place_key: str
    fellowship: str
    website: str
    notes: str
    types: Types
    meetings: tuple[MeetingRecord, ...]

    @property
    def key(self) -> tuple[str, str]:
        return fold_words(self.group), self.place_key

    @property
    def order(self) -> tuple[str, str, str]:
        """The same whatever the order of the rows."""
        return self.slug, repr(self.meetings), repr((self.group, self.place, self.website, self.notes))


def groups_of(entries: list[Entry]) -> tuple[list[GroupRecord], list[Problem]]:
    """Groups by `ref`, and a problem for each meeting that stands twice in the feed."""
    kept, duplicates = _without_duplicates(_with_unique_refs(_in_order(entries)))
    return _grouped(kept), duplicates


def _in_order(entries: list[Entry]) -> list[Entry]:
    """The same whatever the order of the rows; what they say is only compared where slugs are the same."""
    slugs = Counter(entry.slug for entry in entries)
    return sorted(entries, key=lambda entry: entry.order if slugs[entry.slug] > 1 else (entry.slug, "", ""))


def _with_unique_refs(entries: list[Entry]) -> list[Entry]:
    """Give each meeting its `ref`. A slug that a feed uses twice gets a digest from the second time on."""
    seen: set[str] = set()
    # The copies of rows that say the same, by what they say and the day: looked through once, whatever their number.
    copies: Counter[tuple[str, str]] = Counter()
    result = []
    for entry in entries:
        check_cpu()
        meetings, order = [], tuple[str, ...]()
        for meeting in entry.meetings:
            ref = entry.slug if len(entry.meetings) == 1 else f"{entry.slug}:{meeting.weekday}"
            day = str(meeting.weekday)
            while ref in seen:
                order = order or entry.order
                said = digest(*order), day
                ref = f"{entry.slug}:{digest(*order, day, str(copies[said]))}"
                copies[said] += 1
            seen.add(ref)
            meetings.append(meeting if meeting.ref == ref else replace(meeting, ref=ref))
        result.append(_with(entry, meetings))
    return result


def _with(entry: Entry, meetings: list[MeetingRecord]) -> Entry:
    """The entry with these meetings; itself where they are its own."""
    same = len(meetings) == len(entry.meetings) and all(map(is_, meetings, entry.meetings))
    return entry if same else replace(entry, meetings=tuple(meetings))


def _without_duplicates(entries: list[Entry]) -> tuple[list[Entry], list[Problem]]:
    """One meeting of each name, day, time and place; the others only fill what the first lacks."""
    first: dict[tuple[object, ...], MeetingRecord] = {}
    problems, own = [], defaultdict(list)
    for entry in entries:
        check_cpu()
        for meeting in entry.meetings:
            key = (*entry.key, fold_words(meeting.name), meeting.weekday, meeting.start)
            if key not in first:
                first[key] = meeting
                own[id(entry)].append(key)
                continue
            reason = f"Duplicate of {first[key].ref}: same name, day, time and place. It is listed once."
            first[key] = _joined(first[key], meeting)
            problems.append((entry, Problem(entry.row, entry.slug, "slug", reason, False)))
    kept = [_with(entry, [first[key] for key in own[id(entry)]]) for entry in entries]
    return kept, [replace(found, merged=not own[id(entry)]) for entry, found in problems]


def _joined(first: MeetingRecord, other: MeetingRecord) -> MeetingRecord:
    main, spare = (other, first) if other.active and not first.active else (first, other)
    same = main.active == spare.active
    return replace(
        main,
        ref=first.ref,
        modes=tuple(dict.fromkeys(main.modes + spare.modes)) if same else main.modes,
        formats=tuple(sorted({*main.formats, *spare.formats})),
        # As many as one row may have: each duplicate could bring others.
        codes=tuple(sorted({*main.codes, *spare.codes})[:MOST_TYPES]),
        languages=tuple(sorted({*main.languages, *spare.languages})),
        audiences=tuple(sorted({*main.audiences, *spare.audiences})),
        minutes=main.minutes or spare.minutes,
        zone=main.zone or spare.zone,
        join_url=main.join_url or spare.join_url,
        join_phone=main.join_phone or spare.join_phone,
        notes=main.notes or spare.notes,
    )


def _grouped(entries: list[Entry]) -> list[GroupRecord]:
    together: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        check_cpu()
        together[entry.key].append(entry)
    return sorted((_group(key, members) for key, members in together.items()), key=lambda group: group.ref)


def _group(key: tuple[str, str], entries: list[Entry]) -> GroupRecord:
    fellowship = _usual(entry.fellowship for entry in entries)
    facets = {
        kind: sorted({v for e in entries for v in e.types.values(kind)})
        for kind in (Language, Audience, Access)
    }
    concerns = {value for entry in entries for value in entry.types.values(Concern)}
    name = _usual(entry.group for entry in entries)
    return GroupRecord(
        ref=f"{slug(key[0]) or 'group'}-{digest(*key)}",
        name=name,
        fellowship=fellowship,
        notes=_usual(entry.notes for entry in entries),
        languages=tuple(facets[Language]),
        audiences=tuple(facets[Audience]),
        concerns=tuple(sorted(concerns.union(fellowships.concerns(fellowship)))),
        access=tuple(facets[Access]),
        website=_usual(entry.website for entry in entries),
        place=_usual_place(entries),
        meetings=tuple(sorted((m for entry in entries for m in entry.meetings), key=_by_time)),
    )


def _usual(texts: Iterable[str]) -> str:
    """The text that most rows give, the alphabet deciding between equals; "" if none gives any."""
    counted = Counter(text for text in texts if text)
    return min(counted, key=lambda text: (-counted[text], text), default="")


def _usual_place(entries: list[Entry]) -> PlaceRecord | None:
    """The place as most rows give it, whole, so that no point of one meets the street of another."""
    counted = Counter(entry.place for entry in entries if entry.place)
    return min(
        counted, key=lambda place: (-counted[place], place.latitude is None, repr(place)), default=None
    )


def _by_time(meeting: MeetingRecord) -> tuple[int, time, str]:
    return (7 if meeting.weekday is None else meeting.weekday), meeting.start or time.min, meeting.ref

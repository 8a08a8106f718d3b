"""Stage support groups: turn a format's records into the values that the directory would hold."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any

from directory.geo.address_zones import zone_of_place
from directory.reference_data.loader import ROW_FIELDS
from directory.vocabulary import Access, ChannelType, Mode, Status, YesNo
from feeds.fetch.cpu_limit import check_cpu
from feeds.formats.grouping import add_notes
from feeds.formats.json_rows import drain
from feeds.pipeline import timezones
from feeds.pipeline.packed_mapping import PickledMapping
from feeds.pipeline.point_check import approximate_point, drop_contradictory_points, first_row
from feeds.records import GroupRecord, MeetingRecord, PlaceRecord, Problem
from groups.models import Repeat

PLACE_FIELDS = (
    "name", "street", "city", "region", "postal_code", "country", "latitude", "longitude", "approximate", "notes",
    "zone",
)  # fmt: skip
MEETING_FIELDS = (
    "name", "repeat", "weekday", "weeks", "start", "minutes", "zone", "zone_derived", "modes", "formats", "languages",
    "audiences", "access", "attendance_slips", "join_url", "join_phone", "note", "active", "codes",
)  # fmt: skip
# What one finds at a place, whoever meets there. The rest of `Access` belongs to a meeting, such as childcare.
PLACE_ACCESS = frozenset(
    {
        Access.STEP_FREE.value, Access.ACCESSIBLE_RESTROOM.value, Access.TRANSIT.value, Access.PARKING.value,
        Access.HEARING_LOOP.value, Access.OUTDOORS.value,
    }
)  # fmt: skip
MAX_LINK_LENGTH = 500  # characters
PLACE_LENGTHS = {"name": 255, "street": 255, "city": 120, "region": 60, "postal_code": 20}  # characters
NOTE_LENGTH = 2000  # characters
NO_ZONE = "No time zone is given, and the place is too vague to tell it."
NOT_MEETING = "Its source says that it is not meeting now."
NO_LOCATION = "Its place has neither a name nor an address, so none is shown."
LONG_NOTE = f"The note is longer than {NOTE_LENGTH} characters; the rest is left out."
LONG_LINK = f"The link to join is longer than {MAX_LINK_LENGTH} characters, so it is left out."
NO_SLOT_OF_ITS_OWN = "A meeting without set times has no entry of its own; this is left out: {facts}."


@dataclass(slots=True)
class StagedListing:
    """One listing as its source would have it: field values, not written yet."""

    ref: str  # the id in the feed
    listing: dict[str, Any]
    place: dict[str, Any] | None = None  # None where nobody meets in person
    place_ref: str = ""
    meetings: dict[str, dict[str, Any]] = field(default_factory=dict)  # by their id in the feed
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Channels and opening hours by related name, in their order, where the format has them."""
    provenance: dict[str, str] = field(default_factory=dict)  # where the listing as a whole was read
    slug: str = ""  # the preferred slug


@dataclass
class StagingResult:
    """The staged listings of a feed by their id in the feed, and the problems found on the way."""

    staged: PickledMapping[StagedListing] = field(default_factory=PickledMapping)
    problems: list[Problem] = field(default_factory=list)
    used_rows: int = 0  # the number of rows that the staged listings come from


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the source says for rows that do not: an IANA zone and a language, each "" where it says nothing."""

    zone: str = ""
    language: str = ""


def stage_groups(records: list[GroupRecord], defaults: Defaults = Defaults()) -> StagingResult:
    """Return the staged listing of each record, and empty the list of records to save memory.

    A meeting by appointment gets no slot of its own: its group says "ask for times". A meeting whose time zone cannot
    be derived is left out and reported. A point that contradicts the address is dropped and reported.
    """
    result = StagingResult(problems=drop_contradictory_points(records))
    feed_zones, shared_places = timezones.common_zones(records), canonical_places(records)
    used_rows = set[int]()
    for record in drain(records):
        check_cpu()
        fallback = _fallback_zone(record, defaults, feed_zones)
        zones = {meeting.ref: meeting.zone or fallback.zone for meeting in record.meetings}
        kept = [meeting for meeting in record.meetings if not _is_scheduled(meeting) or zones[meeting.ref]]
        facts = GroupFacts.of(kept, defaults)
        meetings = {
            meeting.ref: _meeting_values(meeting, record.name, zones[meeting.ref], facts, defaults)
            for meeting in kept
            if _is_scheduled(meeting)
        }
        result.problems += _meeting_problems(record, kept, facts, fallback)
        used_rows.update(meeting.row for meeting in kept)
        result.staged[record.ref] = _stage_group(record, facts, meetings, shared_places)
    result.used_rows = len(used_rows)
    return result


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """The facts of a group that its meetings share: what a meeting does not say itself applies to it.

    `languages`, `audiences` and `attendance_slips` are those that all active meetings have, so that no meeting gets
    what its row does not say. `modes` are those of any meeting, and so are the facts of the place in `access`.
    """

    modes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    attendance_slips: str = ""

    @classmethod
    def of(cls, meetings: Sequence[MeetingRecord], defaults: Defaults) -> "GroupFacts":
        """Return the facts of the group of these meetings. Where none is active, all of them count."""
        active = [meeting for meeting in meetings if meeting.active] or meetings
        shared_access = set(_shared_values(meeting.access for meeting in active)) - PLACE_ACCESS
        all_sign = bool(active) and all(meeting.attendance_slips == YesNo.YES for meeting in active)
        return cls(
            modes=_sorted_values(mode for meeting in active for mode in meeting.modes),
            languages=_shared_values(_languages(meeting, defaults) for meeting in active),
            audiences=_shared_values(meeting.audiences for meeting in active),
            access=_sorted_values({*shared_access, *_place_access(meetings)}),
            attendance_slips=YesNo.YES.value if all_sign else YesNo.UNKNOWN.value,
        )

    def own_access(self, meeting: MeetingRecord) -> tuple[str, ...]:
        """Return the access of a meeting with that of its place, or () where it is the group's."""
        place = PLACE_ACCESS.intersection(self.access)
        own = _sorted_values({*place, *(set(meeting.access) - PLACE_ACCESS)})
        return () if own == self.access else own


def _place_access(meetings: Iterable[MeetingRecord]) -> set[str]:
    """Return the facts about the place that any of the meetings states."""
    return {value for meeting in meetings for value in meeting.access if value in PLACE_ACCESS}


def _shared_values(values_of_meetings: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Return the values that all meetings have, in order."""
    sets = [set(values) for values in values_of_meetings]
    return _sorted_values(set.intersection(*sets)) if sets else ()


def _languages(meeting: MeetingRecord, defaults: Defaults) -> tuple[str, ...]:
    """Return the languages of a meeting, or the source's language for a row that names none."""
    return meeting.languages or tuple(filter(None, (defaults.language,)))


def _is_scheduled(meeting: MeetingRecord) -> bool:
    return meeting.weekday is not None and meeting.start is not None


@dataclass(frozen=True, slots=True)
class FallbackZone:
    """The zone of the meetings of a group that name none; `reason` says where it is from if that is no address."""

    zone: str
    reason: str = ""


def _fallback_zone(record: GroupRecord, defaults: Defaults, feed_zones: Mapping[str, str]) -> FallbackZone:
    """Return the zone of the place, else of the source, else of other rows of the country."""
    if zone := zone_of_place(record.place):
        return FallbackZone(zone)
    if defaults.zone:
        return FallbackZone(
            defaults.zone, f"No zone and no address is given; the source's {defaults.zone} was taken."
        )
    zone = timezones.zone_from_feed(record.place, feed_zones)
    return FallbackZone(zone, f"No zone and no address is given; {zone} was taken, as in most other rows.")


def _meeting_problems(
    record: GroupRecord, kept: Sequence[MeetingRecord], facts: GroupFacts, fallback: FallbackZone
) -> Iterator[Problem]:
    """Yield what is guessed about the meetings of a group, and what is left out of them and of its place."""
    yield from _rejected_rows(record, {meeting.ref for meeting in kept})
    for meeting in kept:
        if _is_scheduled(meeting) and not meeting.zone and fallback.reason:
            yield Problem(meeting.row, meeting.ref, "timezone", fallback.reason, rejected=False)
        if not _is_scheduled(meeting) and (lost := _facts_without_slot(meeting, facts)):
            reason = NO_SLOT_OF_ITS_OWN.format(facts=", ".join(lost))
            yield Problem(meeting.row, meeting.ref, "day", reason, rejected=False)
        if len(meeting.notes) > NOTE_LENGTH:
            yield Problem(meeting.row, meeting.ref, "notes", LONG_NOTE, rejected=False)
        if len(meeting.join_url) > MAX_LINK_LENGTH:
            yield Problem(meeting.row, meeting.ref, "conference_url", LONG_LINK, rejected=False)
    if record.place and not _has_location(record.place):
        yield Problem(first_row(record), record.ref, "location", NO_LOCATION, rejected=False)


def _rejected_rows(record: GroupRecord, kept_refs: Collection[str]) -> Iterator[Problem]:
    """Yield a problem for each row whose meetings have no zone. A row with several days has one id for all of them."""
    meetings_by_row = defaultdict(list)
    for meeting in record.meetings:
        if meeting.ref not in kept_refs:
            meetings_by_row[meeting.row].append(meeting.ref)
    for row, refs in meetings_by_row.items():
        row_id = refs[0] if len(refs) == 1 else refs[0].rpartition(":")[0]
        yield Problem(row, row_id, "timezone", NO_ZONE, rejected=True)


def _facts_without_slot(meeting: MeetingRecord, facts: GroupFacts) -> list[str]:
    """Return the names of what a meeting without set times says and its group does not."""
    lost = {
        "audience": set(meeting.audiences) - set(facts.audiences),
        "language": set(meeting.languages) - set(facts.languages),
        "formats": meeting.formats,
        "access": set(meeting.access) - set(facts.access),
        "link": meeting.join_url,
        "phone": meeting.join_phone,
        "notes": meeting.notes,
    }
    return [name for name, value in lost.items() if value]


def canonical_places(records: list[GroupRecord]) -> dict[str, PlaceRecord]:
    """Return, by `_place_ref`, the record to use for each place that several groups share.

    Groups at one address describe its coordinates in slightly different ways. The first by id is used, one with
    coordinates before one without. Otherwise each import would overwrite one description with another. Notes that
    differ between the groups are none of the place.
    """
    entries = [
        (_place_ref(place), (place.latitude is None, record.ref), place)
        for record in records
        if (place := _public_place(record))
    ]
    groups_at = Counter(ref for ref, _order, _place in entries)
    notes_at: dict[str, set[str]] = defaultdict(set)
    for ref, _order, place in entries:
        notes_at[ref].add(place.notes)
    shared = (entry for entry in entries if groups_at[entry[0]] > 1)
    canonical: dict[str, PlaceRecord] = {}
    for ref, _order, place in sorted(shared, key=itemgetter(0, 1)):
        canonical.setdefault(ref, place if len(notes_at[ref]) == 1 else replace(place, notes=""))
    return canonical


def _stage_group(
    record: GroupRecord,
    facts: GroupFacts,
    meetings: dict[str, dict[str, Any]],
    shared_places: Mapping[str, PlaceRecord],
) -> StagedListing:
    """Return the staged listing of a group, with its place and its meetings."""
    place = _public_place(record)
    ref = _place_ref(place) if place else ""
    shown_place = shared_places.get(ref, place)
    return StagedListing(
        ref=record.ref,
        listing=_listing_values(record, facts, shown_place),
        place=_place_values(shown_place) if shown_place else None,
        place_ref=ref,
        meetings=meetings,
        rows={"channels": _website_values(record.website)},
    )


def _public_place(record: GroupRecord) -> PlaceRecord | None:
    """Return the place of a group that meets in person and gives a location."""
    meetings = [meeting for meeting in record.meetings if meeting.active] or record.meetings
    is_in_person = any(Mode.IN_PERSON in meeting.modes for meeting in meetings)
    return record.place if record.place and is_in_person and _has_location(record.place) else None


def _website_values(address: str) -> list[dict[str, Any]]:
    """Return the channel of a group's website. One that is too long is left out: cut off, it would lead nowhere."""
    if not address or len(address) > MAX_LINK_LENGTH:
        return []
    values = (ChannelType.WEBSITE.value, address, "", "", "", 0)
    return [dict(zip(ROW_FIELDS["channels"], values, strict=True))]


def _listing_values(
    record: GroupRecord, facts: GroupFacts, shown_place: PlaceRecord | None
) -> dict[str, Any]:
    """Return the values of the listing's fields from the record of a group.

    Notes about its place that are not those of the place itself are the group's own.
    """
    is_meeting = any(meeting.active for meeting in record.meetings)
    place_notes = record.place.notes if record.place else ""
    own_notes = "" if shown_place and shown_place.notes == place_notes else place_notes
    return {
        "name": record.name[:255],
        "group_number": record.number,
        "description": add_notes(record.notes, own_notes),
        "fellowship": record.fellowship,
        "modes": facts.modes,
        "concerns": _sorted_values(record.concerns),
        "languages": facts.languages,
        "audiences": facts.audiences,
        "access": facts.access,
        "attendance_slips": facts.attendance_slips,
        "status": Status.PUBLISHED if is_meeting else Status.PAUSED,
        "status_reason": "" if is_meeting else NOT_MEETING,
    }


def _meeting_values(
    meeting: MeetingRecord, group_name: str, zone: str, facts: GroupFacts, defaults: Defaults
) -> dict[str, Any]:
    """Return the values of the meeting's fields from a record."""
    return {
        "name": "" if meeting.name == group_name else meeting.name[:255],
        "repeat": Repeat.MONTHLY if meeting.weeks else Repeat.WEEKLY,
        "weekday": meeting.weekday,
        "weeks": _sorted_values(map(str, meeting.weeks)),
        "start": meeting.start,
        "minutes": meeting.minutes,
        "zone": zone,
        "zone_derived": not meeting.zone,
        "modes": _sorted_values(meeting.modes),
        "formats": _sorted_values(meeting.formats),
        "languages": _sorted_values(_languages(meeting, defaults)),
        "audiences": _sorted_values(meeting.audiences),
        "access": facts.own_access(meeting),
        "attendance_slips": meeting.attendance_slips,
        "join_url": meeting.join_url if len(meeting.join_url) <= MAX_LINK_LENGTH else "",
        "join_phone": meeting.join_phone[:120],
        "note": meeting.notes[:NOTE_LENGTH],
        "active": meeting.active,
        "codes": list(meeting.codes),
    }


def _has_location(place: PlaceRecord) -> bool:
    """Return whether a place has a name, a street, a town, a region or a country."""
    return any((place.name, place.street, place.city, place.region, _country_code(place)))


def _country_code(place: PlaceRecord) -> str:
    """Return the country if it is a two-letter code.

    A country in unknown words is left out: its first two letters would mean another country.
    """
    return place.country if len(place.country) == 2 else ""


def _place_values(place: PlaceRecord) -> dict[str, Any]:
    """Return the values of the place's fields from a record, cut to their lengths.

    A place without a point gets that of its ZIP or town, marked as approximate.
    """
    zone = zone_of_place(place)
    if place.latitude is None and (point := approximate_point(place)):
        latitude, longitude = point
        place = replace(place, latitude=latitude, longitude=longitude, approximate=True)
    values = {name: getattr(place, name) for name in PLACE_FIELDS if name != "zone"}
    return {
        **values,
        **{name: values[name][:length] for name, length in PLACE_LENGTHS.items()},
        "country": _country_code(place),
        "zone": zone,
    }


def _place_ref(place: PlaceRecord) -> str:
    """Return an id for a place within its source, derived from its name and address."""
    text = "|".join(
        (place.name, place.street, place.city, place.region, place.postal_code, place.country)
    ).casefold()
    return hashlib.blake2s(text.encode(), digest_size=12).hexdigest()


def _sorted_values(values: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct values in order."""
    return tuple(sorted(set(values)))

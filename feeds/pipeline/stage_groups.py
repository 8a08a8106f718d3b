"""Stage support groups: turn a format's records into the values that the directory would hold."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from directory.geo.address_zones import zone_of_place
from directory.reference_data.loader import ROW_FIELDS
from directory.vocabulary import ChannelType, Mode, Status
from feeds.fetch.cpu_limit import check_cpu
from feeds.formats.json_rows import drain
from feeds.pipeline import timezones
from feeds.pipeline.packed_mapping import PickledMapping
from feeds.pipeline.point_check import drop_contradictory_points
from feeds.records import GroupRecord, MeetingRecord, PlaceRecord, Problem
from groups.models import Repeat

PLACE_FIELDS = (
    "name", "street", "city", "region", "postal_code", "country", "latitude", "longitude", "approximate", "notes",
    "zone",
)  # fmt: skip
MEETING_FIELDS = (
    "name", "repeat", "weekday", "weeks", "start", "minutes", "zone", "zone_derived", "modes", "formats", "join_url",
    "join_phone", "note", "active", "codes",
)  # fmt: skip
MAX_LINK_LENGTH = 500  # characters
PLACE_LENGTHS = {"name": 255, "street": 255, "city": 120, "region": 60, "postal_code": 20}  # characters
NO_ZONE = "No time zone is given, and the place is too vague to tell it."
NOT_MEETING = "Its source says that it is not meeting now."
NO_LOCATION = "Its place has neither a name nor an address, so none is shown."


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


def stage_groups(records: list[GroupRecord]) -> StagingResult:
    """Return the staged listing of each record, and empty the list of records to save memory.

    A meeting by appointment gets no slot of its own: its group says "ask for times". A meeting whose time zone cannot
    be derived is left out and reported. A point that contradicts the address is dropped and reported.
    """
    result = StagingResult(problems=drop_contradictory_points(records))
    feed_zones, shared_places = timezones.common_zones(records), canonical_places(records)
    for record in drain(records):
        check_cpu()
        scheduled = [
            meeting
            for meeting in record.meetings
            if meeting.weekday is not None and meeting.start is not None
        ]
        meetings = {meeting.ref: _meeting_values(meeting, record, feed_zones) for meeting in scheduled}
        for ref in [ref for ref, values in meetings.items() if not values["zone"]]:
            result.problems.append(Problem(0, ref, "timezone", NO_ZONE, rejected=True))
            del meetings[ref]
        if record.place and not _has_location(record.place):
            result.problems.append(Problem(0, record.ref, "location", NO_LOCATION, rejected=False))
        result.staged[record.ref] = _stage_group(record, meetings, shared_places)
    return result


def canonical_places(records: list[GroupRecord]) -> dict[str, PlaceRecord]:
    """Return, by `_place_ref`, the record to use for each place that several groups share.

    Groups at one address describe its coordinates and notes in slightly different ways. The first by id is used, one
    with coordinates before one without. Otherwise each import would overwrite one description with another.
    """
    entries = [
        (_place_ref(place), (place.latitude is None, record.ref), place)
        for record in records
        if (place := _public_place(record))
    ]
    groups_at = Counter(ref for ref, _order, _place in entries)
    shared = (entry for entry in entries if groups_at[entry[0]] > 1)
    canonical: dict[str, PlaceRecord] = {}
    for ref, _order, place in sorted(shared, key=itemgetter(0, 1)):
        canonical.setdefault(ref, place)
    return canonical


def _stage_group(
    record: GroupRecord, meetings: dict[str, dict[str, Any]], shared_places: Mapping[str, PlaceRecord]
) -> StagedListing:
    """Return the staged listing of a group, with its place and its meetings."""
    place = _public_place(record)
    ref = _place_ref(place) if place else ""
    is_meeting = any(meeting.active for meeting in record.meetings)
    return StagedListing(
        ref=record.ref,
        listing=_listing_values(record, _group_modes(record), is_meeting=is_meeting),
        place=_place_values(shared_places.get(ref, place)) if place else None,
        place_ref=ref,
        meetings=meetings,
        rows={"channels": _website_values(record.website)},
    )


def _group_modes(record: GroupRecord) -> tuple[str, ...]:
    """Return the modes of the active meetings of a group, or of all where none is active."""
    meetings = [meeting for meeting in record.meetings if meeting.active] or record.meetings
    return _sorted_values(mode for meeting in meetings for mode in meeting.modes)


def _public_place(record: GroupRecord) -> PlaceRecord | None:
    """Return the place of a group that meets in person and gives a location."""
    has_place = record.place and Mode.IN_PERSON in _group_modes(record) and _has_location(record.place)
    return record.place if has_place else None


def _website_values(address: str) -> list[dict[str, Any]]:
    """Return the channel of a group's website. One that is too long is left out: cut off, it would lead nowhere."""
    if not address or len(address) > MAX_LINK_LENGTH:
        return []
    values = (ChannelType.WEBSITE.value, address, "", "", "", 0)
    return [dict(zip(ROW_FIELDS["channels"], values, strict=True))]


def _listing_values(record: GroupRecord, modes: tuple[str, ...], *, is_meeting: bool) -> dict[str, Any]:
    """Return the values of the listing's fields from the record of a group."""
    return {
        "name": record.name[:255],
        "description": record.notes,
        "fellowship": record.fellowship,
        "modes": modes,
        "concerns": _sorted_values(record.concerns),
        "languages": _sorted_values(record.languages),
        "audiences": _sorted_values(record.audiences),
        "access": _sorted_values(record.access),
        "status": Status.PUBLISHED if is_meeting else Status.PAUSED,
        "status_reason": "" if is_meeting else NOT_MEETING,
    }


def _meeting_values(
    meeting: MeetingRecord, record: GroupRecord, feed_zones: Mapping[str, str]
) -> dict[str, Any]:
    """Return the values of the meeting's fields from a record."""
    zone = meeting.zone or zone_of_place(record.place) or timezones.zone_from_feed(record.place, feed_zones)
    return {
        "name": "" if meeting.name == record.name else meeting.name[:255],
        "repeat": Repeat.MONTHLY if meeting.weeks else Repeat.WEEKLY,
        "weekday": meeting.weekday,
        "weeks": _sorted_values(map(str, meeting.weeks)),
        "start": meeting.start,
        "minutes": meeting.minutes,
        "zone": zone,
        "zone_derived": not meeting.zone,
        "modes": _sorted_values(meeting.modes),
        "formats": _sorted_values(meeting.formats),
        "join_url": meeting.join_url if len(meeting.join_url) <= MAX_LINK_LENGTH else "",
        "join_phone": meeting.join_phone[:120],
        "note": meeting.notes[:500],
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
    """Return the values of the place's fields from a record, cut to their lengths."""
    values = {name: getattr(place, name) for name in PLACE_FIELDS if name != "zone"}
    return {
        **values,
        **{name: values[name][:length] for name, length in PLACE_LENGTHS.items()},
        "country": _country_code(place),
        "zone": zone_of_place(place),
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

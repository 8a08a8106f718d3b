"""From a format's records to what the directory would hold: plain values, compared before anything is written."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from directory.reference_data.loader import ROW_FIELDS
from directory.vocabulary import ChannelType, Mode, Status
from feeds.fetch.cpu_limit import check_cpu
from feeds.formats.json_rows import drain
from feeds.pipeline import timezones
from feeds.pipeline.packed_mapping import CompressedMapping
from feeds.records import GroupRecord, MeetingRecord, PlaceRecord, Problem
from groups.models import Repeat

PLACE_FIELDS = (
    "name", "street", "city", "region", "postal_code", "country", "latitude", "longitude", "approximate", "notes",
    "zone",
)  # fmt: skip
MEETING_FIELDS = (
    "name", "repeat", "weekday", "start", "minutes", "zone", "zone_derived", "modes", "formats", "join_url",
    "join_phone", "note", "active", "codes",
)  # fmt: skip
LONGEST_LINK = 500
NO_ZONE = "No time zone is given, and the place is too vague to tell it."
NOT_MEETING = "Its source says that it is not meeting now."
NOWHERE = "Its place has neither a name nor an address, so none is shown."


@dataclass(slots=True)
class StagedListing:
    """One listing as its source would have it. `place` is None where nobody meets in person; `rows` are channels and
    opening hours by related name, in their order, where the format tells them; `whole` says where all of it was read;
    `slug` is the address that it would like."""

    ref: str
    listing: dict[str, Any]
    place: dict[str, Any] | None = None
    place_ref: str = ""
    meetings: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    whole: dict[str, str] = field(default_factory=dict)
    slug: str = ""


@dataclass
class StagingResult:
    staged: CompressedMapping[StagedListing] = field(default_factory=CompressedMapping)
    problems: list[Problem] = field(default_factory=list)


def stage(records: list[GroupRecord]) -> StagingResult:
    """Values for every record, which is taken out of the list. A meeting by appointment has no slot of its own: its
    group says "ask for times". One whose zone could not be found is left out and named."""
    usual, speakers = timezones.most_common_zone(records), canonical_places(records)
    staging = StagingResult()
    for record in drain(records):
        check_cpu()
        timed = [each for each in record.meetings if each.weekday is not None and each.start is not None]
        meetings = {each.ref: meeting_values(each, record, usual) for each in timed}
        for ref in [ref for ref, values in meetings.items() if not values["zone"]]:
            staging.problems.append(Problem(0, ref, "timezone", NO_ZONE, rejected=True))
            del meetings[ref]
        if record.place and not has_location(record.place):
            staging.problems.append(Problem(0, record.ref, "location", NOWHERE, rejected=False))
        staging.staged[record.ref] = stage_group(record, meetings, speakers)
    return staging


def canonical_places(records: list[GroupRecord]) -> dict[str, PlaceRecord]:
    """Groups at one address tell its point and notes in slightly different ways. One of them speaks for all, who gives
    a point and then comes first, or else each import would write what another group had said. By `place_ref`, where
    there is more than one group."""
    told = [
        (place_ref(place), (place.latitude is None, record.ref), place)
        for record in records
        if (place := place_shown(record))
    ]
    groups = Counter(ref for ref, _order, _place in told)
    first: dict[str, PlaceRecord] = {}
    for ref, _order, place in sorted((each for each in told if groups[each[0]] > 1), key=itemgetter(0, 1)):
        first.setdefault(ref, place)
    return first


def stage_group(
    record: GroupRecord, meetings: dict[str, dict[str, Any]], speakers: Mapping[str, PlaceRecord]
) -> StagedListing:
    place = place_shown(record)
    ref = place_ref(place) if place else ""
    return StagedListing(
        ref=record.ref,
        listing=listing_values(
            record, modes_of(record), takes_place=any(each.active for each in record.meetings)
        ),
        place=place_values(speakers.get(ref, place)) if place else None,
        place_ref=ref,
        meetings=meetings,
        rows={"channels": website_values(record.website)},
    )


def modes_of(record: GroupRecord) -> tuple[str, ...]:
    live = [each for each in record.meetings if each.active] or record.meetings
    return sorted_values(mode for each in live for mode in each.modes)


def place_shown(record: GroupRecord) -> PlaceRecord | None:
    """Where people meet, if they do and it is said where."""
    is_there = record.place and Mode.IN_PERSON in modes_of(record) and has_location(record.place)
    return record.place if is_there else None


def website_values(address: str) -> list[dict[str, Any]]:
    """A group's own page is a way to reach it. A link that is cut leads nowhere."""
    if not address or len(address) > LONGEST_LINK:
        return []
    return [
        dict(zip(ROW_FIELDS["channels"], (ChannelType.WEBSITE.value, address, "", "", "", 0), strict=True))
    ]


def listing_values(record: GroupRecord, modes: tuple[str, ...], *, takes_place: bool) -> dict[str, Any]:
    return {
        "name": record.name[:255],
        "description": record.notes,
        "fellowship": record.fellowship,
        "modes": modes,
        "concerns": sorted_values(record.concerns),
        "languages": sorted_values(record.languages),
        "audiences": sorted_values(record.audiences),
        "access": sorted_values(record.access),
        "status": Status.PUBLISHED if takes_place else Status.PAUSED,
        "status_reason": "" if takes_place else NOT_MEETING,
    }


def meeting_values(meeting: MeetingRecord, record: GroupRecord, usual: str) -> dict[str, Any]:
    zone = meeting.zone or timezones.zone_of_place(record.place) or usual
    return {
        "name": "" if meeting.name == record.name else meeting.name[:255],
        "repeat": Repeat.WEEKLY,
        "weekday": meeting.weekday,
        "start": meeting.start,
        "minutes": meeting.minutes,
        "zone": zone,
        "zone_derived": not meeting.zone,
        "modes": sorted_values(meeting.modes),
        "formats": sorted_values(meeting.formats),
        "join_url": meeting.join_url if len(meeting.join_url) <= LONGEST_LINK else "",
        "join_phone": meeting.join_phone[:120],
        "note": meeting.notes[:500],
        "active": meeting.active,
        "codes": list(meeting.codes),
    }


def has_location(place: PlaceRecord) -> bool:
    return any((place.name, place.street, place.city, place.region, country_code(place)))


def country_code(place: PlaceRecord) -> str:
    """A country in words that we do not know stays out: its first two letters would mean another one."""
    return place.country if len(place.country) == 2 else ""


def place_values(place: PlaceRecord) -> dict[str, Any]:
    values = {name: getattr(place, name) for name in PLACE_FIELDS if name != "zone"}
    limits = {"name": 255, "street": 255, "city": 120, "region": 60, "postal_code": 20}
    return {
        **values,
        **{key: values[key][:limit] for key, limit in limits.items()},
        "country": country_code(place),
        "zone": timezones.zone_of_place(place),
    }


def place_ref(place: PlaceRecord) -> str:
    """Names a place within its source by what its address says."""
    text = "|".join(
        (place.name, place.street, place.city, place.region, place.postal_code, place.country)
    ).casefold()
    return hashlib.blake2s(text.encode(), digest_size=12).hexdigest()


def sorted_values(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))

"""Compare staged listings with those in the directory, before anything is written."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import models
from django.db.models import Count

from directory.listings.provenance import LISTING_PROVENANCE
from directory.models import Listing
from directory.reference_data.loader import ROW_FIELDS
from directory.vocabulary import Status
from feeds.models import Source
from feeds.pipeline.feed_types import NOT_IN_SOURCE, FeedType, feed_type_for
from feeds.pipeline.packed_mapping import PickledMapping
from feeds.pipeline.stage_groups import MEETING_FIELDS, PLACE_FIELDS, StagedListing
from groups.models import Meeting, SupportGroup

MISSED = "missed"
"""A key of the facts under `LISTING_PROVENANCE`. Its value names the first complete run without the listing:
{"run": id, "on": ISO date}, with {"agreed": true} where a curator released that run."""
CHUNK_SIZE = 500  # listings


@dataclass(slots=True)
class ListingChange:
    """What an import would change in one listing, each as (before, after).

    `listing`, `rows` and `meetings` are by name: of a field, of a related set that is replaced as a whole, and of a
    meeting's id in the feed. Of a meeting only the differing fields are given, and None if it is new or goes.
    """

    pk: int
    ref: str  # the id in the feed
    name: str
    listing: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    place: tuple[dict[str, Any] | None, dict[str, Any] | None] | None = None
    meetings: dict[str, tuple[dict[str, Any] | None, dict[str, Any] | None]] = field(default_factory=dict)
    rows: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = field(default_factory=dict)
    provenance: tuple[dict[str, str], dict[str, str]] | None = None
    reappears: bool = False  # an earlier run missed it

    @property
    def alters_page(self) -> bool:
        """Return whether anything changes that the page of the listing shows."""
        has_pair = self.place is not None or self.provenance is not None
        return bool(self.listing or self.meetings or self.rows or has_pair)

    def __bool__(self) -> bool:
        return self.alters_page or self.reappears


@dataclass
class ImportPlan:
    """What an import would do. Listings are named by their id in the feed."""

    new: list[str] = field(default_factory=list)
    changed: PickledMapping[ListingChange] = field(default_factory=PickledMapping)
    unchanged: int = 0
    missing: list[str] = field(default_factory=list)
    unparsed: list[str] = field(default_factory=list)
    """Listings that stay as they are, because a row of theirs in the feed could not be parsed."""
    accepted_missing: frozenset[str] = frozenset()
    """Listings that a curator has already allowed to go missing."""
    published: frozenset[str] = frozenset()
    """Listings that visitors could find before the run."""
    meetings: Mapping[str, int] = field(default_factory=dict)
    """How many meetings each published listing had before the run; listings without meetings are left out."""
    moved: Mapping[str, str] = field(default_factory=dict)
    """The listing in which each meeting is now, for the meetings that move from a listing to another, by their id."""
    visible: frozenset[str] = frozenset()
    """These, and the paused and closed listings, whose pages visitors may open."""


def compare_feed(
    source: Source, staged: Mapping[str, StagedListing], unparsed_refs: Collection[str] = ()
) -> ImportPlan:
    """Return the plan of an import. Listings are loaded in chunks, whatever their number.

    `unparsed_refs` are the ids of rows that are in the feed and could not be parsed: their listings and meetings are
    not missing.
    """
    statuses = dict(existing_listings(source).values_list("source_ref", "status"))
    plan = ImportPlan(
        accepted_missing=frozenset(
            previously_missing(source, agreed=True).values_list("source_ref", flat=True)
        ),
        published=frozenset(ref for ref, status in statuses.items() if status == Status.PUBLISHED),
        visible=frozenset(existing_listings(source).visible().values_list("source_ref", flat=True)),
    )
    plan.meetings = _number_of_meetings(source)
    plan.new = [ref for ref in staged if ref not in statuses]
    absent = [ref for ref in statuses if ref not in staged]
    plan.unparsed = _refs_of_unparsed_rows(source, absent, unparsed_refs)
    unparsed = set(plan.unparsed)
    plan.missing = [ref for ref in absent if ref not in unparsed]
    feed_type, kept_places = feed_type_for(source), corrected_places(source)
    created, removed = set[str](), dict[str, str]()
    for refs in chunks(ref for ref in staged if ref in statuses):
        for listing in listings_with_rows(source, refs):
            change = _compare_listing(
                feed_type, listing, staged[listing.source_ref], kept_places, unparsed_refs
            )
            if change:
                plan.changed[change.ref] = change
                created.update(ref for ref, (before, _after) in change.meetings.items() if before is None)
                removed |= {
                    ref: change.ref for ref, (_before, after) in change.meetings.items() if after is None
                }
            else:
                plan.unchanged += 1
    if statuses:
        created.update(ref for new in plan.new for ref in staged[new].meetings)
        plan.moved = _moved_meetings(source, created, removed, set(plan.missing))
    return plan


def _moved_meetings(
    source: Source, created: Collection[str], removed: Mapping[str, str], missing: Collection[str]
) -> dict[str, str]:
    """Return the meetings that a listing loses and another one gets, with the listing that loses them.

    A meeting keeps its public id when its group is renamed, moves or is split. Meetings that a curator corrected stay.
    """
    if not created or "meetings" not in feed_type_for(source).related_rows:
        return {}
    groups = existing_listings(source).filter(
        replaced_by=None, provenance__meetings__corrected_by__isnull=True
    )
    moved: dict[str, str] = {}
    for refs in chunks(sorted(created)):
        found = Meeting.objects.filter(group__in=groups.values("pk"), source_ref__in=refs)
        for ref, group_ref in found.order_by("pk").values_list("source_ref", "group__source_ref"):
            if group_ref in missing or removed.get(ref) == group_ref:
                moved.setdefault(ref, group_ref)
    return moved


def _number_of_meetings(source: Source) -> dict[str, int]:
    """Return how many active meetings each published listing of a source has, by its id in the feed."""
    if "meetings" not in feed_type_for(source).related_rows:
        return {}
    groups = existing_listings(source).filter(status=Status.PUBLISHED)
    meetings = Meeting.objects.filter(active=True, group__in=groups.values("pk"))
    return dict(meetings.values_list("group__source_ref").annotate(number=Count("pk")).order_by())


def _refs_of_unparsed_rows(source: Source, refs: Iterable[str], unparsed_refs: Collection[str]) -> list[str]:
    """Return the refs of listings, retired ones excluded, whose row or meeting row failed to parse."""
    if not unparsed_refs:
        return []
    has_meetings = "meetings" in feed_type_for(source).related_rows
    listings = (listing for chunk in chunks(refs) for listing in listings_with_rows(source, chunk))
    return [
        listing.source_ref
        for listing in listings
        if listing.status_reason != NOT_IN_SOURCE
        and any(
            _was_unparsed(row, unparsed_refs)
            for row in (listing.meetings.all() if has_meetings else [listing])
        )
    ]


def _was_unparsed(row: Meeting | Listing, unparsed_refs: Collection[str]) -> bool:
    """Return whether the feed's row of a meeting or listing could not be parsed.

    A row with several weekdays gives each of its meetings its own id followed by a colon and the day.
    """
    return row.source_ref in unparsed_refs or row.source_ref.rpartition(":")[0] in unparsed_refs


def existing_listings(source: Source) -> Any:
    """Return the listings in the directory that come from this source."""
    return feed_type_for(source).model._default_manager.filter(source=source.slug).exclude(source_ref="")


def previously_missing(source: Source, **facts: Any) -> Any:
    """Return the listings that a run missed, where the record of that has these values, such as `run=7`."""
    prefix = f"provenance__{LISTING_PROVENANCE}__{MISSED}"
    return existing_listings(source).filter(**{f"{prefix}__{name}": value for name, value in facts.items()})


def listings_with_rows(source: Source, refs: Iterable[str]) -> Any:
    """Return the source's listings with these refs, their places and related rows loaded."""
    return (
        existing_listings(source)
        .filter(source_ref__in=refs)
        .select_related("place")
        .prefetch_related(*feed_type_for(source).related_rows)
    )


def chunks(items: Iterable[Any], size: int = CHUNK_SIZE) -> Iterator[list[Any]]:
    """Yield the items in lists of at most `size`."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def corrected_places(source: Source) -> set[int]:
    """Return the ids of places that a curator corrected, as their listings record; an import keeps them."""
    corrected = existing_listings(source).filter(provenance__place__corrected_by__isnull=False)
    return set(corrected.exclude(place=None).values_list("place_id", flat=True))


def corrected_fields(listing: Listing) -> set[str]:
    """Return the names of fields that a curator corrected; an import keeps them."""
    return {name for name, facts in listing.provenance.items() if facts.get("corrected_by")}


def _compare_listing(
    feed_type: FeedType,
    listing: Any,
    staged: StagedListing,
    kept_places: Collection[int] = (),
    unparsed_refs: Collection[str] = (),
) -> ListingChange:
    """Return the differences between a listing and its staged form, except those that curators corrected.

    A listing that was merged into another one stays as it is.
    """
    change = ListingChange(listing.pk, listing.source_ref, listing.name)
    if listing.replaced_by_id is not None:
        return change
    corrected = corrected_fields(listing)
    change.listing = {
        name: (getattr(listing, name), value)
        for name, value in staged.listing.items()
        if name not in corrected and getattr(listing, name) != value
    }
    if not feed_type.status_follows_source(listing):
        change.listing.pop("status", None)
        change.listing.pop("status_reason", None)
    if "place" not in corrected:
        change.place = _compare_place(listing, staged, kept_places)
    change.rows = {
        name: (before, rows)
        for name, rows in staged.rows.items()
        if name not in corrected and (before := _row_values(listing, name)) != rows
    }
    facts = listing.provenance.get(LISTING_PROVENANCE, {})
    provenance = {name: facts.get(name, "") for name in staged.provenance}
    change.provenance = (provenance, staged.provenance) if provenance != staged.provenance else None
    if "meetings" in feed_type.related_rows and "meetings" not in corrected:
        change.meetings = dict(_compare_meetings(listing, staged, unparsed_refs))
    change.reappears = MISSED in facts
    return change


def _compare_place(listing: Listing, staged: StagedListing, kept_places: Collection[int]) -> Any:
    """Return the values of the place before and after where they differ, or None."""
    if listing.place is None and staged.place is None:
        return None
    before = _place_values(listing)
    if listing.place is None or staged.place is None or listing.place.source_ref != staged.place_ref:
        return before, staged.place
    return None if before == staged.place or listing.place_id in kept_places else (before, staged.place)


def _place_values(listing: Listing) -> dict[str, Any] | None:
    """Return the compared fields of the listing's place, or None without a place."""
    return _field_values(listing.place, PLACE_FIELDS) if listing.place else None


def _row_values(listing: Listing, name: str) -> list[dict[str, Any]]:
    """Return the compared fields of the related rows of that name, in order."""
    return [_field_values(row, ROW_FIELDS[name]) for row in getattr(listing, name).all()]


def _compare_meetings(
    group: SupportGroup, staged: StagedListing, unparsed_refs: Collection[str]
) -> Iterator[tuple[str, Any]]:
    """Yield the id in the feed and (before, after) of the differing fields for each meeting that differs."""
    existing = {meeting.source_ref: meeting for meeting in group.meetings.all() if meeting.source_ref}
    for ref, meeting in existing.items():
        before = _field_values(meeting, MEETING_FIELDS)
        after = staged.meetings.get(ref)
        if after is None and not _was_unparsed(meeting, unparsed_refs):
            yield ref, (before, None)
        if after is not None and before != after:
            names = [name for name in before if before[name] != after[name]]
            yield ref, ({name: before[name] for name in names}, {name: after[name] for name in names})
    for ref, values in staged.meetings.items():
        if ref not in existing:
            yield ref, (None, values)


def _field_values(row: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    """Return the values of some fields of a row, by name."""
    return {name: getattr(row, name) for name in fields}

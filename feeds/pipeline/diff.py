"""What a run would do, found out before anything is written: staged listings beside what is there."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import models

from directory.models import Listing
from directory.reference_data.loader import ROW_FIELDS
from directory.vocabulary import Status
from feeds.models import Source
from feeds.pipeline.feed_types import GONE, FeedType, feed_type_for
from feeds.pipeline.packed_mapping import CompressedMapping
from feeds.pipeline.stage_groups import MEETING_FIELDS, PLACE_FIELDS, StagedListing
from groups.models import Meeting, SupportGroup

WHOLE = "*"
MISSED = "missed"
"""In the provenance of the whole: {"run": id, "on": ISO day} of the first complete run without the listing, and
{"agreed": true} where a curator let that run through."""
CHUNK = 500


@dataclass(slots=True)
class ListingChange:
    """A listing that is there and would be written: fields of it, of its place, of its rows as a whole, of where it was
    read, and of its meetings, as {name: (before, after)}; meetings by their id in the feed with the fields that differ,
    None for one that comes or goes."""

    pk: int
    ref: str
    name: str
    listing: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    place: tuple[dict[str, Any] | None, dict[str, Any] | None] | None = None
    meetings: dict[str, tuple[dict[str, Any] | None, dict[str, Any] | None]] = field(default_factory=dict)
    rows: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = field(default_factory=dict)
    whole: tuple[dict[str, str], dict[str, str]] | None = None
    returns: bool = False

    @property
    def alters(self) -> bool:
        """Whether anything changes that can be read on its page."""
        beside = (self.place, self.whole)
        return bool(self.listing or self.meetings or self.rows or any(each is not None for each in beside))

    def __bool__(self) -> bool:
        return self.alters or self.returns


@dataclass
class ImportPlan:
    new: list[str] = field(default_factory=list)
    changed: CompressedMapping[ListingChange] = field(default_factory=CompressedMapping)
    """By their id in the feed."""
    unchanged: int = 0
    missing: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    """Ids in the feed of the listings that are left as they are, since no row of theirs could be read."""
    agreed: frozenset[str] = frozenset()
    """Ids in the feed of the listings that a curator has already let go missing."""
    published: frozenset[str] = frozenset()
    """Ids in the feed of the listings that could be found before the run."""
    visible: frozenset[str] = frozenset()
    """Ids of these and of the paused and closed ones, whose pages the public may open."""

    @property
    def there(self) -> int:
        return len(self.published)


def compare_feed(
    source: Source, staged: Mapping[str, StagedListing], unread: Collection[str] = ()
) -> ImportPlan:
    """Reads the source's listings a chunk at a time, whatever their number. `unread` are the ids of rows that stand in
    the feed and could not be read: what they spoke of is neither missing nor to be taken away."""
    known = dict(existing_listings(source).values_list("source_ref", "status"))
    plan = ImportPlan(
        agreed=frozenset(previously_missing(source, agreed=True).values_list("source_ref", flat=True)),
        published=frozenset(ref for ref, status in known.items() if status == Status.PUBLISHED),
        visible=frozenset(existing_listings(source).visible().values_list("source_ref", flat=True)),
    )
    plan.new = [ref for ref in staged if ref not in known]
    absent = [ref for ref in known if ref not in staged]
    plan.unread = refs_of_unparsed_rows(source, absent, unread)
    unread_refs = set(plan.unread)
    plan.missing = [ref for ref in absent if ref not in unread_refs]
    shape, kept = feed_type_for(source), kept_places(source)
    for refs in chunks(ref for ref in staged if ref in known):
        for group in with_rows(source, refs):
            change = listing_difference(shape, group, staged[group.source_ref], kept, unread)
            if change:
                plan.changed[change.ref] = change
            else:
                plan.unchanged += 1
    return plan


def refs_of_unparsed_rows(source: Source, refs: Iterable[str], unread: Collection[str]) -> list[str]:
    """Of which of these listings, or of a meeting of them, a row speaks that could not be read; none that is
    retired."""
    if not unread:
        return []
    has_meetings = "meetings" in feed_type_for(source).rows
    there = (group for some in chunks(refs) for group in with_rows(source, some))
    return [
        group.source_ref
        for group in there
        if group.status_reason != GONE
        and any(was_unparsed(each, unread) for each in (group.meetings.all() if has_meetings else [group]))
    ]


def was_unparsed(meeting: Meeting | Listing, unread: Collection[str]) -> bool:
    """Whether the row of a meeting, or of a line, stands in the feed and could not be read. A row of several days gave
    each of its meetings its own id and, behind a colon, the day."""
    return meeting.source_ref in unread or meeting.source_ref.rpartition(":")[0] in unread


def existing_listings(source: Source) -> Any:
    return feed_type_for(source).model._default_manager.filter(source=source.slug).exclude(source_ref="")


def previously_missing(source: Source, **facts: Any) -> Any:
    """The source's listings that a run missed, with these facts of that miss."""
    return existing_listings(source).filter(
        **{f"provenance__{WHOLE}__{MISSED}__{name}": value for name, value in facts.items()}
    )


def with_rows(source: Source, refs: Iterable[str]) -> Any:
    return (
        existing_listings(source)
        .filter(source_ref__in=refs)
        .select_related("place")
        .prefetch_related(*feed_type_for(source).rows)
    )


def chunks(items: Iterable[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def kept_places(source: Source) -> set[int]:
    """Ids of the places of a source that a curator corrected: noted on the listings that were there."""
    corrected = existing_listings(source).filter(provenance__place__corrected_by__isnull=False)
    return set(corrected.exclude(place=None).values_list("place_id", flat=True))


def listing_difference(
    shape: FeedType,
    group: Any,
    staged: StagedListing,
    kept: Collection[int] = (),
    unread: Collection[str] = (),
) -> ListingChange:
    """What of a listing differs from its source, a curator's corrections left out. A listing that was merged into
    another is left as it is."""
    change = ListingChange(group.pk, group.source_ref, group.name)
    if group.replaced_by_id is not None:
        return change
    own = corrected_fields(group)
    change.listing = {
        name: (getattr(group, name), value)
        for name, value in staged.listing.items()
        if name not in own and getattr(group, name) != value
    }
    if not shape.status_follows_source(group):
        change.listing.pop("status", None)
        change.listing.pop("status_reason", None)
    if "place" not in own:
        change.place = place_difference(group, staged, kept)
    change.rows = {
        name: (held, rows)
        for name, rows in staged.rows.items()
        if name not in own and (held := row_values(group, name)) != rows
    }
    held_whole = {name: group.provenance.get(WHOLE, {}).get(name, "") for name in staged.whole}
    change.whole = (held_whole, staged.whole) if held_whole != staged.whole else None
    if "meetings" in shape.rows and "meetings" not in own:
        change.meetings = dict(meeting_differences(group, staged, unread))
    change.returns = MISSED in group.provenance.get(WHOLE, {})
    return change


def place_difference(group: Listing, staged: StagedListing, kept: Collection[int]) -> Any:
    if group.place is None and staged.place is None:
        return None
    if group.place is None or staged.place is None or group.place.source_ref != staged.place_ref:
        return place_values(group), staged.place
    before = place_values(group)
    return None if before == staged.place or group.place_id in kept else (before, staged.place)


def place_values(group: Listing) -> dict[str, Any] | None:
    return {name: getattr(group.place, name) for name in PLACE_FIELDS} if group.place else None


def row_values(listing: Listing, name: str) -> list[dict[str, Any]]:
    return [values_of(row, ROW_FIELDS[name]) for row in getattr(listing, name).all()]


def meeting_differences(
    group: SupportGroup, staged: StagedListing, unread: Collection[str]
) -> Iterator[tuple[str, Any]]:
    held = {meeting.source_ref: meeting for meeting in group.meetings.all() if meeting.source_ref}
    for ref, meeting in held.items():
        before = values_of(meeting, MEETING_FIELDS)
        after = staged.meetings.get(ref)
        if after is None and not was_unparsed(meeting, unread):
            yield ref, (before, None)
        if after is not None and before != after:
            differ = [name for name in before if before[name] != after[name]]
            yield ref, ({name: before[name] for name in differ}, {name: after[name] for name in differ})
    for ref, values in staged.meetings.items():
        if ref not in held:
            yield ref, (None, values)


def values_of(row: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in fields}


def corrected_fields(group: Listing) -> set[str]:
    """Fields that a curator set by hand."""
    return {name for name, facts in group.provenance.items() if facts.get("corrected_by")}

"""Write the plan of an import in batches, each in one transaction.

An interrupted run is resumed by the next import of the same file, and ends as if it had not been interrupted. A batch
that was written is no longer in the new plan, the counts are saved with each batch, and a run marks a listing as
missing only once. Corrections by curators survive every import.

A listing that is missing from two complete runs is paused with the reason `NOT_IN_SOURCE`, unless a curator published
it by hand. After 90 days it is closed. When it reappears it is published again. Only a curator publishes a hotline: an
unpublished one that is missing leaves the review, and returns to it when it reappears.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from directory.listings.provenance import LISTING_PROVENANCE
from directory.models import Listing, Place, Region
from directory.vocabulary import Status
from feeds.models import ImportRun, RunChange, Source
from feeds.pipeline.bulk_insert import insert_listings, insert_rows
from feeds.pipeline.diff import (
    MISSED,
    ImportPlan,
    ListingChange,
    chunks,
    corrected_fields,
    corrected_places,
    existing_listings,
    listings_with_rows,
)
from feeds.pipeline.feed_types import NOT_IN_SOURCE, ROW_MODELS, feed_type_for
from feeds.pipeline.public_ids import free_public_ids
from feeds.pipeline.serialization import to_json_values
from feeds.pipeline.stage_groups import StagedListing
from groups.models import Meeting

BATCH_SIZE = 200  # listings
SLUG_LENGTH = 100  # characters
CLOSED_AFTER = datetime.timedelta(days=90)

ReportProgress = Callable[[int], object]
"""A function that is called with the number of listings written since the last call."""


def apply_plan(
    run: ImportRun, plan: ImportPlan, staged: Mapping[str, StagedListing], *, progress: ReportProgress
) -> None:
    """Write the planned changes of a run to the directory, in batches, and record each for undo."""
    writer = PlanWriter(run, staged, plan.moved)
    for refs in chunks(plan.new, BATCH_SIZE):
        writer.write_batch(writer.create_listings, refs, progress)
    for changes in chunks(plan.changed.values(), BATCH_SIZE):
        writer.write_batch(writer.update_listings, changes, progress)
    for refs in chunks(plan.missing, BATCH_SIZE):
        writer.write_batch(writer.mark_missing, refs, progress)


class PlanWriter:
    """Write the listings of one run and record each change in the run's journal."""

    def __init__(self, run: ImportRun, staged: Mapping[str, StagedListing], moved: Mapping[str, str]) -> None:
        """Load the rows that all batches need, such as regions. `moved` is that of the plan."""
        self.moved = moved
        self.run, self.source, self.staged = run, run.source, staged
        self.feed_type = feed_type_for(run.source)
        self.places: dict[str, Place] = {}
        """The places of the current batch by their id in the source."""
        self.regions = list(Region.objects.all())
        self.kept_places = corrected_places(self.source)

    def write_batch(
        self, write: Callable[[list[Any]], None], items: list[Any], progress: ReportProgress
    ) -> None:
        """Write some items and the counts of the run in one transaction."""
        with transaction.atomic():
            write(items)
            self.run.save(update_fields=["created", "updated", "retired"])
        progress(len(items))

    def create_listings(self, refs: list[str]) -> None:
        """Insert new listings with their places and related rows."""
        batch = [self.staged[ref] for ref in refs]
        self._load_places(batch)
        slugs = free_slugs(batch)
        previous = {staged.ref: self._update_place(staged) or {} for staged in batch}
        keys = insert_listings(
            self.feed_type.model, [self._new_listing(staged, slugs[staged.ref]) for staged in batch]
        )
        created = list(zip(keys, batch, strict=True))
        for key, staged in created:
            previous[staged.ref] |= self._take_moved_meetings(key, staged.meetings)
        meetings = [
            (key, ref, values)
            for key, staged in created
            for ref, values in staged.meetings.items()
            if ref not in previous[staged.ref].get("moved_meetings", {})
        ]
        public_ids = free_public_ids(self.source, [ref for _key, ref, _values in meetings])
        insert_rows(
            Meeting,
            [
                {"group_id": key, "source_ref": ref, "public_id": public_ids[ref], **values}
                for key, ref, values in meetings
            ],
        )
        for name, model in ROW_MODELS.items():
            rows = (
                {"listing_id": key, **row} for key, staged in created for row in staged.rows.get(name, ())
            )
            insert_rows(model, list(rows))
        self._record_changes((key, staged.ref, previous[staged.ref] or None) for key, staged in created)
        self.run.created += len(keys)

    def update_listings(self, changes: list[ListingChange]) -> None:
        """Write the planned changes of listings that exist already, with their places, meetings and other rows."""
        refs = [change.ref for change in changes]
        listings = {listing.source_ref: listing for listing in listings_with_rows(self.source, refs)}
        for change in changes:
            listing = listings[change.ref]
            previous_values = _previous_values(listing, change, self.moved)
            previous_values |= self._update_listing(listing, change) or {}
            self._replace_rows(listing, change)
            previous_values |= self._update_meetings(listing, change)
            self._record_changes([(listing.pk, listing.source_ref, previous_values)])
        self.run.updated += len(changes)

    def mark_missing(self, refs: list[str]) -> None:
        """Record that this run misses the listings, and retire those that an earlier run missed already."""
        for listing in existing_listings(self.source).filter(source_ref__in=refs, replaced_by=None):
            previous_values = {
                "listing": {"status": listing.status, "status_reason": listing.status_reason},
                "provenance": listing_provenance(listing),
            }
            if self._mark_missing(listing):
                self._record_changes([(listing.pk, listing.source_ref, previous_values)])
                listing.save()

    def _new_listing(self, staged: StagedListing, slug: str) -> dict[str, Any]:
        """Return the unsaved listing for a staged listing."""
        place = self.places.get(staged.place_ref) if staged.place is not None else None
        region = self._region_of(place)
        facts = {"source": self.source.name, **_without_blanks(staged.provenance)}
        return {
            "kind": self.feed_type.kind,
            "slug": slug,
            "source": self.source.slug,
            "source_ref": staged.ref,
            "provenance": {LISTING_PROVENANCE: facts},
            "place_id": place.pk if place else None,
            "region_id": region.pk if region else None,
            **staged.listing,
        }

    def _load_places(self, batch: Iterable[StagedListing]) -> None:
        """Load the places of these listings, and create those that do not exist."""
        wanted = {staged.place_ref: staged.place for staged in batch if staged.place is not None}
        self.places = self._existing_places(wanted)
        new_rows = [
            {"source": self.source.slug, "source_ref": ref, **values}
            for ref, values in wanted.items()
            if ref not in self.places
        ]
        insert_rows(Place, new_rows)
        self.places |= self._existing_places(row["source_ref"] for row in new_rows)

    def _existing_places(self, refs: Iterable[str]) -> dict[str, Place]:
        """Return the places of the source by their id in the feed."""
        places = Place.objects.filter(source=self.source.slug, source_ref__in=list(refs))
        return {place.source_ref: place for place in places}

    def _region_of(self, place: Place | None) -> Region | None:
        """Return the first region that covers the place, or None."""
        return next((region for region in self.regions if place and region.covers(place)), None)

    def _update_listing(self, listing: Listing, change: ListingChange) -> dict[str, Any] | None:
        """Write a listing's own fields and place. Return what `_update_place` returns."""
        for name, (_before, after) in change.listing.items():
            setattr(listing, name, after)
        previous_place = None
        if change.place is not None:
            previous_place = self._change_place(listing, self.staged[change.ref])
        facts = listing.provenance.setdefault(LISTING_PROVENANCE, {})
        facts.pop(MISSED, None)
        if change.provenance is not None:
            before, after = change.provenance
            kept = {name: facts[name] for name in facts.keys() - before.keys()}
            listing.provenance[LISTING_PROVENANCE] = kept | _without_blanks(after)
        if change.listing or change.reappears or change.place is not None or change.provenance is not None:
            listing.save()
        return previous_place

    def _change_place(self, listing: Listing, staged: StagedListing) -> dict[str, Any] | None:
        """Give the listing its staged place, and update that place."""
        self._load_places([staged])
        listing.place = self.places[staged.place_ref] if staged.place is not None else None
        return self._update_place(staged)

    def _update_place(self, staged: StagedListing) -> dict[str, Any] | None:
        """Write the staged values of a place, unless a curator corrected it.

        Return an entry for the journal with the place's previous values, if they differ.
        """
        if staged.place is None or (place := self.places[staged.place_ref]).pk in self.kept_places:
            return None
        previous = {name: getattr(place, name) for name in staged.place}
        if previous == staged.place:
            return None
        for name, value in staged.place.items():
            setattr(place, name, value)
        place.save()
        return {"previous_place": {"id": place.pk, "values": to_json_values(previous)}}

    def _replace_rows(self, listing: Listing, change: ListingChange) -> None:
        """Replace the related rows of a listing, such as its channels, where the feed has others."""
        for name, (_before, rows) in change.rows.items():
            getattr(listing, name).all().delete()
            model = ROW_MODELS[name]
            model._default_manager.bulk_create(model(listing=listing, **values) for values in rows)

    def _update_meetings(self, group: Any, change: ListingChange) -> dict[str, Any]:
        """Create, change, take over and delete the meetings of a group as the change says.

        Return an entry for the journal with the previous values of the meetings that were taken over, if any.
        """
        if not change.meetings:
            return {}
        new = {ref: after for ref, (before, after) in change.meetings.items() if before is None and after}
        existing = {meeting.source_ref: meeting for meeting in group.meetings.all()}
        journal = self._take_moved_meetings(group.pk, new)
        created = [ref for ref in new if ref not in journal.get("moved_meetings", {})]
        public_ids = free_public_ids(self.source, created) if created else {}
        for ref in created:
            Meeting.objects.create(group=group, source_ref=ref, public_id=public_ids[ref], **new[ref])
        for ref, (before, after) in change.meetings.items():
            if after is None and ref not in self.moved:
                existing[ref].delete()
            elif before is not None and after is not None:
                for name, value in after.items():
                    setattr(existing[ref], name, value)
                existing[ref].save()
        return journal

    def _take_moved_meetings(self, group: int, meetings: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        """Give the group those of these meetings that move to it from another one, with their new values.

        They keep their public ids. Return an entry for the journal with their previous values, if there are any.
        """
        previous = {}
        for ref in meetings.keys() & self.moved.keys():
            rows = existing_listings(self.source).filter(source_ref=self.moved[ref]).values("pk")
            meeting = Meeting.objects.filter(group__in=rows, source_ref=ref).first()
            if meeting is not None and meeting.group_id != group:
                previous[ref] = {
                    "group_id": meeting.group_id,
                    **{name: getattr(meeting, name) for name in meetings[ref]},
                }
                meeting.group_id = group
                for name, value in meetings[ref].items():
                    setattr(meeting, name, value)
                meeting.save()
        return {"moved_meetings": to_json_values(previous)} if previous else {}

    def _mark_missing(self, listing: Listing) -> bool:
        """Change a listing that this run misses, without saving it. Return whether anything changed."""
        facts = listing.provenance.setdefault(LISTING_PROVENANCE, {})
        first_miss = facts.get(MISSED)
        if first_miss is None:
            agreement = {"agreed": True} if self.run.decided_by else {}
            facts[MISSED] = {"run": self.run.pk, "on": timezone.now().date().isoformat(), **agreement}
            return True
        if first_miss["run"] == self.run.pk:
            return False
        live, retired = self.feed_type.retirement_statuses
        if listing.status == live and "status" not in corrected_fields(listing):
            listing.status, listing.status_reason = retired, NOT_IN_SOURCE
            self.run.retired += 1
            return True
        return False

    def _record_changes(self, changes: Iterable[tuple[int, str, Any]]) -> None:
        """Write the run's journal, from which it can be undone: listing id, id in the feed and previous values."""
        insert_rows(
            RunChange,
            [
                {"run_id": self.run.pk, "listing_id": pk, "source_ref": ref, "previous_values": values}
                for pk, ref, values in changes
            ],
        )


def free_slugs(batch: Iterable[StagedListing]) -> dict[str, str]:
    """Return for each listing, by its id in the feed, a slug that no other listing has."""
    wanted = {staged.ref: _wanted_slugs(staged) for staged in batch}
    candidates = {slug for slugs in wanted.values() for slug in slugs}
    taken = set(Listing.objects.filter(slug__in=candidates).values_list("slug", flat=True))
    free: dict[str, str] = {}
    for ref, slugs in wanted.items():
        slug = next((slug for slug in slugs if slug not in taken), "")
        numbered = (slug for slug in _numbered_slugs(slugs[-1]) if slug not in taken and _is_free(slug))
        free[ref] = slug or next(numbered)
        taken.add(free[ref])
    return free


def _wanted_slugs(staged: StagedListing) -> tuple[str, str]:
    """Return the preferred slug, and a longer one for when that is taken."""
    base = slugify(staged.listing["name"])[:SLUG_LENGTH] or "group"
    return staged.slug or base, f"{base}-{staged.ref[-8:].strip('-')}"


def _numbered_slugs(slug: str) -> Iterator[str]:
    """Yield the slug with the numbers from 2 on behind it."""
    return (f"{slug}-{number}" for number in count(2))


def _is_free(slug: str) -> bool:
    """Return whether no listing has the slug."""
    return not Listing.objects.filter(slug=slug).exists()


def close_expired(source: Source) -> None:
    """Close the listings that have been missing for 90 days. Every run does this, even if its feed did not change."""
    today = timezone.now().date()
    for listing in existing_listings(source).filter(status=Status.PAUSED, status_reason=NOT_IN_SOURCE):
        first_miss = listing_provenance(listing).get(MISSED)
        if first_miss and today - datetime.date.fromisoformat(first_miss["on"]) >= CLOSED_AFTER:
            listing.status = Status.CLOSED
            listing.save(update_fields=["status"])


def listing_provenance(listing: Listing) -> dict[str, Any]:
    """Return a copy of the facts about the origin of the listing as a whole."""
    return dict(listing.provenance.get(LISTING_PROVENANCE, {}))


def _previous_values(listing: Any, change: ListingChange, moved: Mapping[str, str]) -> dict[str, Any]:
    """Return the values that a change is about to overwrite, as JSON; those of moved meetings stand elsewhere."""
    values: dict[str, Any] = {
        "listing": {name: pair[0] for name, pair in change.listing.items()},
        "provenance": listing_provenance(listing),
    }
    if change.place is not None:
        values["place"] = {"id": listing.place_id, "values": change.place[0]}
    values |= {name: pair[0] for name, pair in change.rows.items()}
    values["meetings"] = {ref: pair[0] for ref, pair in change.meetings.items() if ref not in moved}
    if deleted := [ref for ref, pair in change.meetings.items() if pair[1] is None and ref not in moved]:
        public_ids = dict(
            listing.meetings.filter(source_ref__in=deleted).values_list("source_ref", "public_id")
        )
        for ref in deleted:
            values["meetings"][ref] = {**(change.meetings[ref][0] or {}), "public_id": public_ids[ref]}
    return to_json_values(values)


def _without_blanks(facts: Mapping[str, str]) -> dict[str, str]:
    """Return the facts that have a value."""
    return {name: value for name, value in facts.items() if value}

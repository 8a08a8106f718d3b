"""The one way in: what a plan says is written, a batch at a time, each batch whole or not at all.

A run that was cut short is taken up again by the next import of the same file, and ends where an undisturbed one
would have: a batch that was written is no longer in the plan, counts are kept with each batch, and a listing is
missed once by one run however often it is taken up. What a curator corrected outlives every import.

A listing that is missing from two complete runs is paused as no longer in its source, unless a curator published it by
hand; after 90 days it is closed; when it comes back it is published again. A crisis line is published by a curator
alone: one that nobody published yet is taken out of review, and put back when it comes back.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from directory.models import Listing, Place, Region
from directory.vocabulary import Status
from feeds.models import ImportRun, RunChange, Source
from feeds.pipeline import bulk_insert
from feeds.pipeline.diff import (
    MISSED,
    WHOLE,
    ImportPlan,
    ListingChange,
    chunks,
    corrected_fields,
    existing_listings,
    kept_places,
    with_rows,
)
from feeds.pipeline.feed_types import GONE, ROWS, feed_type_for
from feeds.pipeline.serialization import to_json_values
from feeds.pipeline.stage_groups import StagedListing
from groups.models import Meeting

BATCH = 200  # listings
SLUG_LENGTH = 100
CLOSED_AFTER = datetime.timedelta(days=90)

Step = Callable[[int], object]


def apply_plan(run: ImportRun, plan: ImportPlan, staged: Mapping[str, StagedListing], *, step: Step) -> None:
    """Writes the plan of a saved run; `step` is told of every listing that is done with."""
    writer = PlanWriter(run, staged)
    for refs in chunks(plan.new, BATCH):
        writer.batch(writer.create, refs, step)
    for changes in chunks(plan.changed.values(), BATCH):
        writer.batch(writer.change, changes, step)
    for refs in chunks(plan.missing, BATCH):
        writer.batch(writer.miss, refs, step)


class PlanWriter:
    def __init__(self, run: ImportRun, staged: Mapping[str, StagedListing]) -> None:
        self.run, self.source, self.staged = run, run.source, staged
        self.shape = feed_type_for(run.source)
        self.places: dict[str, Place] = {}
        """Those of the batch, by their id in the source."""
        self.regions = list(Region.objects.all())
        self.kept_places = kept_places(self.source)

    def batch(self, write: Callable[[list[Any]], None], items: list[Any], step: Step) -> None:
        with transaction.atomic():
            write(items)
            self.run.save(update_fields=["created", "updated", "retired"])
        step(len(items))

    def create(self, refs: list[str]) -> None:
        staged = [self.staged[ref] for ref in refs]
        self.find_places(staged)
        slugs = free_slugs(staged)
        retold = {each.ref: self.retell_place(each) for each in staged}
        keys = bulk_insert.insert_listings(
            self.shape.model, [self.new_listing(each, slugs[each.ref]) for each in staged]
        )
        created = list(zip(keys, staged, strict=True))
        meetings = (
            {"group_id": key, "source_ref": ref, **values}
            for key, each in created
            for ref, values in each.meetings.items()
        )
        bulk_insert.insert(Meeting, list(meetings))
        for name, model in ROWS.items():
            bulk_insert.insert(
                model,
                [{"listing_id": key, **row} for key, each in created for row in each.rows.get(name, ())],
            )
        self.note((key, each.ref, retold[each.ref]) for key, each in created)
        self.run.created += len(keys)

    def new_listing(self, staged: StagedListing, slug: str) -> dict[str, Any]:
        place = self.places.get(staged.place_ref) if staged.place is not None else None
        region = self.region_of(place)
        return {
            "kind": self.shape.kind,
            "slug": slug,
            "source": self.source.slug,
            "source_ref": staged.ref,
            "provenance": {WHOLE: {"source": self.source.name, **without_blanks(staged.whole)}},
            "place_id": place.pk if place else None,
            "region_id": region.pk if region else None,
            **staged.listing,
        }

    def find_places(self, staged: Iterable[StagedListing]) -> None:
        """Those of these listings; the ones that are not there yet are made."""
        wanted = {each.place_ref: each.place for each in staged if each.place is not None}
        self.places = self.places_at(wanted)
        new = [
            {"source": self.source.slug, "source_ref": ref, **values}
            for ref, values in wanted.items()
            if ref not in self.places
        ]
        bulk_insert.insert(Place, new)
        self.places |= self.places_at(row["source_ref"] for row in new)

    def places_at(self, refs: Iterable[str]) -> dict[str, Place]:
        found = Place.objects.filter(source=self.source.slug, source_ref__in=list(refs))
        return {place.source_ref: place for place in found}

    def region_of(self, place: Place | None) -> Region | None:
        return next((region for region in self.regions if place and region.covers(place)), None)

    def change(self, changes: list[ListingChange]) -> None:
        groups = {
            group.source_ref: group for group in with_rows(self.source, [change.ref for change in changes])
        }
        for change in changes:
            group = groups[change.ref]
            was = state_before(group, change)
            was |= self.change_listing(group, change) or {}
            self.note([(group.pk, group.source_ref, was)])
            self.change_rows(group, change)
            self.change_meetings(group, change)
        self.run.updated += len(changes)

    def change_listing(self, group: Listing, change: ListingChange) -> dict[str, Any] | None:
        """What else the journal should know: the facts of a place that was told anew."""
        for name, (_before, after) in change.listing.items():
            setattr(group, name, after)
        retold = None
        if change.place is not None:
            retold = self.change_place(group, self.staged[change.ref])
        facts = group.provenance.setdefault(WHOLE, {})
        facts.pop(MISSED, None)
        if change.whole is not None:
            was, becomes = change.whole
            group.provenance[WHOLE] = {key: facts[key] for key in facts.keys() - was.keys()} | without_blanks(
                becomes
            )
        if change.listing or change.returns or change.place is not None or change.whole is not None:
            group.save()
        return retold

    def change_place(self, group: Listing, staged: StagedListing) -> dict[str, Any] | None:
        """Another place, or the same one told differently."""
        self.find_places([staged])
        group.place = self.places[staged.place_ref] if staged.place is not None else None
        return self.retell_place(staged)

    def retell_place(self, staged: StagedListing) -> dict[str, Any] | None:
        """Gives a place that is there the facts of its source, unless a curator corrected it. For the journal, what it
        was if it differs."""
        if staged.place is None or (place := self.places[staged.place_ref]).pk in self.kept_places:
            return None
        was = {name: getattr(place, name) for name in staged.place}
        if was == staged.place:
            return None
        for name, value in staged.place.items():
            setattr(place, name, value)
        place.save()
        return {"previous_place": {"id": place.pk, "values": to_json_values(was)}}

    def change_rows(self, listing: Listing, change: ListingChange) -> None:
        for name, (_before, rows) in change.rows.items():
            getattr(listing, name).all().delete()
            ROWS[name]._default_manager.bulk_create(ROWS[name](listing=listing, **values) for values in rows)

    def change_meetings(self, group: Any, change: ListingChange) -> None:
        if not change.meetings:
            return
        held = {meeting.source_ref: meeting for meeting in group.meetings.all()}
        for ref, (was, becomes) in change.meetings.items():
            if becomes is None:
                held[ref].delete()
            elif was is None:
                Meeting.objects.create(group=group, source_ref=ref, **becomes)
            else:
                for name, value in becomes.items():
                    setattr(held[ref], name, value)
                held[ref].save()

    def miss(self, refs: list[str]) -> None:
        for group in existing_listings(self.source).filter(source_ref__in=refs, replaced_by=None):
            was = {
                "listing": {"status": group.status, "status_reason": group.status_reason},
                "whole": listing_provenance(group),
            }
            if self.missed(group):
                self.note([(group.pk, group.source_ref, was)])
                group.save()

    def missed(self, group: Listing) -> bool:
        """Whether being missed by this run changes the listing."""
        facts = group.provenance.setdefault(WHOLE, {})
        today = timezone.now().date()
        mark = facts.get(MISSED)
        if mark is None:
            agreed = {"agreed": True} if self.run.decided_by else {}
            facts[MISSED] = {"run": self.run.pk, "on": today.isoformat(), **agreed}
            return True
        if mark["run"] == self.run.pk:
            return False
        live, retired = self.shape.retirement
        if group.status == live and "status" not in corrected_fields(group):
            group.status, group.status_reason = retired, GONE
            self.run.retired += 1
            return True
        return False

    def note(self, changes: Iterable[tuple[int, str, Any]]) -> None:
        """The journal of the run, from which it can be undone."""
        bulk_insert.insert(
            RunChange,
            [
                {"run_id": self.run.pk, "listing_id": pk, "source_ref": ref, "previous_values": was}
                for pk, ref, was in changes
            ],
        )


def free_slugs(staged: Iterable[StagedListing]) -> dict[str, str]:
    """An address for each, by its id in the feed, that no other listing has."""
    wanted = {each.ref: slugs_wanted(each) for each in staged}
    named = {slug for several in wanted.values() for slug in several}
    taken = set(Listing.objects.filter(slug__in=named).values_list("slug", flat=True))
    free: dict[str, str] = {}
    for ref, (first, second) in wanted.items():
        slug = next((each for each in (first, second) if each not in taken), "")
        free[ref] = slug or next(each for each in with_number(second) if each not in taken and is_free(each))
        taken.add(free[ref])
    return free


def slugs_wanted(staged: StagedListing) -> tuple[str, str]:
    """What it would like, and what it takes where another has that."""
    base = slugify(staged.listing["name"])[:SLUG_LENGTH] or "group"
    return staged.slug or base, f"{base}-{staged.ref[-8:].strip('-')}"


def with_number(slug: str) -> Iterator[str]:
    return (f"{slug}-{number}" for number in count(2))


def is_free(slug: str) -> bool:
    return not Listing.objects.filter(slug=slug).exists()


def close_expired(source: Source) -> None:
    """Closes what has been missing for 90 days. Asked at every run, also of a feed that did not change."""
    today = timezone.now().date()
    for group in existing_listings(source).filter(status=Status.PAUSED, status_reason=GONE):
        mark = listing_provenance(group).get(MISSED)
        if mark and today - datetime.date.fromisoformat(mark["on"]) >= CLOSED_AFTER:
            group.status = Status.CLOSED
            group.save(update_fields=["status"])


def state_before(group: Listing, change: ListingChange) -> dict[str, Any]:
    """What a change is about to write over, as JSON."""
    was: dict[str, Any] = {
        "listing": {name: values[0] for name, values in change.listing.items()},
        "whole": listing_provenance(group),
    }
    if change.place is not None:
        was["place"] = {"id": group.place_id, "values": change.place[0]}
    was |= {name: rows[0] for name, rows in change.rows.items()}
    was["meetings"] = {ref: values[0] for ref, values in change.meetings.items()}
    return to_json_values(was)


def without_blanks(facts: Mapping[str, str]) -> dict[str, str]:
    """What of these is known."""
    return {name: value for name, value in facts.items() if value}


def listing_provenance(group: Listing) -> dict[str, Any]:
    return dict(group.provenance.get(WHOLE, {}))

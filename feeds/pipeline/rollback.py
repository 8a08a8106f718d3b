"""Undo the last run of a source: overwritten values come back, created listings go."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from reversion.models import Version

from directory.listings.provenance import LISTING_PROVENANCE
from directory.models import Listing, Place
from directory.vocabulary import Status
from feeds.models import ImportRun, RunChange
from feeds.pipeline.feed_types import ROW_MODELS, feed_type_for
from feeds.pipeline.serialization import from_json_values
from feeds.pipeline.stage_groups import MEETING_FIELDS
from groups.models import Meeting

UNDONE_REASON = "Its import was taken back."


class UndoError(Exception):
    """A run cannot be undone; the message is one line for the curator. Nothing was changed."""


def can_undo(run: ImportRun) -> bool:
    """Return whether the run is applied and still has its journal.

    The next run that changes something deletes older journals.
    """
    return run.state == ImportRun.State.APPLIED and run.changes.exists()


@transaction.atomic
def undo_run(run: ImportRun, *, by: AbstractBaseUser | AnonymousUser) -> int:
    """Undo the last run of a source and return the number of listings restored. Raise UndoError for any other run.

    A created listing that a curator has edited since is closed rather than deleted; one that the public never saw
    becomes a draft.
    """
    if not can_undo(run):
        raise UndoError("Only the last run of a source that changed something can be taken back.")
    changes = list(run.changes.order_by("-pk"))
    model = feed_type_for(run.source).model
    listings = model._default_manager.in_bulk([change.listing_id for change in changes])
    for change in changes:
        if listing := listings.get(change.listing_id):
            _undo_change(listing, change)
    run.state, run.decided_by = ImportRun.State.UNDONE, str(by.pk)
    run.save(update_fields=["state", "decided_by"])
    return len(changes)


def _undo_change(listing: Listing, change: RunChange) -> None:
    """Restore what a run changed in one listing. A listing that the run created is closed or deleted."""
    previous = dict(change.previous_values or {})
    if place := previous.pop("previous_place", None):
        _restore_place_values(place)
    for ref, values in previous.pop("moved_meetings", {}).items():
        _return_meeting(listing, ref, values)
    if previous:
        _restore_listing(listing, previous)
    elif Version.objects.get_for_object(listing).exists():
        was_public = listing.status not in (Status.DRAFT, Status.IN_REVIEW)
        listing.status, listing.status_reason = Status.CLOSED if was_public else Status.DRAFT, UNDONE_REASON
        listing.save()
    else:
        listing.delete()


def _restore_listing(listing: Listing, previous: dict[str, Any]) -> None:
    """Set the fields, the place and the related rows of a listing back to their previous values."""
    for name, value in (from_json_values(type(listing), previous["listing"]) or {}).items():
        setattr(listing, name, value)
    listing.provenance[LISTING_PROVENANCE] = previous["provenance"]
    if "place" in previous:
        _restore_place(listing, previous["place"])
    listing.save()
    for name in previous.keys() & ROW_MODELS.keys():
        _restore_rows(listing, name, previous[name])
    for ref, values in previous.get("meetings", {}).items():
        _restore_meeting(listing, ref, from_json_values(Meeting, values))


def _restore_place(listing: Listing, place: dict[str, Any]) -> None:
    """Give the listing its previous place, with the values that the place had."""
    listing.place_id = place["id"]
    if place["id"] is not None:
        _restore_place_values(place)


def _restore_place_values(place: dict[str, Any]) -> None:
    """Set the fields of a place back to their previous values."""
    Place.objects.filter(pk=place["id"]).update(**(from_json_values(Place, place["values"]) or {}))


def _restore_rows(listing: Listing, name: str, rows: list[dict[str, Any]]) -> None:
    """Replace the related rows of a listing by the previous ones."""
    getattr(listing, name).all().delete()
    model = ROW_MODELS[name]
    model._default_manager.bulk_create(
        model(listing=listing, **(from_json_values(model, values) or {})) for values in rows
    )


def _return_meeting(group: Listing, ref: str, previous: dict[str, Any]) -> None:
    """Give a meeting that the run moved to this group back to its former one, with its previous values."""
    values = from_json_values(Meeting, {name: previous[name] for name in previous if name != "group_id"})
    Meeting.objects.filter(group_id=group.pk, source_ref=ref).update(
        group_id=previous["group_id"], **(values or {})
    )


def _restore_meeting(group: Any, ref: str, previous: dict[str, Any] | None) -> None:
    """Restore a meeting that the run created (`previous` is None), deleted or changed.

    A meeting that a curator has deleted since the run stays deleted.
    """
    meetings = group.meetings.filter(source_ref=ref)
    if previous is None:
        meetings.delete()
    elif not meetings.update(**previous) and previous.keys() >= set(MEETING_FIELDS):
        Meeting.objects.create(group=group, source_ref=ref, **previous)

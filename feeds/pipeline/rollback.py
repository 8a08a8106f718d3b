"""Taking the last run of a source back: what it wrote becomes what it was, what it created goes."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from reversion.models import Version

from directory.models import Listing, Place
from directory.vocabulary import Status
from feeds.models import ImportRun, RunChange
from feeds.pipeline.diff import WHOLE
from feeds.pipeline.feed_types import ROWS, feed_type_for
from feeds.pipeline.serialization import from_json_values
from feeds.pipeline.stage_groups import MEETING_FIELDS
from groups.models import Meeting

UNDONE = "Its import was taken back."


class UndoError(Exception):
    """One line for the curator; nothing was changed."""


def can_undo(run: ImportRun) -> bool:
    """Whether it is done and its journal is there: the next run that changes something throws older journals away."""
    return run.state == ImportRun.State.APPLIED and run.changes.exists()


@transaction.atomic
def undo_run(run: ImportRun, *, by: AbstractBaseUser | AnonymousUser) -> int:
    """How many listings are as they were before the run. Raises CannotUndo for any run but the source's last.

    A listing that a curator has worked on since it was created is closed rather than deleted; one that the public never
    saw becomes a draft.
    """
    if not can_undo(run):
        raise UndoError("Only the last run of a source that changed something can be taken back.")
    changes = list(run.changes.order_by("-pk"))
    there = feed_type_for(run.source).model._default_manager.filter(
        pk__in=[each.listing_id for each in changes]
    )
    groups = {group.pk: group for group in there}
    for change in changes:
        if group := groups.get(change.listing_id):
            undo_change(group, change)
    run.state, run.decided_by = ImportRun.State.UNDONE, str(by.pk)
    run.save(update_fields=["state", "decided_by"])
    return len(changes)


def undo_change(group: Listing, change: RunChange) -> None:
    before = dict(change.previous_values or {})
    if retold := before.pop("previous_place", None):
        restore_facts(retold)
    if before:
        restore_listing(group, before)
    elif Version.objects.get_for_object(group).exists():
        hidden = group.status in (Status.DRAFT, Status.IN_REVIEW)
        group.status, group.status_reason = Status.DRAFT if hidden else Status.CLOSED, UNDONE
        group.save()
    else:
        group.delete()


def restore_listing(group: Listing, before: dict[str, Any]) -> None:
    for name, value in (from_json_values(type(group), before["listing"]) or {}).items():
        setattr(group, name, value)
    group.provenance[WHOLE] = before["whole"]
    if "place" in before:
        restore_place(group, before["place"])
    group.save()
    for name in before.keys() & ROWS.keys():
        restore_rows(group, name, before[name])
    for ref, was in before.get("meetings", {}).items():
        restore_meeting(group, ref, from_json_values(Meeting, was))


def restore_place(group: Listing, place: dict[str, Any]) -> None:
    group.place_id = place["id"]
    if place["id"] is not None:
        restore_facts(place)


def restore_facts(place: dict[str, Any]) -> None:
    Place.objects.filter(pk=place["id"]).update(**(from_json_values(Place, place["values"]) or {}))


def restore_rows(listing: Listing, name: str, rows: list[dict[str, Any]]) -> None:
    getattr(listing, name).all().delete()
    model = ROWS[name]
    model._default_manager.bulk_create(
        model(listing=listing, **(from_json_values(model, values) or {})) for values in rows
    )


def restore_meeting(group: Any, ref: str, was: dict[str, Any] | None) -> None:
    """As it was before the run, which made it, took it away or changed what `was` names. One that a curator took away
    since stays away."""
    there = group.meetings.filter(source_ref=ref)
    if was is None:
        there.delete()
    elif not there.update(**was) and was.keys() >= set(MEETING_FIELDS):
        Meeting.objects.create(group=group, source_ref=ref, **was)

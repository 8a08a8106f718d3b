"""What a run writes, or would write, for curators and programs to read: rows of {id, name, field, before, after}."""

from collections.abc import Iterator, Mapping
from typing import Any

from feeds.comparing import Change, Plan
from feeds.staging import Staged


def differences_of(plan: Plan, staged: Mapping[str, Staged]) -> Iterator[dict[str, Any]]:
    """One row for each field of a listing that is there, one for each listing that comes or goes."""
    for ref in plan.new:
        yield row(ref, staged[ref].listing["name"], "listing", None, "new")
    for change in plan.changed:
        for field, before, after in fields_of(change):
            yield row(change.ref, change.name, field, before, after)
    for ref in plan.missing:
        yield row(ref, ref, "listing", "there", "missing")


def row(ref: str, name: str, field: str, before: Any, after: Any) -> dict[str, Any]:
    return {"id": ref, "name": name, "field": field, "before": before, "after": after}


def fields_of(change: Change) -> Iterator[tuple[str, Any, Any]]:
    for name, (before, after) in change.listing.items():
        yield name, before, after
    for name, pair in (("place", change.place), *change.rows.items(), ("source", change.whole)):
        if pair is not None:
            yield name, *pair
    for ref, (before, after) in change.meetings.items():
        yield f"meeting {ref}", before, after
    if change.returns:
        yield "listing", "missing", "back"

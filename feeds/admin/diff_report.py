"""What a run writes, or would write, for curators and programs to read: rows of {id, name, field, before, after}."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from feeds.pipeline.diff import ImportPlan, ListingChange
from feeds.pipeline.stage_groups import StagedListing

MOST = 500


@dataclass(frozen=True, slots=True)
class DiffReport:
    """The first of them, and how many there are beside."""

    first: list[dict[str, Any]] = field(default_factory=list)
    more: int = 0


def build_diff_report(plan: ImportPlan, staged: Mapping[str, StagedListing]) -> DiffReport:
    """MOST at most, so that a feed in which everything differs takes no room."""
    found = diff_rows(plan, staged)
    return DiffReport(list(islice(found, MOST)), sum(1 for _each in found))


def diff_rows(plan: ImportPlan, staged: Mapping[str, StagedListing]) -> Iterator[dict[str, Any]]:
    """One row for each field of a listing that is there, one for each listing that comes or goes."""
    for ref in plan.new:
        yield row(ref, staged[ref].listing["name"], "listing", None, "new")
    for change in plan.changed.values():
        for name, before, after in fields_of(change):
            yield row(change.ref, change.name, name, before, after)
    for ref in plan.missing:
        yield row(ref, ref, "listing", "there", "missing")


def row(ref: str, name: str, field: str, before: Any, after: Any) -> dict[str, Any]:
    return {"id": ref, "name": name, "field": field, "before": before, "after": after}


def fields_of(change: ListingChange) -> Iterator[tuple[str, Any, Any]]:
    for name, (before, after) in change.listing.items():
        yield name, before, after
    for name, pair in (("place", change.place), *change.rows.items(), ("source", change.whole)):
        if pair is not None:
            yield name, *pair
    for ref, (before, after) in change.meetings.items():
        yield f"meeting {ref}", before, after
    if change.returns:
        yield "listing", "missing", "back"

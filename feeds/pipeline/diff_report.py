"""List the fields that an import changes or would change, with the values before and after.

Curators read the list on the page of a run, and programs in the output of `import_feed --json`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from feeds.pipeline.diff import ImportPlan, ListingChange
from feeds.pipeline.stage_groups import StagedListing

MAX_ROWS = 500


@dataclass(frozen=True, slots=True)
class DiffReport:
    """The first rows of a report, {id, name, field, before, after} each, and the number of further rows."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    further: int = 0


def build_diff_report(plan: ImportPlan, staged: Mapping[str, StagedListing]) -> DiffReport:
    """Return a report of at most MAX_ROWS rows, so that a feed in which all differs takes little memory."""
    rows = _diff_rows(plan, staged)
    return DiffReport(list(islice(rows, MAX_ROWS)), sum(1 for _row in rows))


def _diff_rows(plan: ImportPlan, staged: Mapping[str, StagedListing]) -> Iterator[dict[str, Any]]:
    """Yield one row for each changed field of a listing, and one for each listing that is new or missing."""
    for ref in plan.new:
        yield _row(ref, staged[ref].listing["name"], "listing", None, "new")
    for change in plan.changed.values():
        for name, before, after in _changed_fields(change):
            yield _row(change.ref, change.name, name, before, after)
    for ref in plan.missing:
        yield _row(ref, ref, "listing", "there", "missing")


def _row(ref: str, name: str, field: str, before: Any, after: Any) -> dict[str, Any]:
    """Return one row of the report as a JSON object."""
    return {"id": ref, "name": name, "field": field, "before": before, "after": after}


def _changed_fields(change: ListingChange) -> Iterator[tuple[str, Any, Any]]:
    """Yield the name and the values before and after of each field that a change concerns."""
    for name, (before, after) in change.listing.items():
        yield name, before, after
    for name, pair in (("place", change.place), *change.rows.items(), ("source", change.provenance)):
        if pair is not None:
            yield name, *pair
    for ref, (before, after) in change.meetings.items():
        yield f"meeting {ref}", before, after
    if change.reappears:
        yield "listing", "missing", "back"

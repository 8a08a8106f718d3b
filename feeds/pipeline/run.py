"""Run one import from beginning to end: fetch, parse, stage, compare, hold or write, and record the run."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from directory.models import Listing
from directory.reference_data.loader import SOURCE as REFERENCE_SOURCE
from directory.vocabulary import Status
from feeds.fetch import client
from feeds.fetch.client import NO_VALIDATORS, CacheValidators, FetchedFeed
from feeds.fetch.cpu_limit import cpu_limit, cpu_seconds
from feeds.formats import PARSERS
from feeds.models import ImportRun, RunChange, Source
from feeds.pipeline.apply import ReportProgress, apply_plan, close_expired
from feeds.pipeline.diff import ImportPlan, compare_feed
from feeds.pipeline.diff_report import DiffReport, build_diff_report
from feeds.pipeline.feed_types import NOT_IN_SOURCE, feed_type_for
from feeds.pipeline.fingerprint import checksum, parser_fingerprint
from feeds.pipeline.hold_rules import reason_to_hold
from feeds.pipeline.serialization import pack_staged, to_json_values, unpack_staged
from feeds.pipeline.stage_groups import StagedListing, StagingResult
from feeds.records import NotAFeed, NothingListed, Parsed, ParsedLines, Problem
from groups.models import Meeting, SupportGroup

UNLISTED_HOTLINE = "No longer in its source. It stays as it is until a curator decides."

StartProgress = Callable[[int], ReportProgress]
"""A function that takes the number of listings to write and returns the function that reports progress."""


class FeedImportError(Exception):
    """An import failed; the message is one line for the operator. Nothing was changed."""


@dataclass
class Outcome:
    """The record of a run, saved unless it was a dry run, and what the run changed or would change."""

    run: ImportRun
    differences: DiffReport = field(default_factory=DiffReport)


def import_feed(
    format_name: str,
    address: str,
    source_name: str,
    *,
    fellowship: str = "",
    dry_run: bool = False,
    validators: CacheValidators = NO_VALIDATORS,
    progress: StartProgress | None = None,
) -> Outcome:
    """Import a feed from a URL or path. Raise FeedImportError.

    A dry run saves nothing, not even its record. With `validators` the server may answer that nothing changed, which
    is recorded as a run too.
    """
    if format_name not in PARSERS:
        formats = ", ".join(sorted(PARSERS))
        raise FeedImportError(f"“{format_name}” is no format we read. We read: {formats}.")
    source = _find_or_build_source(source_name, format_name, address, fellowship)
    try:
        fetched = client.read_feed(address, validators=validators)
        if fetched.not_modified:
            return _record_not_modified(source, address)
        digest = checksum(fetched.data)
        if not dry_run and (previous := _previous_identical_run(source, digest)):
            return _record_identical_run(previous, address)
        with cpu_limit(cpu_seconds(len(fetched.data))):
            parsed = _parse(source, fetched.data)
            fetched = replace(fetched, data=b"")  # parsed already, and large
            staging = feed_type_for(source).stage(parsed.records, source)
    except (client.FetchError, NotAFeed) as problem:
        raise FeedImportError(str(problem)) from problem
    run = ImportRun(
        source=source,
        address=address,
        checksum=digest,
        parser_fingerprint=parser_fingerprint(source),
        rows=parsed.rows,
        used=staging.used_rows,
    )
    _record_problems(run, [*parsed.problems, *staging.problems])
    if not dry_run:
        return _import_staged(run, fetched, staging, progress=progress)
    # A dry run is a run that is taken back, so that it says what the run would say.
    with transaction.atomic():
        outcome = _import_staged(run, fetched, staging)
        transaction.set_rollback(True)
    outcome.run.pk = None
    return outcome


def release_run(run: ImportRun, *, by: AbstractBaseUser | AnonymousUser) -> Outcome:
    """Apply a held run by decision of a curator, compared with the directory as it is now.

    Raise FeedImportError when the run is not held any more.
    """
    if run.state != ImportRun.State.HELD or run.held_listings is None:
        raise FeedImportError("This run does not wait any more.")
    staged = unpack_staged(bytes(run.held_listings), feed_type_for(run.source).model)
    plan = compare_feed(run.source, staged, _unparsed_refs(run))
    run.held_listings, run.decided_by = None, str(by.pk)
    run.hold_reason = f"{run.hold_reason} Let through by a curator."
    differences = build_diff_report(plan, staged)
    return Outcome(_execute_plan(run, plan, staged, None), differences)


def dismiss_run(run: ImportRun, *, by: AbstractBaseUser | AnonymousUser) -> None:
    """Discard a held run by decision of a curator; do nothing if it is not held."""
    if run.state == ImportRun.State.HELD:
        run.state, run.held_listings, run.decided_by = ImportRun.State.DISMISSED, None, str(by.pk)
        run.save(update_fields=["state", "held_listings", "decided_by"])


def record_failure(source: Source, started_at: datetime.datetime, message: str) -> ImportRun:
    """Save and return the record of a run that failed."""
    run = ImportRun(source=source, address=source.address, started_at=started_at, error=message[:300])
    _finish_run(run)
    run.save()
    return run


def run_report(run: ImportRun) -> dict[str, Any]:
    """Return the object that `import_feed --json` prints.

    Each row is used, merged or rejected. `notes` say what was derived, changed or left out of rows that were used.
    """
    numbers = (
        "rows", "used", "merged", "meetings", "listings", "created", "updated", "unchanged", "retired",
    )  # fmt: skip
    hold_reason = run.hold_reason if run.state == ImportRun.State.HELD else ""
    return {
        **{name: getattr(run, name) for name in numbers},
        "rejected": run.rejected,
        "notes": run.notes,
        "held": hold_reason or None,
    }


def _parse(source: Source, data: bytes) -> Parsed | ParsedLines:
    """Parse the data of a feed in its format within the CPU limit. Raises NotAFeed.

    A feed that lists nothing is refused, unless the source has public listings: then all of them are missing, and the
    run is held for a curator.
    """
    try:
        return PARSERS[source.format](data, fellowship=source.fellowship)
    except NothingListed:
        if not Listing.objects.published().filter(source=source.slug).exists():
            raise
        return Parsed(0, [], [])


def _previous_identical_run(source: Source, digest: str) -> ImportRun | None:
    """Return the last run if importing the file with this checksum again would change nothing.

    That is so if it parsed the same file with the same code, no run was interrupted, held or undone since, and no
    listing waits to be missed a second time.
    """
    if source._state.adding or source.runs.filter(state=ImportRun.State.UNDONE, checksum=digest).exists():
        return None
    last = source.runs.filter(error="", not_modified=False).order_by("-pk").first()
    if last is None or last.state != ImportRun.State.APPLIED:
        return None
    is_same = (last.checksum, last.parser_fingerprint) == (digest, parser_fingerprint(source))
    is_settled = last.listings == last.created + last.updated + last.unchanged
    return last if is_same and is_settled else None


def _record_identical_run(previous: ImportRun, address: str) -> Outcome:
    """Save the record of a run whose file is the same as that of the previous run."""
    copied = ("checksum", "parser_fingerprint", "rows", "used", "merged", "rejected", "notes")
    values = {name: getattr(previous, name) for name in copied}
    return _record_unchanged(ImportRun(source=previous.source, address=address, **values))


def _record_not_modified(source: Source, address: str) -> Outcome:
    """Save the record of a run whose server answered that nothing changed."""
    return _record_unchanged(ImportRun(source=source, address=address, not_modified=True))


def _record_unchanged(run: ImportRun) -> Outcome:
    """Finish a run whose file gives the same result as the previous run."""
    close_expired(run.source)
    _finish_run(run)
    run.unchanged = run.listings
    run.save()
    return Outcome(run)


def _import_staged(
    run: ImportRun,
    fetched: FetchedFeed,
    staging: StagingResult,
    *,
    progress: StartProgress | None = None,
) -> Outcome:
    """Compare the staged listings with the directory, then hold the run or write its plan."""
    source = run.source
    plan = compare_feed(source, staging.staged, _unparsed_refs(run))
    if feed_type_for(source).needs_review:
        run.notes += [_problem_row(problem) for problem in _unlisted_hotlines(plan)]
    differences = build_diff_report(plan, staging.staged)
    _save_source(source)
    interrupted = _interrupted_run(run)
    if interrupted is None and (reason := reason_to_hold(source, plan)):
        return _hold_run(run, reason, staging.staged, differences)
    finished = _execute_plan(interrupted or run, plan, staging.staged, progress)
    # The validators are kept only if all listings of the feed are written: then the server may answer "not modified"
    # next time. A listing that is missing once must be missed by a run that reads the feed again.
    is_settled = finished.listings == len(staging.staged) + len(plan.unparsed)
    validators = fetched if is_settled else NO_VALIDATORS
    _save_source(source, etag=validators.etag, last_modified=validators.last_modified)
    return Outcome(finished, differences)


def _save_source(source: Source, **values: str) -> None:
    """Save the source; of an existing one only these fields, since another process may be claiming it."""
    for name, value in values.items():
        setattr(source, name, value)
    source.save(update_fields=None if source.pk is None else ["address", "fellowship", *values])


def _hold_run(
    run: ImportRun, reason: str, staged: Mapping[str, StagedListing], differences: DiffReport
) -> Outcome:
    """Keep the staged listings until a curator decides. An older held run is out of date and is dismissed."""
    run.source.runs.filter(state=ImportRun.State.HELD).update(
        state=ImportRun.State.DISMISSED, held_listings=None
    )
    run.state, run.hold_reason, run.held_listings = ImportRun.State.HELD, reason, pack_staged(staged)
    run.differences = to_json_values(differences.rows)
    _finish_run(run)
    run.save()
    return Outcome(run, differences)


def _execute_plan(
    run: ImportRun, plan: ImportPlan, staged: Mapping[str, StagedListing], progress: StartProgress | None
) -> ImportRun:
    """Write the planned changes to the directory and finish the run."""
    run.state = ImportRun.State.APPLYING
    run.save()
    total = len(plan.new) + len(plan.changed) + len(plan.missing)
    apply_plan(run, plan, staged, progress=progress(total) if progress else lambda _number: None)
    close_expired(run.source)
    run.unchanged = len(staged) + len(plan.unparsed) - run.created - run.updated
    run.state = ImportRun.State.APPLIED
    _finish_run(run)
    run.save()
    if run.changes.exists():
        # Only the last run that changed something can be undone.
        RunChange.objects.filter(run__source=run.source, run__lt=run).delete()
    return run


def _find_or_build_source(name: str, format_name: str, address: str, fellowship: str) -> Source:
    """Return the source of that name with its new address and fellowship, unsaved. Raise FeedImportError.

    Without a fellowship the stored one stays.
    """
    slug = slugify(name)
    if not slug:
        raise FeedImportError("Give the source a name with letters in it.")
    existing = Source.objects.filter(name=name).first() or Source.objects.filter(slug=slug).first()
    source = existing or Source(slug=slug, name=name, format=format_name)
    if source.slug == REFERENCE_SOURCE:
        raise FeedImportError(f"“{name}” is the name of the facts that come with this site. Choose another.")
    if source.format != format_name:
        raise FeedImportError(f"The source “{source.name}” is known as {source.format}, not {format_name}.")
    source.fellowship = fellowship or source.fellowship
    # A file that an operator imports once does not replace the URL that is refreshed.
    if client.is_web_address(address) or not client.is_web_address(source.address):
        source.address = address
    return source


def _record_problems(run: ImportRun, problems: list[Problem]) -> None:
    """Store the rejected rows and the notes of the parser on the run."""
    run.merged = sum(problem.merged for problem in problems)
    run.rejected = [_problem_row(problem) for problem in problems if problem.rejected]
    run.notes = [_problem_row(problem) for problem in problems if not problem.rejected]


def _problem_row(problem: Problem) -> dict[str, Any]:
    """Return a problem of the parser as a JSON object with row, id and reason."""
    return {"row": problem.row, "id": problem.id, "reason": f"{problem.field}: {problem.reason}"}


def _unparsed_refs(run: ImportRun) -> frozenset[str]:
    """Return the ids of rows that are in the feed and could not be parsed."""
    return frozenset(row["id"] for row in run.rejected if row["id"])


def _unlisted_hotlines(plan: ImportPlan) -> list[Problem]:
    """Return a note for each public hotline that the feed does not list any more. It stays public."""
    return [
        Problem(0, ref, "line", UNLISTED_HOTLINE, rejected=False)
        for ref in plan.missing
        if ref in plan.visible
    ]


def _interrupted_run(run: ImportRun) -> ImportRun | None:
    """Return the interrupted run of the same file, if there is one."""
    runs = run.source.runs.filter(state=ImportRun.State.APPLYING, checksum=run.checksum)
    return runs.order_by("-pk").first()


def _finish_run(run: ImportRun) -> None:
    """Set the end of the run and the numbers of the source's listings and meetings.

    Paused listings and inactive meetings count, retired listings do not. A group without set times counts as one
    meeting.
    """
    retired_statuses = (Status.PAUSED, Status.CLOSED, Status.DRAFT)
    feed_type = feed_type_for(run.source)
    listings = feed_type.model._default_manager.filter(source=run.source.slug)
    listings = listings.exclude(status_reason=NOT_IN_SOURCE, status__in=retired_statuses)
    run.ended_at = timezone.now()
    run.listings = listings.count()
    if "meetings" in feed_type.related_rows:
        scheduled = Meeting.objects.filter(group__in=listings.values("pk")).count()
        groups = SupportGroup.objects.filter(pk__in=listings.values("pk"))
        run.meetings = scheduled + groups.filter(meetings=None).count()

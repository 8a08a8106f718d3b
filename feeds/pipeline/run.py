"""One import from beginning to end: fetch, parse, stage, compare, decide, write, and the record of it."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.text import slugify

from directory.models import Listing
from directory.reference_data.loader import SOURCE as FACTS
from directory.vocabulary import Status
from feeds.admin.diff_report import DiffReport, build_diff_report
from feeds.fetch import client
from feeds.fetch.client import NO_VALIDATORS, CacheValidators, FetchedFeed
from feeds.fetch.cpu_limit import cpu_limit, cpu_seconds
from feeds.formats import PARSERS
from feeds.models import ImportRun, RunChange, Source
from feeds.pipeline.apply import Step, apply_plan, close_expired
from feeds.pipeline.diff import ImportPlan, compare_feed
from feeds.pipeline.feed_types import GONE, feed_type_for
from feeds.pipeline.fingerprint import checksum, reader_version
from feeds.pipeline.hold_rules import reason_to_hold
from feeds.pipeline.serialization import pack_staged, to_json_values, unpack_staged
from feeds.pipeline.stage_groups import StagedListing, StagingResult
from feeds.records import NotAFeed, NothingListed, Parsed, ParsedLines, Problem
from groups.models import Meeting

STAYS = "No longer in its source. It stays as it is until a curator decides."


class CannotImport(Exception):
    """One line for the person who ran the command; nothing was changed."""


@dataclass
class Outcome:
    """The record of a run, stored unless it was a dry one, and what it changed or would change."""

    run: ImportRun
    differences: DiffReport = field(default_factory=DiffReport)


def import_feed(
    format_name: str,
    where: str,
    source_name: str,
    *,
    fellowship: str = "",
    dry_run: bool = False,
    validators: CacheValidators = NO_VALIDATORS,
    progress: Callable[[int], Step] | None = None,
) -> Outcome:
    """Imports a feed. Of a dry run nothing is stored, not even its record. With `validators` a server may answer that
    nothing changed, which is a run too. Raises CannotImport."""
    if format_name not in PARSERS:
        raise CannotImport(f"“{format_name}” is no format we read. We read: {', '.join(sorted(PARSERS))}.")
    source = source_named(source_name, format_name, where, fellowship)
    try:
        fetched = client.read_feed(where, validators=validators)
        if fetched.not_modified:
            return record_unchanged(source, where)
        digest = checksum(fetched.data)
        if not dry_run and (last := previous_identical_run(source, digest)):
            return record_identical_run(last, where)
        with cpu_limit(cpu_seconds(len(fetched.data))):
            parsed = parse(source, fetched.data)
            fetched = replace(fetched, data=b"")  # read, and large
            staging = feed_type_for(source).stage(parsed.records)
    except (client.FetchError, NotAFeed) as problem:
        raise CannotImport(str(problem)) from problem
    record = new_run(source, where, digest, parsed)
    note_problems(record, [*parsed.problems, *staging.problems])
    return import_records(record, fetched, staging, dry_run=dry_run, progress=progress)


def parse(source: Source, data: bytes) -> Parsed | ParsedLines:
    """What a feed says. One that lists nothing is refused, unless it is that of a source whose listings are public:
    then all of them are missing, and a curator is asked. Raises NotAFeed."""
    try:
        return PARSERS[source.format](data, fellowship=source.fellowship)
    except NothingListed:
        if not Listing.objects.published().filter(source=source.slug).exists():
            raise
        return Parsed(0, [], [])


def previous_identical_run(source: Source, digest: str) -> ImportRun | None:
    """The last run, when it read the very same file in the very same way and left nothing to be done: no run was cut
    short, held or taken back since, and no listing waits to be missed again."""
    if source._state.adding or source.runs.filter(state=ImportRun.State.UNDONE, checksum=digest).exists():
        return None
    last = source.runs.filter(error="", not_modified=False).order_by("-pk").first()
    if last is None or last.state != ImportRun.State.APPLIED:
        return None
    is_same = (last.checksum, last.parser_fingerprint) == (digest, reader_version(source))
    is_settled = last.listings == last.created + last.updated + last.unchanged
    return last if is_same and is_settled else None


def record_identical_run(last: ImportRun, where: str) -> Outcome:
    """The record of a run whose file is the one that was read last."""
    same = ("checksum", "parser_fingerprint", "rows", "merged", "rejected", "notes")
    record = ImportRun(source=last.source, address=where, **{name: getattr(last, name) for name in same})
    close_expired(last.source)
    finish_run(record)
    record.unchanged = record.listings
    record.save()
    return Outcome(record)


def record_unchanged(source: Source, where: str) -> Outcome:
    """The record of a run whose server said that nothing changed."""
    record = ImportRun(source=source, address=where, not_modified=True)
    close_expired(source)
    finish_run(record)
    record.unchanged = record.listings
    record.save()
    return Outcome(record)


def record_failure(source: Source, started: datetime.datetime, words: str) -> ImportRun:
    """The record of a run that came to nothing."""
    record = ImportRun(source=source, address=source.address, started_at=started, error=words[:300])
    finish_run(record)
    record.save()
    return record


def import_records(
    record: ImportRun,
    fetched: FetchedFeed,
    staging: StagingResult,
    *,
    dry_run: bool,
    progress: Callable[[int], Step] | None = None,
) -> Outcome:
    """What follows once a feed is read."""
    source = record.source
    shape = feed_type_for(source)
    plan = compare_feed(source, staging.staged, unparsed_refs(record))
    if shape.reviewed:
        record.notes += [as_row(each) for each in unlisted_hotlines(plan)]
    found = build_diff_report(plan, staging.staged)
    if dry_run:
        record.created, record.updated, record.unchanged = len(plan.new), len(plan.changed), plan.unchanged
        record.unchanged += len(plan.unread)
        record.hold_reason = reason_to_hold(source, plan)
        finish_run(record)
        return Outcome(record, found)
    save_source(source)
    cut_short = interrupted_run(record)
    record = cut_short or record
    if cut_short is None and (reason := reason_to_hold(source, plan)):
        return hold_run(record, reason, staging.staged, found)
    outcome = Outcome(execute_plan(record, plan, staging.staged, progress), found)
    # Only what was taken in whole may be answered with "not modified" the next time. A listing that is missing is
    # missed only by a run that reads the feed again.
    is_settled = outcome.run.listings == len(staging.staged) + len(plan.unread)
    said = fetched if is_settled else NO_VALIDATORS
    save_source(source, etag=said.etag, last_modified=said.last_modified)
    return outcome


def save_source(source: Source, **facts: str) -> None:
    """Stores the source, or what changed of it: another process may be noting when it began."""
    for name, value in facts.items():
        setattr(source, name, value)
    source.save(update_fields=None if source.pk is None else ["address", "fellowship", *facts])


def hold_run(
    record: ImportRun, reason: str, staged: Mapping[str, StagedListing], found: DiffReport
) -> Outcome:
    """Keeps what the run would bring until a curator decides; an older one that waits is out of date."""
    record.source.runs.filter(state=ImportRun.State.HELD).update(
        state=ImportRun.State.DISMISSED, held_listings=None
    )
    record.state, record.hold_reason, record.held_listings = ImportRun.State.HELD, reason, pack_staged(staged)
    record.differences = to_json_values(found.first)
    finish_run(record)
    record.save()
    return Outcome(record, found)


def execute_plan(
    record: ImportRun,
    plan: ImportPlan,
    staged: Mapping[str, StagedListing],
    progress: Callable[[int], Step] | None,
) -> ImportRun:
    record.state = ImportRun.State.APPLYING
    record.save()
    total = len(plan.new) + len(plan.changed) + len(plan.missing)
    apply_plan(record, plan, staged, step=progress(total) if progress else lambda _number: None)
    close_expired(record.source)
    record.unchanged = len(staged) + len(plan.unread) - record.created - record.updated
    record.state = ImportRun.State.APPLIED
    finish_run(record)
    record.save()
    if record.changes.exists():
        # Only the last run that changed something can be taken back.
        RunChange.objects.filter(run__source=record.source, run__lt=record).delete()
    return record


def release_run(record: ImportRun, *, by: AbstractBaseUser | AnonymousUser) -> Outcome:
    """A curator lets a held run go ahead, as the directory stands now. Raises CannotImport when it does not wait."""
    if record.state != ImportRun.State.HELD or record.held_listings is None:
        raise CannotImport("This run does not wait any more.")
    staged = unpack_staged(bytes(record.held_listings), feed_type_for(record.source).model)
    plan = compare_feed(record.source, staged, unparsed_refs(record))
    record.held_listings, record.hold_reason, record.decided_by = (
        None,
        f"{record.hold_reason} Let through by a curator.",
        str(by.pk),
    )
    found = build_diff_report(plan, staged)
    return Outcome(execute_plan(record, plan, staged, None), found)


def dismiss_run(record: ImportRun, *, by: AbstractBaseUser | AnonymousUser) -> None:
    """A curator throws a held run away."""
    if record.state == ImportRun.State.HELD:
        record.state, record.held_listings, record.decided_by = ImportRun.State.DISMISSED, None, str(by.pk)
        record.save(update_fields=["state", "held_listings", "decided_by"])


def source_named(name: str, format_name: str, where: str, fellowship: str) -> Source:
    """The source of that name as it will be; not saved here. What was said of its fellowship before still holds."""
    slug = slugify(name)
    if not slug:
        raise CannotImport("Give the source a name with letters in it.")
    known = Source.objects.filter(name=name).first() or Source.objects.filter(slug=slug).first()
    source = known or Source(slug=slug, name=name, format=format_name)
    if source.slug == FACTS:
        raise CannotImport(f"“{name}” is the name of the facts that come with this site. Choose another.")
    if source.format != format_name:
        raise CannotImport(f"The source “{source.name}” is known as {source.format}, not {format_name}.")
    source.fellowship = fellowship or source.fellowship
    # A file that somebody reads in by hand does not change where the source is asked.
    if client.is_web_address(where) or not client.is_web_address(source.address):
        source.address = where
    return source


def new_run(source: Source, where: str, digest: str, parsed: Parsed | ParsedLines) -> ImportRun:
    return ImportRun(
        source=source,
        address=where,
        checksum=digest,
        parser_fingerprint=reader_version(source),
        rows=parsed.rows,
    )


def note_problems(record: ImportRun, problems: list[Problem]) -> None:
    record.merged = sum(each.merged for each in problems)
    record.rejected = [as_row(each) for each in problems if each.rejected]
    record.notes = [as_row(each) for each in problems if not each.rejected]


def unparsed_refs(record: ImportRun) -> frozenset[str]:
    """Ids of the rows that stand in the feed and could not be read."""
    return frozenset(row["id"] for row in record.rejected if row["id"])


def unlisted_hotlines(plan: ImportPlan) -> list[Problem]:
    """Lines that the public sees and the feed does not list any more: they stay, and a curator should know."""
    return [Problem(0, ref, "line", STAYS, rejected=False) for ref in plan.missing if ref in plan.visible]


def interrupted_run(record: ImportRun) -> ImportRun | None:
    """The run of the same file that was cut short, if there is one."""
    cut_short = record.source.runs.filter(state=ImportRun.State.APPLYING, checksum=record.checksum)
    return cut_short.order_by("-pk").first()


def finish_run(record: ImportRun) -> None:
    """Notes the end, and what the directory holds of the source: paused and inactive included, retired not."""
    listings = Listing.objects.filter(source=record.source.slug)
    listings = listings.exclude(status_reason=GONE, status__in=(Status.PAUSED, Status.CLOSED, Status.DRAFT))
    record.ended_at = timezone.now()
    record.listings = listings.count()
    record.meetings = Meeting.objects.filter(group__in=listings.values("pk")).count()


def as_row(problem: Problem) -> dict[str, Any]:
    return {"row": problem.row, "id": problem.id, "reason": f"{problem.field}: {problem.reason}"}


def run_report(record: ImportRun) -> dict[str, Any]:
    """The object that `import_feed --json` prints."""
    numbers = ("rows", "meetings", "listings", "created", "updated", "unchanged", "merged", "retired")
    waits = record.hold_reason if record.state == ImportRun.State.HELD else ""
    return {
        **{name: getattr(record, name) for name in numbers},
        "rejected": record.rejected,
        "held": waits or None,
    }

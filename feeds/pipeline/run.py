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
from feeds.admin.diff_report import Differences, differences
from feeds.fetch import client
from feeds.fetch.client import NO_VALIDATORS, Fetched, Validators
from feeds.fetch.cpu_limit import cpu_limit, cpu_seconds
from feeds.formats import PARSERS
from feeds.models import ImportRun, RunChange, Source
from feeds.pipeline.apply import Step, apply, close_long_gone
from feeds.pipeline.diff import Plan, compare
from feeds.pipeline.feed_types import GONE, shape_of
from feeds.pipeline.fingerprint import checksum, reader
from feeds.pipeline.hold_rules import reason_to_hold
from feeds.pipeline.serialization import packed, plain, unpacked
from feeds.pipeline.stage_groups import Staged, Staging
from feeds.records import NotAFeed, NothingListed, Parsed, ParsedLines, Problem
from groups.models import Meeting

STAYS = "No longer in its source. It stays as it is until a curator decides."


class CannotImport(Exception):
    """One line for the person who ran the command; nothing was changed."""


@dataclass
class Outcome:
    """The record of a run, stored unless it was a dry one, and what it changed or would change."""

    run: ImportRun
    differences: Differences = field(default_factory=Differences)


def run(
    format_name: str,
    where: str,
    source_name: str,
    *,
    fellowship: str = "",
    dry_run: bool = False,
    validators: Validators = NO_VALIDATORS,
    progress: Callable[[int], Step] | None = None,
) -> Outcome:
    """Imports a feed. Of a dry run nothing is stored, not even its record. With `validators` a server may answer that
    nothing changed, which is a run too. Raises CannotImport."""
    if format_name not in PARSERS:
        raise CannotImport(f"“{format_name}” is no format we read. We read: {', '.join(sorted(PARSERS))}.")
    source = source_named(source_name, format_name, where, fellowship)
    try:
        fetched = client.read(where, validators=validators)
        if fetched.not_modified:
            return nothing_new(source, where)
        digest = checksum(fetched.data)
        if not dry_run and (last := told_already(source, digest)):
            return same_again(last, where)
        with cpu_limit(cpu_seconds(len(fetched.data))):
            parsed = parse(source, fetched.data)
            fetched = replace(fetched, data=b"")  # read, and large
            staging = shape_of(source).stage(parsed.records)
    except (client.CannotFetch, NotAFeed) as problem:
        raise CannotImport(str(problem)) from problem
    record = new_run(source, where, digest, parsed)
    note(record, [*parsed.problems, *staging.problems])
    return bring_in(record, fetched, staging, dry_run=dry_run, progress=progress)


def parse(source: Source, data: bytes) -> Parsed | ParsedLines:
    """What a feed says. One that lists nothing is refused, unless it is that of a source whose listings are public:
    then all of them are missing, and a curator is asked. Raises NotAFeed."""
    try:
        return PARSERS[source.format](data, fellowship=source.fellowship)
    except NothingListed:
        if not Listing.objects.published().filter(source=source.slug).exists():
            raise
        return Parsed(0, [], [])


def told_already(source: Source, digest: str) -> ImportRun | None:
    """The last run, when it read the very same file in the very same way and left nothing to be done: no run was cut
    short, held or taken back since, and no listing waits to be missed again."""
    if source._state.adding or source.runs.filter(state=ImportRun.State.UNDONE, checksum=digest).exists():
        return None
    last = source.runs.filter(error="", not_modified=False).order_by("-pk").first()
    if last is None or last.state != ImportRun.State.APPLIED:
        return None
    is_same = (last.checksum, last.reader) == (digest, reader(source))
    is_settled = last.listings == last.created + last.updated + last.unchanged
    return last if is_same and is_settled else None


def same_again(last: ImportRun, where: str) -> Outcome:
    """The record of a run whose file is the one that was read last."""
    same = ("checksum", "reader", "rows", "merged", "rejected", "remarks")
    record = ImportRun(source=last.source, address=where, **{name: getattr(last, name) for name in same})
    close_long_gone(last.source)
    finish(record)
    record.unchanged = record.listings
    record.save()
    return Outcome(record)


def nothing_new(source: Source, where: str) -> Outcome:
    """The record of a run whose server said that nothing changed."""
    record = ImportRun(source=source, address=where, not_modified=True)
    close_long_gone(source)
    finish(record)
    record.unchanged = record.listings
    record.save()
    return Outcome(record)


def failed(source: Source, started: datetime.datetime, words: str) -> ImportRun:
    """The record of a run that came to nothing."""
    record = ImportRun(source=source, address=source.address, started=started, error=words[:300])
    finish(record)
    record.save()
    return record


def bring_in(
    record: ImportRun,
    fetched: Fetched,
    staging: Staging,
    *,
    dry_run: bool,
    progress: Callable[[int], Step] | None = None,
) -> Outcome:
    """What follows once a feed is read."""
    source = record.source
    shape = shape_of(source)
    plan = compare(source, staging.staged, unread(record))
    if shape.reviewed:
        record.remarks += [as_row(each) for each in still_shown(plan)]
    found = differences(plan, staging.staged)
    if dry_run:
        record.created, record.updated, record.unchanged = len(plan.new), len(plan.changed), plan.unchanged
        record.unchanged += len(plan.unread)
        record.held = reason_to_hold(source, plan)
        finish(record)
        return Outcome(record, found)
    remember(source)
    cut_short = taken_up(record)
    record = cut_short or record
    if cut_short is None and (reason := reason_to_hold(source, plan)):
        return hold(record, reason, staging.staged, found)
    outcome = Outcome(write(record, plan, staging.staged, progress), found)
    # Only what was taken in whole may be answered with "not modified" the next time. A listing that is missing is
    # missed only by a run that reads the feed again.
    is_settled = outcome.run.listings == len(staging.staged) + len(plan.unread)
    said = fetched if is_settled else NO_VALIDATORS
    remember(source, etag=said.etag, last_modified=said.last_modified)
    return outcome


def remember(source: Source, **facts: str) -> None:
    """Stores the source, or what changed of it: another process may be noting when it began."""
    for name, value in facts.items():
        setattr(source, name, value)
    source.save(update_fields=None if source.pk is None else ["address", "fellowship", *facts])


def hold(record: ImportRun, reason: str, staged: Mapping[str, Staged], found: Differences) -> Outcome:
    """Keeps what the run would bring until a curator decides; an older one that waits is out of date."""
    record.source.runs.filter(state=ImportRun.State.HELD).update(
        state=ImportRun.State.DISMISSED, waiting=None
    )
    record.state, record.held, record.waiting = ImportRun.State.HELD, reason, packed(staged)
    record.differences = plain(found.first)
    finish(record)
    record.save()
    return Outcome(record, found)


def write(
    record: ImportRun,
    plan: Plan,
    staged: Mapping[str, Staged],
    progress: Callable[[int], Step] | None,
) -> ImportRun:
    record.state = ImportRun.State.APPLYING
    record.save()
    total = len(plan.new) + len(plan.changed) + len(plan.missing)
    apply(record, plan, staged, step=progress(total) if progress else lambda _number: None)
    close_long_gone(record.source)
    record.unchanged = len(staged) + len(plan.unread) - record.created - record.updated
    record.state = ImportRun.State.APPLIED
    finish(record)
    record.save()
    if record.changes.exists():
        # Only the last run that changed something can be taken back.
        RunChange.objects.filter(run__source=record.source, run__lt=record).delete()
    return record


def release(record: ImportRun, *, by: AbstractBaseUser | AnonymousUser) -> Outcome:
    """A curator lets a held run go ahead, as the directory stands now. Raises CannotImport when it does not wait."""
    if record.state != ImportRun.State.HELD or record.waiting is None:
        raise CannotImport("This run does not wait any more.")
    staged = unpacked(bytes(record.waiting), shape_of(record.source).model)
    plan = compare(record.source, staged, unread(record))
    record.waiting, record.held, record.decided_by = (
        None,
        f"{record.held} Let through by a curator.",
        str(by.pk),
    )
    found = differences(plan, staged)
    return Outcome(write(record, plan, staged, None), found)


def dismiss(record: ImportRun, *, by: AbstractBaseUser | AnonymousUser) -> None:
    """A curator throws a held run away."""
    if record.state == ImportRun.State.HELD:
        record.state, record.waiting, record.decided_by = ImportRun.State.DISMISSED, None, str(by.pk)
        record.save(update_fields=["state", "waiting", "decided_by"])


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
    return ImportRun(source=source, address=where, checksum=digest, reader=reader(source), rows=parsed.rows)


def note(record: ImportRun, problems: list[Problem]) -> None:
    record.merged = sum(each.merged for each in problems)
    record.rejected = [as_row(each) for each in problems if each.rejected]
    record.remarks = [as_row(each) for each in problems if not each.rejected]


def unread(record: ImportRun) -> frozenset[str]:
    """Ids of the rows that stand in the feed and could not be read."""
    return frozenset(row["id"] for row in record.rejected if row["id"])


def still_shown(plan: Plan) -> list[Problem]:
    """Lines that the public sees and the feed does not list any more: they stay, and a curator should know."""
    return [Problem(0, ref, "line", STAYS, rejected=False) for ref in plan.missing if ref in plan.visible]


def taken_up(record: ImportRun) -> ImportRun | None:
    """The run of the same file that was cut short, if there is one."""
    cut_short = record.source.runs.filter(state=ImportRun.State.APPLYING, checksum=record.checksum)
    return cut_short.order_by("-pk").first()


def finish(record: ImportRun) -> None:
    """Notes the end, and what the directory holds of the source: paused and inactive included, retired not."""
    listings = Listing.objects.filter(source=record.source.slug)
    listings = listings.exclude(status_reason=GONE, status__in=(Status.PAUSED, Status.CLOSED, Status.DRAFT))
    record.ended = timezone.now()
    record.listings = listings.count()
    record.meetings = Meeting.objects.filter(group__in=listings.values("pk")).count()


def as_row(problem: Problem) -> dict[str, Any]:
    return {"row": problem.row, "id": problem.id, "reason": f"{problem.field}: {problem.reason}"}


def report(record: ImportRun) -> dict[str, Any]:
    """The object that `import_feed --json` prints."""
    numbers = ("rows", "meetings", "listings", "created", "updated", "unchanged", "merged", "retired")
    waits = record.held if record.state == ImportRun.State.HELD else ""
    return {
        **{name: getattr(record, name) for name in numbers},
        "rejected": record.rejected,
        "held": waits or None,
    }

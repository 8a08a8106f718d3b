"""One import from beginning to end: fetch, parse, stage, compare, write, and the record of it."""

import hashlib
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from directory.models import Listing
from directory.vocabulary import Status
from feeds import fetch
from feeds.formats import PARSERS
from feeds.models import ImportRun, Source
from feeds.records import NotAFeed, Problem
from feeds.staging import stage
from feeds.upsert import GONE, Tally, upsert
from groups.models import Meeting


class CannotImport(Exception):
    """One line for the person who ran the command; nothing was changed."""


def run(
    format_name: str, where: str, source_name: str, *, fellowship: str = "", dry_run: bool = False
) -> tuple[ImportRun, Tally]:
    """Imports a feed. Of a dry run nothing is stored, not even its record. Raises CannotImport."""
    if format_name not in PARSERS:
        raise CannotImport(f"“{format_name}” is no format we read. We read: {', '.join(sorted(PARSERS))}.")
    started = timezone.now()
    source = source_named(source_name, format_name, where, fellowship)
    try:
        data = fetch.read(where)
        parsed = PARSERS[format_name](data, fellowship=source.fellowship)
    except (fetch.CannotFetch, NotAFeed) as problem:
        raise CannotImport(str(problem)) from problem
    staging = stage(parsed.records)
    problems = [*parsed.problems, *staging.problems]
    with transaction.atomic():
        if not dry_run:
            source.save()
        tally = upsert(source, staging.staged, dry_run=dry_run)
        record = ImportRun(
            source=source,
            started=started,
            ended=timezone.now(),
            address=where,
            checksum=hashlib.sha256(data).hexdigest(),
            rows=parsed.rows,
            created=tally.created,
            updated=tally.updated,
            unchanged=tally.unchanged,
            retired=tally.retired,
            rejected=[as_row(each) for each in problems if each.rejected],
            remarks=[as_row(each) for each in problems if not each.rejected],
            **held_now(source),
        )
        if not dry_run:
            record.save()
    return record, tally


def source_named(name: str, format_name: str, where: str, fellowship: str) -> Source:
    """The source of that name as it will be; not saved here. What was said of its fellowship before still holds."""
    slug = slugify(name)
    if not slug:
        raise CannotImport("Give the source a name with letters in it.")
    source = Source.objects.filter(slug=slug).first() or Source(slug=slug, name=name, format=format_name)
    if source.format != format_name:
        raise CannotImport(f"The source “{source.name}” is known as {source.format}, not {format_name}.")
    source.address, source.fellowship = where, fellowship or source.fellowship
    return source


def held_now(source: Source) -> dict[str, int]:
    """What the directory holds of a source: paused and inactive included, retired not."""
    listings = Listing.objects.filter(source=source.slug).exclude(status_reason=GONE, status=Status.PAUSED)
    return {
        "listings": listings.count(),
        "meetings": Meeting.objects.filter(group__in=listings.values("pk")).count(),
    }


def as_row(problem: Problem) -> dict[str, Any]:
    return {"row": problem.row, "id": problem.id, "reason": f"{problem.field}: {problem.reason}"}


def report(record: ImportRun) -> dict[str, Any]:
    """The object that `import_feed --json` prints."""
    numbers = ("rows", "meetings", "listings", "created", "updated", "unchanged", "merged", "retired")
    return {
        **{name: getattr(record, name) for name in numbers},
        "rejected": record.rejected,
        "held": record.held or None,
    }

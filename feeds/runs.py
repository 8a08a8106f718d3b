"""One import from beginning to end: fetch, parse, stage, compare, write, and the record of it."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from directory.models import Listing
from directory.vocabulary import Status
from feeds import fetch
from feeds.fetch import Fetched, Validators
from feeds.formats import PARSERS
from feeds.models import ImportRun, Source
from feeds.records import NotAFeed, Problem
from feeds.staging import stage
from feeds.upsert import GONE, Tally, upsert
from groups.models import Meeting


class CannotImport(Exception):
    """One line for the person who ran the command; nothing was changed."""


def run(
    format_name: str,
    where: str,
    source_name: str,
    *,
    fellowship: str = "",
    dry_run: bool = False,
    validators: Validators = fetch.NO_VALIDATORS,
) -> tuple[ImportRun, Tally]:
    """Imports a feed. Of a dry run nothing is stored, not even its record. Raises CannotImport.

    With `validators` of the last run, a feed that did not change is not sent again and nothing is compared.
    """
    if format_name not in PARSERS:
        raise CannotImport(f"“{format_name}” is no format we read. We read: {', '.join(sorted(PARSERS))}.")
    started = timezone.now()
    source = source_named(source_name, format_name, where, fellowship)
    try:
        fetched = fetch.read(where, validators=validators)
        if fetched.not_modified:
            return not_modified(source, started), Tally()
        parsed = PARSERS[format_name](fetched.data, fellowship=source.fellowship)
    except (fetch.CannotFetch, NotAFeed) as problem:
        raise CannotImport(str(problem)) from problem
    staging = stage(parsed.records)
    problems = [*parsed.problems, *staging.problems]
    with transaction.atomic():
        if not dry_run:
            # An existing row may be claimed or edited by somebody else in the meantime.
            source.save(update_fields=("address", "fellowship") if source.pk else None)
        tally = upsert(source, staging.staged, dry_run=dry_run)
        record = ImportRun(
            source=source,
            started=started,
            ended=timezone.now(),
            address=where,
            checksum=hashlib.sha256(fetched.data).hexdigest(),
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
            remember(source, fetched, record)
    return record, tally


def not_modified(source: Source, started: datetime) -> ImportRun:
    """The record of a run whose server said that nothing changed."""
    return ImportRun.objects.create(
        source=source,
        started=started,
        ended=timezone.now(),
        address=source.address,
        not_modified=True,
        **held_now(source),
    )


def failed(source: Source, started: datetime, reason: str) -> ImportRun:
    """The record of a run that changed nothing because it could not."""
    line = " ".join(reason.split())[:300] or "No reason given."
    return ImportRun.objects.create(
        source=source, started=started, ended=timezone.now(), address=source.address, error=line
    )


def remember(source: Source, fetched: Fetched, record: ImportRun) -> None:
    """Keeps what the server said of this version, for the next run to ask whether there is a newer one.

    Not while something waits: a held run, or a listing that must be missed once more before it is paused. The next
    run must then read the whole feed again, also when it did not change.
    """
    seen = record.created + record.updated + record.unchanged
    is_settled = not record.held and record.listings == seen
    source.etag = fetched.etag if is_settled else ""
    source.last_modified = fetched.last_modified if is_settled else ""
    source.save(update_fields=("etag", "last_modified"))


def source_named(name: str, format_name: str, where: str, fellowship: str) -> Source:
    """The source of that name as it will be; not saved here. What was said of its fellowship before still holds."""
    slug = slugify(name)
    if not slug:
        raise CannotImport("Give the source a name with letters in it.")
    known = Source.objects.filter(name=name).first() or Source.objects.filter(slug=slug).first()
    source = known or Source(slug=slug, name=name, format=format_name)
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

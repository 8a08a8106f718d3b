"""Asks the sources whose turn it is for what is new, one after another; none stops the others."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

from feeds.fetch.client import CacheValidators
from feeds.models import ImportRun, Source
from feeds.pipeline import run

log = logging.getLogger(__name__)


def refresh_due() -> Iterator[ImportRun]:
    """The record of each run, as soon as it is over. A source that somebody else is running is passed by."""
    for source in Source.objects.refreshable():
        with claim_source(source) as is_ours:
            # Asked only now: another process may have run it while this one was busy with those before.
            if is_ours and source.is_due(timezone.now()):
                yield refresh_source(source)


def refresh_one(source: Source) -> ImportRun | None:
    """The record of its run, due or not. None while somebody else is running it."""
    with claim_source(source) as is_ours:
        return refresh_source(source) if is_ours else None


@contextmanager
def claim_source(source: Source) -> Iterator[bool]:
    """Whether the source is ours alone in the meantime."""
    is_ours = source.claim(timezone.now())
    try:
        yield is_ours
    finally:
        if is_ours:
            source.let_go()


def refresh_source(source: Source) -> ImportRun:
    """One run of a claimed source. What goes wrong is in its record, whatever it is."""
    started = timezone.now()
    source.refresh_from_db(fields=("address", "format", "name", "etag", "last_modified"))
    validators = CacheValidators(source.etag, source.last_modified)
    try:
        return run.import_feed(source.format, source.address, source.name, validators=validators).run
    except run.CannotImport as problem:
        return run.record_failure(source, started, str(problem))
    except Exception as error:
        log.exception("The feed of %s could not be imported.", source)
        return run.record_failure(source, started, f"An error in the import itself: {type(error).__name__}.")

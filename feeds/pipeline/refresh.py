"""Import the sources that are due, one after another. The failure of one does not stop the others."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

from feeds.fetch.client import CacheValidators
from feeds.models import ImportRun, Source
from feeds.pipeline import run

log = logging.getLogger(__name__)


def refresh_due_sources() -> Iterator[ImportRun]:
    """Import each source that is due when the caller asks for the next run, and yield its run.

    The run of a failed import holds its `error`. Sources that another process is importing are skipped.
    """
    for source in Source.objects.refreshable():
        with _claim_source(source) as is_claimed:
            # Another process may have imported it while this one was busy with the sources before.
            if is_claimed and source.is_due(timezone.now()):
                yield _refresh_source(source)


def refresh_one(source: Source) -> ImportRun | None:
    """Import a source, due or not, and return its run. Return None while another process imports it."""
    with _claim_source(source) as is_claimed:
        return _refresh_source(source) if is_claimed else None


@contextmanager
def _claim_source(source: Source) -> Iterator[bool]:
    """Claim the source for this process, provide whether that succeeded, and release it at the end."""
    is_claimed = source.claim(timezone.now())
    try:
        yield is_claimed
    finally:
        if is_claimed:
            source.release()


def _refresh_source(source: Source) -> ImportRun:
    """Import a claimed source. Any error is recorded in the run."""
    started_at = timezone.now()
    source.refresh_from_db(fields=("address", "format", "name", "etag", "last_modified"))
    validators = CacheValidators(source.etag, source.last_modified)
    try:
        return run.import_feed(source.format, source.address, source.name, validators=validators).run
    except run.FeedImportError as problem:
        return run.record_failure(source, started_at, str(problem))
    except Exception as error:
        log.exception("The feed of %s could not be imported.", source)
        message = f"An error in the import itself: {type(error).__name__}."
        return run.record_failure(source, started_at, message)

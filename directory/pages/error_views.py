"""The error pages. Each has the crisis strip."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from core.i18n import language_links
from core.same_origin import is_same_origin
from directory.pages.context_processors import site_context
from directory.search.index.manager import IndexNotReady

# What Django raises where the database cannot be reached, and the search where its index is still being built.
OUTAGE_ERRORS = (OperationalError, InterfaceError, IndexNotReady)
# What SQLite and PostgreSQL say when there is no room, and when the disk has been made read-only.
FULL = ("disk is full", "readonly database", "disk full", "no space left", "read-only transaction")
RETRY_SECONDS = 60
# Of a body that is too large, so much is read and thrown away.
MOST_READ = 20 * 1024 * 1024  # bytes
MOST_SECONDS = 5
CHUNK = 64 * 1024


def error_page(request: HttpRequest, status: int) -> HttpResponse:
    """Render the error page for a status code, without a database.

    It is rendered without context processors, since those may be what is broken: no database, no session. The page
    repeats nothing of the address, so it offers another language for the home page alone.
    """
    context = {**site_context(request), "languages": list(language_links(None))}
    return HttpResponse(render_to_string(f"{status}.html", context), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400, or 413 to a form that is larger than `DATA_UPLOAD_MAX_MEMORY_SIZE`."""
    return too_large(request) if isinstance(exception, RequestDataTooBig) else error_page(request, 400)


def too_large(request: HttpRequest) -> HttpResponse:
    """Answer 413 to a body that is larger than this request may have."""
    with suppress(OSError, ValueError):
        discard_body(request)
    return error_page(request, 413)


def discard_body(request: HttpRequest) -> None:
    """Read the body and discard it, within bounds: a browser shows no answer to a form that nobody read."""
    left, end = MOST_READ, time.monotonic() + MOST_SECONDS
    with bounded_silence(request, MOST_SECONDS):
        while left > 0 and time.monotonic() < end and (part := request.read(CHUNK)):
            left -= len(part)


@contextmanager
def bounded_silence(request: HttpRequest, seconds: float) -> Iterator[None]:
    """Let a read of the body raise TimeoutError when the client sends nothing for that many seconds.

    gunicorn itself waits for ever; other servers have limits of their own.
    """
    sock = request.META.get("gunicorn.socket")
    before = sock.gettimeout() if sock else None
    if sock:
        sock.settimeout(seconds)
    try:
        yield
    finally:
        if sock:
            sock.settimeout(before)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Render the error page for a forbidden request, with status 403."""
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Render the error page for an unknown address, with status 404."""
    return error_page(request, 404)


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 429, with the seconds after which to try again."""
    response = error_page(request, 429)
    response.headers["Retry-After"] = "300"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a request whose view raised an exception that nobody caught; Django calls this while it is handled.

    A POST to a view with `when_broken` gets that answer, which keeps what was typed. Otherwise the answer is 507 where
    the database cannot write because its disk is full or read-only, 503 where the database cannot be used or the search
    index is not ready, and else 500.
    """
    view = request.resolver_match.func if request.method == "POST" and request.resolver_match else None
    if answer := getattr(view, "when_broken", None):
        return answer(request)
    fault = sys.exc_info()[1]
    if not (is_full(fault) or is_database_outage(fault)):
        return error_page(request, 500)
    response = error_page(request, 507 if is_full(fault) else 503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def is_full(fault: BaseException | None) -> bool:
    """Return whether the database could not write because the disk is full or read-only."""
    return isinstance(fault, DatabaseError) and any(words in str(fault).lower() for words in FULL)


def is_database_outage(fault: BaseException | None) -> bool:
    """Return whether the database cannot be used.

    SQLite raises a plain DatabaseError for a file that is damaged or is no database.
    """
    return isinstance(fault, OUTAGE_ERRORS) or type(fault) is DatabaseError or is_read_only(fault)


def is_read_only(fault: BaseException | None) -> bool:
    """Return whether the database refused a write because it is read-only; PostgreSQL has errors of its own for it."""
    return isinstance(fault, DatabaseError) and "read-only" in str(fault)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form without a valid CSRF token.

    The answer is the page of 403. A view may have an answer of its own (`without_token`), which keeps what was typed.
    Only a form that a page of this site sent gets it.
    """
    match = request.resolver_match
    answer = (
        getattr(match.func, "without_token", forbidden) if match and is_same_origin(request) else forbidden
    )
    return answer(request)

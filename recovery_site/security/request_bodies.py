"""Checks of a request's body: its size, and whether it arrived completely.

The length is checked before anything is read, and no part of a body is written to a disk. So a file that is too large
costs nothing, and a form costs memory up to the limit.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from core.request_body_limits import max_body_bytes
from directory.pages.error_views import bounded_silence, error_page, too_large

# The key under which `CappedUploadHandler` finds how many bytes this request may have.
MAX_BYTES_KEY = "MAX_BODY_BYTES"
# How long a client may send nothing in the middle of a body.
IDLE_SECONDS = 20


def check_body(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer 413 to a body that is too large, 411 to one of unknown length and 400 to an incomplete one.

    This middleware must come before Django's CSRF middleware, which is the first to read forms, and after the session,
    because some views accept more from people who are signed in.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(
        request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        length = declared_length(request)
        if length is None:
            response = error_page(request, 400)
            response.status_code = 411
            return response
        max_bytes = request.META[MAX_BYTES_KEY] = max_body_bytes(request, view)
        if length > max_bytes:
            return too_large(request)
        if not length or length > max_body_bytes(request, lambda: None):
            # The upload handler reads a large file piece by piece.
            return None
        try:
            with bounded_silence(request, IDLE_SECONDS):
                return None if len(request.body) == length else error_page(request, 400)
        except UnreadablePostError:
            return error_page(request, 400)

    vars(middleware)["process_view"] = process_view
    return middleware


def declared_length(request: HttpRequest) -> int | None:
    """Return the length that a request declares for its body: 0 without a body, None for a body of unknown length.

    A body in chunks has no declared length. Django does not read it, so a form would seem to be empty.
    """
    if request.META.get("HTTP_TRANSFER_ENCODING"):
        return None
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return None


class CappedUploadHandler(MemoryFileUploadHandler):
    """An upload handler that keeps files in memory and rejects bodies larger than the request may have."""

    def handle_raw_input(
        self, input_data: Any, META: dict[str, Any], content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        """Check the length before the first file is read."""
        if content_length > META.get(MAX_BYTES_KEY, 0):
            raise RequestDataTooBig("The body of the request is larger than its view takes.")
        self.activated = True

"""The body of a request: how large it may be, and that it came whole.

The length is checked before anything is read, and nothing of a body is written to a disk. A large file costs nothing,
and a form costs memory up to the limit.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from core.body_size import max_body_bytes
from directory.pages.error_views import bounded_silence, error_page, too_large

# How many bytes this request may have; `CappedUploadHandler` reads it.
MOST = "MOST_BODY_BYTES"
# For how long a client may send nothing in the middle of a body.
IDLE_SECONDS = 20


def check_body(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer 413 to a body that is too large, 411 to one of unknown length and 400 to one that broke off.

    It must come before whatever reads forms, which Django's CSRF middleware is the first to do, and after the session,
    since some views take more from people whom they know.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(
        request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        length = declared_length(request)
        if length is None:
            refused = error_page(request, 400)
            refused.status_code = 411
            return refused
        most = request.META[MOST] = max_body_bytes(request, view)
        if length > most:
            return too_large(request)
        if not length or length > max_body_bytes(request, lambda: None):
            # A large file is read by the parser, bit by bit.
            return None
        try:
            with bounded_silence(request, IDLE_SECONDS):
                return None if len(request.body) == length else error_page(request, 400)
        except UnreadablePostError:
            return error_page(request, 400)

    vars(middleware)["process_view"] = process_view
    return middleware


def declared_length(request: HttpRequest) -> int | None:
    """Return the length that the request gives for its body, 0 where it has none; None where it gives no length.

    A body in chunks has no length. Django reads nothing of it, so that a form would seem to be empty.
    """
    if request.META.get("HTTP_TRANSFER_ENCODING"):
        return None
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return None


class CappedUploadHandler(MemoryFileUploadHandler):
    """Keep files in memory, and refuse a body that is larger than the request may have."""

    def handle_raw_input(
        self, input_data: Any, META: dict[str, Any], content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        """Look at the length before the first file; the stream ends there, whatever else is sent."""
        if content_length > META.get(MOST, 0):
            raise RequestDataTooBig("The body of the request is larger than its view takes.")
        self.activated = True

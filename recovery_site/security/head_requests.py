"""Middleware for HEAD requests, whose responses have the headers of GET and no body."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def answer_head_without_body(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Remove the body after all other middleware has set its headers.

    A server that has to remove it logs a warning each time.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method != "HEAD":
            return response
        if response.streaming:
            # The stream is closed together with the response.
            response.streaming_content = ()  # type: ignore[attr-defined]
        else:
            response.content = b""
        return response

    return middleware

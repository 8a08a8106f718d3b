"""Answers to HEAD have the headers of the answer to GET and no body."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def answer_head_without_body(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Drop the body after everything else has set its headers; a server that has to do it logs a warning each time."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method != "HEAD":
            return response
        if response.streaming:
            # What was streamed is closed together with the response.
            response.streaming_content = ()  # type: ignore[attr-defined]
        else:
            response.content = b""
        return response

    return middleware

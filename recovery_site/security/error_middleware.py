"""Middleware that answers with a readable page where Django would send an empty response or an error."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from directory.pages.error_views import error_page
from network.accounts.passwords import HasherBusy


def page_for_wrong_method(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer with a page where the method is not allowed, as when somebody reloads an address that takes only forms."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        page = error_page(request, response.status_code)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return middleware


def page_when_busy(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer 503 and ask to try again where a password could not be checked in time."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, HasherBusy):
            return None
        page = error_page(request, 503)
        page.headers["Retry-After"] = "30"
        return page

    vars(middleware)["process_exception"] = process_exception
    return middleware

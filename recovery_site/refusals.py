"""Django answers a wrong method with nothing at all; a person who reloads such an address gets a page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from directory.errors import error


def page_for_wrong_method(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        page = error(request, response.status_code)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return middleware

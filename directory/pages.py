"""One page, two answers: the whole page, or the named part of it that htmx asks for."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

SHARED_CACHE_SECONDS = 60


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, part: str = "", status: int = 200
) -> HttpResponse:
    """Renders `template`, or `part` when htmx asks for a part of the page; the two are told apart by `HX-Request`."""
    wants_part = bool(part and request.htmx and not request.htmx.history_restore_request)  # type: ignore[attr-defined]
    response = render(request, part if wants_part else template, context, status=status)
    if part:
        patch_vary_headers(response, ("HX-Request",))
    return response


def for_everyone(response: HttpResponse) -> HttpResponse:
    """A shared cache in front of the site may keep the answer for a minute; browsers keep nothing."""
    response.headers["CDN-Cache-Control"] = f"public, max-age={SHARED_CACHE_SECONDS}"
    return response

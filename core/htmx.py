"""One page, two answers: the whole page, or the named part of it that htmx asks for."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

SHARED_CACHE_SECONDS = 60
# The headers that `wants_part` reads: a cache must keep an answer for each of their values.
TOLD_APART_BY = ("HX-Request", "HX-History-Restore-Request")


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, part: str = "", status: int = 200
) -> HttpResponse:
    """Renders `template`, or `part` when htmx asks for a part of the page; `Vary` names the headers that decide."""
    wanted = part if wants_part(request, part) else template
    return vary_on_htmx(render(request, wanted, context, status=status), part)


def wants_part(request: HttpRequest, part: str) -> bool:
    return bool(part and request.htmx and not request.htmx.history_restore_request)  # type: ignore[attr-defined]


def vary_on_htmx(response: HttpResponse, part: str) -> HttpResponse:
    if part:
        patch_vary_headers(response, TOLD_APART_BY)
    return response


def cache_publicly(response: HttpResponse) -> HttpResponse:
    """A shared cache in front of the site may keep the answer for a minute; browsers keep nothing."""
    response.headers["CDN-Cache-Control"] = f"public, max-age={SHARED_CACHE_SECONDS}"
    return response

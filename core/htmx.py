"""Answer with a whole page, or with the named part of it that htmx asks for."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

SHARED_CACHE_SECONDS = 60
# The headers that `wants_part` reads: a cache must store one answer for each of their values.
HTMX_HEADERS = ("HX-Request", "HX-History-Restore-Request")


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, part: str = "", status: int = 200
) -> HttpResponse:
    """Render `template`, or the template `part` where htmx asks for a part of the page."""
    wanted = part if wants_part(request, part) else template
    return vary_on_htmx(render(request, wanted, context, status=status), part)


def wants_part(request: HttpRequest, part: str) -> bool:
    """Return whether a page that has a part is asked for this part alone."""
    return bool(part and request.htmx and not request.htmx.history_restore_request)  # type: ignore[attr-defined]


def vary_on_htmx(response: HttpResponse, part: str) -> HttpResponse:
    """Name the headers that decide in `Vary` where a page has a part, and return the response."""
    if part:
        patch_vary_headers(response, HTMX_HEADERS)
    return response


def cache_publicly(response: HttpResponse) -> HttpResponse:
    """Allow a shared cache in front of the site to keep the response for a minute; browsers still keep nothing."""
    response.headers["CDN-Cache-Control"] = f"public, max-age={SHARED_CACHE_SECONDS}"
    return response

"""Render a page for a request from a template whose rendered surroundings `core.template_cache` keeps."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from core import template_cache
from core.htmx import vary_on_htmx, wants_part
from core.i18n import language_links
from directory.pages.context_processors import site_context


def render_cached_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, part: str
) -> HttpResponse:
    """Return the rendered page, or its template part `part` where htmx asked for that part alone.

    Only the placeholders in `context` are rendered for each request. The rest of the page comes from the cache, by the
    path and the settings that the frame of the page shows. The search page uses this, since most requests are for it.
    """
    wanted = part if wants_part(request, part) else template
    key = request.path, settings.SITE_NAME, settings.SITE_OPERATOR, settings.DEFAULT_COUNTRY
    context = {"languages": list(language_links(request)), **context}
    return vary_on_htmx(
        HttpResponse(template_cache.render_cached(wanted, context, partial(site_context, request), key)), part
    )

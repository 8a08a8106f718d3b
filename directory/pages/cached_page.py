"""Pages that are filled from a cached template."""

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
    """Render a page, or the named part of it, from a template that is cached with its rendered surroundings.

    The search page uses it, since most requests are for that page. See `core.template_cache`.
    """
    wanted = part if wants_part(request, part) else template
    key = request.path, settings.SITE_NAME, settings.SITE_OPERATOR, settings.DEFAULT_COUNTRY
    context = {"languages": list(language_links(request)), **context}
    return vary_on_htmx(
        HttpResponse(template_cache.render_cached(wanted, context, partial(site_context, request), key)), part
    )

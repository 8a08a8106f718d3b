"""Pages that are filled from a cached template."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from core import template_cache
from core.htmx import told_apart, wants_part
from core.i18n import languages
from directory.pages.context_processors import shared


def moulded(request: HttpRequest, template: str, context: dict[str, Any], *, part: str) -> HttpResponse:
    """The same by way of a mould, for the page that everybody asks for: see `moulds`."""
    wanted = part if wants_part(request, part) else template
    key = request.path, settings.SITE_NAME, settings.SITE_OPERATOR, settings.DEFAULT_COUNTRY
    context = {"languages": list(languages(request)), **context}
    return told_apart(
        HttpResponse(template_cache.render(wanted, context, partial(shared, request), key)), part
    )

"""The service worker that keeps help on a device, and a web manifest that reveals nothing about the site."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

THEME_COLOR, BACKGROUND_COLOR = "#34152f", "#f1eeea"


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Serve the script of the service worker, which a page registers only when a person taps a button.

    A browser asks for it at each use, so it must not come from a cache.
    """
    response = render(request, "worker.js", {"exit_path": reverse("leave")}, content_type="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Serve the web app manifest. Its name and icon are neutral, so that a home screen reveals nothing."""
    icon = {"src": static("icon.svg"), "sizes": "any", "type": "image/svg+xml"}
    content = {
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME,
        "start_url": reverse("now"),
        "scope": "/",
        "display": "browser",
        "theme_color": THEME_COLOR,
        "background_color": BACKGROUND_COLOR,
        "icons": [icon],
    }
    return JsonResponse(content, content_type="application/manifest+json")

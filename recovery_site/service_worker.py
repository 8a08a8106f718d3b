"""What a browser needs to keep help on a device: a worker at the root, and a manifest that tells nothing."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

NIGHT, GROUND = "#34152f", "#f1eeea"


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Registered on a tap alone. A browser asks for it again whenever it is used: it must not be an old one."""
    response = render(request, "worker.js", {"leave": reverse("leave")}, content_type="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """The neutral name and the icon; nothing else is of anybody's account who sees the home screen."""
    icon = {"src": static("icon.svg"), "sizes": "any", "type": "image/svg+xml"}
    content = {
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME,
        "start_url": reverse("now"),
        "scope": "/",
        "display": "browser",
        "theme_color": NIGHT,
        "background_color": GROUND,
        "icons": [icon],
    }
    return JsonResponse(content, content_type="application/manifest+json")

"""The template context of every page: the crisis strip, the name of the site and the navigation."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.i18n import language_links
from directory.geo.countries import COUNTRIES
from directory.hotlines.crisis_strip import strip_context


def site_context(request: HttpRequest | None) -> dict[str, Any]:
    """Template context of every page, error pages included; asks the database nothing."""
    path = request.path if request else ""
    return {
        "crisis": strip_context(settings.DEFAULT_COUNTRY, chosen=chosen_country(request)),
        "site_name": settings.SITE_NAME,
        "site_operator": settings.SITE_OPERATOR,
        "nav": navigation(path),
        "bar": bottom_bar(path),
        "languages": list(language_links(request)),
    }


def chosen_country(request: HttpRequest | None) -> str:
    """Return the country that the address of a page names, of those that are known; empty where it names none."""
    code = request.GET.get("country", "") if request else ""
    return code if code in COUNTRIES else ""


def navigation(path: str) -> list[dict[str, Any]]:
    """Return the links at the top of a page; the one to the current page is marked."""
    shown = [*navigation_links(), (_("Guides"), "", "", reverse("guides"))]
    return [
        {"label": words, "url": url, "current": path.startswith(url)} for words, _short, _icon, url in shown
    ]


def bottom_bar(path: str) -> list[dict[str, Any]]:
    """Return the links along the bottom of a narrow screen, with shorter words."""
    return [
        {"label": short, "icon": icon, "url": url, "current": path.startswith(url)}
        for _words, short, icon, url in navigation_links()
    ]


def navigation_links() -> list[tuple[str, str, str, str]]:
    """Return label, short label, icon and address of each main page."""
    return [
        (_("Find"), _("Find"), "search", reverse("find")),
        (_("Hotlines"), pgettext("in a narrow bar", "Hotlines"), "line", reverse("hotlines")),
        (_("Now"), _("Now"), "lamp", reverse("now")),
        (_("My network"), _("Network"), "keep", reverse("my_network")),
    ]

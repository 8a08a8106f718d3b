"""What every page needs: the crisis strip, the name of the site, the ways around it. The same for everyone."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from directory import facts
from directory.cards import Action
from directory.countries import COUNTRIES
from directory.languages import languages
from directory.vocabulary import ChannelType

STRIP_WAYS = (ChannelType.CALL, ChannelType.TEXT)


def shared(request: HttpRequest | None) -> dict[str, Any]:
    """Template context of every page, error pages included; asks the database nothing."""
    path = request.path if request else ""
    return {
        "crisis": crisis(settings.DEFAULT_COUNTRY, chosen=chosen_country(request)),
        "site_name": settings.SITE_NAME,
        "site_operator": settings.SITE_OPERATOR,
        "nav": nav(path),
        "bar": bar(path),
        "languages": list(languages(request)),
    }


def chosen_country(request: HttpRequest | None) -> str:
    """Return the country that the address of a page names, of those that are known; empty where it names none."""
    code = request.GET.get("country", "") if request else ""
    return code if code in COUNTRIES else ""


def crisis(country: str, *, chosen: str = "") -> dict[str, Any]:
    """The strip: the main line of the country, from the facts that ship with the site, so that it stands on every
    page whatever is broken; and the country's emergency number.

    `chosen` is the country that a visitor asked for. Where it is another one, its own main line comes first, and every
    number says to which country it belongs: elsewhere it reaches nobody, or somebody else.
    """
    abroad = chosen if chosen != country else ""
    own = main_line(abroad)
    known = {href for _way, _display, href in own}
    here = [way for way in main_line(country) if way[2] not in known]
    # One way of each country; where one has none of its own, two of the other.
    theirs = own[: 1 if here else 2]
    lines = [
        *_actions(theirs, abroad, name=True),
        *_actions(here[: 2 - len(theirs)], country, name=bool(abroad)),
    ]
    urgent = abroad if abroad and abroad in emergency() else country
    number = emergency().get(urgent, "")
    words = _("Call %(number)s") % {"number": number}
    return {
        "words": _("Someone to talk to, any hour"),
        "lines": lines,
        "emergency": Action(of_country(words, urgent) if abroad else words, f"tel:{number}", "call")
        if number
        else None,
        "country": "" if abroad else country,
        "country_name": str(COUNTRIES.get(country, country)),
    }


def _actions(ways: Iterable[tuple[str, str, str]], country: str, *, name: bool) -> Iterator[Action]:
    for way, display, href in ways:
        words = label(way, display)
        yield Action(of_country(words, country) if name else words, href, way)


def of_country(words: str, country: str) -> str:
    """ "Call 988 (United States)"."""
    return f"{words} ({COUNTRIES.get(country, country)})"


def crisis_ways(country: str, *, chosen: str = "", emergency: bool = True) -> list[Action]:
    """The ways to a person at any hour, and the emergency number where anybody may be in danger."""
    found = crisis(country, chosen=chosen)
    return [*found["lines"], *([found["emergency"]] if found["emergency"] and emergency else [])]


def label(way: str, display: str) -> str:
    return f"{ChannelType(way).label} {display}"


@lru_cache
def emergency() -> dict[str, str]:
    return facts.read_emergency()


@lru_cache
def main_line(country: str) -> tuple[tuple[str, str, str], ...]:
    """Way, what to show and address of the main line's phone and text."""
    main = next((line for line in facts.read_hotlines() if line.main and line.country == country), None)
    channels = [channel for channel in main.channels if channel.type in STRIP_WAYS] if main else []
    schemes = {ChannelType.CALL: "tel:", ChannelType.TEXT: "sms:"}
    return tuple(
        (channel.type, channel.display, schemes[ChannelType(channel.type)] + channel.dial)
        for channel in channels[:2]
    )


def nav(path: str) -> list[dict[str, Any]]:
    shown = [*ways(), (_("Guides"), "", "", reverse("guides"))]
    return [
        {"label": words, "url": url, "current": path.startswith(url)} for words, _short, _icon, url in shown
    ]


def bar(path: str) -> list[dict[str, Any]]:
    """The same ways along the bottom of a narrow screen, in shorter words."""
    return [
        {"label": short, "icon": icon, "url": url, "current": path.startswith(url)}
        for _words, short, icon, url in ways()
    ]


def ways() -> list[tuple[str, str, str, str]]:
    return [
        (_("Find"), _("Find"), "search", reverse("find")),
        (_("Hotlines"), pgettext("in a narrow bar", "Hotlines"), "line", reverse("hotlines")),
        (_("Now"), _("Now"), "lamp", reverse("now")),
        (_("My network"), _("Network"), "keep", reverse("my_network")),
    ]

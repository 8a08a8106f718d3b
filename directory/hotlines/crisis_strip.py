"""The crisis strip of every page: the main line of a country and its emergency number."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from core.i18n import translate_fact
from directory.geo.countries import COUNTRIES
from directory.listings.cards import Action
from directory.reference_data import parser
from directory.vocabulary import ChannelType

STRIP_CHANNELS = (ChannelType.CALL, ChannelType.TEXT)


def strip_context(country: str, *, chosen: str = "") -> dict[str, Any]:
    """Return the strip: the main line of the country and its emergency numbers.

    Both come from the facts that ship with the site, so that they stand on every page whatever is broken. `chosen` is
    the country that a visitor asked for. Where it is another one, its own main line comes first, and every number says
    to which country it belongs: elsewhere it reaches nobody, or somebody else.
    """
    abroad = chosen if chosen != country else ""
    own = main_line_channels(abroad)
    known = {href for _way, _display, href in own}
    here = [way for way in main_line_channels(country) if way[2] not in known]
    # One way of each country; where one has none of its own, two of the other.
    theirs = own[: 1 if here else 2]
    urgent = abroad if abroad in emergency_numbers() else country
    fact = emergency_numbers().get(urgent)
    numbers = [each for each in (fact.number, fact.second) if each] if fact else []
    calls = list(
        _actions(
            [("", _("Call %(number)s") % {"number": each}, f"tel:{each}") for each in numbers], urgent, abroad
        )
    )
    return {
        "words": _("Someone to talk to, any hour"),
        "lines": [
            *_actions(_labelled(theirs), abroad, abroad),
            *_actions(_labelled(here[: 2 - len(theirs)]), country, abroad),
        ],
        "emergency": calls[0] if calls else None,
        "emergency_second": calls[1] if calls[1:] else None,
        "emergency_note": translate_fact(fact.note) if fact else "",
        "country": "" if abroad else country,
        "country_name": str(COUNTRIES.get(country, country)),
    }


def _labelled(ways: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield way, label and address of ways that are given with what to show of each."""
    return ((way, channel_label(way, display), href) for way, display, href in ways)


def _actions(ways: Iterable[tuple[str, str, str]], country: str, abroad: str) -> Iterator[Action]:
    """Yield buttons from way, label and address; with `abroad`, the country that was chosen, each names its own."""
    for way, words, href in ways:
        named = f"{words} ({COUNTRIES.get(country, country)})" if abroad else words
        yield Action(named, href, way or "call")


def emergency_context(country: str) -> dict[str, Any]:
    """Return the emergency numbers of a country and when to use which, as template context."""
    return {name: value for name, value in strip_context(country).items() if name.startswith("emergency")}


def strip_actions(country: str, *, chosen: str = "", emergency: bool = True) -> list[Action]:
    """Return the ways to a person at any hour, and the emergency numbers where anybody may be in danger."""
    found = strip_context(country, chosen=chosen)
    calls = [found["emergency"], found["emergency_second"]] if emergency else []
    return [*found["lines"], *(call for call in calls if call)]


def channel_label(way: str, display: str) -> str:
    return f"{ChannelType(way).label} {display}"


@lru_cache
def emergency_numbers() -> dict[str, parser.EmergencyFact]:
    """Return the emergency numbers by country, as they ship."""
    return {fact.country: fact for fact in parser.read_emergency_facts()}


@lru_cache
def main_line_channels(country: str) -> tuple[tuple[str, str, str], ...]:
    """Way, what to show and address of the main line's phone and text."""
    main = next((line for line in parser.read_hotlines() if line.is_main and line.country == country), None)
    channels = [channel for channel in main.channels if channel.type in STRIP_CHANNELS] if main else []
    schemes = {ChannelType.CALL: "tel:", ChannelType.TEXT: "sms:"}
    return tuple(
        (channel.type, channel.display, schemes[ChannelType(channel.type)] + channel.dial)
        for channel in channels[:2]
    )

"""The crisis strip of every page, with the main hotline of a country and its emergency numbers."""

from functools import lru_cache
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from core.i18n import translate_fact
from directory.geo.countries import COUNTRIES
from directory.listings.cards import Action
from directory.reference_data import parser
from directory.vocabulary import ChannelType

STRIP_CHANNELS = (ChannelType.CALL, ChannelType.TEXT)


class StripChannel(NamedTuple):
    """A channel of a hotline in the strip: its type, what to show, and the address of its button."""

    type: str
    display: str
    href: str


def strip_context(country: str, *, chosen: str = "") -> dict[str, Any]:
    """Return the template context of the strip: the main hotline of a country and its emergency numbers.

    Both come from the facts that ship with the site, so that every page shows them even when the database fails.
    `country` is the site's own country. `chosen` is the country that the visitor asked for. If the two differ, the main
    hotline of the chosen country comes first and each number names its country, since a number reaches nobody, or
    somebody else, when it is dialled in another country.
    """
    abroad = chosen if chosen != country else ""
    abroad_channels = main_hotline_channels(abroad)
    abroad_hrefs = {channel.href for channel in abroad_channels}
    home_channels = [
        channel for channel in main_hotline_channels(country) if channel.href not in abroad_hrefs
    ]
    # Two channels: one of each country, or two of one country where the other has none.
    abroad_channels = abroad_channels[: 1 if home_channels else 2]
    home_channels = home_channels[: 2 - len(abroad_channels)]
    emergency_country = abroad if abroad in emergency_facts() else country
    fact = emergency_facts().get(emergency_country)
    numbers = [number for number in (fact.number, fact.second) if number] if fact else []
    emergency_actions = [
        _emergency_action(number, emergency_country, name_country=bool(abroad)) for number in numbers
    ]
    return {
        "heading": _("Someone to talk to, any hour"),
        "channels": [
            *(_channel_action(channel, abroad, name_country=True) for channel in abroad_channels),
            *(_channel_action(channel, country, name_country=bool(abroad)) for channel in home_channels),
        ],
        "emergency": emergency_actions[0] if emergency_actions else None,
        "emergency_second": emergency_actions[1] if emergency_actions[1:] else None,
        "emergency_note": translate_fact(fact.note) if fact else "",
        "country": "" if abroad else country,
        "country_name": str(COUNTRIES.get(country, country)),
    }


def _channel_action(channel: StripChannel, country: str, *, name_country: bool) -> Action:
    """Return the button of a channel; with `name_country`, its label ends with the name of the country."""
    label = f"{ChannelType(channel.type).label} {channel.display}"
    return Action(_with_country(label, country, name_country), channel.href, channel.type)


def _emergency_action(number: str, country: str, *, name_country: bool) -> Action:
    """Return the button of an emergency number; with `name_country`, its label ends with the name of the country."""
    label = _("Call %(number)s") % {"number": number}
    return Action(_with_country(label, country, name_country), f"tel:{number}", "call")


def _with_country(label: str, country: str, name_country: bool) -> str:
    """Return the label of an action, followed by the name of the country in brackets where it is asked for."""
    return f"{label} ({COUNTRIES.get(country, country)})" if name_country else label


def emergency_context(country: str) -> dict[str, Any]:
    """Return the part of the strip's context that is about the emergency numbers of a country."""
    return {name: value for name, value in strip_context(country).items() if name.startswith("emergency")}


def strip_actions(country: str, *, chosen: str = "", emergency: bool = True) -> list[Action]:
    """Return at most two buttons for the main hotlines, then at most two for the emergency numbers if `emergency`.

    `country` and `chosen` are those of `strip_context`.
    """
    context = strip_context(country, chosen=chosen)
    emergency_actions = [context["emergency"], context["emergency_second"]] if emergency else []
    return [*context["channels"], *(action for action in emergency_actions if action)]


@lru_cache
def emergency_facts() -> dict[str, parser.EmergencyFact]:
    """Return the emergency numbers that ship with the site, by country."""
    return {fact.country: fact for fact in parser.read_emergency_facts()}


@lru_cache
def main_hotline_channels(country: str) -> tuple[StripChannel, ...]:
    """Return the first two channels for calling and texting the main hotline of a country."""
    hotlines = parser.read_hotlines()
    main = next((hotline for hotline in hotlines if hotline.is_main and hotline.country == country), None)
    channels = [channel for channel in main.channels if channel.type in STRIP_CHANNELS] if main else []
    schemes = {ChannelType.CALL: "tel:", ChannelType.TEXT: "sms:"}
    return tuple(
        StripChannel(channel.type, channel.display, schemes[ChannelType(channel.type)] + channel.dial)
        for channel in channels[:2]
    )

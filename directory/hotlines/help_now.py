"""The page /now/: hotlines, meetings, and what opens next. The hotlines are shown even without the database."""

from typing import Any

from django.conf import settings
from django.db import Error
from django.urls import reverse
from django.utils.translation import gettext as _

from core.fields import lower_first_word
from core.i18n import translate_fact
from core.writing_systems import language_of_script
from directory.geo.countries import COUNTRIES
from directory.hotlines import by_country, snapshot
from directory.hotlines.crisis_strip import emergency_context
from directory.hotlines.snapshot import HotlineSnapshot
from directory.kinds.registry import kinds
from directory.listings.availability import AskedAt, Availability
from directory.listings.cards import build_cards
from directory.models import Listing
from directory.search import engine
from directory.search.query import SearchQuery
from directory.vocabulary import Audience, Concern

MAX_HOTLINES = 6
MAX_CLOSED_HOTLINES = 4
MAX_MEETINGS = 5
MAX_COMING_MEETINGS = 3
# Buttons of each hotline but the main one, which shows all. The page of the hotline itself has the rest.
MAX_ACTIONS = 2
# States that say neither open nor closed, because the hours are not known or too old.
UNKNOWN_STATES = ("unsure", "arrangement")


def page_context(country: str, at: AskedAt) -> dict[str, Any]:
    """Return the template context of the page.

    `country` comes from the address. An unknown one is replaced by the site's own country.
    """
    country = country if country in COUNTRIES else settings.DEFAULT_COUNTRY
    try:
        snapshots = load_country_snapshots(country, at)
        countries, meetings = served_countries(), meeting_cards(at)
        snapshot.save_snapshots(country, snapshots)
    except Error:
        snapshots = snapshot.load_without_database(country)
        countries, meetings = set(), {"cut_off": True}
    hotlines = [hotline_context(each, at, linked="cut_off" not in meetings) for each in snapshots]
    grouped = group_hotlines(hotlines)
    return {
        "icons": used_icons(grouped, meetings),
        "country": country,
        "country_name": COUNTRIES.get(country, country),
        "countries": country_options(country, countries | bundled_countries()),
        **emergency_context(country),
        **grouped,
        **meetings,
    }


def used_icons(hotlines: dict[str, list[dict[str, Any]]], meetings: dict[str, Any]) -> list[str]:
    """Return the names of the icons that the page's buttons use, each once.

    The button of the emergency number uses "call".
    """
    rows = [*hotlines["open"], *hotlines["unsure"]]
    actions = [action for row in rows for action in row["actions"]]
    actions += [
        action
        for name in ("meetings", "coming")
        for card in meetings.get(name, [])
        for action in card.actions
    ]
    return sorted({"call", *(action.icon for action in actions)})


def load_country_snapshots(country: str, at: AskedAt) -> list[HotlineSnapshot]:
    """Return the snapshots of a country's hotlines from the database, in the order of the page."""
    return [snapshot.snapshot_from_listing(each) for each in by_country.hotlines_for(country, "", at)]


def served_countries() -> set[str]:
    """Return the countries that have a published hotline; "" stands for hotlines of any country."""
    hotlines = Listing.objects.published().filter(kind__in=kinds.crisis_line_slugs())
    return set(hotlines.order_by().values_list("country", flat=True))


def bundled_countries() -> set[str]:
    """Return the countries of the hotlines that ship with the site."""
    return {fact.country for fact in snapshot.bundled_facts()}


def save_all_snapshots() -> None:
    """Write the snapshot files of all countries that have a published hotline."""
    at = AskedAt.now_in_zone()
    for country in served_countries() - {""}:
        snapshot.save_snapshots(country, load_country_snapshots(country, at))


def country_options(current: str, codes: set[str]) -> list[dict[str, Any]]:
    """Return the links to the page of each country, the current one included."""
    return [
        {"name": name, "url": f"{reverse('now')}?country={code}", "current": code == current}
        for code, name in COUNTRIES.items()
        if code in codes or code == current
    ]


def hotline_context(hotline: HotlineSnapshot, at: AskedAt, *, linked: bool) -> dict[str, Any]:
    """Return the template context of one hotline; `linked` says whether its own page can be opened."""
    availability = hotline.availability(at)
    actions = hotline.actions()
    language = language_of_script(hotline.name, hotline.text_language)
    return {
        "name": hotline.name,
        "slug": hotline.slug,
        "lang": "" if language == "en" else language,
        "sample": hotline.sample,
        "url": reverse("listing", args=(hotline.slug,)) if linked else "",
        "availability": availability,
        "words": ", ".join(filter(None, (state_text(availability), audience_text(hotline)))),
        "deaf_access": translate_fact(hotline.deaf_access) if hotline.is_main else "",
        "actions": actions if hotline.is_main else actions[:MAX_ACTIONS],
    }


def state_text(availability: Availability) -> str:
    """Return a text such as "open, any hour, any day" or "closed, opens today 8:00 am"."""
    return ", ".join([lower_first_word(availability.clock), *availability.lines])


def audience_text(hotline: HotlineSnapshot) -> str:
    """Return whom or what the hotline is for, or "" where it is for everybody and any concern."""
    audiences = dict(Audience.choices)
    concerns = dict(Concern.choices)
    labels = [audiences[value] for value in hotline.audiences if value in audiences]
    labels = labels or [
        concerns[value] for value in hotline.concerns if value in concerns and value != Concern.ANY
    ]
    if not labels:
        return ""
    return _("for %(whom)s") % {"whom": ", ".join(lower_first_word(str(label)) for label in labels[:3])}


def group_hotlines(hotlines: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Group the contexts of hotlines by whether they are open, limited to what fits on one screen.

    The page of all hotlines shows the rest.
    """
    open_now = [each for each in hotlines if each["availability"].is_open]
    unsure = [each for each in hotlines if each["availability"].state in UNKNOWN_STATES]
    closed = [each for each in hotlines if each["availability"].state == "closed"]
    return {
        "open": open_now[:MAX_HOTLINES],
        "unsure": unsure[: max(0, MAX_HOTLINES - len(open_now))],
        "closed": closed[:MAX_CLOSED_HOTLINES],
    }


def meeting_cards(at: AskedAt) -> dict[str, Any]:
    """Return the cards of meetings in progress or within the hour, or else of the meetings that come next.

    Meetings online or by phone come first, since the page does not know where the visitor is.
    """
    groups = SearchQuery(kinds=kinds.meeting_slugs())
    starting_soon = groups.with_options("when", ["now", "soon"])
    pks = engine.soonest_listings(starting_soon.with_options("mode", ["online", "phone"]), at, MAX_MEETINGS)
    if len(pks) < MAX_MEETINGS:
        others = engine.soonest_listings(starting_soon, at, MAX_MEETINGS)
        pks = list(dict.fromkeys([*pks, *others]))[:MAX_MEETINGS]
    coming = [] if pks else engine.soonest_listings(groups, at, MAX_COMING_MEETINGS)
    return {"meetings": build_cards(pks, at), "coming": build_cards(coming, at)}

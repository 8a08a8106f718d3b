"""Who is there now: lines, meetings, and what opens next; the lines also when there is no database."""

from typing import Any

from django.conf import settings
from django.db import Error
from django.urls import reverse
from django.utils.translation import gettext as _

from core.fields import lower_first_word
from core.i18n import translate_fact
from directory.geo.countries import COUNTRIES
from directory.hotlines import by_country, snapshot
from directory.hotlines.crisis_strip import emergency_context
from directory.hotlines.snapshot import Line
from directory.kinds.registry import kinds
from directory.listings.availability import AskedAt, Availability
from directory.listings.cards import build_cards
from directory.models import Listing
from directory.search import engine
from directory.search.query import SearchQuery
from directory.vocabulary import Audience, Concern

MOST_LINES = 6
MOST_CLOSED = 4
MOST_MEETINGS = 5
MOST_COMING = 3
# Ways to a line on this page: of the first one all, of the others two. The line's own page has the rest.
MOST_WAYS = 2
NOT_BY_THE_CLOCK = ("unsure", "arrangement")


def page_context(country: str, at: AskedAt) -> dict[str, Any]:
    """`country` as it stands in the address; what is not known is the site's own."""
    country = country if country in COUNTRIES else settings.DEFAULT_COUNTRY
    try:
        found = [snapshot.of_listing(each) for each in by_country.hotlines_for(country, "", at)]
        known, more = served_countries(), meeting_cards(at)
        snapshot.keep(country, found)
    except Error:
        found, known, more = snapshot.without_database(country), set(), {"cut_off": True}
    return {
        "country": country,
        "country_name": COUNTRIES.get(country, country),
        "countries": country_options(country, known | bundled_countries()),
        **emergency_context(country),
        **group_by_state([line_context(line, at, linked="cut_off" not in more) for line in found]),
        **more,
    }


def served_countries() -> set[str]:
    lines = Listing.objects.published().filter(kind__in=kinds.crisis_line_slugs())
    return set(lines.order_by().values_list("country", flat=True))


def bundled_countries() -> set[str]:
    return {fact.country for fact in snapshot.shipped()}


def save_snapshots() -> None:
    """Keeps the lines of every country that is served."""
    at = AskedAt.now_in_zone()
    for country in served_countries() - {""}:
        snapshot.keep(
            country, [snapshot.of_listing(each) for each in by_country.hotlines_for(country, "", at)]
        )


def country_options(current: str, codes: set[str]) -> list[dict[str, Any]]:
    return [
        {"name": name, "url": f"{reverse('now')}?country={code}", "current": code == current}
        for code, name in COUNTRIES.items()
        if code in codes or code == current
    ]


def line_context(line: Line, at: AskedAt, *, linked: bool) -> dict[str, Any]:
    when = line.moment(at)
    return {
        "name": line.name,
        "slug": line.slug,
        "lang": "" if line.lang == "en" else line.lang,
        "sample": line.sample,
        "url": reverse("listing", args=(line.slug,)) if linked else "",
        "when": when,
        "words": ", ".join(filter(None, (state_words(when), audience_text(line)))),
        "deaf_access": translate_fact(line.deaf_access) if line.is_main else "",
        "actions": line.actions() if line.is_main else line.actions()[:MOST_WAYS],
    }


def state_words(when: Availability) -> str:
    """ "open, any hour, any day", "closed, opens today 8:00 am"."""
    return ", ".join([lower_first_word(when.clock), *when.lines])


def audience_text(line: Line) -> str:
    """Whom it is for, where it is not for everybody and everything."""
    audiences = dict(Audience.choices)
    concerns = dict(Concern.choices)
    said = [audiences[each] for each in line.audiences if each in audiences]
    said = said or [concerns[each] for each in line.concerns if each in concerns and each != Concern.ANY]
    return (
        _("for %(whom)s") % {"whom": ", ".join(lower_first_word(str(each)) for each in said[:3])}
        if said
        else ""
    )


def group_by_state(found: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The first few: one screen is read at once. The page of all lines has the rest."""
    there = [each for each in found if each["when"].is_open]
    unsure = [each for each in found if each["when"].state in NOT_BY_THE_CLOCK]
    return {
        "open": there[:MOST_LINES],
        "unsure": unsure[: max(0, MOST_LINES - len(there))],
        "closed": [each for each in found if each["when"].state == "closed"][:MOST_CLOSED],
    }


def meeting_cards(at: AskedAt) -> dict[str, Any]:
    """Meetings that go on or begin within the hour, those that can be joined from anywhere first, since no place is
    known; and where there are none, those that come next."""
    groups = SearchQuery(kinds=kinds.meeting_slugs())
    soon = groups.having("when", ["now", "soon"])
    afar = engine.soonest_listings(soon.having("mode", ["online", "phone"]), at, MOST_MEETINGS)
    here = engine.soonest_listings(soon, at, MOST_MEETINGS) if len(afar) < MOST_MEETINGS else []
    pks = list(dict.fromkeys([*afar, *here]))[:MOST_MEETINGS]
    coming = [] if pks else engine.soonest_listings(groups, at, MOST_COMING)
    return {"meetings": build_cards(pks, at), "coming": build_cards(coming, at)}

"""The tiles of the home page: one for each primary kind, with what is open at the moment."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from directory.kinds.base import Kind
from directory.kinds.registry import kinds
from directory.listings.availability import AskedAt
from directory.models import Listing
from directory.search import engine
from directory.search.query import SearchQuery


def page_context(at: AskedAt) -> dict[str, Any]:
    """Return the template context of the home page that depends on the moment, except the cards of what starts soon."""
    open_now = counts_by_kind("open", "now", at)
    today, going_on = counts_by_kind("day", "today", at), counts_by_kind("when", "now", at)
    meetings_today = sum(today[slug] for slug in kinds.meeting_slugs())
    return {
        "tiles": [build_tile(kind, open_now, today, going_on) for kind in kinds.primary_kinds()],
        "other_kinds": [
            {"url": kind.page_url, "icon": kind.icon, "name": kind.plural} for kind in kinds.other_kinds()
        ],
        "places_tonight": meetings_today + sum(open_now.values()),
        "now": {
            "lines_open": sum(open_now[slug] for slug in kinds.crisis_line_slugs()),
            "meetings_on": sum(going_on[slug] for slug in kinds.meeting_slugs()),
        },
        "soon_total": meetings_today,
        "soon_url": meetings_today_url(),
    }


def meetings_today_url() -> str:
    """Return the address of all meetings of today: the page of their kind, or the search if several kinds meet."""
    slugs = kinds.meeting_slugs()
    if len(slugs) == 1:
        return f"{kinds[slugs[0]].page_url}?day=today"
    return f"{reverse('find')}?{SearchQuery(kinds=slugs, chosen=(('day', ('today',)),)).query_string()}"


def counts_by_kind(key: str, value: str, at: AskedAt) -> Mapping[str, int]:
    """Return by the slug of each kind, those with none included, how many listings match one option of a filter.

    Hotlines of other countries are not counted.
    """
    return engine.counts_by_kind(SearchQuery(chosen=((key, (value,)),)), at)


def build_tile(kind: Kind, open_now: Any, today: Any, going_on: Any) -> dict[str, Any]:
    """Return the tile of a kind as template context. The counts are those of `counts_by_kind`."""
    meetings_today = today[kind.slug] if kind.has_meetings else 0
    meetings_going_on = going_on[kind.slug] if kind.has_meetings else 0
    listings_open = open_now[kind.slug] if kind.counts_as_open else 0
    if meetings_going_on:
        status = ngettext("%(n)d going on now", "%(n)d going on now", meetings_going_on)
        status %= {"n": meetings_going_on}
    elif meetings_today:
        status = ngettext("%(n)d today", "%(n)d today", meetings_today) % {"n": meetings_today}
    elif listings_open:
        status = ngettext("%(n)d open now", "%(n)d open now", listings_open) % {"n": listings_open}
    else:
        status = fallback_text(kind)
    return {
        "url": kind.page_url,
        "icon": kind.icon,
        "name": kind.plural,
        "tagline": kind.tagline,
        "status": status,
        "is_open": bool(meetings_going_on or listings_open),
    }


def fallback_text(kind: Kind) -> str:
    """Return the text of a tile when nothing of the kind is open now."""
    condition = kind.tile_condition(timezone.localdate())
    return kind.fallback_text(Listing.objects.published().filter(condition, kind=kind.slug).count())

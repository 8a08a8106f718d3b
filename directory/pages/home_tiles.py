"""The doors on the home page: one for each kind, lit when somebody is there now."""

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
    opened = counts_by_kind("open", "now", at)
    today, going_on = counts_by_kind("day", "today", at), counts_by_kind("when", "now", at)
    doors = [tile(kind, opened, today, going_on) for kind in kinds.primary_kinds()]
    tonight = sum(today[slug] for slug in kinds.meeting_slugs())
    return {
        "doors": doors,
        "side_doors": [
            {"url": kind.page_url, "icon": kind.icon, "name": kind.plural} for kind in kinds.other_kinds()
        ],
        "places_tonight": tonight + sum(opened.values()),
        "now": {
            "lines_open": sum(opened[slug] for slug in kinds.crisis_line_slugs()),
            "meetings_on": sum(going_on[slug] for slug in kinds.meeting_slugs()),
        },
        "soon_total": tonight,
        "soon_url": meetings_today_url(),
    }


def meetings_today_url() -> str:
    """Return the address of all meetings of today: the page of their kind, or the search where several kinds meet."""
    slugs = kinds.meeting_slugs()
    if len(slugs) == 1:
        return f"{kinds[slugs[0]].page_url}?day=today"
    return f"{reverse('find')}?{SearchQuery(kinds=slugs, chosen=(('day', ('today',)),)).query_string()}"


def counts_by_kind(key: str, value: str, at: AskedAt) -> Any:
    """How many listings of each kind have an option."""
    return engine.counts_by_kind(SearchQuery(chosen=((key, (value,)),)), at)


def tile(kind: Kind, open_now: Any, all_today: Any, all_going_on: Any) -> dict[str, Any]:
    today, going_on = (all_today[kind.slug], all_going_on[kind.slug]) if kind.has_meetings else (0, 0)
    opened = open_now[kind.slug] if kind.counts_as_open else 0
    if going_on:
        words = ngettext("%(n)d going on now", "%(n)d going on now", going_on) % {"n": going_on}
    elif today:
        words = ngettext("%(n)d today", "%(n)d today", today) % {"n": today}
    elif opened:
        words = ngettext("%(n)d open now", "%(n)d open now", opened) % {"n": opened}
    else:
        words = fallback_text(kind)
    return {
        "url": kind.page_url, "icon": kind.icon, "name": kind.plural, "line": kind.tagline, "now": words,
        "lit": bool(going_on or opened), "today": today, "going_on": going_on,
    }  # fmt: skip


def fallback_text(kind: Kind) -> str:
    """Return the text of a tile when nothing of the kind is open now."""
    condition = kind.tile_condition(timezone.localdate())
    return kind.fallback_text(Listing.objects.published().filter(condition, kind=kind.slug).count())

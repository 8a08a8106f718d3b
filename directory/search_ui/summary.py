"""Texts about a search for its results page: the heading, the place, the total and the order."""

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.weekdays import WEEKDAY_KEYS
from directory.geo.geocoding import GeoPoint
from directory.kinds.registry import kinds
from directory.search.filter_registry import all_filters
from directory.search.parsing.location import ExtractedPlace
from directory.search.query import SearchQuery
from directory.vocabulary import Mode


def heading_text(query: SearchQuery, spot: GeoPoint | None) -> str:
    """Return the heading of the results page, such as "Support groups, online or near 95112, today"."""
    names = ", ".join(str(kinds[slug].plural) for slug in query.kinds)
    what = f"“{query.q}”" if query.q else names
    day = [day_text(value) for value in query.choices.get("day", ())]
    parts = [*filter(None, (what, where_text(query, spot))), *day]
    words = ", ".join(parts) or _("Everything here")
    return words[:1].upper() + words[1:]


def day_text(value: str) -> str:
    """Return a day of the filter as the language writes it inside a sentence: "today", "Saturday"."""
    return (
        str(WEEKDAYS[WEEKDAY_KEYS.index(value)])
        if value in WEEKDAY_KEYS
        else all_filters()["day"].option_label(value).lower()
    )


def where_text(query: SearchQuery, spot: GeoPoint | None) -> str:
    """Return where the results are, such as "online or near 95112"; empty where the query says nothing about it.

    Near a place are only results that a person goes to. A query of a place alone names only the place.
    """
    modes = [Mode(mode) for mode in query.choices.get("mode", ())]
    if not spot:
        return _(" or ").join(mode.label.lower() for mode in modes)
    near = _("near %(place)s") % {"place": spot.value}
    if query.has_only_place:
        return near
    remote = (
        [mode.label.lower() for mode in modes if mode != Mode.IN_PERSON]
        if modes
        else [Mode.ONLINE.label.lower()]
    )
    return _(" or ").join([*remote, near] if not modes or Mode.IN_PERSON in modes else remote)


def taken_place_text(taken: ExtractedPlace | None, spot: GeoPoint | None) -> str:
    """Return the sentence about which typed words were taken for a place; empty where none were."""
    if not taken or not spot:
        return ""
    return _("We took “%(typed)s” for the place %(place)s.") % {"typed": taken.typed, "place": spot.label}


def total_text(total: int) -> str:
    """Return the number of results in words."""
    if not total:
        return _("Nothing fits all of this yet")
    return ngettext("%(n)d place", "%(n)d places", total) % {"n": total}


def sort_text(order: str) -> str:
    """Return the name of an order of results."""
    return {"best": _("best match first"), "soonest": _("soonest first"), "nearest": _("nearest first")}[
        order
    ]

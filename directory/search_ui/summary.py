"""What was asked for and what was found, in a few words: the heading of the results page, its total, its order."""

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
    """ "Support groups, online or near 95112, today"."""
    names = ", ".join(str(kinds[slug].plural) for slug in query.kinds)
    what = f"“{query.q}”" if query.q else names
    day = [day_text(value) for value in query.choices.get("day", ())]
    parts = [*filter(None, (what, where_text(query, spot))), *day]
    words = ", ".join(parts) or _("Everything here")
    return words[:1].upper() + words[1:]


def day_text(value: str) -> str:
    """ "today", "Saturday": days of the week as the language writes them inside a sentence."""
    return (
        str(WEEKDAYS[WEEKDAY_KEYS.index(value)])
        if value in WEEKDAY_KEYS
        else all_filters()["day"].option_label(value).lower()
    )


def where_text(query: SearchQuery, spot: GeoPoint | None) -> str:
    """ "online or near 95112": with a place typed, only what one goes to must lie near it. A place alone leads."""
    modes = [Mode(mode) for mode in query.choices.get("mode", ())]
    if not spot:
        return _(" or ").join(mode.label.lower() for mode in modes)
    near = _("near %(place)s") % {"place": spot.value}
    if query.has_only_place:
        return near
    afar = (
        [mode.label.lower() for mode in modes if mode != Mode.IN_PERSON]
        if modes
        else [Mode.ONLINE.label.lower()]
    )
    return _(" or ").join([*afar, near] if not modes or Mode.IN_PERSON in modes else afar)


def taken_place_text(taken: ExtractedPlace | None, spot: GeoPoint | None) -> str:
    """Which place was taken out of the words."""
    if not taken or not spot:
        return ""
    return _("We took “%(typed)s” for the place %(place)s.") % {"typed": taken.typed, "place": spot.label}


def total_text(total: int) -> str:
    if not total:
        return _("Nothing fits all of this yet")
    return ngettext("%(n)d place", "%(n)d places", total) % {"n": total}


def sort_text(order: str) -> str:
    return {"best": _("best match first"), "soonest": _("soonest first"), "nearest": _("nearest first")}[
        order
    ]

"""Rendered cards of the results page, cached until their listing changes.

A listing is read once with all that its card needs and cached under its version, which is the number of the index
segment that it was found in. A change to a listing, or to the place or organization that its card names, puts it into a
new segment before the next search (see `search/index/change_log.py`), so a search never finds an outdated card. Hidden
listings are not found at all. A card is rendered again when its availability changes, and every quarter of an hour at
the latest. The distance is added for each request.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from core import template_cache
from core.cache import BoundedCache, register_clear
from core.template_cache import placeholder
from directory.listings.availability import AskedAt
from directory.listings.cards import build_card, load_listings, place_text
from directory.models import Listing

# Listings in the cache; each takes about ten kilobytes, and the oldest is removed first.
MOST_KEPT = 4000
# Renderings of one listing, which differ by zone and language.
MOST_TOLD = 24
# States of a card that shows no time of day, so that it depends on the visitor's date but not on their zone.
TIMELESS = frozenset({"arrangement", "paused"})
QUARTER = 15 * 60
# Marks where the rendered card has its place.
PLACE = mark_safe(secrets.token_hex(8))  # noqa: S308 - letters and digits

# The visitor's zone, or only the date; the time filters; the language.
Asker = tuple[object, object, str | None]


@dataclass(frozen=True, slots=True)
class RenderedCard:
    """The HTML of a card, which is valid before `until` (seconds since 1970).

    `state` is that of `Availability`. `html` is split where the place belongs. `is_at_place` says whether people can
    go to the place, so that a distance is shown.
    """

    state: str
    html: Sequence[str]
    place: str
    is_at_place: bool
    until: float


@dataclass(slots=True)
class CachedListing:
    """A listing of one version with its rendered cards."""

    version: int
    listing: Listing
    timeless: bool = False
    rendered: dict[Asker, RenderedCard] = field(default_factory=dict)

    def asker(self, at: AskedAt) -> Asker:
        """Return the part of a request that decides how the card reads."""
        return at.today if self.timeless else at.zone, at.meeting_choices, get_language()


_cache = BoundedCache()
register_clear(_cache.clear)


def render_cards(
    pks: Sequence[int],
    versions: Mapping[int, int],
    at: AskedAt,
    km: Mapping[int, float],
    out_of_reach: AskedAt | None = None,
) -> list[tuple[str, SafeString]]:
    """Return the state and HTML of each card in the order of the ids, without listings that are no longer public.

    `km` holds the distance of the listings in reach of a searched place; for all others `out_of_reach` says what was
    asked.
    """
    found = load_cached(pks, versions)
    now = at.now.timestamp()
    cards = []
    for pk in pks:
        if kept := found.get(pk):
            asked = out_of_reach if out_of_reach and pk not in km else at
            one = kept.rendered.get(kept.asker(asked))
            if one is None or one.until <= now:
                one = render_card(kept, asked)
            cards.append((one.state, add_place(one, kept.listing, km.get(pk))))
    return cards


def load_cached(pks: Sequence[int], versions: Mapping[int, int]) -> dict[int, CachedListing]:
    """Return the listings of these versions from the cache, and read those that it lacks."""
    found = {pk: kept for pk in pks if (kept := _cache.get(pk)) and kept.version == versions.get(pk)}
    missing = [pk for pk in pks if pk not in found]
    for listing in load_listings(missing) if missing else ():
        found[listing.pk] = CachedListing(versions.get(listing.pk, 0), listing)
        if listing.pk in versions:
            _cache.store(listing.pk, found[listing.pk], MOST_KEPT)
    return found


def render_card(kept: CachedListing, at: AskedAt) -> RenderedCard:
    """Render the card of a listing and cache it."""
    if len(kept.rendered) >= MOST_TOLD:
        kept.rendered = {}
    one = build_card(kept.listing, at)
    # A card for time filters may show no time of day where the plain card of the listing does.
    kept.timeless = one.availability.state in TIMELESS and not at.meeting_choices
    marked = replace(one, place=placeholder(PLACE) if one.place else "")
    html = template_cache.render_cached("directory/_card.html", {"card": marked})
    until = min(one.availability.valid_until, (at.now.timestamp() // QUARTER + 1) * QUARTER)
    state, parts = one.availability.state, html.split(PLACE)
    rendered = RenderedCard(state, parts, escape(one.place), one.is_at_place, until)
    kept.rendered[kept.asker(at)] = rendered
    return rendered


def add_place(one: RenderedCard, listing: Listing, km: float | None) -> SafeString:
    """Return the HTML of a card with its place, and with the distance where `km` is known."""
    place = escape(place_text(listing, km)) if km is not None and one.is_at_place else one.place
    return mark_safe(place.join(one.html))  # noqa: S308 - a template's, and the place is escaped

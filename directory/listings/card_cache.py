"""Cards of the results page as HTML, kept as long as their listing stays as it is.

A listing is read once, with all that its card says, and kept under its version: the number of the search's segment that
it was found in. Whatever changes a listing, or the place or organization that its card names, puts it into a new
segment before the next search answers (see `search.changes`), so that an old card is never found again; and what is
hidden is not found at all. What a card says of the moment is told anew when it would read otherwise (`Moment.until`),
every quarter of an hour at the latest; how far it is, each time.
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

# Listings that are kept, the oldest going first: some ten kilobytes each.
MOST_KEPT = 4000
# Zones and languages in which one is kept.
MOST_TOLD = 24
# States of a card that tells no time, so that nobody's zone matters to it, only their day.
TIMELESS = frozenset({"arrangement", "paused"})
QUARTER = 15 * 60
# Stands where the card says its place.
PLACE = mark_safe(secrets.token_hex(8))  # noqa: S308 - letters and digits

# A zone, or only a day; the hours asked for; and the language.
Asker = tuple[object, object, str | None]


@dataclass(frozen=True, slots=True)
class RenderedCard:
    """A card as it reads before `until` (seconds since 1970): `state` as in `moments.Moment`, its HTML cut where its
    place is."""

    state: str
    html: Sequence[str]
    place: str
    until: float


@dataclass(slots=True)
class CachedListing:
    version: int
    listing: Listing
    timeless: bool = False
    rendered: dict[Asker, RenderedCard] = field(default_factory=dict)

    def asker(self, at: AskedAt) -> Asker:
        return at.today if self.timeless else at.zone, at.slots, get_language()


_cache = BoundedCache()
register_clear(_cache.clear)


def render_cards(
    pks: Sequence[int], versions: Mapping[int, int], at: AskedAt, km: Mapping[int, float]
) -> list[tuple[str, SafeString]]:
    """State and HTML of each card in the order of the ids; what is not public any more is left out."""
    found = load_cached(pks, versions)
    now = at.now.timestamp()
    cards = []
    for pk in pks:
        if kept := found.get(pk):
            one = kept.rendered.get(kept.asker(at))
            if one is None or one.until <= now:
                one = render_card(kept, at)
            cards.append((one.state, add_place(one, kept.listing, km.get(pk))))
    return cards


def load_cached(pks: Sequence[int], versions: Mapping[int, int]) -> dict[int, CachedListing]:
    """What is kept of these listings in just these versions; the others are read now."""
    found = {pk: kept for pk in pks if (kept := _cache.get(pk)) and kept.version == versions.get(pk)}
    missing = [pk for pk in pks if pk not in found]
    for listing in load_listings(missing) if missing else ():
        found[listing.pk] = CachedListing(versions.get(listing.pk, 0), listing)
        if listing.pk in versions:
            _cache.store(listing.pk, found[listing.pk], MOST_KEPT)
    return found


def render_card(kept: CachedListing, at: AskedAt) -> RenderedCard:
    if len(kept.rendered) >= MOST_TOLD:
        kept.rendered = {}
    one = build_card(kept.listing, at)
    # Of the hours asked for it may tell none where it tells one otherwise.
    kept.timeless = one.availability.state in TIMELESS and not at.slots
    marked = replace(one, place=placeholder(PLACE) if one.place else "")
    html = template_cache.render_cached("directory/_card.html", {"card": marked})
    until = min(one.availability.valid_until, (at.now.timestamp() // QUARTER + 1) * QUARTER)
    shown = RenderedCard(one.availability.state, html.split(PLACE), escape(one.place), until)
    kept.rendered[kept.asker(at)] = shown
    return shown


def add_place(one: RenderedCard, listing: Listing, km: float | None) -> SafeString:
    place = one.place if km is None else escape(place_text(listing, km))
    return mark_safe(place.join(one.html))  # noqa: S308 - a template's, and the place is escaped

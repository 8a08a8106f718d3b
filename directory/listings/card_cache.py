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
from core.cache import Memory
from core.template_cache import gap
from directory.listings.availability import At
from directory.listings.cards import card, place_words, ready
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
class Shown:
    """A card as it reads before `until` (seconds since 1970): `state` as in `moments.Moment`, its HTML cut where its
    place is."""

    state: str
    html: Sequence[str]
    place: str
    until: float


@dataclass(slots=True)
class Kept:
    version: int
    listing: Listing
    timeless: bool = False
    told: dict[Asker, Shown] = field(default_factory=dict)

    def asker(self, at: At) -> Asker:
        return at.today if self.timeless else at.zone, at.slots, get_language()


_kept = Memory()


def shown(
    pks: Sequence[int], versions: Mapping[int, int], at: At, km: Mapping[int, float]
) -> list[tuple[str, SafeString]]:
    """State and HTML of each card in the order of the ids; what is not public any more is left out."""
    found = fresh(pks, versions)
    now = at.now.timestamp()
    cards = []
    for pk in pks:
        if kept := found.get(pk):
            one = kept.told.get(kept.asker(at))
            if one is None or one.until <= now:
                one = told(kept, at)
            cards.append((one.state, with_place(one, kept.listing, km.get(pk))))
    return cards


def fresh(pks: Sequence[int], versions: Mapping[int, int]) -> dict[int, Kept]:
    """What is kept of these listings in just these versions; the others are read now."""
    found = {pk: kept for pk in pks if (kept := _kept.get(pk)) and kept.version == versions.get(pk)}
    missing = [pk for pk in pks if pk not in found]
    for listing in ready(missing) if missing else ():
        found[listing.pk] = Kept(versions.get(listing.pk, 0), listing)
        if listing.pk in versions:
            _kept.keep(listing.pk, found[listing.pk], MOST_KEPT)
    return found


def told(kept: Kept, at: At) -> Shown:
    if len(kept.told) >= MOST_TOLD:
        kept.told = {}
    one = card(kept.listing, at)
    # Of the hours asked for it may tell none where it tells one otherwise.
    kept.timeless = one.when.state in TIMELESS and not at.slots
    marked = replace(one, place=gap(PLACE) if one.place else "")
    html = template_cache.render("directory/_card.html", {"card": marked})
    until = min(one.when.until, (at.now.timestamp() // QUARTER + 1) * QUARTER)
    shown = Shown(one.when.state, html.split(PLACE), escape(one.place), until)
    kept.told[kept.asker(at)] = shown
    return shown


def with_place(one: Shown, listing: Listing, km: float | None) -> SafeString:
    place = one.place if km is None else escape(place_words(listing, km))
    return mark_safe(place.join(one.html))  # noqa: S308 - a template's, and the place is escaped


def forget() -> None:
    """As after a start of the process."""
    _kept.clear()

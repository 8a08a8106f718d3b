"""Say what happened to a saved listing, and offer the closest alternative where it is unavailable."""

import datetime
import math
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from directory.geo.geocoding import bounding_boxes, distance_km
from directory.listings import freshness
from directory.models import Listing
from directory.vocabulary import Status, add_wider_concerns

SEARCH_RADIUS_KM = 80
MAX_CANDIDATES = 60  # listings of the kind near by
MAX_ALTERNATIVES = 5  # saved listings for which another one is looked for, each by a query


@dataclass(frozen=True, slots=True)
class ListingChange:
    """What happened to a listing, and the closest alternative where there is one."""

    description: str
    alternative: Listing | None = None


def find_changes(listings: list[Listing], today: datetime.date) -> dict[int, ListingChange]:
    """Return the changes of the saved listings by id. Listings without a change are left out."""
    descriptions = {listing.pk: text for listing in listings if (text := describe_change(listing, today))}
    saved_ids = {listing.pk for listing in listings}
    unavailable = [listing for listing in listings if listing.status != Status.PUBLISHED][:MAX_ALTERNATIVES]
    alternatives = {listing.pk: closest_alternative(listing, saved_ids) for listing in unavailable}
    return {pk: ListingChange(text, alternatives.get(pk)) for pk, text in descriptions.items()}


def describe_change(listing: Listing, today: datetime.date) -> str:
    """Return what happened to the listing as a sentence, or ""."""
    if listing.status == Status.CLOSED:
        return _("This one has closed.")
    if listing.status == Status.PAUSED:
        return _("This one is paused.")
    if freshness.is_stale(listing, today):
        return _("Nobody has confirmed this one for a long time. Call before you go.")
    return ""


def closest_alternative(listing: Listing, excluded_ids: set[int]) -> Listing | None:
    """Return another published listing of the same kind to offer in place of this one, or None.

    A listing that shares a concern comes before one that shares none, and then the nearest comes first. At most
    `MAX_CANDIDATES` listings near by are compared. A listing without a public point gets an online alternative.
    """
    candidates = Listing.objects.published().filter(kind=listing.kind).exclude(pk__in=excluded_ids)
    point = listing.place.public_point if listing.place else None
    candidates = (
        candidates.filter(_within_radius(*point)) if point else candidates.filter(modes__has="online")
    )
    nearest = candidates.select_related("place")[:MAX_CANDIDATES]
    return min(nearest, key=lambda other: _alternative_sort_key(listing, other, point), default=None)


def _alternative_sort_key(
    listing: Listing, other: Listing, point: tuple[float, float] | None
) -> tuple[bool, float, int]:
    """Return the sort key of `other` as an alternative to `listing`; the best alternative has the lowest key.

    It compares whether the two share no concern, then the distance in km from `point`, then the id. Without `point` all
    distances are 0. An unknown distance is infinite.
    """
    shared = {*add_wider_concerns(listing.concerns)} & {*add_wider_concerns(other.concerns)}
    is_unrelated = bool(listing.concerns) and not shared
    other_point = other.place.distance_point if other.place else None
    km = (distance_km(*point, *other_point) if other_point else math.inf) if point else 0.0
    return is_unrelated, km, other.pk


def _within_radius(latitude: float, longitude: float) -> Q:
    """Return the filter for listings within `SEARCH_RADIUS_KM` of a point, roughly."""
    condition = Q()
    for box in bounding_boxes(latitude, longitude, SEARCH_RADIUS_KM):
        condition |= Q(
            place__latitude__range=(box.south, box.north), place__longitude__range=(box.west, box.east)
        )
    return condition

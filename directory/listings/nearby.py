"""The listings near a listing: at the same address, and of its kind in the surroundings. One query finds both."""

import math

from django.db.models import ExpressionWrapper, F, FloatField, Q, QuerySet

from core.i18n import name_lang_attribute
from directory.geo.geocoding import bounding_boxes, distance_km
from directory.kinds.registry import kinds
from directory.listings.cards import distance_text
from directory.models import Listing, Place

MAX_SAME_PLACE = 5
MAX_NEARBY = 4
REACH_KM = 15
# Rows that the query for both lists returns at most.
MAX_ROWS = 40

NearbyListing = dict[str, str]


def nearby_listings(listing: Listing) -> tuple[list[NearbyListing], list[NearbyListing]]:
    """Return the listings at the same address and those of the same kind nearby, the nearest first.

    A listing with a private address has no such lists, and no listing with a private address is listed as nearby.
    """
    place = listing.place
    if place is None or place.private:
        return [], []
    rows = list(same_place_or_near(listing, place)[:MAX_ROWS])
    same_place = [nearby_text(each, str(kinds[each.kind].name)) for each in rows if each.place_id == place.pk]
    near = [
        nearby_text(
            each, ", ".join(filter(None, [*each.place.public_parts[:1], distance_between(place, each.place)]))
        )
        for each in rows
        if each.place and each.place_id != place.pk
    ]
    return same_place[:MAX_SAME_PLACE], near[:MAX_NEARBY]


def same_place_or_near(listing: Listing, place: Place) -> QuerySet[Listing]:
    """Return the other published listings at a place, and those of the same kind in a box around it, the nearest first.

    The box reaches `REACH_KM` to each side and leaves out private addresses. Without coordinates, only the listings at
    the place itself are returned.
    """
    rows = Listing.objects.published().exclude(pk=listing.pk).select_related("place")
    if place.latitude is None or place.longitude is None:
        return rows.filter(place=place)
    near = Q(place=place)
    for south, north, west, east in bounding_boxes(place.latitude, place.longitude, REACH_KM):
        box = Q(place__latitude__range=(south, north), place__longitude__range=(west, east))
        near |= box & Q(kind=listing.kind, place__private=False)
    return rows.filter(near).order_by(squared_degrees(place.latitude, place.longitude), "name")


def squared_degrees(latitude: float, longitude: float) -> ExpressionWrapper:
    """Return the squared distance in degrees, which gives the right order within a few kilometres."""
    north = F("place__latitude") - latitude
    east = (F("place__longitude") - longitude) * math.cos(math.radians(latitude))
    return ExpressionWrapper(north * north + east * east, output_field=FloatField())


def distance_between(place: Place, other: Place) -> str:
    """Return the distance between two places in words, or "" where either has no point."""
    coordinates = (place.latitude, place.longitude, other.latitude, other.longitude)
    known = [each for each in coordinates if each is not None]
    return distance_text(distance_km(*known), other) if len(known) == len(coordinates) else ""


def nearby_text(listing: Listing, text: str) -> NearbyListing:
    """Return the address and name of a listing for the list, with a text about it."""
    lang = name_lang_attribute(listing.name, listing.text_language)
    return {"url": listing.get_absolute_url(), "name": listing.name, "lang": lang, "details": text}

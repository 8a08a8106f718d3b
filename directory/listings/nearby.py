"""What else is near a listing: at the same address, and of its kind around the corner. One query for both."""

import math

from django.db.models import ExpressionWrapper, F, FloatField, Q, QuerySet

from directory.geo.geocoding import bounding_boxes, distance_km
from directory.kinds.registry import kinds
from directory.listings.cards import distance_text
from directory.models import Listing, Place

ALSO_HERE = 5
NEAR_BY = 4
REACH_KM = 15
# Rows read for the two lists: some neighbours share the address, and are of any kind.
MOST_READ = 40

Neighbour = dict[str, str]


def nearby_listings(listing: Listing) -> tuple[list[Neighbour], list[Neighbour]]:
    """Others at the same address, and others of its kind near by, the nearest first. About a private address
    nothing is said of the neighbours, and nobody's private address is told as near."""
    place = listing.place
    if place is None or place.private:
        return [], []
    rows = list(same_place_or_near(listing, place)[:MOST_READ])
    also = [nearby_text(each, str(kinds[each.kind].name)) for each in rows if each.place_id == place.pk]
    near = [
        nearby_text(
            each, ", ".join(filter(None, [*each.place.public_parts[:1], distance_between(place, each.place)]))
        )
        for each in rows
        if each.place and each.place_id != place.pk
    ]
    return also[:ALSO_HERE], near[:NEAR_BY]


def same_place_or_near(listing: Listing, place: Place) -> QuerySet[Listing]:
    rows = Listing.objects.published().exclude(pk=listing.pk).select_related("place")
    if place.latitude is None or place.longitude is None:
        return rows.filter(place=place)
    near = Q(place=place)
    for south, north, west, east in bounding_boxes(place.latitude, place.longitude, REACH_KM):
        box = Q(place__latitude__range=(south, north), place__longitude__range=(west, east))
        near |= box & Q(kind=listing.kind, place__private=False)
    return rows.filter(near).order_by(squared_degrees(place.latitude, place.longitude), "name")


def squared_degrees(latitude: float, longitude: float) -> ExpressionWrapper:
    """The square of the distance in degrees, good enough for an order within a few kilometres."""
    north = F("place__latitude") - latitude
    east = (F("place__longitude") - longitude) * math.cos(math.radians(latitude))
    return ExpressionWrapper(north * north + east * east, output_field=FloatField())


def distance_between(place: Place, other: Place) -> str:
    """In words; nothing where either has no point."""
    points = (place.latitude, place.longitude, other.latitude, other.longitude)
    known = [each for each in points if each is not None]
    return distance_text(distance_km(*known), other) if len(known) == len(points) else ""


def nearby_text(listing: Listing, said: str) -> Neighbour:
    return {"url": listing.get_absolute_url(), "name": listing.name, "words": said}

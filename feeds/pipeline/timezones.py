"""Derive the time zone of meetings whose feed gives none: from the coordinates, the ZIP code or the town."""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

import tzfpy

from directory.geo.geocoding import find_points
from feeds.fetch.cpu_limit import check_cpu
from feeds.records import GroupRecord, PlaceRecord


def zone_of_place(place: PlaceRecord | None) -> str:
    """Return the IANA name of a place's time zone, or "" if it cannot be derived."""
    if place is None:
        return ""
    if place.latitude is not None and place.longitude is not None:
        return _zone_of_point(place.longitude, place.latitude)
    town = ", ".join(filter(None, (place.city, place.region)))
    return _zone_of_text(place.postal_code, place.country) or _zone_of_text(town, place.country)


def most_common_zone(records: Iterable[GroupRecord]) -> str:
    """Return the time zone of most groups in a feed, or "" if none is known.

    It is used for online meetings: those of an intergroup keep the local time of its town.
    """
    zones: Counter[str] = Counter()
    for record in records:
        check_cpu()
        zones.update(filter(None, (zone_of_place(record.place),)))
    return zones.most_common(1)[0][0] if zones else ""


@lru_cache(maxsize=20_000)
def _zone_of_point(longitude: float, latitude: float) -> str:
    """Return the IANA zone at a point, from a cache."""
    return tzfpy.get_tz(longitude, latitude)


@lru_cache(maxsize=20_000)
def _zone_of_text(text: str, country: str) -> str:
    """Return the IANA zone of the town that a text names, or ""."""
    points = find_points(text, country or "US", 1, exact=True) if text else []
    return points[0].zone if points else ""

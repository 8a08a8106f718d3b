"""Zones for meetings whose feed gives none: from the place's point, its ZIP or its town; marked as derived."""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

import tzfpy

from directory.geo.geocoding import find_points
from feeds.fetch.cpu_limit import check_cpu
from feeds.records import GroupRecord, PlaceRecord


def zone_of_place(place: PlaceRecord | None) -> str:
    """An IANA name, or "" where the place says too little."""
    if place is None:
        return ""
    if place.latitude is not None and place.longitude is not None:
        return zone_of_point(place.longitude, place.latitude)
    town = ", ".join(filter(None, (place.city, place.region)))
    return zone_of_text(place.postal_code, place.country) or zone_of_text(town, place.country)


@lru_cache(maxsize=20_000)
def zone_of_point(longitude: float, latitude: float) -> str:
    return tzfpy.get_tz(longitude, latitude)


@lru_cache(maxsize=20_000)
def zone_of_text(text: str, country: str) -> str:
    spots = find_points(text, country or "US", 1, exact=True) if text else []
    return spots[0].zone if spots else ""


def most_common_zone(records: Iterable[GroupRecord]) -> str:
    """The zone of most groups of a feed: an intergroup's online meetings keep the clock of its town."""
    zones: Counter[str] = Counter()
    for record in records:
        check_cpu()
        zones.update(filter(None, (zone_of_place(record.place),)))
    return zones.most_common(1)[0][0] if zones else ""

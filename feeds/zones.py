"""Zones for meetings whose feed gives none: from the place's point, its ZIP or its town; marked as derived."""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

import tzfpy

from directory.places import find_spots
from feeds.records import GroupRecord, PlaceRecord


@lru_cache(maxsize=50_000)
def of_place(place: PlaceRecord | None) -> str:
    """An IANA name, or "" where the place says too little."""
    if place is None:
        return ""
    if place.latitude is not None and place.longitude is not None:
        return tzfpy.get_tz(place.longitude, place.latitude)
    for text in (place.postal_code, ", ".join(filter(None, (place.city, place.region)))):
        if text and (spots := find_spots(text, place.country or "US", 1, exact=True)):
            return spots[0].zone
    return ""


def most_common(records: Iterable[GroupRecord]) -> str:
    """The zone of most groups of a feed: an intergroup's online meetings keep the clock of its town."""
    zones = Counter(zone for record in records if (zone := of_place(record.place)))
    return zones.most_common(1)[0][0] if zones else ""

"""Derive the time zone of meetings whose feed gives none: from the place, else from other places of the feed."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

import tzfpy

from directory.geo.gazetteer import Zones, area_zones
from directory.geo.geocoding import find_points
from feeds.fetch.cpu_limit import check_cpu
from feeds.records import GroupRecord, PlaceRecord

# The gazetteer knows the postal codes of these; "75001" is a ZIP in Texas and a part of Paris.
COUNTRIES_WITH_ZIPS = ("", "US", "PR")


def zone_of_place(place: PlaceRecord | None) -> str:
    """Return the IANA name of a place's time zone, or "" if it cannot be derived.

    It comes from the point, which agrees with the address where there is one (`point_check`), else from the ZIP code or
    the town, else from the state or the country.
    """
    if place is None:
        return ""
    if place.latitude is not None and place.longitude is not None:
        return _zone_of_point(place.longitude, place.latitude)
    town = ", ".join(filter(None, (place.city, place.region)))
    return (
        _zone_of_text(place.postal_code if place.country in COUNTRIES_WITH_ZIPS else "", place.country)
        or _zone_of_text(town, place.country)
        or _zone_of_area(place.country, place.region)
    )


def common_zones(records: Iterable[GroupRecord]) -> dict[str, str]:
    """Return the time zone of most groups of each country in a feed; under "", that of all its groups.

    It is used for meetings whose own place says no zone: online meetings of an intergroup keep the local time of its
    town. A country of which no zone is known is left out, so that it never gets the zone of another one.
    """
    zones: dict[str, Counter[str]] = {"": Counter()}
    for record in records:
        check_cpu()
        if zone := zone_of_place(record.place):
            country = record.place.country if record.place else ""
            for key in {"", country}:
                zones.setdefault(key, Counter())[zone] += 1
    return {country: counter.most_common(1)[0][0] for country, counter in zones.items() if counter}


def zone_from_feed(place: PlaceRecord | None, zones: Mapping[str, str]) -> str:
    """Return the zone that a meeting takes from other groups of its feed: those of its country, if it names one."""
    return zones.get(place.country if place else "", "")


@lru_cache(maxsize=20_000)
def _zone_of_point(longitude: float, latitude: float) -> str:
    """Return the IANA zone at a point, from a cache."""
    return tzfpy.get_tz(longitude, latitude)


@lru_cache(maxsize=1)
def _area_zones() -> Zones:
    return area_zones()


def _zone_of_area(country: str, region: str) -> str:
    """Return the zone of a state or a country that has only one, or ""."""
    zones = _area_zones()
    return zones.get((country, region.upper()), "") or zones.get((country, ""), "")


@lru_cache(maxsize=20_000)
def _zone_of_text(text: str, country: str) -> str:
    """Return the IANA zone of the town that a text names, or ""."""
    points = find_points(text, country or "US", 1, exact=True) if text else []
    return points[0].zone if points else ""

"""Derive the time zone of a place from its point or its address. Feeds and the forms of the admin call it."""

import datetime
from functools import lru_cache

import tzfpy
from django.conf import settings
from django.utils import timezone

from core.recurrence import load_zone
from directory.geo.address_points import Address, area_of, find_towns, find_zip_place
from directory.geo.gazetteer import Zones, area_zones


def zone_of_place(place: Address | None) -> str:
    """Return the IANA name of a place's time zone, or "" if it cannot be derived.

    It comes from the point, which agrees with the address where there is one (`address_points.find_conflict`), else
    from the ZIP code or the town, else from the state or the country.
    """
    if place is None:
        return ""
    if place.latitude is not None and place.longitude is not None:
        return _zone_of_point(place.longitude, place.latitude)
    if zip_place := find_zip_place(place):
        return zip_place.zone
    towns = find_towns(place)
    return towns[0].zone if towns else zone_of_area(*area_of(place))


def zone_of_area(country: str, region: str = "") -> str:
    """Return the zone of most towns of a state or a country, or "" for a country with zones by state and no state."""
    zones = _area_zones()
    return zones.get((country, region), "") or zones.get((country, ""), "")


def default_zone(place: Address | None, country: str) -> str:
    """Return the zone to propose for hours and meetings: that of the place, else of the country, else of the site.

    The site's zone is proposed only in the site's country. It is "" where neither place nor country tells one.
    """
    own = getattr(place, "zone", "")
    country = place.country if place and place.country else country
    if zone := own or zone_of_place(place) or zone_of_area(country):
        return zone
    return settings.TIME_ZONE if country in ("", settings.DEFAULT_COUNTRY) else ""


def keep_same_time(one: str, other: str) -> bool:
    """Return whether clocks in two zones show the same time, in winter and in summer of this year."""
    year = timezone.localdate().year
    moments = [datetime.datetime(year, month, 1, tzinfo=datetime.UTC) for month in (1, 7)]
    zones = load_zone(one), load_zone(other)
    return all(len({moment.astimezone(zone).utcoffset() for zone in zones}) == 1 for moment in moments)


@lru_cache(maxsize=20_000)
def _zone_of_point(longitude: float, latitude: float) -> str:
    """Return the IANA zone at a point, from a cache."""
    return tzfpy.get_tz(longitude, latitude)


@lru_cache(maxsize=1)
def _area_zones() -> Zones:
    return area_zones()

"""Geocoding: points on the map for the text in the field "near", and distances between points.

The only source is the bundled gazetteer. No text that a visitor types is sent to another site.
"""

import functools
import math
import operator
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from django.db.models import Case, F, Q, Value, When

from directory.geo.gazetteer import country_names, fold_name
from directory.geo.gazetteer.names import COUNTRY_ALIASES, REGION_ALIASES, REGIONS, US_TERRITORIES
from directory.models.gazetteer import GazetteerPlace

LONGEST_TEXT = 120
# A shorter text is the beginning of too many names.
MIN_PREFIX = 3
LAST_CHARACTER = "\U0010ffff"
# How many words at the end may name a state or country without a comma: "united states of america".
MAX_REGION_WORDS = 4
MEAN_EARTH_RADIUS_KM = 6371.0088
KM_PER_MILE = 1.609344
MILE_COUNTRIES = frozenset({"US", "GB"})
# How far away the place may be that gives a point its zone. The search tries the short distance first.
ZONE_SEARCH_KM = (40, 400)

POINT = re.compile(r"([+-]?\d{1,3}(?:\.\d*)?)\s*,\s*([+-]?\d{1,3}(?:\.\d*)?)", re.ASCII)
ZIP = re.compile(r"(?:(?P<before>.*[^\w-])\s*)?(?P<zip>\d{5})(?:[- ]?\d{4})?(?:[\s,]+USA?)?", re.A | re.I)

# A region as (country, region); a whole country as (country, "").
Area = tuple[str, str]


@dataclass(frozen=True)
class GeoPoint:
    """A point that a visitor may have meant, in degrees.

    `zone` is an IANA name, or "" in the open sea. `value` is the text for addresses that finds the same point again:
    "95112", "San Jose, CA" or "37.34,-121.89".
    """

    label: str
    latitude: float
    longitude: float
    zone: str
    value: str
    country: str = ""
    population: int = 0
    """The population of the town; 0 for a point or ZIP."""


class Box(NamedTuple):
    """Bounds in degrees, borders included; `west` is never greater than `east`."""

    south: float
    north: float
    west: float
    east: float


@dataclass(frozen=True)
class _Reading:
    """One way to read the text: the key of a town, and for each part after it the areas that it may name."""

    key: str
    within: tuple[frozenset[Area], ...] = ()

    def fits(self, place: GazetteerPlace) -> bool:
        """Return whether a place of the gazetteer has this name and is in the areas that were typed with it."""
        here = {(place.country, place.region), (place.country, "")}
        return place.key == self.key and all(areas & here for areas in self.within)

    def names_region_of(self, place: GazetteerPlace) -> bool:
        """Return whether the parts name the region of the place rather than its country.

        Where a code means both, the state wins: "Richmond, CA" is in California rather than in Canada.
        """
        here = place.country, place.region
        return all(len(areas) == 1 or (place.region != "" and here in areas) for areas in self.within)


def find_points(text: str, country: str = "US", limit: int = 6, *, exact: bool = False) -> list[GeoPoint]:
    """Return the points that `text` may mean, best first, or [] when it means none. Any text is allowed.

    The text may be a ZIP, a point as "lat,lng", or a town with or without its state, province or country, which may be
    abbreviated and need no comma. A point is rounded to two decimals, so that no address says exactly where somebody
    is.

    Towns in `country` (ISO 3166) come first, then larger towns. A text that names no town is taken as the beginning of
    a name, unless `exact` is true. At most two queries.
    """
    if len(text) > LONGEST_TEXT or any(char == "\0" or unicodedata.category(char) == "Cs" for char in text):
        return []
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").strip()
    if match := POINT.fullmatch(plain):
        return _points_at(float(match[1]), float(match[2]))
    if zip_code := _zip_in(plain):
        return [_to_point(place) for place in GazetteerPlace.objects.filter(key=zip_code, is_zip=True)[:1]]
    readings = _readings(plain)
    places = _find_by_name(readings, country) or ([] if exact else _find_by_prefix(readings, country, limit))
    return list(dict.fromkeys(map(_to_point, places)))[:limit]


def find_points_in(texts: Iterable[str], country: str = "US") -> dict[str, list[GeoPoint]]:
    """Return the points of each text that is a ZIP code or the whole name of a town, with one query."""
    zips, towns = {}, {}
    for text in texts:
        plain = unicodedata.normalize("NFKC", text).strip()
        if zip_code := _zip_in(plain):
            zips[text] = zip_code
        elif readings := _readings(plain):
            towns[text] = readings
    keys = {*zips.values(), *(reading.key for readings in towns.values() for reading in readings)}
    rows = list(GazetteerPlace.objects.filter(key__in=keys)) if keys else []
    found = {text: [row for row in rows if row.is_zip and row.key == code] for text, code in zips.items()}
    found |= {text: _matching_towns(readings, rows, country) for text, readings in towns.items()}
    return {text: list(dict.fromkeys(map(_to_point, places))) for text, places in found.items() if places}


def uses_miles(country: str) -> bool:
    """Return whether distances in the country are shown in miles, as its law says."""
    return country in MILE_COUNTRIES


def bounding_boxes(latitude: float, longitude: float, km: float) -> list[Box]:
    """Return the smallest bounds that contain every point within `km`: two boxes across the antimeridian, else one.

    Raise ValueError where the numbers are no point or no distance.
    """
    if not (_on_earth(latitude, longitude) and math.isfinite(km) and km >= 0):
        raise ValueError(f"no circle: {latitude}, {longitude}, {km} km")
    reach = math.degrees(km / MEAN_EARTH_RADIUS_KM)
    south, north = latitude - reach, latitude + reach
    if south <= -90 or north >= 90:
        return [Box(max(south, -90.0), min(north, 90.0), -180.0, 180.0)]
    # The meridians converge, so the circle has its greatest width in degrees on the side of the pole.
    width = math.degrees(
        math.asin(min(1.0, math.sin(math.radians(reach)) / math.cos(math.radians(latitude))))
    )
    west, east = longitude - width, longitude + width
    if west < -180:
        return [Box(south, north, west + 360, 180.0), Box(south, north, -180.0, east)]
    if east > 180:
        return [Box(south, north, west, 180.0), Box(south, north, -180.0, east - 360)]
    return [Box(south, north, west, east)]


def distance_km(a_lat: float, a_lng: float, b_lat: float, b_lng: float) -> float:
    """Return the distance between two points in degrees, in kilometres.

    The haversine formula on a sphere is right to half a percent.
    """
    a_phi, b_phi = math.radians(a_lat), math.radians(b_lat)
    across = math.sin(math.radians(b_lng - a_lng) / 2) ** 2
    half_chord = math.sin((b_phi - a_phi) / 2) ** 2 + math.cos(a_phi) * math.cos(b_phi) * across
    return 2 * MEAN_EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half_chord)))


def distances_km(point: GeoPoint, latitudes: Any, longitudes: Any) -> Any:
    """Return the distances in kilometres from a point to many points, which are numpy arrays of degrees."""
    phi, phis = math.radians(point.latitude), np.radians(latitudes)
    across = np.sin(np.radians(longitudes - point.longitude) / 2) ** 2
    half_chord = np.sin((phis - phi) / 2) ** 2 + math.cos(phi) * np.cos(phis) * across
    return 2 * MEAN_EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, np.sqrt(half_chord)))


def _on_earth(latitude: float, longitude: float) -> bool:
    """Return whether latitude and longitude, in degrees, are in their ranges."""
    return -90 <= latitude <= 90 and -180 <= longitude <= 180


def _points_at(latitude: float, longitude: float) -> list[GeoPoint]:
    """Return the point at typed coordinates, rounded to two decimals of a degree; none for impossible ones."""
    if not _on_earth(latitude, longitude):
        return []
    # Adding 0.0 turns -0.0 into 0.0.
    latitude, longitude = round(latitude, 2) + 0.0, round(longitude, 2) + 0.0
    coordinates = f"{latitude:.2f}", f"{longitude:.2f}"
    near = _nearest(latitude, longitude)
    zone, country = (near.zone, near.country) if near else ("", "")
    return [GeoPoint(", ".join(coordinates), latitude, longitude, zone, ",".join(coordinates), country)]


def _nearest(latitude: float, longitude: float) -> GazetteerPlace | None:
    """Return the nearest place, from which a point takes its zone and country.

    Near a border that may be a place on the other side.
    """
    north = F("latitude") - latitude
    # A flat approximation is good enough for a few hundred kilometres.
    east = (F("longitude") - longitude) * math.cos(math.radians(latitude))
    for reach in ZONE_SEARCH_KM:
        boxes = bounding_boxes(latitude, longitude, reach)
        inside = _combine_or(
            Q(latitude__range=(box.south, box.north), longitude__range=(box.west, box.east)) for box in boxes
        )
        nearest = GazetteerPlace.objects.filter(inside).order_by(north * north + east * east, "pk").first()
        if nearest:
            return nearest
    return None


def _zip_in(text: str) -> str | None:
    """Return the ZIP in a text such as "95112-1234" or "San Jose, CA 95112", or None, as for "Paris 75001"."""
    match = ZIP.fullmatch(text)
    if match is None:
        return None
    words = fold_name(match["before"] or "").split()
    endings = (" ".join(words[cut:]) for cut in range(max(0, len(words) - MAX_REGION_WORDS), len(words)))
    in_us = any(area[0] == "US" for ending in endings for area in _areas_by_name().get(ending, ()))
    return match["zip"] if in_us or not words else None


def _readings(text: str) -> list[_Reading]:
    """Return every way to split the text into a town and its region.

    There is none where a part after a comma names no known area.
    """
    head, *rest = [part for part in map(fold_name, text.split(",")) if part] or [""]
    within = tuple(_areas_by_name().get(part, frozenset()) for part in rest)
    if not head or not all(within):
        return []
    readings, words = [_Reading(head, within)], head.split()
    for cut in range(max(1, len(words) - MAX_REGION_WORDS), len(words)):
        if areas := _areas_by_name().get(" ".join(words[cut:])):
            readings.append(_Reading(" ".join(words[:cut]), (areas, *within)))
    return readings


def _find_by_name(readings: list[_Reading], country: str) -> list[GazetteerPlace]:
    """Return the towns in the gazetteer that match a reading of the typed name, the likeliest first."""
    if not readings:
        return []
    places = GazetteerPlace.objects.filter(key__in={reading.key for reading in readings}, is_zip=False)
    return _matching_towns(readings, places, country)


def _matching_towns(
    readings: list[_Reading], places: Iterable[GazetteerPlace], country: str
) -> list[GazetteerPlace]:
    """Return the towns among the places that match one of the readings, the likeliest first."""
    towns = [place for place in places if not place.is_zip]
    found = [(place, reading) for place in towns for reading in readings if reading.fits(place)]
    return [place for place, _ in sorted(found, key=functools.partial(_rank, country=country))]


def _rank(found: tuple[GazetteerPlace, _Reading], country: str) -> tuple[bool | int | str, ...]:
    """Return the sort key of a town: a named region first, then the expected country, then more people."""
    place, reading = found
    first = not reading.names_region_of(place), place.country != country, -place.population
    return *first, place.name, place.region, place.country, place.pk


def _find_by_prefix(readings: list[_Reading], country: str, limit: int) -> list[GazetteerPlace]:
    """Return the towns whose key begins with the text.

    The condition is a range, since SQLite would read the whole table for LIKE.
    """
    if any(reading.key in _areas_by_name() for reading in readings):
        return []
    begins = [reading for reading in readings if len(reading.key) >= MIN_PREFIX and not reading.key.isdigit()]
    if not begins:
        return []
    own_country_first = Case(When(country=country, then=Value(0)), default=Value(1))
    places = GazetteerPlace.objects.filter(_combine_or(map(_prefix_condition, begins)), is_zip=False)
    # A town may have several spellings and so several rows, so the query asks for more rows than points.
    return list(
        places.order_by(own_country_first, "-population", "name", "region", "country", "pk")[: 3 * limit]
    )


def _prefix_condition(reading: _Reading) -> Q:
    """Return the condition for places whose name begins as the reading does, in the areas that it names."""
    begins = Q(key__gte=reading.key, key__lt=reading.key + LAST_CHARACTER)
    for areas in reading.within:
        begins &= _combine_or(
            Q(country=country, region=region) if region else Q(country=country) for country, region in areas
        )
    return begins


def _combine_or(conditions: Iterable[Q]) -> Q:
    """Return the conditions combined with OR."""
    return functools.reduce(operator.or_, conditions)


def _to_point(place: GazetteerPlace) -> GeoPoint:
    """Return a place of the gazetteer as a point with the label that visitors read."""
    # Many country codes are also codes of states ("DE", "CO"), so the label has the country's full name.
    town = f"{place.name}, {place.region or _country_names().get(place.country, place.country)}"
    label, value = (f"{place.key} ({town})", place.key) if place.is_zip else (town, town)
    return GeoPoint(
        label, place.latitude, place.longitude, place.zone, value, place.country, place.population
    )


@functools.cache
def _country_names() -> dict[str, str]:
    """Return the name of each country by code, from a cache."""
    return country_names()


@functools.cache
def _areas_by_name() -> dict[str, frozenset[Area]]:
    """Return the areas that each folded code or name may mean; "ca" means California and Canada."""
    areas: defaultdict[str, set[Area]] = defaultdict(set)
    for name, area in _area_names():
        areas[fold_name(name)].add(area)
    return {name: frozenset(found) for name, found in areas.items()}


def _area_names() -> Iterator[tuple[str, Area]]:
    """Yield each spelling of a region or country with its codes."""
    for country, regions in REGIONS.items():
        for code, name in regions.items():
            for spelling in (code, name, *REGION_ALIASES.get((country, code), ())):
                yield spelling, (country, code)
    for code, name in _country_names().items():
        if code not in US_TERRITORIES:
            for spelling in (code, name, *COUNTRY_ALIASES.get(code, ())):
                yield spelling, (code, "")

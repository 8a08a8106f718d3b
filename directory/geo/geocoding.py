"""From what a person types for "near" to points on the map, and the distances between such points.

Reads the bundled gazetteer only; nothing typed here leaves the site.
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
# Shorter beginnings fit too many towns to mean one.
SHORTEST_BEGINNING = 3
LAST_CHARACTER = "\U0010ffff"
# Words at the end that may name a state or country without a comma: "united states of america".
LONGEST_REGION_WORDS = 4
MEAN_EARTH_RADIUS_KM = 6371.0088
KM_PER_MILE = 1.609344
MILES = frozenset({"US", "GB"})
# How far from a bare point the place may be whose zone it gets: first around the corner, then far out.
ZONE_REACH_KM = (40, 400)

POINT = re.compile(r"([+-]?\d{1,3}(?:\.\d*)?)\s*,\s*([+-]?\d{1,3}(?:\.\d*)?)", re.ASCII)
ZIP = re.compile(r"(?:(?P<before>.*[^\w-])\s*)?(?P<zip>\d{5})(?:[- ]?\d{4})?(?:[\s,]+USA?)?", re.A | re.I)

# A region as (country, region); a whole country as (country, "").
Area = tuple[str, str]


@dataclass(frozen=True)
class GeoPoint:
    """A point that a person may have meant. Degrees; `zone` is IANA's name, "" in the open sea.

    `value` stands in addresses and finds the same spot again: "95112", "San Jose, CA", "37.34,-121.89".
    """

    label: str
    latitude: float
    longitude: float
    zone: str
    value: str
    country: str = ""
    population: int = 0
    """People in the town; 0 for what is no town."""


class Box(NamedTuple):
    """Bounds in degrees, borders included; `west` is never greater than `east`."""

    south: float
    north: float
    west: float
    east: float


@dataclass(frozen=True)
class _Reading:
    """One way to read the text: a town's key, and for each word after it the areas that it may name."""

    key: str
    within: tuple[frozenset[Area], ...] = ()

    def fits(self, place: GazetteerPlace) -> bool:
        here = {(place.country, place.region), (place.country, "")}
        return place.key == self.key and all(areas & here for areas in self.within)

    def names_region_of(self, place: GazetteerPlace) -> bool:
        """Where a code means both, the state wins: "Richmond, CA" is in California rather than in Canada."""
        here = place.country, place.region
        return all(len(areas) == 1 or (place.region != "" and here in areas) for areas in self.within)


def find_points(text: str, country: str = "US", limit: int = 6, *, exact: bool = False) -> list[GeoPoint]:
    """The places that `text` may mean, best first; [] when it means none. Takes any text.

    Understands a ZIP, "lat,lng" (rounded to two decimals, so that no address holds where someone is), a town,
    and a town with its state, province or country in short or in full, with a comma or without. Towns in
    `country` (ISO 3166) come first, then the larger ones. A text that fits no town counts as the beginning of
    one, unless `exact`. At most two queries.
    """
    if len(text) > LONGEST_TEXT or any(char == "\0" or unicodedata.category(char) == "Cs" for char in text):
        return []
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").strip()
    if match := POINT.fullmatch(plain):
        return _at_point(float(match[1]), float(match[2]))
    if zip_code := _zip_in(plain):
        return [_spot(place) for place in GazetteerPlace.objects.filter(key=zip_code, is_zip=True)[:1]]
    readings = _readings(plain)
    places = _named(readings, country) or ([] if exact else _beginning(readings, country, limit))
    return list(dict.fromkeys(map(_spot, places)))[:limit]


def find_points_in(texts: Iterable[str], country: str = "US") -> dict[str, list[GeoPoint]]:
    """Those of the texts that are the whole name of a town or a ZIP, each with what it may mean. One query for all."""
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
    found |= {text: _fitting(readings, rows, country) for text, readings in towns.items()}
    return {text: list(dict.fromkeys(map(_spot, places))) for text, places in found.items() if places}


def uses_miles(country: str) -> bool:
    """Whether distances there are told in miles: in the United States and the United Kingdom, says the law of each."""
    return country in MILES


def bounding_boxes(latitude: float, longitude: float, km: float) -> list[Box]:
    """The smallest bounds that hold every point within `km`: two boxes across the antimeridian, else one.

    ValueError for numbers that are no point or no distance.
    """
    if not (_on_earth(latitude, longitude) and math.isfinite(km) and km >= 0):
        raise ValueError(f"no circle: {latitude}, {longitude}, {km} km")
    reach = math.degrees(km / MEAN_EARTH_RADIUS_KM)
    south, north = latitude - reach, latitude + reach
    if south <= -90 or north >= 90:
        return [Box(max(south, -90.0), min(north, 90.0), -180.0, 180.0)]
    # The circle is widest nearer to the pole than its centre, where the meridians lie closer together.
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
    """Along the surface of a round Earth (haversine), within half a percent. Degrees."""
    a_phi, b_phi = math.radians(a_lat), math.radians(b_lat)
    across = math.sin(math.radians(b_lng - a_lng) / 2) ** 2
    half_chord = math.sin((b_phi - a_phi) / 2) ** 2 + math.cos(a_phi) * math.cos(b_phi) * across
    return 2 * MEAN_EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half_chord)))


def distances_km(spot: GeoPoint, latitudes: Any, longitudes: Any) -> Any:
    """`distance_km` from a spot to many points, given and answered as numpy arrays."""
    phi, phis = math.radians(spot.latitude), np.radians(latitudes)
    across = np.sin(np.radians(longitudes - spot.longitude) / 2) ** 2
    half_chord = np.sin((phis - phi) / 2) ** 2 + math.cos(phi) * np.cos(phis) * across
    return 2 * MEAN_EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, np.sqrt(half_chord)))


def _on_earth(latitude: float, longitude: float) -> bool:
    return -90 <= latitude <= 90 and -180 <= longitude <= 180


def _at_point(latitude: float, longitude: float) -> list[GeoPoint]:
    if not _on_earth(latitude, longitude):
        return []
    # Adding 0.0 turns -0.0 into 0.0.
    latitude, longitude = round(latitude, 2) + 0.0, round(longitude, 2) + 0.0
    shown = f"{latitude:.2f}", f"{longitude:.2f}"
    near = _nearest(latitude, longitude)
    zone, country = (near.zone, near.country) if near else ("", "")
    return [GeoPoint(", ".join(shown), latitude, longitude, zone, ",".join(shown), country)]


def _nearest(latitude: float, longitude: float) -> GazetteerPlace | None:
    """The nearest place, whose zone and country a point gets; near a border perhaps the neighbour's."""
    north = F("latitude") - latitude
    # Flat will do for the few hundred kilometres that count.
    east = (F("longitude") - longitude) * math.cos(math.radians(latitude))
    for reach in ZONE_REACH_KM:
        boxes = bounding_boxes(latitude, longitude, reach)
        inside = _any_of(
            Q(latitude__range=(box.south, box.north), longitude__range=(box.west, box.east)) for box in boxes
        )
        nearest = GazetteerPlace.objects.filter(inside).order_by(north * north + east * east, "pk").first()
        if nearest:
            return nearest
    return None


def _zip_in(text: str) -> str | None:
    """The ZIP alone or after its state, "95112-1234" or "San Jose, CA 95112"; none in "Paris 75001"."""
    match = ZIP.fullmatch(text)
    if match is None:
        return None
    words = fold_name(match["before"] or "").split()
    endings = (" ".join(words[cut:]) for cut in range(max(0, len(words) - LONGEST_REGION_WORDS), len(words)))
    in_us = any(area[0] == "US" for ending in endings for area in _areas_by_name().get(ending, ()))
    return match["zip"] if in_us or not words else None


def _readings(text: str) -> list[_Reading]:
    """Every way to split the text into a town and its region; none when a part after a comma is unknown."""
    head, *rest = [part for part in map(fold_name, text.split(",")) if part] or [""]
    within = tuple(_areas_by_name().get(part, frozenset()) for part in rest)
    if not head or not all(within):
        return []
    readings, words = [_Reading(head, within)], head.split()
    for cut in range(max(1, len(words) - LONGEST_REGION_WORDS), len(words)):
        if areas := _areas_by_name().get(" ".join(words[cut:])):
            readings.append(_Reading(" ".join(words[:cut]), (areas, *within)))
    return readings


def _named(readings: list[_Reading], country: str) -> list[GazetteerPlace]:
    if not readings:
        return []
    places = GazetteerPlace.objects.filter(key__in={reading.key for reading in readings}, is_zip=False)
    return _fitting(readings, places, country)


def _fitting(
    readings: list[_Reading], places: Iterable[GazetteerPlace], country: str
) -> list[GazetteerPlace]:
    towns = [place for place in places if not place.is_zip]
    found = [(place, reading) for place in towns for reading in readings if reading.fits(place)]
    return [place for place, _ in sorted(found, key=functools.partial(_rank, country=country))]


def _rank(found: tuple[GazetteerPlace, _Reading], country: str) -> tuple[bool | int | str, ...]:
    place, reading = found
    first = not reading.names_region_of(place), place.country != country, -place.population
    return *first, place.name, place.region, place.country, place.pk


def _beginning(readings: list[_Reading], country: str, limit: int) -> list[GazetteerPlace]:
    """Towns whose key begins so. Bounds, since LIKE makes SQLite look through the whole table."""
    if any(reading.key in _areas_by_name() for reading in readings):
        return []
    begins = [
        reading
        for reading in readings
        if len(reading.key) >= SHORTEST_BEGINNING and not reading.key.isdigit()
    ]
    if not begins:
        return []
    own_country_first = Case(When(country=country, then=Value(0)), default=Value(1))
    places = GazetteerPlace.objects.filter(_any_of(map(_begins_as, begins)), is_zip=False)
    # A town may stand there under several spellings, hence more rows than are asked for.
    return list(
        places.order_by(own_country_first, "-population", "name", "region", "country", "pk")[: 3 * limit]
    )


def _begins_as(reading: _Reading) -> Q:
    begins = Q(key__gte=reading.key, key__lt=reading.key + LAST_CHARACTER)
    for areas in reading.within:
        begins &= _any_of(
            Q(country=country, region=region) if region else Q(country=country) for country, region in areas
        )
    return begins


def _any_of(conditions: Iterable[Q]) -> Q:
    return functools.reduce(operator.or_, conditions)


def _spot(place: GazetteerPlace) -> GeoPoint:
    # Many codes of countries are also codes of states ("DE", "CO"), so that a country is written out.
    town = f"{place.name}, {place.region or _country_names().get(place.country, place.country)}"
    label, value = (f"{place.key} ({town})", place.key) if place.is_zip else (town, town)
    return GeoPoint(
        label, place.latitude, place.longitude, place.zone, value, place.country, place.population
    )


@functools.cache
def _country_names() -> dict[str, str]:
    return country_names()


@functools.cache
def _areas_by_name() -> dict[str, frozenset[Area]]:
    """Folded code or name → the areas that it may mean: "ca" is California and Canada."""
    areas: defaultdict[str, set[Area]] = defaultdict(set)
    for name, area in _area_names():
        areas[fold_name(name)].add(area)
    return {name: frozenset(found) for name, found in areas.items()}


def _area_names() -> Iterator[tuple[str, Area]]:
    for country, regions in REGIONS.items():
        for code, name in regions.items():
            for spelling in (code, name, *REGION_ALIASES.get((country, code), ())):
                yield spelling, (country, code)
    for code, name in _country_names().items():
        if code not in US_TERRITORIES:
            for spelling in (code, name, *COUNTRY_ALIASES.get(code, ())):
                yield spelling, (code, "")

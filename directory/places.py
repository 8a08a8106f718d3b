"""From what a person types for "near" to points on the map, and the distances between such points.

Reads the bundled gazetteer only; nothing typed here leaves the site.
"""

import functools
import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Case, Q, QuerySet, Value, When

from directory.gazetteer import country_names, fold
from directory.gazetteer.names import COUNTRY_ALIASES, REGION_ALIASES, REGIONS, US_TERRITORIES
from directory.models.gazetteer import GazetteerPlace

LONGEST_TEXT = 120
# Shorter beginnings fit too many towns to mean one.
SHORTEST_BEGINNING = 3
# Words at the end that may name a state or country without a comma: "north carolina", "united states of america".
LONGEST_REGION_WORDS = 4
MEAN_EARTH_RADIUS_KM = 6371.0088
# How far from a bare point the place may be whose zone it gets: first in the same town, then in the same country.
ZONE_REACH_KM = (40, 400)

POINT = re.compile(r"([+-]?\d{1,3}(?:\.\d*)?)\s*,\s*([+-]?\d{1,3}(?:\.\d*)?)", re.ASCII)
ZIP = re.compile(r"(?:(?P<before>.*[^\w-])\s*)?(?P<zip>\d{5})(?:[- ]?\d{4})?", re.ASCII)

# A region as (country, region); a whole country as (country, "").
Area = tuple[str, str]


@dataclass(frozen=True)
class Spot:
    """A point that a person may have meant. Degrees; `zone` is IANA's name, "" in the open sea.

    `value` stands in addresses and finds the same spot again: "95112", "San Jose, CA", "37.34,-121.89".
    """

    label: str
    latitude: float
    longitude: float
    zone: str
    value: str


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
        """"Richmond, CA" is the one in California before the one in Canada."""
        return all((place.country, place.region) in areas or len(areas) == 1 for areas in self.within)


def find_spots(text: str, country: str = "US", limit: int = 6, *, exact: bool = False) -> list[Spot]:
    """The places that `text` may mean, best first; [] when it means none. Takes any text.

    Understands a ZIP, "lat,lng" (rounded to two decimals, so that no address holds where someone is), a town,
    and a town with its state, province or country in short or in full, with a comma or without. Towns in `country` (ISO 3166)
    come first, then the larger ones. A text that fits no town counts as the beginning of one, unless `exact`.
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


def near_box(latitude: float, longitude: float, km: float) -> list[Box]:
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
    width = math.degrees(math.asin(math.sin(math.radians(reach)) / math.cos(math.radians(latitude))))
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


def _on_earth(latitude: float, longitude: float) -> bool:
    return -90 <= latitude <= 90 and -180 <= longitude <= 180


def _at_point(latitude: float, longitude: float) -> list[Spot]:
    if not _on_earth(latitude, longitude):
        return []
    # Adding 0.0 turns -0.0 into 0.0.
    latitude, longitude = round(latitude, 2) + 0.0, round(longitude, 2) + 0.0
    shown = f"{latitude:.2f}", f"{longitude:.2f}"
    return [Spot(", ".join(shown), latitude, longitude, _zone_at(latitude, longitude), ",".join(shown))]


def _zone_at(latitude: float, longitude: float) -> str:
    """The zone of the nearest place, which close to a border of zones may be the neighbour's; "" if none is near."""
    for reach in ZONE_REACH_KM:
        inside = Q()
        for box in near_box(latitude, longitude, reach):
            inside |= Q(latitude__range=(box.south, box.north), longitude__range=(box.west, box.east))
        rows = GazetteerPlace.objects.filter(inside).values_list("latitude", "longitude", "zone")
        nearest = min(((distance_km(latitude, longitude, row[0], row[1]), row[2]) for row in rows), default=None)
        if nearest:
            return nearest[1]
    return ""


def _zip_in(text: str) -> str | None:
    """The ZIP alone or after its state: "95112-1234", "San Jose, CA 95112". Other countries have five digits too."""
    match = ZIP.fullmatch(text)
    if match is None:
        return None
    words = fold(match["before"] or "").split()
    return match["zip"] if not words or any(area[0] == "US" for area in _areas_by_name().get(words[-1], ())) else None


def _readings(text: str) -> list[_Reading]:
    """Every way to split the text into a town and what it lies in; none when a word after a comma is unknown."""
    head, *rest = (part for part in map(fold, text.split(",")) if part)  or [""]
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
    return _ranked(((place, reading) for place in places for reading in readings if reading.fits(place)), country)


def _ranked(found: Iterable[tuple[GazetteerPlace, _Reading]], country: str) -> list[GazetteerPlace]:
    ranks = [
        (
            not reading.names_region_of(place),
            place.country != country,
            -place.population,
            (place.name, place.region, place.country),
            place.pk,
            place,
        )
        for place, reading in found
    ]
    return [rank[-1] for rank in sorted(ranks, key=lambda rank: rank[:-1])]


def _beginning(readings: list[_Reading], country: str, limit: int) -> list[GazetteerPlace]:
    """Towns whose key begins so. Bounds rather than LIKE, since SQLite looks through the whole table for that."""
    if not readings or len(readings[0].key) < SHORTEST_BEGINNING or readings[0].key in _areas_by_name():
        return []
    ...

"""Compare the point of a place with the place's own address, and find the point of an address that has none.

Feeds and the forms of the admin call the same functions.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from directory.geo.gazetteer import fold_name
from directory.geo.gazetteer.names import REGIONS, US_TERRITORIES
from directory.geo.geocoding import GeoPoint, distance_km, find_points
from directory.models.gazetteer import GazetteerPlace

MAX_KM = 100  # from the ZIP, and from the nearest place of the state or country
# A town of which no state is given is taken for the largest of its name where that has so many times more people.
CLEARLY_LARGER = 10
# The gazetteer knows the postal codes of these; "75001" is a ZIP in Texas and a part of Paris.
COUNTRIES_WITH_ZIPS = ("", "US", *US_TERRITORIES)
# The mistakes that put a point elsewhere, as values of `PointConflict.slip`.
SWAPPED, LOST_LONGITUDE_SIGN, LOST_LATITUDE_SIGN = "swapped", "longitude sign", "latitude sign"

Degrees = tuple[float, float]  # latitude and longitude, WGS 84


class Address(Protocol):
    """A place with its address, such as a `Place` or a record of a feed."""

    @property
    def city(self) -> str:
        """The town."""

    @property
    def region(self) -> str:
        """The state or province, by code or name."""

    @property
    def postal_code(self) -> str:
        """The ZIP or postal code."""

    @property
    def country(self) -> str:
        """The code of ISO 3166, or unknown text."""

    @property
    def latitude(self) -> float | None:
        """The latitude in degrees, WGS 84; both or neither."""

    @property
    def longitude(self) -> float | None:
        """The longitude in degrees."""


@dataclass(frozen=True, slots=True)
class PointConflict:
    """A point that contradicts its address: the area that it should be near, and the slip that explains it or ""."""

    area: str
    slip: str


def find_conflict(place: Address) -> PointConflict | None:
    """Return how the point of a place contradicts its address, or None if it does not."""
    if place.latitude is None or place.longitude is None:
        return None
    point = place.latitude, place.longitude
    country, region = area_of(place)
    if country == "US" and (zip_point := zip_point_of(place)):
        is_near, area = distance_km(*point, *zip_point) <= MAX_KM, f"ZIP {place.postal_code}"
    elif country:
        is_near, area = _is_in(point, country, region), region or country
    else:
        return None
    return None if is_near else PointConflict(area, _likely_slip(point, country, region))


def address_conflict(place: Address) -> str:
    """Return the town or state that a ZIP code is far from, or "" where the parts of the address agree."""
    zip_point = zip_point_of(place)
    if zip_point is None:
        return ""
    country, region = area_of(place)
    if region and not _is_in(zip_point, country, region):
        return region
    towns = [(town.latitude, town.longitude) for town in find_towns(place)]
    if towns and min(distance_km(*zip_point, *town) for town in towns) > MAX_KM:
        return place.city
    return ""


def find_address_point(place: Address) -> GeoPoint | None:
    """Return the point of the ZIP code of an address, else of its town, or None where it names neither.

    A town without its state is taken for the only one of its name in the country, or for one that is clearly the
    largest; otherwise it has no point.
    """
    if point := find_zip_place(place):
        return point
    towns = find_towns(place)
    if not towns:
        return None
    first, *others = towns
    far = [town for town in others if _kilometres_between(first, town) > MAX_KM]
    is_clear = all(first.population >= CLEARLY_LARGER * town.population for town in far)
    return first if is_clear or area_of(place)[1] else None


def area_of(place: Address) -> tuple[str, str]:
    """Return the country and, in the United States and Canada, the code of the state; "" where unknown.

    The territories of the United States count as its states, as in the gazetteer.
    """
    if place.country in US_TERRITORIES:
        return "US", place.country
    given = fold_name(place.region)
    for country, regions in REGIONS.items():
        if place.country in ("", country):
            for code, name in regions.items():
                if given in (code.casefold(), fold_name(name)):
                    return country, code
    return (place.country if len(place.country) == 2 else ""), ""


def zip_point_of(place: Address) -> Degrees | None:
    """Return the point of the ZIP code of a place, or None if it has none that the gazetteer knows."""
    point = find_zip_place(place)
    return (point.latitude, point.longitude) if point else None


def find_zip_place(place: Address) -> GeoPoint | None:
    """Return the place of the gazetteer with the ZIP code of an address, or None."""
    has_zip = place.country in COUNTRIES_WITH_ZIPS and place.postal_code[:5].isdigit()
    return _find_zip(place.postal_code) if has_zip else None


@lru_cache(maxsize=20_000)
def _find_zip(code: str) -> GeoPoint | None:
    """Return the point of a ZIP code, or None if the gazetteer has none."""
    points = find_points(code, "US", 1, exact=True)
    return points[0] if points else None


def find_towns(place: Address) -> tuple[GeoPoint, ...]:
    """Return the towns that the address may mean, the likeliest first, all in its country if it names one."""
    country, region = area_of(place)
    # A region that the gazetteer does not know, such as "England", would hide the town.
    texts = [f"{place.city}, {region}"] if region else [f"{place.city}, {place.region}", place.city]
    found = (_find_by_text(text, country) for text in texts if place.city.strip())
    return next(filter(None, found), ())


@lru_cache(maxsize=20_000)
def _find_by_text(text: str, country: str) -> tuple[GeoPoint, ...]:
    points = find_points(text, country or "US", 12, exact=True)
    return tuple(point for point in points if not country or point.country == country)


def _kilometres_between(one: GeoPoint, other: GeoPoint) -> float:
    return distance_km(one.latitude, one.longitude, other.latitude, other.longitude)


def _likely_slip(point: Degrees, country: str, region: str) -> str:
    """Return the slip that explains a wrong point, or ""."""
    latitude, longitude = point
    return next((slip for slip, other in _slips(latitude, longitude) if _is_in(other, country, region)), "")


def _slips(latitude: float, longitude: float) -> Iterator[tuple[str, Degrees]]:
    """Yield each slip with the point that was meant if it was made."""
    if abs(longitude) <= 90:
        yield SWAPPED, (longitude, latitude)
    yield LOST_LONGITUDE_SIGN, (latitude, -longitude)
    yield LOST_LATITUDE_SIGN, (-latitude, longitude)


@lru_cache(maxsize=20_000)
def _is_in(point: Degrees, country: str, region: str) -> bool:
    """Return whether a place of the area is within `MAX_KM`, or is the nearest of all; True for an unknown area."""
    places = _places_of(country, region)
    if not places:
        return True
    nearest = min(distance_km(*point, *place) for place in _likely_nearest(point, places))
    if nearest <= MAX_KM:
        return True
    # Where nobody lives near, such as in the north of Canada, the nearest place of all tells the country.
    here = find_points(f"{point[0]:.4f},{point[1]:.4f}", country, 1)
    return bool(here) and here[0].country == country and not region


def _likely_nearest(point: Degrees, places: Sequence[Degrees]) -> Sequence[Degrees]:
    """Return the places that may be the nearest: those within the latitudes of `MAX_KM`, else all."""
    degrees = MAX_KM / 110
    near = [place for place in places if abs(place[0] - point[0]) <= degrees]
    return near or places


@lru_cache(maxsize=300)
def _places_of(country: str, region: str) -> tuple[Degrees, ...]:
    """Return the points of the places of a country or state, to a tenth of a degree."""
    places = GazetteerPlace.objects.filter(country=country, **({"region": region} if region else {}))
    points = places.values_list("latitude", "longitude").distinct()
    return tuple({(round(latitude, 1), round(longitude, 1)) for latitude, longitude in points})

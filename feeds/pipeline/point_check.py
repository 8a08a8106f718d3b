"""Compare the point of a place with the place's own address, and drop a point that contradicts it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from directory.geo.gazetteer import fold_name
from directory.geo.gazetteer.names import REGIONS
from directory.geo.geocoding import distance_km, find_points
from directory.models.gazetteer import GazetteerPlace
from feeds.fetch.cpu_limit import check_cpu
from feeds.records import GroupRecord, PlaceRecord, Problem

MAX_KM = 100  # from the ZIP, and from the nearest place of the state or country

Point = tuple[float, float]  # degrees


def drop_contradictory_points(records: list[GroupRecord]) -> list[Problem]:
    """Remove, in place, the points that contradict the address of their group; return a problem for each."""
    problems = []
    for index, record in enumerate(records):
        check_cpu()
        place = record.place
        if place and (reason := contradiction(place)):
            records[index] = replace(record, place=replace(place, latitude=None, longitude=None))
            problems.append(Problem(0, record.ref, "latitude", reason, rejected=False))
    return problems


def contradiction(place: PlaceRecord) -> str:
    """Return why the point of a place contradicts its address, in a curator's words, or "" if it does not."""
    if place.latitude is None or place.longitude is None:
        return ""
    point = place.latitude, place.longitude
    country, region = _area_of(place)
    if country == "US" and (zip_point := _zip_point(place.postal_code)):
        is_near, area = distance_km(*point, *zip_point) <= MAX_KM, f"ZIP {place.postal_code}"
    elif country:
        is_near, area = _is_in(point, country, region), region or country
    else:
        return ""
    if is_near:
        return ""
    return f"The point is not near {area}, so it was left out{_likely_slip(point, country, region)}."


def _area_of(place: PlaceRecord) -> tuple[str, str]:
    """Return the country and, in the United States and Canada, the code of the state; "" where unknown."""
    given = fold_name(place.region)
    for country, regions in REGIONS.items():
        if place.country in ("", country):
            for code, name in regions.items():
                if given in (code.casefold(), fold_name(name)):
                    return country, code
    return (place.country if len(place.country) == 2 else ""), ""


def _likely_slip(point: Point, country: str, region: str) -> str:
    """Return the slip that explains a wrong point, after a colon, or ""."""
    latitude, longitude = point
    slips = {
        ": latitude and longitude are probably swapped": (longitude, latitude),
        ": the sign of the longitude is probably lost": (latitude, -longitude),
        ": the sign of the latitude is probably lost": (-latitude, longitude),
    }
    likely = (
        words for words, other in slips.items() if abs(other[0]) <= 90 and _is_in(other, country, region)
    )
    return next(likely, "")


@lru_cache(maxsize=20_000)
def _zip_point(code: str) -> Point | None:
    """Return the point of a ZIP, or None if the gazetteer has none."""
    points = find_points(code, "US", 1, exact=True) if code[:5].isdigit() else []
    return (points[0].latitude, points[0].longitude) if points else None


@lru_cache(maxsize=20_000)
def _is_in(point: Point, country: str, region: str) -> bool:
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


def _likely_nearest(point: Point, places: Sequence[Point]) -> Sequence[Point]:
    """Return the places that may be the nearest: those within the latitudes of `MAX_KM`, else all."""
    degrees = MAX_KM / 110
    near = [place for place in places if abs(place[0] - point[0]) <= degrees]
    return near or places


@lru_cache(maxsize=300)
def _places_of(country: str, region: str) -> tuple[Point, ...]:
    """Return the points of the places of a country or state, to a tenth of a degree."""
    places = GazetteerPlace.objects.filter(country=country, **({"region": region} if region else {}))
    points = places.values_list("latitude", "longitude").distinct()
    return tuple({(round(latitude, 1), round(longitude, 1)) for latitude, longitude in points})

"""A point that contradicts the address of its place is dropped and named."""

import pytest

from feeds.pipeline.point_check import contradiction, drop_contradictory_points
from feeds.records import GroupRecord, PlaceRecord

pytestmark = pytest.mark.django_db

PEORIA = {"street": "12 Elm St", "city": "Peoria", "region": "IL", "postal_code": "61602", "country": "US"}


def place_at(latitude: float, longitude: float, **address: str) -> PlaceRecord:
    return PlaceRecord(**(address or PEORIA), latitude=latitude, longitude=longitude)


@pytest.mark.parametrize(
    ("latitude", "longitude", "words"),
    [
        (40.6936, 89.589, "sign of the longitude"),
        (-40.6936, -89.589, "sign of the latitude"),
        (34.05, -118.24, "not near ZIP 61602"),
        (51.5, -0.1, "not near ZIP 61602"),
    ],
)
def test_point_far_from_its_zip_is_dropped_and_named(latitude: float, longitude: float, words: str) -> None:
    records = [GroupRecord("xerus", "Xerus", place=place_at(latitude, longitude))]
    (problem,) = drop_contradictory_points(records)
    assert records[0].place == PlaceRecord(**PEORIA)
    assert (problem.id, problem.field, problem.rejected) == ("xerus", "latitude", False)
    assert words in problem.reason


@pytest.mark.parametrize(
    ("latitude", "longitude", "address"),
    [
        (40.6936, -89.589, {}),
        (40.2, -89.3, {}),
        (41.88, -87.63, {"city": "Chicago", "region": "IL"}),
        (53.54, -113.49, {"city": "Edmonton", "region": "Alberta", "country": "CA"}),
        (60.0, -110.0, {"city": "Fort Nowhere", "country": "CA"}),
        (51.5, -0.12, {"city": "London", "country": "GB"}),
        (37.98, 23.73, {"city": "Athens", "country": "GR"}),
        (10.0, 10.0, {"city": "Somewhere"}),
        (10.0, 10.0, {"city": "Somewhere", "country": "Atlantis"}),
    ],
)
def test_point_that_fits_its_address_stays(
    latitude: float, longitude: float, address: dict[str, str]
) -> None:
    assert contradiction(place_at(latitude, longitude, **address)) == ""


@pytest.mark.parametrize(
    ("latitude", "longitude", "address", "words"),
    [
        (34.05, -118.24, {"city": "Peoria", "region": "IL"}, "not near IL"),
        (32.78, 96.8, {"city": "Dallas", "region": "TX", "country": "US"}, "not near TX"),
        (40.42, -3.7, {"city": "London", "country": "GB"}, "not near GB"),
        (33.87, -151.2, {"city": "Sydney", "country": "AU"}, "not near AU"),
    ],
)
def test_point_outside_its_state_or_country_is_dropped(
    latitude: float, longitude: float, address: dict[str, str], words: str
) -> None:
    assert words in contradiction(place_at(latitude, longitude, **address))

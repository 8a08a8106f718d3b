"""The point and the zone that an address tells, and addresses whose parts contradict each other."""

import pytest

from directory.geo.address_points import address_conflict, find_address_point, find_conflict
from directory.geo.address_zones import default_zone, keep_same_time, zone_of_place
from directory.models import Place

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "value", "zone"),
    [
        ({"city": "Brooklyn", "region": "NY", "postal_code": "11201", "country": "US"}, "11201", "America/New_York"),
        ({"city": "Peoria", "region": "IL", "postal_code": "61602-1234"}, "61602", "America/Chicago"),
        ({"city": "San Jose", "region": "California", "country": "US"}, "San Jose, CA", "America/Los_Angeles"),
        ({"city": "Ponce", "country": "PR"}, "Ponce, PR", "America/Puerto_Rico"),
        ({"city": "London", "region": "England", "country": "GB"}, "London, United Kingdom", "Europe/London"),
        ({"city": "Sydney", "region": "NSW", "country": "AU"}, "Sydney, Australia", "Australia/Sydney"),
        ({"city": "Paris", "postal_code": "75001", "country": "FR"}, "Paris, France", "Europe/Paris"),
        ({"city": "Los Angeles", "country": "US"}, "Los Angeles, CA", "America/Los_Angeles"),
        # A ZIP of no town counts as none.
        ({"city": "Peoria", "region": "IL", "postal_code": "00000", "country": "US"}, "Peoria, IL", "America/Chicago"),
    ],
)  # fmt: skip
def test_address_tells_point_and_zone(address, value, zone):
    point = find_address_point(Place(**address))
    assert (point.value, zone_of_place(Place(**address))) == (value, zone)


@pytest.mark.parametrize(
    "address",
    [
        {"city": "Springfield", "country": "US"},  # several states have one, none clearly the largest
        {"city": "Nowhere-on-the-Hill", "region": "NY", "country": "US"},
        {"region": "NY", "country": "US"},
        {"postal_code": "95112", "country": "DE"},
        {},
    ],
)
def test_vague_address_has_no_point(address):
    assert find_address_point(Place(**address)) is None


@pytest.mark.parametrize(
    ("address", "other"),
    [
        ({"city": "Brooklyn", "region": "NY", "postal_code": "95112"}, "NY"),
        ({"city": "San Jose", "postal_code": "11201", "country": "US"}, "San Jose"),
        ({"city": "Paris", "postal_code": "75001"}, "Paris"),
        ({"city": "Brooklyn", "region": "NY", "postal_code": "11201"}, ""),
        ({"city": "Paris", "postal_code": "75001", "country": "FR"}, ""),
        ({"city": "Invented Corners", "region": "NY", "postal_code": "11201"}, ""),
        ({"city": "Brooklyn", "region": "NY"}, ""),
    ],
)
def test_zip_far_from_town_or_state_is_a_conflict(address, other):
    assert address_conflict(Place(**address)) == other


def test_territory_is_an_area_of_its_own():
    place = Place(city="Ponce", country="PR", latitude=18.01, longitude=-66.61)
    assert find_conflict(place) is None
    place.longitude = 66.61
    assert find_conflict(place).slip == "longitude sign"


@pytest.mark.parametrize(
    ("place", "country", "zone"),
    [
        (Place(city="Brooklyn", postal_code="11201", country="US"), "US", "America/New_York"),
        (Place(city="Brooklyn", zone="America/Chicago"), "US", "America/Chicago"),
        (None, "GB", "Europe/London"),
        (None, "US", "America/Los_Angeles"),  # the zone of this site
        (None, "", "America/Los_Angeles"),
        (None, "AU", "Australia/Melbourne"),
        (None, "CA", ""),
        (Place(name="The hall"), "US", "America/Los_Angeles"),
        (Place(name="The hall", country="CA"), "US", ""),
    ],
)
def test_zone_of_a_listing_never_comes_from_another_country(place, country, zone):
    assert default_zone(place, country) == zone


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("America/New_York", "America/Detroit", True),
        ("America/New_York", "America/Chicago", False),
        ("America/Phoenix", "America/Denver", False),
        ("Europe/London", "Africa/Abidjan", False),
    ],
)
def test_zones_with_the_same_clock_are_alike(one, other, same):
    assert keep_same_time(one, other) is same

"""A meeting without a zone takes that of its own place, and never one of another country."""

import pytest

from directory.geo.address_zones import zone_of_place
from feeds.formats.addresses import parse_address
from feeds.pipeline.timezones import common_zones, zone_from_feed
from feeds.records import GroupRecord, PlaceRecord

pytestmark = pytest.mark.django_db


def place(address: str, **facts) -> PlaceRecord:
    return PlaceRecord(**parse_address({"formatted_address": address}), **facts)


@pytest.mark.parametrize(
    ("address", "zone"),
    [
        ("Athens, Greece", "Europe/Athens"),
        ("Prague, Czechia", "Europe/Prague"),
        ("Nairobi, Kenya", "Africa/Nairobi"),
        ("London SW1A 1AA, UK", "Europe/London"),
        ("75001 Paris, France", "Europe/Paris"),
        ("Auckland 1010, New Zealand", "Pacific/Auckland"),
        ("5 Main St, Dublin, D02 AF30, Ireland", "Europe/Dublin"),
        ("Fő utca 5, Budapest, 1011, Hungary", "Europe/Budapest"),
        ("Nowhere-on-the-Hill, Greece", "Europe/Athens"),
        ("Iceland", "Atlantic/Reykjavik"),
        ("12 Elm St, Peoria, IL 61602, USA", "America/Chicago"),
        ("12 Elm St, Nosuchtown, IL, USA", "America/Chicago"),
        ("12 Elm St, El Paso, TX 79901, USA", "America/Denver"),
        ("12 Elm St, Brooklyn, NY 11201, USA", "America/New_York"),
        ("12 Elm St, Phoenix, AZ 85003, USA", "America/Phoenix"),
        ("", ""),
    ],
)
def test_zone_of_an_address(address, zone):
    assert zone_of_place(place(address)) == zone


def test_point_is_more_exact_than_a_state():
    assert zone_of_place(place("Nosuchtown, TX, USA", latitude=31.76, longitude=-106.49)) == "America/Denver"


def test_zone_of_the_feed_stays_in_its_country():
    town = GroupRecord(ref="a", name="A", place=place("12 Elm St, Peoria, IL 61602, USA"))
    abroad = GroupRecord(ref="b", name="B", place=place("Athens, Greece"))
    zones = common_zones([town, town, abroad])
    assert zone_from_feed(None, zones) == "America/Chicago"
    assert zone_from_feed(PlaceRecord(region="Anywhere"), zones) == "America/Chicago"
    assert zone_from_feed(PlaceRecord(country="US"), zones) == "America/Chicago"
    assert zone_from_feed(PlaceRecord(country="AU"), zones) == ""
    assert common_zones([]) == {}

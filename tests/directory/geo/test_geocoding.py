"""Geocoding of texts that people type for "near", and distances."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.geo.geocoding import Box, bounding_boxes, distance_km, find_points
from directory.models import GazetteerPlace

LATITUDES = st.floats(-90, 90)
LONGITUDES = st.floats(-180, 180)


def first(text, country="US"):
    """Return the label of the best point, or None."""
    return next((spot.label for spot in find_points(text, country)), None)


def labels(text, **options):
    return [spot.label for spot in find_points(text, **options)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("95112", "95112 (San Jose, CA)"),
        ("  95112\n", "95112 (San Jose, CA)"),
        ("95112-1234", "95112 (San Jose, CA)"),
        ("95112 1234", "95112 (San Jose, CA)"),
        ("９５１１２", "95112 (San Jose, CA)"),
        ("９５１１２－１２３４", "95112 (San Jose, CA)"),
        ("95112, USA", "95112 (San Jose, CA)"),
        ("San Jose, CA 95112", "95112 (San Jose, CA)"),
        ("1 Main St, San Jose, California 95112, USA", "95112 (San Jose, CA)"),
        ("Charlotte, North Carolina 28202", "28202 (Charlotte, NC)"),
        ("00901", "00901 (San Juan, PR)"),
        ("91125", "91125 (Pasadena, CA)"),
        ("95587", "95587 (near Garberville, CA)"),
    ],
)
def test_find_points_zip(text, label):
    assert labels(text) == [label]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("San Jose", "San Jose, CA"),
        ("SAN  JOSÉ", "San Jose, CA"),
        ("San Jose, CA", "San Jose, CA"),
        ("San Jose,CA", "San Jose, CA"),
        ("san jose ca", "San Jose, CA"),
        ("San Jose, Calif.", "San Jose, CA"),
        ("San Jose, California", "San Jose, CA"),
        ("San Jose California", "San Jose, CA"),
        ("San Jose, CA, USA", "San Jose, CA"),
        ("San Jose CA, United States", "San Jose, CA"),
        ("Ｓａｎ Ｊｏｓｅ，ＣＡ", "San Jose, CA"),
        ("San José, Costa Rica", "San José, Costa Rica"),
        ("san jose CR", "San José, Costa Rica"),
        ("Raleigh North Carolina", "Raleigh, NC"),
        ("Washington, D.C.", "Washington, DC"),
        ("washington dc", "Washington, DC"),
        ("New York", "New York City, NY"),
        ("new york, new york", "New York City, NY"),
        ("NYC", "New York City, NY"),
        ("Nueva York", "New York City, NY"),
        ("st louis mo", "St. Louis, MO"),
        ("Saint Louis, Missouri", "St. Louis, MO"),
        ("Ft Worth", "Fort Worth, TX"),
        ("Mt. Vernon, NY", "Mount Vernon, NY"),
        ("Rocky Mount", "Rocky Mount, NC"),
        ("Billings, MT", "Billings, MT"),
        ("billings mt", "Billings, MT"),
        ("coeur dalene", "Coeur d'Alene, ID"),
        ("Coeur d’Alene, Idaho", "Coeur d'Alene, ID"),
        ("O Fallon MO", "O'Fallon, MO"),
        ("Garberville, CA", "Garberville, CA"),
        ("Mayaguez, PR", "Mayagüez, PR"),
        ("San Juan, Puerto Rico", "San Juan, PR"),
        ("Montreal, QC", "Montréal, QC"),
        ("Toronto, ON", "Toronto, ON"),
        ("Toronto, Ontario, Canada", "Toronto, ON"),
        ("Toronto, CA", "Toronto, ON"),
        ("St. John's, NL", "St. John's, NL"),
        ("Dublin, IE", "Dublin, Ireland"),
        ("Dublin, Ireland", "Dublin, Ireland"),
        ("Dublín, Irlanda", "Dublin, Ireland"),
        ("london uk", "London, United Kingdom"),
        ("Londres, Reino Unido", "London, United Kingdom"),
        ("München", "Munich, Germany"),
        ("Berlin, DE", "Berlin, Germany"),
        ("Ciudad de México", "Mexico City, Mexico"),
    ],
)
def test_find_points_town(text, label):
    assert first(text) == label


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "country", "label"),
    [
        ("Paris", "US", "Paris, TX"),
        ("Paris", "FR", "Paris, France"),
        ("Dublin", "IE", "Dublin, Ireland"),
        ("Vancouver", "US", "Vancouver, WA"),
        ("Vancouver", "CA", "Vancouver, BC"),
        ("Birmingham", "GB", "Birmingham, United Kingdom"),
        ("Richmond, CA", "CA", "Richmond, CA"),
        ("Lincoln, AR", "US", "Lincoln, AR"),
        ("Lincoln, AR", "DE", "Lincoln, AR"),
    ],
)
def test_find_points_own_country_first(text, country, label):
    assert first(text, country) == label


@pytest.mark.django_db
def test_find_points_larger_towns_first():
    found = find_points("Springfield", limit=50)
    people = dict(GazetteerPlace.objects.filter(key="springfield").values_list("region", "population"))
    sizes = [people[spot.label.removeprefix("Springfield, ")] for spot in found]
    assert len(found) > 6
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.django_db
@pytest.mark.parametrize("limit", [0, 1, 3])
def test_find_points_limit(limit):
    assert len(find_points("Springfield", limit=limit)) == limit
    assert len(find_points("springf", limit=limit)) == limit


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("San Fra", "San Francisco, CA"),
        ("san franc, ca", "San Francisco, CA"),
        ("albuq", "Albuquerque, NM"),
        ("Portl OR", "Portland, OR"),
        ("Portl, Maine", "Portland, ME"),
    ],
)
def test_find_points_prefix(text, label):
    assert first(text) == label
    assert find_points(text, exact=True) == []


@pytest.mark.django_db
def test_find_points_prefix_has_each_town_once():
    # Frankfurt am Main stands in the gazetteer without the river too.
    found = labels("frankf", country="DE")
    assert found[0] == "Frankfurt am Main, Germany"
    assert len(found) == len(set(found))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "value", "label"),
    [
        ("37.3382,-121.8863", "37.34,-121.89", "37.34, -121.89"),
        (" 37.3382 , -121.8863 ", "37.34,-121.89", "37.34, -121.89"),
        ("37.34,−121.89", "37.34,-121.89", "37.34, -121.89"),
        ("+37,-122.", "37.00,-122.00", "37.00, -122.00"),
        ("-0.001,0.001", "0.00,0.00", "0.00, 0.00"),
        ("90,-180", "90.00,-180.00", "90.00, -180.00"),
    ],
)
def test_find_points_point_is_rounded(text, value, label):
    (spot,) = find_points(text)
    assert (spot.value, spot.label) == (value, label)
    assert f"{spot.latitude:.2f},{spot.longitude:.2f}" == value
    assert (spot.latitude, spot.longitude) == (round(spot.latitude, 2), round(spot.longitude, 2))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("37.34,-121.89", "America/Los_Angeles"),
        ("40.71,-74.00", "America/New_York"),
        ("39.00,-117.00", "America/Los_Angeles"),
        ("53.35,-6.26", "Europe/Dublin"),
        ("-36.85,174.76", "Pacific/Auckland"),
        ("0.00,-150.00", ""),
        ("90.00,0.00", ""),
    ],
)
def test_find_points_point_takes_zone_of_nearest_place(text, zone):
    assert find_points(text)[0].zone == zone


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        ",",
        ",,,",
        "\0",
        "San Jose\0",
        "\ud800",
        "San Jose \udfff",
        "x" * 5000,
        "9" * 5000,
        "," * 5000,
        "00000",
        "99999",
        "9511",
        "951123",
        "nan,nan",
        "NaN, 12",
        "inf,-inf",
        "1e5,3",
        "90.01,0",
        "0,180.01",
        "-91,0",
        "95,37",
        "37.34,",
        "Nowhereville",
        "San Jose, Nowhere",
        "Paris 75001",
        "London, Antarctica",
        "ab",
        "%",
        "' OR 1=1 --",
        "🙂",
        "東京の",
    ],
)
def test_find_points_without_match(text):
    assert find_points(text) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ("95112", 1),
        ("San Jose, CA", 1),
        ("San Fra", 2),
        ("Nowhereville", 2),
        ("9511", 1),
        ("37.34,-121.89", 1),
        ("0,-150", 2),
    ],
)
def test_find_points_queries(text, queries, django_assert_num_queries):
    find_points("warm, CA")
    with django_assert_num_queries(queries):
        find_points(text)


@pytest.mark.django_db
def test_find_points_value_finds_same_point():
    sample = [place for place in GazetteerPlace.objects.order_by("name", "key") if place.pk % 97 == 0]
    assert len(sample) > 500
    for place in sample:
        text = place.key if place.is_zip else f"{place.name}, {place.region or place.country}"
        for spot in find_points(text, place.country):
            assert find_points(spot.value, "US")[0] == spot


@pytest.mark.django_db
@given(st.text(max_size=130))
def test_find_points_takes_any_text(text):
    for spot in find_points(text):
        assert spot.label
        assert spot.value


@pytest.mark.parametrize(
    ("point", "km", "boxes"),
    [
        ((0, 0), 111.195, [(-1, 1, -1, 1)]),
        ((60, 10), 111.195, [(59, 61, 8, 12)]),
        ((0, 0), 0, [(0, 0, 0, 0)]),
        ((0, 179.5), 111.195, [(-1, 1, 178.5, 180), (-1, 1, -180, -179.5)]),
        ((0, -179.5), 111.195, [(-1, 1, 179.5, 180), (-1, 1, -180, -178.5)]),
        ((89.5, 20), 111.195, [(88.5, 90, -180, 180)]),
        ((-90, 0), 111.195, [(-90, -89, -180, 180)]),
        ((10, 10), 30_000, [(-90, 90, -180, 180)]),
    ],
)
def test_bounding_boxes_bounds(point, km, boxes):
    found = bounding_boxes(*point, km)
    assert [pytest.approx(box, abs=0.01) for box in boxes] == found


@given(LATITUDES, LONGITUDES, st.floats(0, 25_000), st.floats(0, 1), st.floats(0, 2 * math.pi))
def test_bounding_boxes_contain_the_circle(latitude, longitude, km, share, bearing):
    boxes = bounding_boxes(latitude, longitude, km)
    assert all(-90 <= box.south <= box.north <= 90 and -180 <= box.west <= box.east <= 180 for box in boxes)
    other = destination(latitude, longitude, km * share, bearing)
    assert any(holds(box, *other) for box in boxes)


def destination(latitude, longitude, km, bearing):
    """Return the point that is `km` away on a great circle; `bearing` is in radians."""
    phi, arc = math.radians(latitude), km / 6371.0088
    sine = math.sin(phi) * math.cos(arc) + math.cos(phi) * math.sin(arc) * math.cos(bearing)
    there = math.asin(max(-1.0, min(1.0, sine)))
    east = math.atan2(
        math.sin(bearing) * math.sin(arc) * math.cos(phi), math.cos(arc) - math.sin(phi) * math.sin(there)
    )
    return math.degrees(there), (longitude + math.degrees(east) + 540) % 360 - 180


def holds(box: Box, latitude, longitude, slack=1e-4):
    """Return whether the point is in the box or within ten metres of it; 180 and -180 are the same meridian."""
    inside = box.south - slack <= latitude <= box.north + slack
    return inside and any(
        box.west - slack <= turn <= box.east + slack for turn in (longitude, longitude + 360, longitude - 360)
    )


@pytest.mark.parametrize(
    ("latitude", "longitude", "km"),
    [
        (91, 0, 1),
        (0, 181, 1),
        (math.nan, 0, 1),
        (0, math.inf, 1),
        (0, 0, -1),
        (0, 0, math.nan),
        (0, 0, math.inf),
    ],
)
def test_bounding_boxes_reject_invalid_circle(latitude, longitude, km):
    with pytest.raises(ValueError, match="no circle"):
        bounding_boxes(latitude, longitude, km)


@pytest.mark.parametrize(
    ("points", "km"),
    [
        ((37.34, -121.89, 37.34, -121.89), 0),
        ((0, 0, 1, 0), 111.195),
        ((0, 179.5, 0, -179.5), 111.195),
        ((90, 0, 90, 123), 0),
        ((90, 0, -90, 0), 20015.11),
        ((0, 0, 0, 180), 20015.11),
        # San Francisco to Los Angeles.
        ((37.7749, -122.4194, 34.0522, -118.2437), 559.1),
    ],
)
def test_distance_km(points, km):
    assert distance_km(*points) == pytest.approx(km, abs=0.1)


@given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES)
def test_distance_km_is_symmetric(a_lat, a_lng, b_lat, b_lng):
    there, back = distance_km(a_lat, a_lng, b_lat, b_lng), distance_km(b_lat, b_lng, a_lat, a_lng)
    assert there == pytest.approx(back)
    assert 0 <= there <= 20_016

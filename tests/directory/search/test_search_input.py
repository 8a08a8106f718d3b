"""The search page answers any parameters quickly: with 200, or with a client error that says why.

Row of the safety matrix: I2.
"""

import time
from urllib.parse import quote

import pytest
from django.test import Client

from tests.builders import make_group, make_listing, make_meeting, make_place

pytestmark = pytest.mark.django_db
# CPU time of this process, so that other work on the machine does not count.
MAX_SECONDS = 2

TEXTS = {
    "empty": "", "one letter": "a", "NUL": "%00", "controls": "%01%02%1f%7f", "lone surrogate": "%ed%a0%80",
    "invalid": "%ff", "overlong": "%c0%af", "cut short": "%e2%82", "right to left": quote("\u202eאבג\u200f"),
    "zero width": quote("a\u200bb\ufeff"), "combining marks": quote("e" + "\u0301" * 1000),
    "emoji family": quote("👨‍👩‍👧‍👦"), "full width": quote("ＡＡ　１２"), "Arabic digits": quote("٩٥١١٢"),
    "dotless i": quote("ıstanbul"), "sharp s": quote("Straße"), "quotes": quote("'\"`´"), "comment": quote("--; DROP"),
    "backslashes": quote("\\\\'"), "wildcards": quote("%_%"), "operators": quote('"a" NEAR(b* col:c) ((('),
    "tsquery": quote("a & b | !c <-> d"), "5,000 words": "+".join(["word"] * 1200), "template": quote("{{7*7}} ${x}"),
    "path": quote("../../etc"), "line breaks": "a%0d%0aSet-Cookie:%20x=1", "minus": "-", "minuses": "-a+-b+--c",
    "unbalanced": quote('"a b'), "long word": "x" * 5000, "our own sign": "%02", "dots": "a.b.c.d." * 200,
}  # fmt: skip
FILTERS = {
    "unknown key": "foo=bar", "repeated": "language=en&language=es&language=en", "brackets": "language[]=en&a[b]=c",
    "many": "&".join(f"k{number}=1" for number in range(900)), "page 0": "page=0", "page -1": "page=-1",
    "page 1e9": "page=1e9", "page 9^30": f"page={9**30}", "page NaN": "page=NaN", "page 1_000": "page=1_000",
    "page of another script": f"page={quote('٢')}", "largest page": "page=10000",
    "true": "accepting=true&accepting=TRUE&accepting=yes",
    "hidden order": "sort=user__password", "lookup": "name__regex=.*&status=draft&_connector=OR&_negated=1",
    "many ids": "pk__in=" + ",".join(map(str, range(900))), "per page": "per_page=1000000000&limit=1000000000",
    "unknown option": "language=klingon&kind=nope&day=someday", "NUL option": "language=%00&kind=%00",
    "all at once": "kind=support-groups&kind=therapists&day=mon&time=night&when=soon&open=now&mode=phone&sort=nearest",
    "two of a single": "day=mon&day=tue&open=now&open=never",
}  # fmt: skip
PLACES = {
    "NaN": "nan,nan", "inf": "inf,-inf", "1e309": "1e309,0", "minus zero": "-0.0,-0.0", "beyond a pole": "90.0000001,0",
    "date line": "0,180", "date line, west": "0,-180", "north pole": "90,0", "south pole": "-90,180",
    "across the line": "-17,179.99", "swapped": "-121.89,37.34", "comma decimals": "37,34;-121,89",
    "degrees": quote("37.34° N, 121.89° W"), "40 decimals": f"37.{'3' * 40},-121.{'8' * 40}", "null island": "0,0",
    "long": "9" * 3000, "NUL": "%00", "surrogate": "%ed%a0%80", "five digits": "00000", "many digits": "1" * 40 + ",0",
}  # fmt: skip
RADII = ("0", "-1", "1000000", "1000000km", "nan", "1e3", "10,5", "0.001km", "999km", "%00", "²", "10" * 100)


@pytest.fixture
def town() -> None:
    point = {"latitude": -17.0, "longitude": 179.98}
    make_meeting(make_group(fellowship="aa", place=make_place(**point), modes=("in-person",)))
    make_listing(place=make_place(private=True, latitude=90.0, longitude=180.0), modes=("in-person",))
    make_listing(name="Straße", place=make_place(latitude=None, longitude=None), modes=("in-person",))


def check_response(client: Client, address: str) -> None:
    started = time.process_time()
    response = client.get(f"/find/?{address}")
    assert time.process_time() - started < MAX_SECONDS
    assert response.status_code == 200 or 400 <= response.status_code < 500
    text = response.content.decode()
    assert "data-total=" in text if response.status_code == 200 else len(text) > 20


@pytest.mark.every_case
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_search_text(client: Client, town: None, text: str) -> None:
    check_response(client, f"q={text}")
    check_response(client, f"near={text}")


@pytest.mark.parametrize("address", FILTERS.values(), ids=FILTERS)
def test_filters_and_paging(client: Client, town: None, address: str) -> None:
    check_response(client, address)


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_coordinates(client: Client, town: None, place: str) -> None:
    check_response(client, f"near={place}&sort=nearest&radius=1000km")


@pytest.mark.parametrize("radius", RADII)
def test_radius(client: Client, town: None, radius: str) -> None:
    check_response(client, f"near=37.34,-121.89&radius={radius}")


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("cafe\u0301", "Café"), ("CAFÉ", "Cafe\u0301"), ("strasse", "Straße"), ("ISTANBUL", "ıstanbul"),
        ("ＡＡ", "aa"), ("ñandú", "NANDU"),
    ],
)  # fmt: skip
def test_variants_of_a_letter_match(client: Client, typed: str, written: str) -> None:
    make_listing(name=written)
    assert 'data-total="1"' in client.get("/find/", {"q": typed}).content.decode()

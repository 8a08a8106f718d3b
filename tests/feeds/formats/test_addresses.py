"""Addresses of all countries are split, and words for remote meetings are no places."""

import pytest

from feeds.formats.addresses import is_remote_place, parse_coordinates, split_address
from tests.feeds.rows import ROOM, one, one_group


def parts(text: str) -> tuple[str, str, str, str, str]:
    split = split_address(text)
    return split["street"], split["city"], split["region"], split["postal_code"], split["country"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Athens, Greece", ("", "Athens", "", "", "GR")),
        ("Prague, Czechia", ("", "Prague", "", "", "CZ")),
        ("Prague, Czech Republic", ("", "Prague", "", "", "CZ")),
        ("Nairobi, Kenya", ("", "Nairobi", "", "", "KE")),
        ("London SW1A 1AA, UK", ("", "London", "", "SW1A 1AA", "GB")),
        ("75001 Paris, France", ("", "Paris", "", "75001", "FR")),
        ("Auckland 1010, New Zealand", ("", "Auckland", "", "1010", "NZ")),
        ("5 Main St, Dublin, D02 AF30, Ireland", ("5 Main St", "Dublin", "", "D02 AF30", "IE")),
        ("Fő utca 5, Budapest, 1011, Hungary", ("Fő utca 5", "Budapest", "", "1011", "HU")),
        ("Oslo, Norge", ("", "Oslo", "", "", "NO")),
        ("Beirut, Lebanon", ("", "Beirut", "", "", "LB")),
        ("110 00 Praha, Česko", ("", "Praha", "", "110 00", "CZ")),
        ("Warszawa 00-001, Polska", ("", "Warszawa", "", "00-001", "PL")),
        ("Tokyo 100-0001, Japan", ("", "Tokyo", "", "100-0001", "JP")),
        ("A-1010 Wien, Österreich", ("", "Wien", "", "A-1010", "AT")),
        ("111 22 Stockholm, Sverige", ("", "Stockholm", "", "111 22", "SE")),
        ("101 Reykjavík, Iceland", ("", "Reykjavík", "", "101", "IS")),
        ("1234 AB Amsterdam, Netherlands", ("", "Amsterdam", "", "1234 AB", "NL")),
        ("Damrak 5, 1012 LG Amsterdam, Nederland", ("Damrak 5", "Amsterdam", "", "1012 LG", "NL")),
        ("Syntagma 3, 105 57 Athens, Greece", ("Syntagma 3", "Athens", "", "105 57", "GR")),
        ("Rue de Rivoli 5, 75001 Paris, France", ("Rue de Rivoli 5", "Paris", "", "75001", "FR")),
        ("5 Long St, Cape Town, 8001, South Africa", ("5 Long St", "Cape Town", "", "8001", "ZA")),
        ("Mumbai 400001, India", ("", "Mumbai", "", "400001", "IN")),
        ("Av. Sol 5, Lima, 15001, Peru", ("Av. Sol 5", "Lima", "", "15001", "PE")),
        ("1 Orchard Rd, Singapore 238823, Singapore", ("1 Orchard Rd", "Singapore", "", "238823", "SG")),
        ("12 Elm St, Peoria, IL 61602, USA", ("12 Elm St", "Peoria", "IL", "61602", "US")),
        ("Atlanta, Georgia", ("", "Atlanta", "Georgia", "", "")),
        ("5 Peachtree St, Atlanta, Georgia", ("5 Peachtree St", "Atlanta", "Georgia", "", "")),
        ("Tbilisi, Georgia", ("", "Tbilisi", "", "", "GE")),
        ("12 Main St, Lebanon", ("12 Main St", "Lebanon", "", "", "")),
        ("12 Main St, Lebanon, USA", ("12 Main St", "Lebanon", "", "", "US")),
        ("1205 Pine Ave, Kenya", ("1205 Pine Ave", "", "", "", "KE")),
        ("5 Main St, New York", ("5 Main St", "New York", "", "", "")),
        ("Albany, New York", ("", "Albany", "New York", "", "")),
        ("Zoom, USA", ("", "", "", "", "US")),
        ("Online, Athens, Greece", ("", "Athens", "", "", "GR")),
        ("Online", ("", "", "", "", "")),
    ],
)  # fmt: skip
def test_address_is_split_in_any_country(text: str, expected: tuple[str, ...]) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    ("address", "city", "country"),
    [
        ("Athens, Greece", "Athens", "GR"),
        ("Prague, Czechia", "Prague", "CZ"),
        ("Nairobi, Kenya", "Nairobi", "KE"),
        ("London SW1A 1AA, UK", "London", "GB"),
        ("75001 Paris, France", "Paris", "FR"),
        ("Auckland 1010, New Zealand", "Auckland", "NZ"),
        ("Helsinki, Suomi", "Helsinki", "FI"),
        ("Roma, Italia", "Roma", "IT"),
        ("Bogotá, Colombia", "Bogotá", "CO"),
    ],
)
def test_town_with_a_link_is_an_online_meeting_near_that_town(address: str, city: str, country: str) -> None:
    group = one_group(formatted_address=address, location=..., conference_url=ROOM)
    assert group.place
    assert (group.place.city, group.place.country, group.place.approximate) == (city, country, True)
    assert group.meetings[0].modes == ("online",)


@pytest.mark.parametrize(
    "text",
    [
        "Online", "Zoom", "Phone meetings", "Phone Meetings", "Telephone", "Virtual", "Dial-in", "Conference Call",
        "En línea", "ONLINE ONLY", "Phone Bridge", "Virtual Meetings", "Reunión virtual", "Online / Zoom",
        "Teleconference", "Reuniones por teléfono",
    ],
)  # fmt: skip
def test_words_for_remote_meetings_are_no_place(text: str) -> None:
    assert is_remote_place(text)
    for field in ("region", "sub_region", "city", "formatted_address", "location"):
        fields: dict[str, object] = {"location": ..., "formatted_address": ..., field: text}
        group = one_group(**fields, conference_phone="+15035550100,,1234#")
        assert (group.place, group.meetings[0].modes) == (None, ("phone",)), field
        assert one(**fields, conference_url=ROOM).modes == ("online",)


@pytest.mark.parametrize(
    "text",
    [
        "Line",
        "The Call",
        "Conference Room",
        "Phone Lake",
        "Virtualia",
        "Meeting Room",
        "Telephone Rd",
        "Web",
        "N/A",
        "",
    ],
)
def test_other_words_may_be_a_place(text: str) -> None:
    assert not is_remote_place(text)


@pytest.mark.parametrize(
    ("latitude", "longitude", "words"),
    [
        (40.69, 0, "longitude is 0"),
        (0, -89.5, "latitude is 0"),
        (-89.589, 40.69, "beyond 80"),
        (84, 10, "beyond 80"),
        (-122.4, 37.7, "swapped"),
        (139.7, 35.6, "swapped"),
        (200, 10, "outside the globe"),
    ],
)
def test_impossible_coordinates_are_refused(latitude: float, longitude: float, words: str) -> None:
    point, reason = parse_coordinates({"latitude": latitude, "longitude": longitude})
    assert point is None
    assert words in reason

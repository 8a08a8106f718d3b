"""Telephone numbers as people write them, and what is dialled, shown and compared."""

import pytest

from core import phone_numbers
from core.phone_numbers import PhoneNumber


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("408-555-0123", "US", PhoneNumber("4085550123", "+14085550123")),
        ("+1 (408) 555.0123", "US", PhoneNumber("+14085550123", "+14085550123")),
        ("0014085550123", "US", PhoneNumber("+14085550123", "+14085550123")),
        ("+14085550123", "AQ", PhoneNumber("+14085550123", "+14085550123")),
        ("020 7946 0000", "GB", PhoneNumber("02079460000", "+442079460000")),
        ("+44 (0)20 7946 0000", "US", PhoneNumber("+442079460000", "+442079460000")),
        ("408-555-0123 ext. 12", "US", PhoneNumber("4085550123", "+14085550123", "12")),
        ("408-555-0123 x12", "US", PhoneNumber("4085550123", "+14085550123", "12")),
        ("4085550123,,12#", "US", PhoneNumber("4085550123", "+14085550123", "12")),
        ("1-800-273-TALK", "US", PhoneNumber("18002738255", "+18002738255")),
        ("1800RESPECT", "US", PhoneNumber("18007377328", "+18007377328")),
        ("555-0103", "US", PhoneNumber("5550103")),
        ("988", "US", PhoneNumber("988")),
        ("9-8-8", "US", PhoneNumber("988")),
        ("741741", "US", PhoneNumber("741741")),
        ("116 123", "GB", PhoneNumber("116123")),
        ("116 123", "DE", PhoneNumber("116123")),
        ("13 11 14", "AU", PhoneNumber("131114", "+61131114")),
        ("*4141", "US", PhoneNumber("*4141")),
    ],
)
def test_number_is_read(text: str, region: str, number: PhoneNumber) -> None:
    assert phone_numbers.parse_phone_number(text, region) == number


@pytest.mark.parametrize(
    "text",
    ["", "- -", "tel:", "ask at the desk", "408-555-0123 or come by", "555-0123 / 555-0124", "555-0103 (cell)",
     "Anna 555-0103", "555-0103 CELL", "https://[", "1" * 40, "+", "x12"],
)  # fmt: skip
def test_what_is_no_single_number_is_none(text: str) -> None:
    assert phone_numbers.parse_phone_number(text, "US") is None


@pytest.mark.parametrize(
    ("text", "dialled"),
    [
        ("(555) 555 0104", "5555550104"),
        ("555-0103 x4", "5550103,,4"),
        ("+44 (0)20 7946 0000", "+442079460000"),
        ("1800RESPECT", "18007377328"),
        ("555-0103 (cell)", "5550103"),
        ("Anna: 555 0103", "5550103"),
        ("55 1234 5678", "5512345678"),
        ("988", "988"),
        ("ask Anna", ""),
    ],
)
def test_dial_string_keeps_what_cannot_be_read(text: str, dialled: str) -> None:
    assert phone_numbers.dial_string(text, "US") == dialled


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("+14085550123", "(408) 555-0123"),
        ("4085550123,,12", "(408) 555-0123, 12"),
        ("+442079460000", "+44 20 7946 0000"),
        ("988", "988"),
        ("ask Anna", "ask Anna"),
    ],
)
def test_display_form(text: str, shown: str) -> None:
    assert phone_numbers.display_form(text, "US") == shown


def test_comparison_key_is_one_for_all_ways_of_writing() -> None:
    written = ["+14085550101", "0014085550101", "(408) 555-0101", "1 408 555 0101", "call 4085550101"]
    assert {phone_numbers.comparison_key(each) for each in written} == {"4085550101"}
    assert phone_numbers.comparison_key("020 7946 0000", "GB") == phone_numbers.comparison_key(
        "+442079460000"
    )
    assert phone_numbers.comparison_key("4085550101 x12") == phone_numbers.comparison_key("4085550101,,12#")
    assert phone_numbers.comparison_key("4085550101,,12") != phone_numbers.comparison_key("4085550101")


@pytest.mark.parametrize("text", ["988", "211", "741741", "116 123", "13 11 14", "", "ask Anna"])
def test_short_codes_have_no_comparison_key(text: str) -> None:
    assert phone_numbers.comparison_key(text) == ""


@pytest.mark.parametrize("country", ["US", "GB", "AQ"])
def test_site_in_any_country_reads_whole_numbers(settings, country: str) -> None:
    settings.DEFAULT_COUNTRY = country
    assert phone_numbers.comparison_key("+14085550101") in ("4085550101", "14085550101")
    assert phone_numbers.dial_string("408-555-0101") == "4085550101"


@pytest.mark.parametrize(
    ("dial", "same"),
    [("+14085550101", True), ("988", True), ("*4141", True), ("116123", True), ("4085550101", False),
     ("+0155555550", False), ("+1 408", False), ("١١٣", False), ("113\n", False), ("9", False)],
)  # fmt: skip
def test_only_whole_numbers_and_short_codes_are_dialable(dial: str, same: bool) -> None:
    assert phone_numbers.is_dialable(dial) is same


@pytest.mark.parametrize(
    ("dial", "shown", "same"),
    [
        ("988", "9-8-8", True),
        ("131114", "13 11 14", True),
        ("+18002738255", "1-800-273-TALK", True),
        ("+442079460000", "020 7946 0000", True),
        ("+14085550101", "408-555-0102", False),
        ("+14085550101", "555-0101", False),
        ("+14085550101", "408-555-0101 x5", False),
        ("988", "Call us", False),
    ],
)
def test_shown_number_is_compared_with_the_dialled_one(dial: str, shown: str, same: bool) -> None:
    assert phone_numbers.is_same_number(dial, shown) is same


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("+16465550123", "(646) 555-0123"),
        ("+16465550123,,869126579#", "(646) 555-0123, then the meeting id 869 126 579 and #"),
        ("+16465550123,,8691265790#", "(646) 555-0123, then the meeting id 869 126 5790 and #"),
        ("+16465550123,,86912657901#", "(646) 555-0123, then the meeting id 869 1265 7901 and #"),
        ("605-555-0123,,555444#", "(605) 555-0123, then the meeting id 555444 and #"),
        ("+16055550123,,1#", "(605) 555-0123, then 1 and #"),
        ("(605) 555-0123 x77", "(605) 555-0123, then 77"),
        ("605.555.0123 ext. 12", "(605) 555-0123, then 12"),
        ("+16055550123p77", "(605) 555-0123, then 77"),
        ("+16055550123,,555444#,,#", "(605) 555-0123, then the meeting id 555444 and #, then #"),
        ("+442079460123,,12345678#", "+44 20 7946 0123, then the meeting id 12345678 and #"),
        ("*67 605 555 0123", "*67 605 555 0123"),
        ("1-800-555-0100", "(800) 555-0100"),
        ("988", "988"),
        ("", ""),
    ],
)
def test_dial_words(text: str, words: str) -> None:
    assert phone_numbers.dial_words(text) == words

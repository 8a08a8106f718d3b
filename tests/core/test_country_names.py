"""Countries are found by English, Spanish and own names, by aliases and by codes."""

import json

import pytest

from core import country_names
from core.country_names import find_alpha_3, find_country, find_country_code
from directory.geo import gazetteer
from recovery_site.i18n import locale_names


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (("Greece", "Grecia", "Ελλάδα", "GREECE "), "GR"),
        (("Czechia", "Czech Republic", "Česko", "Chequia", "Ceska republika"), "CZ"),
        (("Kenya", "Kenia"), "KE"),
        (("UK", "U.K.", "United Kingdom", "Great Britain", "England", "Scotland", "Wales", "Cymru"), "GB"),
        (("New Zealand", "Aotearoa", "Nueva Zelanda"), "NZ"),
        (("Hungary", "Magyarország", "Hungría"), "HU"),
        (("Ireland", "Éire", "Republic of Ireland", "Irlanda"), "IE"),
        (("Germany", "Deutschland", "Alemania"), "DE"),
        (("Switzerland", "Schweiz", "Suisse", "Svizzera"), "CH"),
        (("Japan", "日本"), "JP"),
        (("Russia", "Россия", "Russian Federation"), "RU"),
        (("Israel", "ישראל"), "IL"),
        (("Trinidad & Tobago", "Trinidad and Tobago"), "TT"),
        (("St. Lucia", "Saint Lucia"), "LC"),
        (("Hong Kong", "Hong Kong SAR"), "HK"),
        (("Myanmar", "Burma"), "MM"),
        (("Ivory Coast", "Côte d’Ivoire"), "CI"),
        (("Netherlands", "The Netherlands", "Holland", "Nederland"), "NL"),
        (("USA", "U.S.A.", "US", "United States", "Estados Unidos", "EE. UU."), "US"),
        (("Turkey", "Türkiye"), "TR"),
    ],
)
def test_country_is_found_by_each_name(names: tuple[str, ...], code: str) -> None:
    assert {name: find_country(name) for name in names} == dict.fromkeys(names, code)


@pytest.mark.parametrize(
    "text", ["", " ", "CA", "DE", "IN", "New Mexico", "Ontario", "Springfield", "Online", "1011"]
)
def test_other_text_names_no_country(text: str) -> None:
    assert find_country(text) == ""


def test_codes_are_read_in_their_own_field() -> None:
    assert [find_country_code(code) for code in ("de", "DE", "DEU", "uk", "nzl", "Kenya", "QQ")] == [
        "DE", "DE", "DE", "GB", "NZ", "KE", "",
    ]  # fmt: skip
    assert (find_alpha_3("NZL"), find_alpha_3("nzl"), find_alpha_3("NSW")) == ("NZ", "", "")


def test_each_country_of_the_gazetteer_is_found_by_its_english_name() -> None:
    names = json.loads(country_names.PATH.read_text("utf-8"))
    assert names.keys() == gazetteer.country_names().keys()
    assert {code: find_country(entry[1]) for code, entry in names.items()} == {code: code for code in names}


def test_file_has_the_names_of_the_cldr() -> None:
    """A new country needs `make messages`."""
    assert locale_names.build_country_names() == json.loads(country_names.PATH.read_text("utf-8"))

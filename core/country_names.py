"""Find the ISO 3166 code of a country by a name that people write: English, Spanish or in its own languages.

`make messages` writes the names of the Unicode CLDR to `country_names.json` with Babel. This module adds names that are
common in addresses and that the CLDR does not have.
"""

import json
from functools import cache
from pathlib import Path

from core.text import fold_words

PATH = Path(__file__).with_name("country_names.json")

# By ISO 3166 code, in folded words.
_ALIASES = {
    "AE": ("uae", "emirates"), "BA": ("bosnia",), "BO": ("plurinational state of bolivia",),
    "BN": ("brunei darussalam",), "CD": ("dr congo", "drc", "democratic republic of congo", "congo kinshasa"),
    "CG": ("republic of congo", "congo", "congo republic"), "CI": ("ivory coast", "cote divoire"),
    "CN": ("peoples republic of china", "pr china", "mainland china"), "CV": ("cape verde",),
    "CZ": ("czech republic", "ceska republika", "czech rep"), "DO": ("dominican rep", "rep dominicana"),
    "FK": ("falklands",), "FM": ("micronesia",), "GB": (
        "uk", "u k", "gb", "great britain", "britain", "england", "scotland", "wales", "northern ireland",
        "cymru", "alba",
    ), "GM": ("gambia",), "HK": ("hong kong", "hong kong sar", "hksar"), "IE": (
        "republic of ireland", "eire", "irish republic", "rep of ireland",
    ), "IR": ("islamic republic of iran",), "KP": ("dprk",), "KR": (
        "korea", "republic of korea", "rok", "south korea republic",
    ), "LA": ("lao pdr", "lao"), "MD": ("republic of moldova",), "MF": ("st martin",), "MK": (
        "macedonia", "fyrom", "republic of north macedonia",
    ), "MM": ("burma", "myanmar"), "MO": ("macau", "macao"), "NL": ("holland", "the netherlands"),
    "NZ": ("aotearoa", "aotearoa new zealand", "nz"), "PS": ("palestine", "state of palestine", "west bank"),
    "RU": ("russian federation",), "SX": ("st maarten",), "SY": ("syrian arab republic",),
    "SZ": ("swaziland",), "TL": ("east timor",), "TR": ("turkey", "turkiye"),
    "TW": ("taiwan roc", "republic of china"), "TZ": ("united republic of tanzania",), "US": (
        "usa", "us", "u s a", "u s", "united states of america", "america", "ee uu", "eeuu",
        "estados unidos de america",
    ), "VA": ("holy see", "vatican"), "VE": ("bolivarian republic of venezuela",), "VG": (
        "bvi", "british virgin islands",
    ), "VI": ("usvi", "us virgin islands"), "VN": ("viet nam",), "ZA": ("rsa", "republic of south africa"),
}  # fmt: skip
# Words that one writer puts and another leaves out.
_SMALL_WORDS = {"and", "the", "y", "of"}


def find_country(text: str) -> str:
    """Return the ISO 3166 alpha-2 code of a country's name, or "" if it is none.

    Codes are not names: "CA" and "DE" are also states. `find_country_code` reads them too. The name "Georgia" is the
    country's here, and the caller must know whether it means the state.
    """
    return _codes_by_name().get(_key(text), "")


def find_country_code(text: str) -> str:
    """Return the ISO 3166 alpha-2 code of a country's name or of its code in two or three letters, else ""."""
    code = text.strip().upper()
    countries = _names()
    if code in countries:
        return code
    return _codes_by_alpha_3().get(code, "") or find_country(text)


def find_alpha_3(text: str) -> str:
    """Return the alpha-2 code of an ISO 3166 code in three capitals, else ""."""
    return _codes_by_alpha_3().get(text, "")


def _key(text: str) -> str:
    """Return the form in which names of countries are compared: folded, "saint" for "st", and without small words."""
    words = ["saint" if word == "st" else word for word in fold_words(text).split()]
    return " ".join(word for word in words if word not in _SMALL_WORDS) or fold_words(text)


@cache
def _names() -> dict[str, list[str]]:
    """Return by code the alpha-3 code, the English name and the other names of each country."""
    names: dict[str, list[str]] = json.loads(PATH.read_text("utf-8"))
    return names


@cache
def _codes_by_alpha_3() -> dict[str, str]:
    """Return the two-letter code of each country by its three-letter code."""
    return {names[0]: code for code, names in _names().items() if names[0]}


@cache
def _codes_by_name() -> dict[str, str]:
    """Return the two-letter code of each country by the comparable form of its names and aliases."""
    codes: dict[str, str] = {}
    for code, (_alpha_3, english_name, *_others) in _names().items():
        codes.setdefault(_key(english_name), code)
    for code, aliases in _ALIASES.items():
        for name in aliases:
            codes.setdefault(_key(name), code)
    others: dict[str, set[str]] = {}
    for code, names in _names().items():
        for name in names[2:]:
            others.setdefault(_key(name), set()).add(code)
    # A name that two countries share in other languages says nothing.
    codes.update(
        {name: min(found) for name, found in others.items() if len(found) == 1 and name not in codes}
    )
    return codes

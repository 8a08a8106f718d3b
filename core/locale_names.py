"""Names of countries and languages, taken from the Unicode CLDR.

`make messages` writes them to `locale_names.json` with Babel. Processes of the site read this file, because loading
Babel takes a tenth of a second.
"""

import json
from pathlib import Path
from typing import TypedDict

PATH = Path(__file__).with_name("locale_names.json")


class LocaleNames(TypedDict):
    """The content of the file: English names of countries by ISO 3166 code, and own names of languages."""

    countries: dict[str, str]
    languages: dict[str, str]


def _load_names() -> LocaleNames:
    """Return the names of countries and languages from the JSON file that `collect_texts` writes."""
    names: LocaleNames = json.loads(PATH.read_text("utf-8"))
    return names


_names = _load_names()
COUNTRY_NAMES = _names["countries"]
"""The English name of each country that listings serve; catalogs translate it in the context "country"."""


def language_name(code: str) -> str:
    """Return the name of a language in this language, such as "Español"; the code where the file has no name."""
    return _names["languages"].get(code, code)

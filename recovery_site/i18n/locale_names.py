"""Write the names of countries and languages to the files that `core` reads. Needs Babel.

`core.locale_names` reads the names that the site shows, `core.country_names` the names that people write.
"""

import json
import re
from pathlib import Path

from babel import Locale, localedata
from babel.core import get_global
from babel.languages import get_official_languages

from core import country_names, locale_names
from core.files import write_atomically
from directory.geo import gazetteer
from directory.geo.countries import COUNTRY_CODES
from directory.vocabulary import Language


def build_locale_names() -> locale_names.LocaleNames:
    """Return Babel's names of the countries and languages that the site knows by their codes."""
    territories = Locale("en").territories
    return {
        "countries": {code: territories[code] for code in COUNTRY_CODES},
        "languages": {
            code: _capitalize(str(Locale(code).get_display_name()))
            for code in Language.values
            if localedata.exists(code)
        },
    }


def _capitalize(name: str) -> str:
    """Return a name with its first letter as at the beginning of a title, which changes no Georgian letter."""
    return name[:1].title() + name[1:]


def build_country_names() -> dict[str, list[str]]:
    """Return for each ISO 3166 code its alpha-3 code and its names: English, Spanish and in its official languages."""
    aliases = get_global("territory_aliases")
    alpha_3 = {
        codes[0]: alias
        for alias, codes in aliases.items()
        if len(codes) == 1 and re.fullmatch("[A-Z]{3}", alias)
    }
    return {
        code: [alpha_3.get(code, ""), *_names_of_country(code)] for code in sorted(gazetteer.country_names())
    }


def _names_of_country(code: str) -> list[str]:
    """Return the names of a country in English, in Spanish and in its official languages."""
    official = get_official_languages(code, regional=True, de_facto=True)
    languages = [language for language in official if localedata.exists(language)]
    names = (Locale.parse(language).territories.get(code, "") for language in ("en", "es", *languages))
    # "Myanmar (Burma)" is two names, "Hong Kong SAR China" is one with an addition.
    pieces = (piece for name in names for piece in re.split(r"[()]", name.replace(" SAR China", "")))
    return list(dict.fromkeys(filter(None, map(str.strip, pieces))))


def write_locale_names() -> None:
    """Write the files with the names of countries and languages from Babel."""
    _write_json(locale_names.PATH, json.dumps(build_locale_names(), ensure_ascii=False, indent=2))
    lines = ",\n".join(
        f"  {json.dumps(code)}: {json.dumps(names, ensure_ascii=False)}"
        for code, names in build_country_names().items()
    )
    _write_json(country_names.PATH, f"{{\n{lines}\n}}")


def _write_json(path: Path, content: str) -> None:
    """Write a JSON text to a file atomically."""
    with write_atomically(path) as file:
        file.write(f"{content}\n".encode())

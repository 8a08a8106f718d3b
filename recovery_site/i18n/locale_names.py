"""Write the names of countries and languages to the file that `core.locale_names` reads. Needs Babel."""

import json

from babel import Locale, localedata
from django.utils.text import capfirst

from core import locale_names
from core.files import write_atomically
from directory.geo.countries import COUNTRY_CODES
from directory.vocabulary import Language


def build_locale_names() -> locale_names.LocaleNames:
    """Return Babel's names of the countries and languages that the site knows by their codes."""
    territories = Locale("en").territories
    return {
        "countries": {code: territories[code] for code in COUNTRY_CODES},
        "languages": {
            code: capfirst(str(Locale(code).get_display_name()))
            for code in Language.values
            if localedata.exists(code)
        },
    }


def write_locale_names() -> None:
    """Bring the file up to date."""
    content = json.dumps(build_locale_names(), ensure_ascii=False, indent=2) + "\n"
    with write_atomically(locale_names.PATH) as file:
        file.write(content.encode())

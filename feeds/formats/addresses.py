"""Parse postal addresses and coordinates of feeds."""

import math
import re
from functools import lru_cache

from core.country_names import find_alpha_3, find_country, find_country_code
from core.text import fold_words
from directory.geo.gazetteer.names import REGIONS
from feeds.formats.privacy import public_address

_POSTAL = r"\d{5}(?:-\d{4})?|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{3}-\d{4}|\d{4}"
_BRITISH = r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}"
_FIVE_IN_TWO = r"\d{3} ?\d{2}"
# The forms of postal codes, by country. Elsewhere a code has only digits, as many as `_DIGITS` says.
_POSTAL_FORMS = {
    "US": r"\d{5}(?:-\d{4})?", "PR": r"\d{5}(?:-\d{4})?", "CA": r"[A-Z]\d[A-Z] ?\d[A-Z]\d", "GB": _BRITISH,
    "JE": _BRITISH, "GG": _BRITISH, "IM": _BRITISH, "IE": r"[A-Z]\d[\dW] ?[A-Z\d]{4}", "NL": r"\d{4} ?[A-Z]{2}",
    "PT": r"\d{4}(?:-\d{3})?", "PL": r"\d{2}-\d{3}", "CZ": _FIVE_IN_TWO, "SK": _FIVE_IN_TWO, "GR": _FIVE_IN_TWO,
    "SE": rf"(?:SE?-)?{_FIVE_IN_TWO}", "JP": r"\d{3}-\d{4}", "BR": r"\d{5}-?\d{3}", "MT": r"[A-Z]{3} ?\d{4}",
    "AR": r"[A-Z]?\d{4}(?:[A-Z]{3})?", "BM": r"[A-Z]{2} ?\d{2}", "KY": r"KY\d-\d{4}", "BB": r"BB\d{5}",
    "AD": r"AD\d{3}", "LV": r"(?:LV-)?\d{4}", "LT": r"(?:LT-)?\d{5}", "MD": r"(?:MD-?)?\d{4}",
    "AT": r"(?:A-)?\d{4}", "CH": r"(?:CH-)?\d{4}", "DE": r"(?:D-)?\d{5}", "FR": r"(?:F-)?\d{5}",
    "BE": r"(?:B-)?\d{4}", "DK": r"(?:DK-)?\d{4}", "FI": r"(?:FI-)?\d{5}", "LU": r"(?:L-)?\d{4}",
    "HU": r"(?:H-)?\d{4}", "SI": r"(?:SI-)?\d{4}", "HR": r"(?:HR-)?\d{5}", "EE": r"\d{5}",
}  # fmt: skip
_DIGITS = {
    3: "FO IS LS MG", 4: "AF AL AM AU BD BG CY GE GL LI MK NE NO NZ PH PY SJ SV TN VE ZA",
    6: "BY CN CO EC IN KG KZ MN NG RO RU SG TJ TM TT UZ VN", 7: "CL IL",
}  # fmt: skip
_NUMBER_OF_DIGITS = {code: digits for digits, codes in _DIGITS.items() for code in codes.split()}
# Where a street begins with the number of the house: a number before a name is no postal code.
_NUMBER_FIRST = set("US PR CA GB IE JE GG IM AU NZ ZA IN KE NG UG GH PH SG JM BB TT BS BM MT".split())
# Countries whose names are also towns of other countries: "12 Main St, Lebanon".
_ALSO_TOWNS = set(
    "lebanon peru mexico norway poland cuba jordan jamaica china panama denmark holland malta scotland england "
    "wales jersey sweden italy chile brazil egypt greece turkey angola guinea".split()
)
_GEORGIAN_TOWNS = {"tbilisi", "batumi", "kutaisi", "rustavi", "gori", "poti", "zugdidi"}
_ENDS_IN_POSTAL = re.compile(rf"(?P<rest>\S.*?)\s+(?P<postal>{_POSTAL})", re.I)
_STARTS_WITH_POSTAL = re.compile(r"(?P<postal>\d{4,5})\s+(?P<rest>[^\W\d].*)")
# Words that fill a place field and name no place.
_REMOTE_WORDS = set(
    "online zoom virtual virtually remote video phone telephone teleconference teleconferencing telephonic "
    "skype webex internet web cyber cyberspace conference call dialin dial in linea telefono telefonica virtuales "
    "telefonico reunion videoconference videoconferencia zoomgov".split()
)
_REMOTE_FILLERS = set(
    "only meeting meetings reunion reuniones en on the by via por de and or y o group groups no location address "
    "person physical bridge line room link platform app n a none tba in based".split()
)
_SURELY_REMOTE = _REMOTE_WORDS - set("conference call dial in linea reunion web video cyber remote".split())
_REMOTE_PHRASES = {
    "dial in",
    "conference call",
    "conference line",
    "en linea",
    "video conference",
    "web meeting",
}
_REGION_NAMES = {fold_words(name) for names in REGIONS.values() for name in names.values()}
_PROVINCES = {fold_words(name) for name in REGIONS["CA"].values()}
_STATE_CODE = re.compile(r"[A-Z]{2,3}|[A-Z]\.[A-Z]\.?")

Parts = dict[str, str]

HIGHEST_LATITUDE = 80  # degrees; nobody meets nearer to a pole


def parse_address(row: dict[object, object]) -> Parts:
    """Return street, city, region, postal_code and country of a row, from its full address or its separate fields.

    A field that says only "Online" or "Phone meetings" counts as empty.
    """
    full, first = _place_text(row.get("formatted_address")), _place_text(row.get("address"))
    if not full and first.count(",") >= 2 and not row.get("city"):
        full, first = first, ""
    parts = split_address(full)
    pieces = {
        "street": first,
        "city": _place_text(row.get("city")),
        "region": _place_text(row.get("state")),
        "country": country_code(_place_text(row.get("country"))),
    }
    if first and not row.get("city"):
        pieces = {key: pieces[key] or text for key, text in split_address(first).items() if key in pieces}
    pieces["postal_code"] = _postal_code(row.get("postal_code"), pieces["country"], pieces["region"])
    return {key: parts.get(key, "") or text for key, text in pieces.items()}


def split_address(text: str) -> Parts:
    """Return the parts of an address in one line, such as "1205 Pine Ave, San Jose, CA 95125, USA".

    The country is an ISO 3166 code, and "" where the line names none.
    """
    parts = [part for part in map(str.strip, text.split(",")) if part and not is_remote_place(part)]
    parsed = {"street": "", "city": "", "region": "", "postal_code": "", "country": ""}
    if parts and (country := _country_at_end(parts)):
        parsed["country"] = country
        parts.pop()
    if len(parts) > 1 or (parts and parsed["country"]):
        _take_postal_and_region(parts, parsed)
    if parts and (len(parts) > 1 or not re.search(r"\d", parts[0])):
        parsed["city"] = parts.pop()
    parsed["street"] = ", ".join(parts)
    return parsed


def country_code(text: str) -> str:
    """Return the ISO 3166 alpha-2 code of a country's name or code, or the text itself if it is unknown."""
    return find_country_code(text) or text


def find_dialling_region(country: str, region: str) -> str:
    """Return the ISO 3166 code of an address's country, "" where neither country nor state says it."""
    code = find_country_code(country)
    return code or next((home for home, names in REGIONS.items() if region in names), "")


def is_remote_place(text: str) -> bool:
    """Return whether a text in a place field says that people meet by link or phone: "Online", "Phone meetings"."""
    folded = fold_words(text)
    words = set(folded.split())
    if not words or not words <= _REMOTE_WORDS | _REMOTE_FILLERS:
        return False
    return bool(words & _SURELY_REMOTE) or any(phrase in folded for phrase in _REMOTE_PHRASES)


def _place_text(value: object) -> str:
    """Return the public part of an address field, or "" where it says that the meeting is online."""
    text = public_address(value)
    return "" if is_remote_place(text) else text


def _country_at_end(parts: list[str]) -> str:
    """Return the code of the country that the last part of an address names, or ""."""
    last, before = fold_words(parts[-1]), parts[:-1]
    country = find_country(parts[-1]) or find_alpha_3(parts[-1])
    if country == "GE" and last == "georgia":
        # Most addresses with this name are in the state of the United States.
        return country if before and _GEORGIAN_TOWNS & set(fold_words(before[-1]).split()) else ""
    has_street_only = len(before) == 1 and re.search(r"\d", before[0])
    if country and last in _ALSO_TOWNS and has_street_only:
        return country if _split_postal(before[0], country) else ""
    return country


def parse_coordinates(row: dict[object, object]) -> tuple[tuple[float, float] | None, str]:
    """Return (latitude, longitude) of a row in degrees, or None, and the reason for curators if they were refused."""
    given = [row.get("latitude"), row.get("longitude")]
    both = row.get("coordinates")
    if isinstance(both, str) and both.count(",") == 1:
        given = [
            single if single not in (None, "") else part
            for single, part in zip(given, both.split(","), strict=True)
        ]
    if all(value is None or (isinstance(value, str) and not value.strip()) for value in given):
        return None, ""
    numbers = [_number(value) for value in given]
    latitude, longitude = numbers
    if latitude is None or longitude is None:
        return None, "The coordinates are not two numbers, so they were left out."
    reason = _reason_to_refuse(latitude, longitude)
    return (None, reason) if reason else ((latitude, longitude), "")


def _reason_to_refuse(latitude: float, longitude: float) -> str:
    """Return why no meeting is at these coordinates, or "" if one may be."""
    if latitude == 0 and longitude == 0:
        return "The coordinates are 0,0, a spot in the sea, so they were left out."
    if latitude == 0 or longitude == 0:
        name = "latitude" if latitude == 0 else "longitude"
        return f"The {name} is 0, as where it is not known, so the coordinates were left out."
    if 90 < abs(latitude) <= 180 and abs(longitude) <= 90:
        return "The latitude and the longitude are probably swapped, so they were left out."
    if abs(latitude) > 90 or abs(longitude) > 180:
        return "The coordinates are outside the globe, so they were left out."
    if abs(latitude) > HIGHEST_LATITUDE:
        return f"The latitude is beyond {HIGHEST_LATITUDE} degrees, so the coordinates were left out."
    return ""


def _take_postal_and_region(parts: list[str], parsed: Parts) -> None:
    """Move the postal code and the region from the end of the parts into the parsed address."""
    if split := _split_postal(parts[-1], parsed["country"]):
        parsed["postal_code"], rest, is_first = split
        if rest:
            parts[-1] = rest
        else:
            parts.pop()
        if is_first or not parts:
            return  # "Hauptstr. 5, 10115 Berlin": the town follows its code
    # "5 Main St, New York" ends with a town, "Albany, New York" and "5 Main St, Alberta" with a state.
    names = _PROVINCES if re.search(r"\d", parts[0]) else _REGION_NAMES
    is_region = bool(_STATE_CODE.fullmatch(parts[-1])) or fold_words(parts[-1]) in names
    if len(parts) > 2 or (len(parts) == 2 and is_region):
        parsed["region"] = parts.pop()


def _split_postal(part: str, country: str) -> tuple[str, str, bool] | None:
    """Return the postal code in a part of an address, the rest of the part, and whether the code stood first."""
    if not country:
        return _split_any_postal(part)
    form, words = _postal_form(country), part.split()
    if form.fullmatch(part):
        return part, "", False
    for size in range(1, min(3, len(words))):
        first, last = " ".join(words[:size]), " ".join(words[-size:])
        if form.fullmatch(last):
            return last, " ".join(words[:-size]), False
        if form.fullmatch(first) and not words[size][0].isdigit() and _may_lead(first, country):
            return first, " ".join(words[size:]), True
    return None


def _split_any_postal(part: str) -> tuple[str, str, bool] | None:
    """Split a postal code of any country from a part of an address."""
    if re.fullmatch(_POSTAL, part, re.I):
        return part, "", False
    if ends := _ENDS_IN_POSTAL.fullmatch(part):
        return ends["postal"], ends["rest"], False
    starts = _STARTS_WITH_POSTAL.fullmatch(part)
    return (starts["postal"], starts["rest"], True) if starts else None


def _may_lead(code: str, country: str) -> bool:
    """Return whether this is a postal code, and not the number of a house, where it stands before a name."""
    return country not in _NUMBER_FIRST or not code.isdigit()


@lru_cache(maxsize=300)
def _postal_form(country: str) -> re.Pattern[str]:
    """Return the pattern for postal codes of a country."""
    default = rf"\d{{{_NUMBER_OF_DIGITS.get(country, 5)}}}"
    return re.compile(_POSTAL_FORMS.get(country, default), re.I)


def _postal_code(value: object, country: str, region: str) -> str:
    """Return a postal code as text; a US code gets the leading zeros that a number lost."""
    text = public_address(value)
    is_american = country == "US" or (not country and re.fullmatch(r"[A-Z]{2}", region))
    # Spreadsheets turn 02139 into the number 2139.
    return text.zfill(5) if is_american and isinstance(value, int) and len(text) in (3, 4) else text


def _number(value: object) -> float | None:
    """Return a coordinate as a number, or None for what is no number."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None

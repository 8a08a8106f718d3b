"""Parse postal addresses and coordinates of feeds."""

import math
import re

from core.text import fold_words
from feeds.formats.privacy import public_address

_COUNTRIES = {
    "US": ("usa", "us", "u s a", "u s", "united states", "united states of america", "estados unidos"),
    "CA": ("canada",), "GB": ("uk", "gb", "united kingdom", "great britain", "england", "scotland", "wales"),
    "IE": ("ireland", "eire"), "AU": ("australia",), "NZ": ("new zealand", "aotearoa"), "MX": ("mexico",),
    "DE": ("germany", "deutschland"), "FR": ("france",), "ES": ("spain", "espana"), "IT": ("italy", "italia"),
    "PT": ("portugal",), "NL": ("netherlands", "the netherlands", "nederland"), "BE": ("belgium",),
    "SE": ("sweden", "sverige"), "NO": ("norway", "norge"), "DK": ("denmark", "danmark"), "FI": ("finland",),
    "PL": ("poland", "polska"), "CH": ("switzerland",), "AT": ("austria", "osterreich"), "JP": ("japan",),
    "IN": ("india",), "ZA": ("south africa",), "BR": ("brazil", "brasil"), "PR": ("puerto rico",),
    "BM": ("bermuda",), "TH": ("thailand",), "IL": ("israel",), "IS": ("iceland",),
    "CR": ("costa rica",), "PH": ("philippines",),
}  # fmt: skip
_COUNTRY = {name: code for code, names in _COUNTRIES.items() for name in names}
_POSTAL = r"\d{5}(?:-\d{4})?|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{3}-\d{4}|\d{4}"
_ENDS_IN_POSTAL = re.compile(rf"(?P<rest>\S.*?)\s+(?P<postal>{_POSTAL})", re.I)
_STARTS_WITH_POSTAL = re.compile(r"(?P<postal>\d{4,5})\s+(?P<rest>[^\W\d].*)")
_CANADIAN_PROVINCES = {
    "alberta", "british columbia", "manitoba", "new brunswick", "newfoundland and labrador", "nova scotia",
    "ontario", "prince edward island", "saskatchewan", "yukon", "nunavut", "northwest territories",
}  # fmt: skip
_STATE_CODE = re.compile(r"[A-Z]{2,3}|[A-Z]\.[A-Z]\.?")

Parts = dict[str, str]


def parse_address(row: dict[object, object]) -> Parts:
    """Return street, city, region, postal_code and country of a row, from its full address or its separate fields."""
    full, first = public_address(row.get("formatted_address")), public_address(row.get("address"))
    if not full and first.count(",") >= 2 and not row.get("city"):
        full, first = first, ""
    parts = split_address(full)
    pieces = {
        "street": first,
        "city": public_address(row.get("city")),
        "region": public_address(row.get("state")),
        "country": country_code(public_address(row.get("country"))),
    }
    if first and not row.get("city"):
        pieces = {key: pieces[key] or text for key, text in split_address(first).items() if key in pieces}
    pieces["postal_code"] = _postal_code(row.get("postal_code"), pieces["country"], pieces["region"])
    return {key: parts.get(key, "") or text for key, text in pieces.items()}


def split_address(text: str) -> Parts:
    """Return the parts of an address in one line, such as "1205 Pine Ave, San Jose, CA 95125, USA"."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    parsed = {"street": "", "city": "", "region": "", "postal_code": "", "country": ""}
    if parts and fold_words(parts[-1]) in _COUNTRY:
        parsed["country"] = country_code(parts.pop())
    if len(parts) > 1:
        _take_postal_and_region(parts, parsed)
    if parts and (len(parts) > 1 or not re.search(r"\d", parts[0])):
        parsed["city"] = parts.pop()
    parsed["street"] = ", ".join(parts)
    return parsed


def country_code(text: str) -> str:
    """Return the ISO 3166 alpha-2 code of a country name, or the text itself if it is unknown."""
    return _COUNTRY.get(fold_words(text), text)


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
    if latitude == 0 and longitude == 0:
        return None, "The coordinates are 0,0, a spot in the sea, so they were left out."
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None, "The coordinates are outside the globe, so they were left out."
    return (latitude, longitude), ""


def _take_postal_and_region(parts: list[str], parsed: Parts) -> None:
    if re.fullmatch(_POSTAL, parts[-1], re.I):
        parsed["postal_code"] = parts.pop()
    elif ends := _ENDS_IN_POSTAL.fullmatch(parts[-1]):
        parsed["postal_code"], parts[-1] = ends["postal"], ends["rest"]
    elif starts := _STARTS_WITH_POSTAL.fullmatch(parts[-1]):
        parsed["postal_code"], parts[-1] = starts["postal"], starts["rest"]
        return  # "Hauptstr. 5, 10115 Berlin": the town follows its code
    is_region = _STATE_CODE.fullmatch(parts[-1]) or fold_words(parts[-1]) in _CANADIAN_PROVINCES
    if len(parts) > 2 or (len(parts) == 2 and is_region):
        parsed["region"] = parts.pop()


def _postal_code(value: object, country: str, region: str) -> str:
    text = public_address(value)
    is_american = country == "US" or (not country and re.fullmatch(r"[A-Z]{2}", region))
    # Spreadsheets turn 02139 into the number 2139.
    return text.zfill(5) if is_american and isinstance(value, int) and len(text) in (3, 4) else text


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None

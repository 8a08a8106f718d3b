"""Telephone numbers: how people write them, and the forms in which they are dialled, shown and compared.

The numbering plans are those of the package `phonenumbers`. Short codes (988, 116 123, 741741) keep their digits and
get no country code, since each exists in its own country alone. So does a number without its area code.

A region is a country by its code in ISO 3166; where none is given, it is the country of this site.
"""

import re
from dataclasses import dataclass

import phonenumbers
from django.conf import settings
from phonenumbers import PhoneNumberFormat, ValidationResult

LONGEST_TEXT = 200  # characters
LEAST_COMPARED = 7  # digits; 988, 211 and 741741 belong to whole countries
_DIALLED = "+0123456789*#"
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_SHORT_CODE = re.compile(r"[0-9*#]{2,8}")
# A number, then what is keyed in after a pause: "408-555-0101 ext. 12", "4085550101,,12#".
_NUMBER = re.compile(
    r"([+\d*#(][^,;xX]*?)\s*(?:(?:,|;|\bext(?:ension)?\b\.?|x)\s*([\d,;*# ]+))?", re.IGNORECASE
)
# Letters stand for digits of the keypad where they are written as in "1800RESPECT".
_KEYPAD_LETTERS = re.compile(r"[\d\s().+/-]*\d[\s-]?[A-Z][A-Z\d-]*")


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """One number that was read.

    `digits` is dialled first: E.164 where the number was written with its country code, else as it was written.
    `e164` is the whole number, or empty for a short code and for a number without its area code.
    `extension` holds the digits that follow after a pause.
    """

    digits: str
    e164: str = ""
    extension: str = ""


def parse_phone_number(text: str, region: str = "") -> PhoneNumber | None:
    """Return the number that `text` is, or None where it is none, more than one, or has words beside it."""
    if _E164.fullmatch(text):
        return PhoneNumber(text, text)
    parts = _NUMBER.fullmatch(text.strip()) if len(text) <= LONGEST_TEXT else None
    if parts is None:
        return None
    # Most countries dial "00" for "+", and no national number begins with it.
    written = re.sub(r"^00(?=[1-9])", "+", parts[1])
    extension = _keep_digits(parts[2] or "")
    with_letters = any(sign.isalpha() for sign in written)
    if with_letters and not _KEYPAD_LETTERS.fullmatch(written):
        return None
    if "*" in written or "#" in written:
        return None if with_letters else PhoneNumber(dialled_signs(written), extension=extension)
    region = region or settings.DEFAULT_COUNTRY
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible == ValidationResult.TOO_LONG or (with_letters and not phonenumbers.is_valid_number(number)):
        return None
    digits = dialled_signs(phonenumbers.convert_alpha_characters_in_number(written))
    is_short = not digits.startswith("+") and phonenumbers.is_valid_short_number_for_region(number, region)
    if possible != ValidationResult.IS_POSSIBLE or is_short:
        return PhoneNumber(digits, extension=extension)
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return PhoneNumber(e164 if digits.startswith("+") else digits, e164, extension)


def find_phone_number(text: str, region: str = "") -> tuple[PhoneNumber, int, int] | None:
    """Return the first number in a text that has words beside it, with its start and end there; None without one."""
    region = region or settings.DEFAULT_COUNTRY
    leniency = phonenumbers.Leniency.POSSIBLE
    for match in phonenumbers.PhoneNumberMatcher(text[:LONGEST_TEXT], region, leniency=leniency):
        if number := parse_phone_number(match.raw_string, region):
            return number, match.start, match.end
    return None


def dial_string(text: str, region: str = "") -> str:
    """Return what a telephone dials, with a pause before an extension: "+14085550101,,12".

    Nothing is added to a number without a country code, since its writer may live in another country than this site
    is for. Where no number can be read, the signs of `text` that can be dialled are returned.
    """
    number = parse_phone_number(text, region)
    if number is None:
        return dialled_signs(text)
    return f"{number.digits},,{number.extension}" if number.extension else number.digits


def display_form(text: str, region: str = "") -> str:
    """Return the number as people of the region write it, abroad with its country code; other texts unchanged."""
    number = parse_phone_number(text, region)
    if number is None or not number.e164:
        return text
    parsed = phonenumbers.parse(number.e164)
    is_home = parsed.country_code == phonenumbers.country_code_for_region(region or settings.DEFAULT_COUNTRY)
    form = PhoneNumberFormat.NATIONAL if is_home else PhoneNumberFormat.INTERNATIONAL
    shown = phonenumbers.format_number(parsed, form)
    return f"{shown}, {number.extension}" if number.extension else shown


def comparison_key(text: str, region: str = "") -> str:
    """Return one text for all ways of writing a number, or "" for a short code and what is no number.

    Numbers of this site's country have no country code in it. An extension follows a comma, so that two extensions of
    one switchboard are two numbers.
    """
    number = parse_phone_number(text, region)
    if number is None:
        written, _comma, behind = text.replace(";", ",").partition(",")
        number = PhoneNumber(_keep_digits(written), extension=_keep_digits(behind))
    home = f"+{phonenumbers.country_code_for_region(settings.DEFAULT_COUNTRY)}"
    digits = _keep_digits(number.e164.removeprefix(home) or number.digits)
    if len(digits) < LEAST_COMPARED:
        return ""
    return f"{digits},{number.extension}" if number.extension else digits


def is_dialable(dial: str) -> bool:
    """Return whether this is a whole number in E.164, or a short code as it is dialled in its country."""
    return bool(_E164.fullmatch(dial) or _SHORT_CODE.fullmatch(dial))


def is_same_number(dial: str, shown: str) -> bool:
    """Return whether `shown` reads as the number `dial`, which is in E.164 or a short code.

    A number in E.164 may be shown with its country code, or as it is written in its country.
    """
    if not _E164.fullmatch(dial):
        return dialled_signs(phonenumbers.convert_alpha_characters_in_number(shown)) == dial
    try:
        code = phonenumbers.parse(dial).country_code or 0
        number = phonenumbers.parse(shown, phonenumbers.region_code_for_country_code(code))
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) == dial and not number.extension


def dialled_signs(text: str) -> str:
    """Return the signs that a telephone can dial: digits, "+", "*" and "#"."""
    return "".join(sign for sign in text if sign in _DIALLED)


def _keep_digits(text: str) -> str:
    """Return the ASCII digits of a text and nothing else."""
    return "".join(sign for sign in text if sign in "0123456789")

"""Telephone numbers: how people write them, and the forms in which they are dialled, shown and compared.

The numbering plans are those of the package `phonenumbers`. Short codes (988, 116 123, 741741) keep their digits and
get no country code, since each exists in its own country alone. So does a number without its area code.

A region is a country by its code in ISO 3166; where none is given, it is the country of this site.
"""

import re
from dataclasses import dataclass

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext as _
from phonenumbers import PhoneNumberFormat, ValidationResult

LONGEST_TEXT = 200  # characters
LEAST_COMPARED = 7  # digits; 988, 211 and 741741 belong to whole countries
SHORTEST_ID = 6  # digits; what is keyed in with fewer is an extension or a choice of a menu
# How people write an id, by its number of digits: "869 126 579".
_ID_PARTS = {9: (3, 3, 3), 10: (3, 3, 4), 11: (3, 4, 4), 12: (4, 4, 4)}
_DIALLED = "+0123456789*#"
_DIALLED_OR_PAUSE = frozenset(_DIALLED + ",;")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_SHORT_CODE = re.compile(r"[0-9*#]{2,8}")
# A number, then what is keyed in after a pause: "408-555-0101 ext. 12", "4085550101,,12#".
_NUMBER = re.compile(
    r"([+\d*#(][^,;xX]*?)\s*(?:(?:,|;|\bext(?:ension)?\b\.?|x)\s*([\d,;*# ]+))?", re.IGNORECASE
)
# What stands between a number and each code that is keyed in after it: a pause, or a word for an extension.
_PAUSES = re.compile(
    r"\s*(?:[,;]|(?<![a-z])[pwx](?![a-z])|\bext(?:ension)?\b\.?)(?:[,;.\s]|(?<![a-z])[pwx](?![a-z]))*",
    re.IGNORECASE,
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


def dialable_form(text: str, region: str = "") -> str:
    """Return what a telephone dials for a number that somebody typed, or "" where no telephone can dial it.

    A number written with brackets, spaces or an extension becomes E.164, with a pause before the extension. What is
    typed in dialled signs alone stays as it is: "4085550101", "741741", "+14085550101,,12#". A number without its area
    code, or with too few or too many digits, cannot be dialled.
    """
    text = text.strip()
    number = parse_phone_number(text, region)
    if number is None or not (number.e164 or _is_short_code(number.digits)):
        return ""
    if set(text) <= _DIALLED_OR_PAUSE:
        return text
    dialled = number.e164 or number.digits
    return f"{dialled},,{number.extension}" if number.extension else dialled


def _is_short_code(digits: str) -> bool:
    """Return whether these are a short code such as 988, 116123 or *67, rather than a number without its area code."""
    return 2 <= len(digits) < LEAST_COMPARED and "+" not in digits


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


def dial_words(text: str, region: str = "") -> str:
    """Return in words how to dial a number and the codes after it.

    "+16465550123,,869126579#" gives "(646) 555-0123, then the meeting id 869 126 579 and #". A text without a number is
    returned as it is.
    """
    number, *codes = _PAUSES.split(text.strip())
    return ", ".join([display_form(number, region), *(_code_words(code) for code in codes if code)])


def _code_words(code: str) -> str:
    """Return in words how to key in one code: "then the meeting id 869 126 579 and #", "then 77"."""
    keys, hash_key = code.removesuffix("#"), code.endswith("#")
    if not keys.isdecimal() or len(keys) < SHORTEST_ID:
        pattern = _("then %(code)s and #") if keys and hash_key else _("then %(code)s")
        return pattern % {"code": keys or code}
    pattern = _("then the meeting id %(code)s and #") if hash_key else _("then the meeting id %(code)s")
    return pattern % {"code": _space_id(keys)}


def _space_id(digits: str) -> str:
    """Return an id with spaces where people write them."""
    parts, start = [], 0
    for length in _ID_PARTS.get(len(digits), (len(digits),)):
        parts.append(digits[start : start + length])
        start += length
    return " ".join(parts)


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

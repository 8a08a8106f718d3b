"""Read dial-in texts of meetings: the number to dial and the id of the meeting, without passwords.

People write them in many ways: "+16465550123,,869126579#", "1-646-555-0123 ID: 869 126 579 Password: 1",
"605-555-0123 access code 555444#", "(605) 555-0123 x77". A text with other words gives nothing, because the number may
belong to a person ("Call Tom 605-555-0123").
"""

import re

from django.conf import settings

from core.phone_numbers import (
    LONGEST_TEXT,
    PhoneNumber,
    dialable_form,
    find_phone_number,
    parse_phone_number,
)

# The form that a telephone dials: number, pause, id, then a participant number or password.
_DIALLED = re.compile(r"(\+?\d{7,15})(?:[,;]+(\d{3,12}#?))?(?:[,;*#]+[\d,;*#]*)?")
# The same, with a password of letters: "+16465550123,,869126579#,,#,,Q2xlYW4".
_DIALLED_WITH_PASSWORD = re.compile(r"(\+?\d{7,15}),+(\d{3,12}#?),+\S*")
# "*67" before a number hides the caller's own number.
_CALLER_ID_PREFIX = re.compile(r"^\s*(?:tel:\s*)?\*\d\d[\s,.-]*", re.I)
_SECRET = re.compile(
    r"\b(?:(?:host|attendee|access|security|participant|meeting)[\s-]?)?"
    r"(?:pass[\s-]?(?:word|code)?|pwd|pw|pin|key|contrase(?:ñ|n)a|clave|participant id)\b"
    r"(?:\s(?:code|number|de acceso))?\s?(?:is|es)?\s?[:=#.-]{0,2}\s?[^\s,;|/]+",
    re.I,
)
_ID_LABEL = (
    r"(?:\b(?:meeting|conference|conf|zoom|webinar|room|participant|bridge|guest|dial[\s-]?in)?[\s.-]?"
    r"(?:access\s?(?:code|number|id)?|id(?:\snumber)?|code|c[oó]digo(?: de acceso)?|number|no\.?)\b)"
)
_MEETING_ID = re.compile(
    rf"{_ID_LABEL}\s?(?:is|es)?\s?[:=#.-]{{0,2}}\s?#?(\d(?:[ -]?\d){{1,11}})(?!\d)\s?#?", re.I
)
_BARE_ID = re.compile(r"(?<![\d+.-])(\d{3,12}|\d{3,4}(?: \d{3,4}){1,2})\s?#")
_EXTENSION = re.compile(r"(?:\bext(?:ension)?\b\.?|(?<=[\d\s,)])x)\s?[:#]?\s?(\d{1,8})(?!\d)\s?(#?)", re.I)
# Words that may stand beside a number. Zoom names the towns of its numbers.
_KNOWN_WORDS = frozenset(
    "tel dial in call calls phone telephone teleconference number numbers no or and us usa canada toll free local "
    "long distance then enter press the to join by zoom meeting conference line when prompted at for use audio one tap "
    "mobile id code access pound hash sign star key host ext extension only via following o y llame marque teléfono "
    "numero número new york san jose chicago houston tacoma washington dc germantown denver portland".split()
)


def parse_dial_in(text: str, region: str = "") -> str:
    """Return the digits to dial, with a pause before the meeting's id: "+16465550123,,869126579#".

    Return "" where no number can be read. The first of several numbers counts. Passwords, PINs and participant numbers
    are left out. A number without a country code gets that of `region`, a code of ISO 3166; where no region is known,
    it stays as it is written.
    """
    text = _CALLER_ID_PREFIX.sub("", " ".join(text.split())[:LONGEST_TEXT])
    text = re.sub(r"^tel:\s?", "", text, flags=re.I)
    dialled = _DIALLED_WITH_PASSWORD.fullmatch(text) or _DIALLED.fullmatch(re.sub(r"[\s().\-–/]", "", text))
    if dialled:
        number = parse_phone_number(dialled[1], region)
        # A number of ten digits and more may be one of a country that the row does not name.
        if number is None and not region and len(dialled[1]) >= 10:
            number = PhoneNumber(dialled[1], dialled[1])
        return _dial_string(number, region, dialled[2] or "") if number else ""
    rest = _SECRET.sub(" ; ", text)
    meeting_id, rest = _take_meeting_id(rest)
    found = find_phone_number(rest, region)
    if found is None:
        return ""
    number, start, end = found
    after = rest[end:]
    if not meeting_id and (bare := _BARE_ID.search(after)):
        meeting_id, after = f"{_digits(bare[1])}#", after[: bare.start()] + after[bare.end() :]
    words = re.findall(r"[^\W\d_]+", f"{rest[:start]} {after}".casefold())
    return _dial_string(number, region, meeting_id) if _KNOWN_WORDS.issuperset(words) else ""


def read_number(text: str, region: str = "") -> str:
    """Return what a telephone dials for a number or dial-in text that a curator typed, or "" where it can dial nothing.

    Where no region is given, the number is one of this site's country.
    """
    region = region or settings.DEFAULT_COUNTRY
    return dialable_form(text, region) or parse_dial_in(text, region)


def _take_meeting_id(text: str) -> tuple[str, str]:
    """Return the id with its "#", or an extension, and the text without them."""
    if labelled := _MEETING_ID.search(text):
        return f"{_digits(labelled[1])}#", f"{text[: labelled.start()]} ; {text[labelled.end() :]}"
    if extension := _EXTENSION.search(text):
        return f"{extension[1]}{extension[2]}", f"{text[: extension.start()]} ; {text[extension.end() :]}"
    return "", text


def _dial_string(number: PhoneNumber, region: str, meeting_id: str) -> str:
    """Return the number, then ",," and the id if there is one; "" for a number without a form in E.164.

    Without a region, a number that was written without its country code stays as it was written.
    """
    if not number.e164:
        return ""
    has_country_code = number.e164 == f"+{number.digits}"
    dialled = number.e164 if region or has_country_code else number.digits
    return f"{dialled},,{meeting_id}" if meeting_id else dialled


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)

"""Read dial-in texts of feeds, as `core.dial_in` reads them once they are plain text."""

from core.dial_in import parse_dial_in
from core.phone_numbers import LONGEST_TEXT
from feeds.formats.text import plain_text, says_nothing


def dial_string(value: object, region: str = "") -> str:
    """Return the digits to dial that a value of a feed gives, or "" where no number can be read."""
    return parse_dial_in(plain_text(value, limit=LONGEST_TEXT), region)


def has_dial_in(value: object) -> bool:
    """Return whether a value says anything about dialling in, so that a curator should learn that it was not read."""
    return not says_nothing(plain_text(value, limit=LONGEST_TEXT))

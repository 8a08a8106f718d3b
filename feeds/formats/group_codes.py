"""Recognize codes that feeds write in the field of a group's name: "D27", "District 12 / GSO #123456"."""

import re

from core.text import fold
from feeds.formats.text import says_nothing

_SERVICE_BODY = (
    r"(?:districts?|distrito|dist|d|areas?|zones?|zona|intergroup|intergrupo|regions?|ig)"
    r"\W{0,3}(?:no\W{0,3})?\d{0,4}[a-z]?"
)
_LABEL = (
    r"(?:(?:gso|wso|aa|al-anon|group|grupo|grp|meeting|service|registration|reg|id|no|nr|num|number|numero)\W{0,3})"
    r"{0,4}"
)
# A number of its own has at least five digits: "1935" may be a name. One with a sign may be short: "#12", "Group #7".
_NUMBER = rf"{_LABEL}(?:#\s?\d{{1,9}}|\d{{5,9}})|(?:gso|wso)\W{{0,3}}\d{{1,9}}"
_PIECE = re.compile(rf"(?:{_SERVICE_BODY}|{_NUMBER}|{_SERVICE_BODY}\s+(?:{_NUMBER}))[.)\s]*")
_BETWEEN = re.compile(r"\s*[/|,;()]\s*|\s+[-–—]+\s+")
_LONGEST = 60  # characters of a code


def is_group_code(text: str) -> bool:
    """Return whether a group's name is only a code, a service body's name or a word for "none"."""
    folded = fold(text).strip()
    if not folded or len(folded) > _LONGEST:
        return False
    pieces = [piece for piece in _BETWEEN.split(folded) if piece]
    return says_nothing(folded) or folded == "no group" or bool(pieces and all(map(_PIECE.fullmatch, pieces)))

"""A few listings in one address: the address holds their ids itself, so nothing is kept for it anywhere.

`l` is the ids in base 36 between full stops, in order ("/shared/?l=1a.2b"); several `l` are read as one list, which is
what a form with tick boxes sends without a script.
"""

from collections.abc import Iterable

from django.utils.http import base36_to_int, int_to_base36, urlencode

MAX_SHARED_LISTINGS = 30  # listings
SEPARATOR = "."


class BadLink(Exception):
    """The address holds no list."""


def share_address(path: str, ids: Iterable[int]) -> str:
    return f"{path}?{urlencode({'l': SEPARATOR.join(map(int_to_base36, ids))})}"


def parse_share_link(parts: Iterable[str]) -> list[int]:
    """The ids, each once, `LIMIT` at most. Raises BadLink for anything else, and for nothing at all."""
    words = [word for part in parts for word in part.split(SEPARATOR)]
    try:
        ids = [parse_id(word) for word in words]
    except ValueError:
        raise BadLink from None
    if not ids or len(ids) > MAX_SHARED_LISTINGS:
        raise BadLink
    return list(dict.fromkeys(ids))


def parse_id(word: str) -> int:
    """Raises ValueError for what is no number that a database can hold."""
    number = base36_to_int(word) if word.isascii() and word.isalnum() else 0
    if not 0 < number < 2**63:
        raise ValueError(word)
    return number

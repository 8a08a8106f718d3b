"""Put a few listings into an address, which holds their ids, so that the server stores nothing.

The parameter `l` holds ids in base 36, in order, separated by full stops ("/shared/?l=1a.2b"). Several `l` are read
as one list, since a form with checkboxes sends them that way without a script.
"""

from collections.abc import Iterable

from django.utils.http import base36_to_int, int_to_base36, urlencode

MAX_SHARED_LISTINGS = 30  # listings
ID_SEPARATOR = "."


class BadLink(Exception):
    """The address holds no valid list."""


def share_address(path: str, ids: Iterable[int]) -> str:
    """Return the address of a page that shows these listings."""
    return f"{path}?{urlencode({'l': ID_SEPARATOR.join(map(int_to_base36, ids))})}"


def parse_share_link(parts: Iterable[str]) -> list[int]:
    """Return the ids in the values of `l`, each once. Raises BadLink for no ids, too many, or malformed ones."""
    words = [word for part in parts for word in part.split(ID_SEPARATOR)]
    try:
        ids = [parse_id(word) for word in words]
    except ValueError:
        raise BadLink from None
    if not ids or len(ids) > MAX_SHARED_LISTINGS:
        raise BadLink
    return list(dict.fromkeys(ids))


def parse_id(word: str) -> int:
    """Return the id that a base 36 word stands for. Raises ValueError when no database could hold it."""
    number = base36_to_int(word) if word.isascii() and word.isalnum() else 0
    if not 0 < number < 2**63:
        raise ValueError(word)
    return number

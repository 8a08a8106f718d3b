"""Addresses of listings: readable, and free."""

import itertools
from collections.abc import Iterator

from django.utils.text import slugify

from directory.models import Listing

# Room for a number behind it in the 120 signs of the column.
LONGEST = 110


def free_slug(name: str, town: str, fallback: str) -> str:
    """The name; where that is taken with the town, then with a number.

    `fallback` stands in for a name without Latin letters.
    """
    taken = Listing.objects.filter
    return next(slug for slug in candidates(name, town, fallback) if not taken(slug=slug).exists())


def candidates(name: str, town: str, fallback: str) -> Iterator[str]:
    base = slugify(name)[:LONGEST].strip("-") or slugify(fallback)
    yield base
    if town:
        base = slugify(f"{base} {town}")[:LONGEST].strip("-")
        yield base
    yield from (f"{base}-{number}" for number in itertools.count(2))

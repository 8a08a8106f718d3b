"""Slugs of listings, which form their addresses."""

import itertools
from collections.abc import Iterator

from django.utils.text import slugify

from directory.models import Listing

# Leaves space for a number at the end, since the column has 120 characters.
MAX_LENGTH = 110


def free_slug(name: str, town: str, fallback: str) -> str:
    """Return a slug that no listing has: from the name, else with the town, else with a number.

    `fallback` replaces a name without Latin letters.
    """
    slugs = slug_candidates(name, town, fallback)
    return next(slug for slug in slugs if not Listing.objects.filter(slug=slug).exists())


def slug_candidates(name: str, town: str, fallback: str) -> Iterator[str]:
    """Yield slugs in the order in which to try them."""
    base = slugify(name)[:MAX_LENGTH].strip("-") or slugify(fallback)
    yield base
    if town:
        base = slugify(f"{base} {town}")[:MAX_LENGTH].strip("-")
        yield base
    yield from (f"{base}-{number}" for number in itertools.count(2))

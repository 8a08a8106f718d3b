"""Pairs of listings for tests, and all values of a listing, to compare before and after."""

from typing import Any

from curation.models import LikelyDuplicate
from directory.kinds.registry import kinds
from directory.models import Listing

RELATED_NAMES = ("channels", "intervals", "exceptions")


def make_pair(one: Listing, other: Listing, **facts: Any) -> LikelyDuplicate:
    first, second = sorted((one, other), key=lambda listing: listing.pk)
    return LikelyDuplicate.objects.create(
        first_id=first.pk, second_id=second.pk, **{"reasons": ["The same name in San Jose."], **facts}
    )


def stored_values(*listings: Listing) -> list[dict[str, Any]]:
    """Return every value of these listings and of their related rows, read from the database."""
    return [listing_values(listing) for listing in listings]


def listing_values(listing: Listing) -> dict[str, Any]:
    own = kinds[listing.kind].model.objects.get(pk=listing.pk)
    names = (*RELATED_NAMES, *(["meetings"] if listing.kind == "support-groups" else []))
    related = {name: [row_values(row) for row in getattr(own, name).order_by("pk")] for name in names}
    return {**row_values(own), **related}


def row_values(row: Any) -> dict[str, Any]:
    return {field.name: field.value_from_object(row) for field in row._meta.concrete_fields}

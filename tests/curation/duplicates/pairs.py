"""Pairs of listings for tests, and what a listing is made of, to compare before and after."""

from typing import Any

from curation.models import LikelyDuplicate
from directory.kinds.registry import kinds
from directory.models import Listing

BESIDE = ("channels", "intervals", "exceptions")


def make_pair(one: Listing, other: Listing, **facts: Any) -> LikelyDuplicate:
    first, second = sorted((one, other), key=lambda listing: listing.pk)
    return LikelyDuplicate.objects.create(
        first_id=first.pk, second_id=second.pk, **{"reasons": ["The same name in San Jose."], **facts}
    )


def whole(*listings: Listing) -> list[dict[str, Any]]:
    """Every value of these listings and of the rows beside them, read from the database."""
    return [state(listing) for listing in listings]


def state(listing: Listing) -> dict[str, Any]:
    own = kinds[listing.kind].model.objects.get(pk=listing.pk)
    names = (*BESIDE, *(["meetings"] if listing.kind == "support-groups" else []))
    beside = {name: [plain(row) for row in getattr(own, name).order_by("pk")] for name in names}
    return {**plain(own), **beside}


def plain(row: Any) -> dict[str, Any]:
    return {field.name: field.value_from_object(row) for field in row._meta.concrete_fields}

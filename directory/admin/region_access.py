"""Which listings a curator may see and change in the admin.

Another app knows the regions of curators. An admin site that limits its curators has a method
`regions_of(curator) -> list[int]`, which returns the ids of their regions, or an empty list without a limit. On a site
without that method nothing is limited.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from directory.models import Listing, Place, Region

STEWARD_PERMISSION = "directory.change_region"


def in_regions(regions: list[int], prefix: str = "") -> Q:
    """Return the condition on listings in these regions; every listing fits where there are none.

    `prefix` leads to the listing from another model, such as "listing__".
    """
    return Q(**{f"{prefix}region__in": regions}) if regions else Q()


def filter_used_in_regions(rows: QuerySet[Any], name: str, regions: list[int]) -> QuerySet[Any]:
    """Return the rows that a listing in these regions has in its field `name`, and those that no listing has."""
    if not regions:
        return rows
    mine = Listing.objects.filter(in_regions(regions), **{f"{name}__isnull": False}).order_by().values(name)
    nobodys = ~Exists(Listing.objects.filter(**{name: OuterRef("pk")}))
    return rows.filter(Q(pk__in=mine) | nobodys)


def is_used_outside(row: Any, name: str, regions: list[int]) -> bool:
    """Return whether a listing outside these regions points to the row: a change would change that listing too."""
    mine = Listing.objects.filter(in_regions(regions)).order_by().values("pk")
    return bool(regions) and Listing.objects.filter(**{name: row}).exclude(pk__in=mine).exists()


def region_of(place: Place | None) -> int | None:
    """Return the id of the first region that covers the place; None where no region does."""
    return next((region.pk for region in Region.objects.all() if place and region.covers(place)), None)

"""Which listings a curator may see and change at the desk.

Who looks after which region is known to another room. An admin site that limits its curators offers
`regions_of(curator) -> list[int]`, the ids of their regions, empty where nothing is limited. The admins of listings
and of what belongs to them ask here; on a site without that method everybody reaches everything.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from directory.models import Listing, Place, Region

STEWARD_PERMISSION = "directory.change_region"


def in_regions(regions: list[int], prefix: str = "") -> Q:
    """The condition on listings; `prefix` leads to the listing from another model, as "listing__"."""
    return Q(**{f"{prefix}region__in": regions}) if regions else Q()


def filter_used_in_regions(rows: QuerySet[Any], name: str, regions: list[int]) -> QuerySet[Any]:
    """The rows to which a listing within reach points by its field `name`, and those to which none does."""
    if not regions:
        return rows
    mine = Listing.objects.filter(in_regions(regions), **{f"{name}__isnull": False}).order_by().values(name)
    nobodys = ~Exists(Listing.objects.filter(**{name: OuterRef("pk")}))
    return rows.filter(Q(pk__in=mine) | nobodys)


def is_used_outside(row: Any, name: str, regions: list[int]) -> bool:
    """Whether a listing out of reach points to the row: a change would change that listing."""
    mine = Listing.objects.filter(in_regions(regions)).order_by().values("pk")
    return bool(regions) and Listing.objects.filter(**{name: row}).exclude(pk__in=mine).exists()


def region_of(place: Place | None) -> int | None:
    """The first region that covers the place."""
    return next((region.pk for region in Region.objects.all() if place and region.covers(place)), None)

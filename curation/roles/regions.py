"""The listings that a curator looks after.

A curator with regions sees and changes only the listings of these. A curator without regions, a steward and a superuser
see all.
"""

from typing import Any

from django.db.models import Q

from curation.models import CuratorRegion
from directory.admin.region_access import STEWARD_PERMISSION, in_regions


def regions_of(curator: Any) -> list[int]:
    """Return the ids of the regions that limit a curator, sorted by name; empty where nothing limits them."""
    if curator.has_perm(STEWARD_PERMISSION):
        return []
    rows = CuratorRegion.objects.filter(curator_id=curator.pk).order_by("region__name")
    return list(rows.values_list("region", flat=True))


def listings_of(curator: Any, prefix: str = "") -> Q:
    """Return the condition for the listings of a curator.

    `prefix` is the path to the listing from another model, such as "listing__".
    """
    return in_regions(regions_of(curator), prefix)

"""Who looks after which listings: a curator with regions sees and changes those of these only.

One without regions, a steward and a superuser see all.
"""

from typing import Any

from django.db.models import Q

from curation.models import CuratorRegion
from directory.admin.region_access import STEWARD_PERMISSION, in_regions


def regions_of(curator: Any) -> list[int]:
    """The ids of the regions that a curator is limited to, by name; empty where nothing is limited."""
    if curator.has_perm(STEWARD_PERMISSION):
        return []
    rows = CuratorRegion.objects.filter(curator_id=curator.pk).order_by("region__name")
    return list(rows.values_list("region", flat=True))


def listings_of(curator: Any, prefix: str = "") -> Q:
    """The condition on listings; `prefix` leads to the listing from another model, as "listing__"."""
    return in_regions(regions_of(curator), prefix)

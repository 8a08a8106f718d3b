"""The state of all listings of a source as one digest without primary keys: equal states have equal digests."""

import hashlib
import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from groups.models import SupportGroup

LEFT_OUT = {
    "id",
    "listing_ptr_id",
    "listing_id",
    "place_id",
    "group_id",
    "created",
    "region_id",
    "organization_id",
}


def rows_of(source: str = "") -> list[Any]:
    groups = SupportGroup.objects.filter(source=source) if source else SupportGroup.objects.exclude(source="")
    return [
        [
            facts(group),
            facts(group.place) if group.place else None,
            [facts(meeting) for meeting in group.meetings.order_by("source_ref")],
            [facts(channel) for channel in group.channels.all()],
        ]
        for group in groups.select_related("place").prefetch_related("channels").order_by("source_ref")
    ]


def facts(row: Any) -> dict[str, Any]:
    held = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    held = {name: value for name, value in held.items() if name not in LEFT_OUT}
    if "provenance" in held:
        # The id of the run that missed a listing is a primary key too.
        held["provenance"] = {
            name: {key: value if key != "missed" else bool(value) for key, value in each.items()}
            for name, each in held["provenance"].items()
        }
    return held


def digest(source: str = "") -> str:
    return hashlib.sha256(
        json.dumps(rows_of(source), cls=DjangoJSONEncoder, sort_keys=True).encode()
    ).hexdigest()

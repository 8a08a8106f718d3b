"""Values of listings, places and meetings as JSON and back, for what a run keeps: its journal and what it holds."""

import gzip
import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from directory.models import Channel, Place
from feeds.staging import Staged
from groups.models import Meeting, SupportGroup

Values = dict[str, Any]


def plain(values: Any) -> Any:
    """The same as JSON would give it back: times as text, tuples as lists."""
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder))


def revived(model: type[models.Model], values: Mapping[str, Any] | None) -> Values | None:
    """Field values again as the model holds them."""
    if values is None:
        return None
    return {name: model._meta.get_field(name).to_python(value) for name, value in values.items()}  # type: ignore[union-attr]


def packed(staged: Mapping[str, Staged]) -> bytes:
    rows = [
        [each.ref, each.listing, each.place, each.place_ref, each.meetings, each.channels]
        for each in staged.values()
    ]
    return gzip.compress(json.dumps(rows, cls=DjangoJSONEncoder).encode(), mtime=0)


def unpacked(data: bytes) -> dict[str, Staged]:
    return {
        ref: Staged(
            ref=ref,
            listing=revived(SupportGroup, listing) or {},
            place=revived(Place, place),
            place_ref=place_ref,
            meetings={key: revived(Meeting, values) or {} for key, values in meetings.items()},
            channels=[revived(Channel, values) or {} for values in channels],
        )
        for ref, listing, place, place_ref, meetings, channels in json.loads(gzip.decompress(bytes(data)))
    }

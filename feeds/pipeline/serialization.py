"""Values of listings, places and meetings as JSON and back, for what a run keeps: its journal and what it holds."""

import gzip
import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from directory.models import Listing, Place
from feeds.pipeline.feed_types import ROWS
from feeds.pipeline.packed_mapping import CompressedMapping
from feeds.pipeline.stage_groups import StagedListing
from groups.models import Meeting

Values = dict[str, Any]


def to_json_values(values: Any) -> Any:
    """The same as JSON would give it back: times as text, tuples as lists."""
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder))


def from_json_values(model: type[models.Model], values: Mapping[str, Any] | None) -> Values | None:
    """Field values again as the model holds them."""
    if values is None:
        return None
    return {name: model._meta.get_field(name).to_python(value) for name, value in values.items()}  # type: ignore[union-attr]


def pack_staged(staged: Mapping[str, StagedListing]) -> bytes:
    """A listing a line, so that what is packed is never there as a whole."""
    whole = io.BytesIO()
    with gzip.GzipFile(fileobj=whole, mode="wb", mtime=0) as file:
        for each in staged.values():
            file.write(f"{json.dumps(asdict(each), cls=DjangoJSONEncoder)}\n".encode())
    return whole.getvalue()


def unpack_staged(data: bytes, model: type[Listing]) -> CompressedMapping[StagedListing]:
    """What `packed` kept of listings of this model."""
    staged = CompressedMapping[StagedListing]()
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
        for each in map(json.loads, file):
            staged[each["ref"]] = StagedListing(**{**each, **restore_types(each, model)})
    return staged


def restore_types(each: Values, model: type[Listing]) -> Values:
    """Of one listing, all that is more than text."""
    return {
        "listing": from_json_values(model, each["listing"]),
        "place": from_json_values(Place, each["place"]),
        "meetings": {ref: from_json_values(Meeting, values) for ref, values in each["meetings"].items()},
        "rows": {
            name: [from_json_values(ROWS[name], values) for values in rows]
            for name, rows in each["rows"].items()
        },
    }

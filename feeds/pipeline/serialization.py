"""Convert values of listings, places and meetings to JSON and back, for the journal of a run and for held imports."""

import gzip
import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from directory.models import Listing, Place
from feeds.pipeline.feed_types import ROW_MODELS
from feeds.pipeline.packed_mapping import PickledMapping
from feeds.pipeline.stage_groups import StagedListing
from groups.models import Meeting

Values = dict[str, Any]


def to_json_values(values: Any) -> Any:
    """Return the values as JSON would give them back: times as text, tuples as lists."""
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder))


def from_json_values(model: type[models.Model], values: Mapping[str, Any] | None) -> Values | None:
    """Return the field values as the model holds them; None stays None."""
    if values is None:
        return None
    return {name: model._meta.get_field(name).to_python(value) for name, value in values.items()}  # type: ignore[union-attr]


def pack_staged(staged: Mapping[str, StagedListing]) -> bytes:
    """Return the staged listings as compressed JSON lines, written one by one to save memory."""
    output = io.BytesIO()
    with gzip.GzipFile(fileobj=output, mode="wb", mtime=0) as file:
        for listing in staged.values():
            file.write(f"{json.dumps(asdict(listing), cls=DjangoJSONEncoder)}\n".encode())
    return output.getvalue()


def unpack_staged(data: bytes, model: type[Listing]) -> PickledMapping[StagedListing]:
    """Return the staged listings of this model that `pack_staged` wrote."""
    staged = PickledMapping[StagedListing]()
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
        for values in map(json.loads, file):
            staged[values["ref"]] = StagedListing(**{**values, **_restore_types(values, model)})
    return staged


def _restore_types(values: Values, model: type[Listing]) -> Values:
    """Return the parts of a staged listing that hold more than text, with their Python types."""
    return {
        "listing": from_json_values(model, values["listing"]),
        "place": from_json_values(Place, values["place"]),
        "meetings": {ref: from_json_values(Meeting, meeting) for ref, meeting in values["meetings"].items()},
        "rows": {
            name: [from_json_values(ROW_MODELS[name], row) for row in rows]
            for name, rows in values["rows"].items()
        },
    }

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
from feeds.pipeline.packed_mapping import Stock
from feeds.pipeline.stage_groups import Staged
from groups.models import Meeting

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
    """A listing a line, so that what is packed is never there as a whole."""
    whole = io.BytesIO()
    with gzip.GzipFile(fileobj=whole, mode="wb", mtime=0) as file:
        for each in staged.values():
            file.write(f"{json.dumps(asdict(each), cls=DjangoJSONEncoder)}\n".encode())
    return whole.getvalue()


def unpacked(data: bytes, model: type[Listing]) -> Stock[Staged]:
    """What `packed` kept of listings of this model."""
    staged = Stock[Staged]()
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
        for each in map(json.loads, file):
            staged[each["ref"]] = Staged(**{**each, **live(each, model)})
    return staged


def live(each: Values, model: type[Listing]) -> Values:
    """Of one listing, all that is more than text."""
    return {
        "listing": revived(model, each["listing"]),
        "place": revived(Place, each["place"]),
        "meetings": {ref: revived(Meeting, values) for ref, values in each["meetings"].items()},
        "rows": {
            name: [revived(ROWS[name], values) for values in rows] for name, rows in each["rows"].items()
        },
    }

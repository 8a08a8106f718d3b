"""Rows that stand beside listings (ways to reach them, hours, checks, meetings), read together with them.

Django asks once for each table that is prefetched. Here each table comes as one more column of the listings' own query:
its rows as JSON, put together by the database. What comes out is the same as after `prefetch_related`.
"""

import json
from collections.abc import Iterable, Sequence
from functools import cache, partial
from typing import Any

from django.db.models import Aggregate, Field, JSONField, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONArray

from directory.models import Listing


class JsonRows(Aggregate):
    """All rows of a group as one JSON array, in no order."""

    function = "JSON_GROUP_ARRAY"
    output_field = JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_AGG", **extra)


def prefetch_json(listings: QuerySet[Listing], paths: Sequence[str]) -> list[Listing]:
    """The listings with what stands beside them at these paths, such as "channels" or "supportgroup__meetings", in one
    query. Models on the way of a path must be joined already."""
    columns = {f"rows_{number}": json_column(path) for number, path in enumerate(paths)}
    found = list(listings.annotate(**columns))
    for listing in found:
        for name, path in zip(columns, paths, strict=True):
            cache_prefetch(listing, path, vars(listing).pop(name) or [])
    return found


def json_column(path: str) -> Subquery:
    link = foreign_key_of(path)
    names = [field.attname for field in link.model._meta.concrete_fields]
    rows = link.model._default_manager.filter(**{link.name: OuterRef("pk")}).order_by()
    return Subquery(rows.values(link.name).annotate(rows=JsonRows(JSONArray(*names))).values("rows"))


@cache
def foreign_key_of(path: str) -> Any:
    """The foreign key by which the rows at a path belong to a listing."""
    model: Any = Listing
    *way, last = path.split("__")
    for name in way:
        model = model._meta.get_field(name).related_model
    return model._meta.get_field(last).field


def cache_prefetch(listing: Listing, path: str, rows: Iterable[list[Any]]) -> None:
    """Keeps the rows where the owner looks for them."""
    *way, last = path.split("__")
    owner: Any = listing
    for name in way:
        owner = getattr(owner, name, None)
    if owner is None:
        return
    link = foreign_key_of(path)
    made = [build_instances(link.model, row) for row in rows]
    for each in made:
        setattr(each, link.name, owner)
    kept = getattr(owner, last).get_queryset()
    kept._result_cache, kept._prefetch_done = in_model_order(made), True
    vars(owner).setdefault("_prefetched_objects_cache", {})[last] = kept


def build_instances(model: type[Model], row: list[Any]) -> Model:
    fields = model._meta.concrete_fields
    values = [parse_value(field, value) for field, value in zip(fields, row, strict=True)]
    return model.from_db(None, [field.attname for field in fields], values)


def parse_value(field: "Field[Any, Any]", value: Any) -> Any:
    """A value as the model has it, from how it stands in JSON."""
    if isinstance(field, JSONField):
        # SQLite holds JSON as text, and hands it on as that.
        return json.loads(value) if isinstance(value, str) else value
    if hasattr(field, "from_db_value"):
        return field.from_db_value(value, None, None)
    return field.to_python(value)


def in_model_order(rows: list[Model]) -> list[Model]:
    """In the order that their model declares."""
    names: Sequence[Any] = (rows[0]._meta.ordering if rows else None) or ()
    for name in reversed(names):
        rows.sort(key=partial(sortable, name=name.lstrip("-")), reverse=name.startswith("-"))
    return rows


def sortable(row: Model, name: str) -> tuple[bool, Any]:
    value = getattr(row, name)
    return value is not None, value

"""Rows that belong to listings (channels, hours, checks, meetings), loaded in the same query as the listings.

Django's `prefetch_related` runs one query for each table. Here the database aggregates the rows of each table into a
JSON array, which is one more column of the listings' own query. The result is the same as after `prefetch_related`.
"""

import json
from collections.abc import Iterable, Sequence
from functools import cache, partial
from typing import Any

from django.db.models import Aggregate, Field, JSONField, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONArray

from directory.models import Listing


class JsonRows(Aggregate):
    """All rows of a group as one JSON array, in no particular order."""

    function = "JSON_GROUP_ARRAY"
    output_field = JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Return the SQL of the aggregate for PostgreSQL, whose function has another name."""
        return self.as_sql(compiler, connection, function="JSONB_AGG", **extra)


def prefetch_json(listings: QuerySet[Listing], paths: Sequence[str]) -> list[Listing]:
    """Return the listings with the related rows of these paths, from one query.

    A path is such as "channels" or "supportgroup__meetings". The query must already join the models along a path.
    """
    columns = {f"rows_{number}": json_column(path) for number, path in enumerate(paths)}
    found = list(listings.annotate(**columns))
    for listing in found:
        for name, path in zip(columns, paths, strict=True):
            cache_prefetch(listing, path, vars(listing).pop(name) or [])
    return found


def json_column(path: str) -> Subquery:
    """Return the subquery for the rows of one path."""
    link = foreign_key_of(path)
    names = [field.attname for field in link.model._meta.concrete_fields]
    rows = link.model._default_manager.filter(**{link.name: OuterRef("pk")}).order_by()
    return Subquery(rows.values(link.name).annotate(rows=JsonRows(JSONArray(*names))).values("rows"))


@cache
def foreign_key_of(path: str) -> Any:
    """Return the foreign key from the rows of a path to the listing."""
    model: Any = Listing
    *way, last = path.split("__")
    for name in way:
        model = model._meta.get_field(name).related_model
    return model._meta.get_field(last).field


def cache_prefetch(listing: Listing, path: str, rows: Iterable[list[Any]]) -> None:
    """Put the rows into the prefetch cache of the listing, or of the object along the path that has them."""
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
    """Return a model instance from a row of JSON values."""
    fields = model._meta.concrete_fields
    values = [parse_value(field, value) for field, value in zip(fields, row, strict=True)]
    return model.from_db(None, [field.attname for field in fields], values)


def parse_value(field: "Field[Any, Any]", value: Any) -> Any:
    """Return a field's Python value from its JSON value."""
    if isinstance(field, JSONField):
        # SQLite holds JSON as text, and hands it on as that.
        return json.loads(value) if isinstance(value, str) else value
    if hasattr(field, "from_db_value"):
        return field.from_db_value(value, None, None)
    return field.to_python(value)


def in_model_order(rows: list[Model]) -> list[Model]:
    """Sort the rows as the `ordering` of their model says."""
    names: Sequence[Any] = (rows[0]._meta.ordering if rows else None) or ()
    for name in reversed(names):
        rows.sort(key=partial(sortable, name=name.lstrip("-")), reverse=name.startswith("-"))
    return rows


def sortable(row: Model, name: str) -> tuple[bool, Any]:
    """Return a sort key for a field value, with None before all other values."""
    value = getattr(row, name)
    return value is not None, value

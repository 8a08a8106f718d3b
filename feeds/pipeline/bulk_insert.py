"""Many new rows in few statements, inside the caller's transaction. Rows are plain values, of which no object is made.

Django's own bulk insert refuses a model with a parent's row, so that the two tables of a listing are filled one after
the other.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models

from directory.models import Listing

Values = Mapping[str, Any]
"""Values of fields by attribute name. All rows of a call name the same fields; the others have their defaults."""


def insert_listings(model: type[Listing], rows: Sequence[Values]) -> list[int]:
    """Inserts listings of one kind, shared facts first; gives their keys in the order of the rows."""
    if not rows:
        return []
    insert(Listing, rows)
    known = dict(Listing.objects.filter(slug__in=[row["slug"] for row in rows]).values_list("slug", "pk"))
    keys = [known[row["slug"]] for row in rows]
    link = str(model._meta.pk.attname)
    insert(model, [{**row, link: key} for row, key in zip(rows, keys, strict=True)])
    return keys


def insert(model: type[models.Model], rows: Sequence[Values]) -> None:
    """Inserts the rows of one table; values that belong to another table are passed over."""
    if not rows:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    fields = [field for field in model._meta.local_concrete_fields if not isinstance(field, models.AutoField)]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    marks = ", ".join("%s" for _field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    by_column = [column(field, rows, connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({marks})",  # noqa: S608 - names of our own tables
            list(zip(*by_column, strict=True)),
        )


def column(field: "models.Field[Any, Any]", rows: Sequence[Values], connection: Any) -> list[Any]:
    """What all rows hold of one field, as the database takes it."""
    name = field.attname
    if name not in rows[0]:
        return [field.get_db_prep_save(field.get_default(), connection)] * len(rows)
    return [field.get_db_prep_save(row[name], connection) for row in rows]

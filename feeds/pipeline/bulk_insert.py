"""Insert many rows in few statements, inside the caller's transaction, from plain values without model instances.

Django's `bulk_create` refuses models with multi-table inheritance, so the two tables of a listing are filled one after
the other.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models

from directory.models import Listing

Values = Mapping[str, Any]
"""Field values by attribute name. All rows of a call name the same fields; the other fields get their defaults."""


def insert_listings(model: type[Listing], rows: Sequence[Values]) -> list[int]:
    """Insert listings of one kind and return their primary keys in the order of the rows."""
    if not rows:
        return []
    insert_rows(Listing, rows)
    key_of_slug = dict(
        Listing.objects.filter(slug__in=[row["slug"] for row in rows]).values_list("slug", "pk")
    )
    keys = [key_of_slug[row["slug"]] for row in rows]
    parent_link = str(model._meta.pk.attname)
    insert_rows(model, [{**row, parent_link: key} for row, key in zip(rows, keys, strict=True)])
    return keys


def insert_rows(model: type[models.Model], rows: Sequence[Values]) -> None:
    """Insert the rows of one table, ignoring values that belong to another table."""
    if not rows:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    fields = [field for field in model._meta.local_concrete_fields if not isinstance(field, models.AutoField)]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    placeholders = ", ".join("%s" for _field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    values_by_column = [_column_values(field, rows, connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({placeholders})",  # noqa: S608 - names of our own tables
            list(zip(*values_by_column, strict=True)),
        )


def _column_values(field: "models.Field[Any, Any]", rows: Sequence[Values], connection: Any) -> list[Any]:
    """Return one field's value of each row, prepared for the database."""
    name = field.attname
    if name not in rows[0]:
        # A function as the default gives each row a value of its own.
        return [field.get_db_prep_save(field.get_default(), connection) for _row in rows]
    return [field.get_db_prep_save(row[name], connection) for row in rows]

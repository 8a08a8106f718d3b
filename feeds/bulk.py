"""Many listings in few statements. Django's own bulk insert refuses a model with a parent's row, so that the two
tables are filled one after the other, inside the caller's transaction."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models

from directory.models import Listing


def insert(listings: Sequence[Listing]) -> None:
    """Inserts unsaved listings of one kind, shared facts first, and gives them their keys."""
    if not listings:
        return
    model = type(listings[0])
    shared = [field.attname for field in Listing._meta.concrete_fields if not field.primary_key]
    parents = Listing.objects.bulk_create(
        Listing(**{name: getattr(listing, name) for name in shared}) for listing in listings
    )
    for listing, parent in zip(listings, parents, strict=True):
        listing.pk = listing.id = parent.pk
        listing._state.adding = False
    own = model._meta.local_concrete_fields
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in own)
    marks = ", ".join("%s" for _field in own)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({marks})",  # noqa: S608 - names of our own tables
            [[value(field, listing) for field in own] for listing in listings],
        )


def value(field: "models.Field[object, object]", listing: Listing) -> Any:
    return (
        listing.pk
        if field.primary_key
        else field.get_db_prep_save(getattr(listing, field.attname), connection)
    )

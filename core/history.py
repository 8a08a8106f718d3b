"""What is kept of each change: the whole state of a listing with the rows beside it, who changed it and when.

django-reversion keeps a state when a registered model is saved inside a revision. One revision holds one listing
and nothing else: going back to it takes everything back that it holds.
"""
# i18n: admin only

from typing import Any

import reversion
from django.db import models
from django.utils.translation import gettext as _
from reversion.models import Version

TRACKED_RELATIONS: dict[type[models.Model], tuple[str, ...]] = {}
"""Related names of the rows that are kept with a model's own."""
# What says which listing it is and where it comes from is no fact about it.
UNTRACKED_FIELDS = frozenset(
    {"id", "listing_ptr", "listing", "group", "slug", "kind", "source", "provenance", "created"}
)


def track_model(model: type[models.Model], *rows: str) -> None:
    """Keeps history of `model` together with its parent's row and the rows under these related names."""
    parents = [field.name for field in model._meta.parents.values() if field is not None]
    TRACKED_RELATIONS[model] = rows
    reversion.register(model, follow=(*parents, *rows))


def save_initial_version(model: type[models.Model], pk: object) -> None:
    """Keeps the state before the first change made here, so that what was imported can be brought back.

    Does nothing inside a running revision, where it would be overwritten by the state after the change.
    """
    if reversion.is_active() or Version.objects.get_for_object_reference(model, pk).exists():
        return
    before = model._default_manager.filter(pk=pk).first()
    if before is not None:
        with reversion.create_revision():
            reversion.set_comment(_("As it was before the first change here."))
            reversion.add_to_revision(before)


def add_to_revision(row: models.Model) -> None:
    """Adds the state of a row as it stands in the database, its parent's row included, to the running revision.

    Saving a child model twice in one revision would keep the parent's state of the first time.
    """
    now = type(row)._default_manager.get(pk=row.pk)
    reversion.add_to_revision(now)
    for field in now._meta.parents.values():
        if field is not None:
            reversion.add_to_revision(getattr(now, field.name))


def tracked_values(row: models.Model) -> dict[str, Any]:
    """What is kept of a row as plain values by field, the rows beside it as lists under their related name."""
    return {
        **field_values(row),
        **{
            name: [field_values(each) for each in getattr(row, name).order_by("pk")]
            for name in names_beside(row)
        },
    }


def names_beside(row: models.Model) -> set[str]:
    """Return the related names of the rows that are kept with a row's own."""
    return {name for model in type(row).__mro__ for name in TRACKED_RELATIONS.get(model, ())}


def rows_beside(row: models.Model) -> dict[type[models.Model], dict[Any, models.Model]]:
    """Return the rows that are kept with a row's own as they stand, by model and key."""
    found = [getattr(row, name) for name in names_beside(row)]
    return {rows.model: rows.in_bulk() for rows in found}


def field_values(row: models.Model) -> dict[str, Any]:
    fields = (field for field in row._meta.concrete_fields if field.name not in UNTRACKED_FIELDS)
    return {field.name: getattr(row, field.attname) for field in fields}

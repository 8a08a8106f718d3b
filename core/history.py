"""The history of changes: the whole state of a listing with its related rows, who changed it and when.

django-reversion stores a state when a registered model is saved inside a revision. Each revision contains one listing
only, so that returning to it changes nothing else.
"""
# i18n: admin only

from typing import Any

import reversion
from django.db import models
from django.utils.translation import gettext as _
from reversion.models import Version

TRACKED_RELATIONS: dict[type[models.Model], tuple[str, ...]] = {}
"""The related names of the rows that are stored together with a row of each model."""
# Fields that identify a listing or say where it comes from. They are no facts about it.
UNTRACKED_FIELDS = frozenset(
    {"id", "listing_ptr", "listing", "group", "slug", "kind", "source", "provenance", "created"}
)


def track_model(model: type[models.Model], *related_names: str) -> None:
    """Record the history of a model together with its parent's row and the rows under these related names."""
    parents = [field.name for field in model._meta.parents.values() if field is not None]
    TRACKED_RELATIONS[model] = related_names
    reversion.register(model, follow=(*parents, *related_names))


def save_initial_version(model: type[models.Model], pk: object) -> None:
    """Store the state before the first change made here, so that an imported state can be restored.

    Inside a running revision nothing is stored, because the state after the change would overwrite it.
    """
    if reversion.is_active() or Version.objects.get_for_object_reference(model, pk).exists():
        return
    row = model._default_manager.filter(pk=pk).first()
    if row is not None:
        with reversion.create_revision():
            reversion.set_comment(_("As it was before the first change here."))
            reversion.add_to_revision(row)


def add_to_revision(row: models.Model) -> None:
    """Add the state of a row and its parent's row, as the database has them, to the running revision.

    Without this, a child model that is saved twice in one revision would keep its parent's first state.
    """
    current = type(row)._default_manager.get(pk=row.pk)
    reversion.add_to_revision(current)
    for field in current._meta.parents.values():
        if field is not None:
            reversion.add_to_revision(getattr(current, field.name))


def tracked_values(row: models.Model) -> dict[str, Any]:
    """Return the tracked values of a row by field name, and those of its related rows as lists by related name."""
    return {
        **field_values(row),
        **{
            name: [field_values(related) for related in getattr(row, name).order_by("pk")]
            for name in tracked_related_names(row)
        },
    }


def tracked_related_names(row: models.Model) -> set[str]:
    """Return the related names of the rows that are stored together with a row."""
    return {name for model in type(row).__mro__ for name in TRACKED_RELATIONS.get(model, ())}


def tracked_related_rows(row: models.Model) -> dict[type[models.Model], dict[Any, models.Model]]:
    """Return the rows that are stored together with a row, by model and primary key."""
    managers = [getattr(row, name) for name in tracked_related_names(row)]
    return {manager.model: manager.in_bulk() for manager in managers}


def field_values(row: models.Model) -> dict[str, Any]:
    """Return the tracked values of a row's own fields by field name."""
    fields = (field for field in row._meta.concrete_fields if field.name not in UNTRACKED_FIELDS)
    return {field.name: getattr(row, field.attname) for field in fields}

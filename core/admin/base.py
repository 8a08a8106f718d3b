"""Shared admin classes: form widgets, inlines with labels for screen readers, and the regions of a curator."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.forms import BaseInlineFormSet, CheckboxInput, CheckboxSelectMultiple, DateInput, TimeInput
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.fields import DAY_BOUNDS

FORMFIELD_OVERRIDES: dict[Any, dict[str, Any]] = {
    # Addresses that are typed without a scheme get TLS.
    models.URLField: {"assume_scheme": "https"},
    # The browser's own fields. Django's widgets compare with the server's zone, but these times are wall clock.
    models.TimeField: {"widget": TimeInput(format="%H:%M", attrs={"type": "time"})},
    models.DateField: {"widget": DateInput(format="%Y-%m-%d", attrs={"type": "date", **DAY_BOUNDS})},
}


class DeleteCheckbox(CheckboxInput):
    """The checkbox that deletes a row of an inline, with a label for screen readers."""

    def __init__(self) -> None:
        super().__init__(attrs={"aria-label": _("Take this row out")})


class InlineFormSet(BaseInlineFormSet):
    """A formset whose delete checkboxes have a label."""

    deletion_widget = DeleteCheckbox


class TableInline(admin.TabularInline):
    """A table inline whose fields have labels for screen readers, which do not read column heads as labels."""

    formset = InlineFormSet
    extra = 1

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Return the form field with its name as its label."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        if field is not None:
            field.widget.attrs["aria-label"] = capfirst(field.label)
        return field


class ListingInline(TableInline):
    """Rows that belong to a listing, which everybody who may change the listing may delete.

    The history of the listing can bring a deleted row back.
    """

    formfield_overrides = FORMFIELD_OVERRIDES

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether the curator may change the listing; the rows of an inline are deleted as part of it."""
        return self.has_change_permission(request, obj)


def style_checkbox_columns(field: Any) -> Any:
    """Mark a field of checkboxes for the style sheet, which shows them in columns, and return the field."""
    if field is not None and isinstance(field.widget, CheckboxSelectMultiple):
        field.widget.attrs["class"] = "choices"
        field.label = capfirst(field.label)
    return field


def allowed_region_ids(curator: Any, site: Any = None) -> list[int]:
    """Return the ids of the regions to which a curator is limited; an empty list for a curator without a limit.

    The admin site knows the regions. An admin site without regions limits nobody.
    """
    find_regions = getattr(site or admin.site, "regions_of", None)
    return find_regions(curator) if find_regions else []

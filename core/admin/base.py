from typing import Any

from django.contrib import admin
from django.db import models
from django.forms import BaseInlineFormSet, CheckboxInput, CheckboxSelectMultiple, DateInput, TimeInput
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.fields import DAY_BOUNDS

FORMFIELD_OVERRIDES: dict[Any, dict[str, Any]] = {
    # What is typed without a scheme is meant with TLS.
    models.URLField: {"assume_scheme": "https"},
    # The browser's own fields: Django's widgets compare with the server's zone, and these are wall clocks.
    models.TimeField: {"widget": TimeInput(format="%H:%M", attrs={"type": "time"})},
    models.DateField: {"widget": DateInput(format="%Y-%m-%d", attrs={"type": "date", **DAY_BOUNDS})},
}


class DeleteCheckbox(CheckboxInput):
    def __init__(self) -> None:
        super().__init__(attrs={"aria-label": _("Take this row out")})


class InlineFormSet(BaseInlineFormSet):
    deletion_widget = DeleteCheckbox


class TableInline(admin.TabularInline):
    """A table whose fields carry their names for who hears the page: the head of a column is no label."""

    formset = InlineFormSet
    extra = 1

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **options)
        if field is not None:
            field.widget.attrs["aria-label"] = capfirst(field.label)
        return field


class ListingInline(TableInline):
    """Rows beside a listing. Who may change the listing may take one out: its history brings it back."""

    formfield_overrides = FORMFIELD_OVERRIDES

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.has_change_permission(request, obj)


def style_checkbox_columns(field: Any) -> Any:
    """Marks a set of checkboxes for the style sheet, which sets it in columns; its label begins as others do."""
    if field is not None and isinstance(field.widget, CheckboxSelectMultiple):
        field.widget.attrs["class"] = "choices"
        field.label = capfirst(field.label)
    return field


def allowed_region_ids(curator: Any, site: Any = None) -> list[int]:
    limit = getattr(site or admin.site, "regions_of", None)
    return limit(curator) if limit else []

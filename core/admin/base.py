"""Shared admin classes: form widgets, inlines with labels for screen readers, and the regions of a curator."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import models
from django.forms import BaseInlineFormSet, CheckboxInput, CheckboxSelectMultiple, DateInput, TimeInput
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.fields import DAY_BOUNDS

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

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


class DisclosedCheckboxes(CheckboxSelectMultiple):
    """Checkboxes behind one line that names the chosen ones and opens them; the keyboard and no script suffice.

    `empty_text` is what the line says when nothing is chosen. A script of the admin keeps the line up to date.
    """

    def __init__(self, *, label: str, empty_text: "_StrOrPromise", **options: Any) -> None:
        super().__init__(**options)
        self.label, self.empty_text = label, empty_text

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the HTML of the line and the checkboxes."""
        chosen = [str(label) for key, label in self.choices if str(key) in map(str, value or ())]
        return format_html(
            '<details class="chosen" data-empty-text="{}"><summary>{}: <b>{}</b></summary>{}</details>',
            self.empty_text,
            self.label,
            ", ".join(chosen) or self.empty_text,
            super().render(name, value, {**(attrs or {}), "class": "choices"}, renderer),
        )


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

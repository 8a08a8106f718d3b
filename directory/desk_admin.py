"""What every page of the desk shares: history with a way back, who may delete, and rows beside a listing."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet, CheckboxInput, CheckboxSelectMultiple, DateInput, TimeInput
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from reversion.admin import VersionAdmin
from reversion.models import Version

from directory import history, reach
from directory.models import (
    Channel,
    HoursException,
    OpeningInterval,
)

FIELDS: dict[Any, dict[str, Any]] = {
    # What is typed without a scheme is meant with TLS.
    models.URLField: {"assume_scheme": "https"},
    # The browser's own fields: Django's widgets compare with the server's zone, and these are wall clocks.
    models.TimeField: {"widget": TimeInput(format="%H:%M", attrs={"type": "time"})},
    models.DateField: {"widget": DateInput(format="%Y-%m-%d", attrs={"type": "date"})},
}


class DeskAdmin(VersionAdmin):
    """History with a way back, for rows that curators edit. Deleting is for superusers."""

    list_per_page = 50
    show_full_result_count = False
    history_latest_first = True
    formfield_overrides = FIELDS

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return bool(request.user.is_superuser) and super().has_delete_permission(request, obj)

    def regions(self, request: HttpRequest) -> list[int]:
        """The regions that the curator is limited to; empty for all."""
        return reach.regions_of(request.user, self.admin_site)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Outside a revision, which would tie all listings of an action together; each gets its own.

        `has_change_permission` decides in reversion's template who sees the way to what was deleted.
        """
        context = {
            "has_change_permission": self.has_delete_permission(request),
            "may_upload": self.has_change_permission(request),
            **(extra_context or {}),
        }
        return super(VersionAdmin, self).changelist_view(request, context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self.get_object(request, object_id) if request.method == "POST" else None
        if row is not None and self.has_change_permission(request, row):
            history.remember(self.model, row.pk)
        return super().change_view(request, object_id, form_url, extra_context)

    def revision_view(
        self,
        request: HttpRequest,
        object_id: str,
        version_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Only versions of this model: another's would be taken back unseen behind this one's form. And only of what
        is within reach today, whatever the version says of its region."""
        if self.get_object(request, object_id) is None:
            raise Http404
        get_object_or_404(Version.objects.get_for_object_reference(self.model, object_id), pk=version_id)
        return super().revision_view(request, object_id, version_id, extra_context)

    def recover_view(
        self, request: HttpRequest, version_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """For who may delete: what was taken out for good is not everybody's to bring back."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        get_object_or_404(Version.objects.get_for_model(self.model), pk=version_id)
        return super().recover_view(request, version_id, extra_context)

    def recoverlist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_delete_permission(request):
            raise PermissionDenied
        return super().recoverlist_view(request, extra_context)

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        history.remember(self.model, obj.pk)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for pk in queryset.values_list("pk", flat=True):
            history.remember(self.model, pk)
        super().delete_queryset(request, queryset)


class SharedAdmin(DeskAdmin):
    """What listings share. Seen where a listing within reach has it or none does; changed where none beyond has it."""

    # The field of a listing that points here.
    shared_as: str

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and not (obj and reach.used_beyond(obj, self.shared_as, self.regions(request)))


class TakeOut(CheckboxInput):
    def __init__(self) -> None:
        super().__init__(attrs={"aria-label": _("Take this row out")})


class Rows(BaseInlineFormSet):
    deletion_widget = TakeOut


class TableInline(admin.TabularInline):
    """A table whose fields carry their names for who hears the page: the head of a column is no label."""

    formset = Rows
    extra = 1

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **options)
        if field is not None:
            field.widget.attrs["aria-label"] = capfirst(field.label)
        return field


class RowInline(TableInline):
    """Rows beside a listing. Who may change the listing may take one out: its history brings it back."""

    formfield_overrides = FIELDS

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.has_change_permission(request, obj)


class ChannelInline(RowInline):
    model = Channel
    fields = ("type", "dial", "display", "body", "note", "position")


class OpeningIntervalInline(RowInline):
    model = OpeningInterval
    fields = ("weekday", "opens", "closes")


class HoursExceptionInline(RowInline):
    model = HoursException
    fields = ("date", "opens", "closes", "note")
    classes = ("collapse",)


def in_columns(field: Any) -> Any:
    """Marks a set of checkboxes for the style sheet, which sets it in columns; its label begins as others do."""
    if field is not None and isinstance(field.widget, CheckboxSelectMultiple):
        field.widget.attrs["class"] = "choices"
        field.label = capfirst(field.label)
    return field

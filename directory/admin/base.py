"""What every page of the desk shares: history with a way back, who may delete, and rows beside a listing."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from reversion.admin import VersionAdmin
from reversion.models import Version

from core import history
from core.admin.base import FORMFIELD_OVERRIDES, ListingInline, allowed_region_ids
from directory.admin import region_access
from directory.listings import publish_guard
from directory.models import (
    Channel,
    HoursException,
    OpeningInterval,
)

# Attributes of a request: the guard of the row that is changed, why the change was refused, and the row and the rows
# beside it as they stood before one of its versions was brought back.
GUARD, REFUSED, PRESENT, PRESENT_ROWS = "publish_guard", "publish_refused", "present_row", "present_rows"


class BaseModelAdmin(VersionAdmin):
    """History with a way back, for rows that curators edit. Deleting is for superusers."""

    list_per_page = 50
    show_full_result_count = False
    history_latest_first = True
    formfield_overrides = FORMFIELD_OVERRIDES

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return bool(request.user.is_superuser) and super().has_delete_permission(request, obj)

    def allowed_regions(self, request: HttpRequest) -> list[int]:
        """The regions that the curator is limited to; empty for all."""
        return allowed_region_ids(request.user, self.admin_site)

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

    @contextmanager
    def create_revision(self, request: HttpRequest) -> Iterator[None]:
        """Begin a revision where something is sent: who only looks needs no database that can be written."""
        with super().create_revision(request) if request.method == "POST" else nullcontext():
            yield

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self.get_object(request, object_id) if request.method == "POST" else None
        if row is not None and self.has_change_permission(request, row):
            history.save_initial_version(self.model, row.pk)
        change = super().change_view
        return self.unless_refused(request, lambda: change(request, object_id, form_url, extra_context))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Take note of what only publishers may change, before it is changed; see `save_related`."""
        view = super().changeform_view
        if object_id is None:
            return view(request, object_id, form_url, extra_context)
        with transaction.atomic() if request.method == "POST" else nullcontext():
            guard = self.guard_for(request, self.get_object(request, unquote(object_id)))
            rule = {"publish_rule": guard.rule} if guard else {}
            return view(request, object_id, form_url, {**rule, **(extra_context or {})})

    def guard_for(self, request: HttpRequest, row: Any) -> publish_guard.FactGuard | None:
        """Return the guard of the row for this request: None for who may publish, and where nothing is protected."""
        if not hasattr(request, GUARD):
            free = row is None or publish_guard.may_publish(request.user)
            setattr(request, GUARD, None if free else self.guard_of(row))
        guard: publish_guard.FactGuard | None = getattr(request, GUARD)
        return guard

    def guard_of(self, row: Any) -> publish_guard.FactGuard | None:
        """Return the guard of a row, whoever asks."""
        return None

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Raise PublisherRequired once all is written and before anybody is told: the transaction rolls it back."""
        super().save_related(request, form, formsets, change)
        for rows in formsets:
            keep_withheld_rows(rows, getattr(request, PRESENT_ROWS, {}).get(rows.model, {}))
        if guard := self.guard_for(request, form.instance if change else None):
            guard.require_unchanged()

    def unless_refused(self, request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
        """Call the view; where the change needs the right to publish, call it again to show the form with what was
        typed and the reason above it."""
        try:
            return view()
        except publish_guard.PublisherRequired as refused:
            setattr(request, REFUSED, str(refused))
            return view()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **options)
        refused = getattr(request, REFUSED, "")
        return type(form.__name__, (RefusedForm, form), {"refused": refused}) if refused else form

    def revision_view(
        self,
        request: HttpRequest,
        object_id: str,
        version_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Only versions of this model: another's would be taken back unseen behind this one's form. And only of what
        is within reach today, whatever the version says of its region."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        get_object_or_404(Version.objects.get_for_object_reference(self.model, object_id), pk=version_id)
        # Both as they stand before the version is written over them.
        self.guard_for(request, row)
        setattr(request, PRESENT, row)
        setattr(request, PRESENT_ROWS, history.tracked_related_rows(row))
        revision = super().revision_view
        return self.unless_refused(request, lambda: revision(request, object_id, version_id, extra_context))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the row. Where one of its versions is brought back, what the form withholds stays as it is today."""
        row = super().get_object(request, object_id, from_field)
        present = getattr(request, PRESENT, None)
        if row is not None and present is not None and row.pk == present.pk:
            for name in self.withheld(request, present):
                setattr(row, name, getattr(present, name))
        return row

    def withheld(self, request: HttpRequest, row: Any) -> list[str]:
        """Return the own fields of a row that its form does not let this person set, by their attributes."""
        form = self.get_form(request, row, change=True)(instance=row)
        return withheld_fields(type(row), form)

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
        history.save_initial_version(self.model, obj.pk)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for pk in queryset.values_list("pk", flat=True):
            history.save_initial_version(self.model, pk)
        super().delete_queryset(request, queryset)


def withheld_fields(model: type[models.Model], form: Any) -> list[str]:
    """Return the fields of a model, by their attributes, that the form lacks or shows without letting them change."""
    offered = {name for name, field in form.fields.items() if not field.disabled}
    parents = {field for field in model._meta.parents.values() if field is not None}
    return [
        field.attname
        for field in model._meta.concrete_fields
        if not field.primary_key and field not in parents and field.name not in offered
    ]


def keep_withheld_rows(rows: Any, present: Mapping[Any, models.Model]) -> None:
    """Give the rows beside a listing that a version brought back the withheld fields that they have today.

    `rows` is their formset, `present` holds the rows as they stood, by their key. A row that was gone is as it was.
    """
    withheld = withheld_fields(rows.model, rows.empty_form)
    for row in rows.get_queryset() if present and withheld else ():
        if row.pk in present:
            kept = {name: getattr(present[row.pk], name) for name in withheld}
            rows.model._default_manager.filter(pk=row.pk).update(**kept)


class RefusedForm:
    """Mixed into a form whose change was refused: the form says why, and keeps what was typed."""

    refused: str

    def clean(self) -> Any:
        facts = super().clean()  # type: ignore[misc]
        self.add_error(None, self.refused)  # type: ignore[attr-defined]
        return facts


class SharedModelAdmin(BaseModelAdmin):
    """What listings share. Seen where a listing within reach has it or none does; changed where none beyond has it."""

    # The field of a listing that points here.
    listing_field: str

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and not (
            obj and region_access.is_used_outside(obj, self.listing_field, self.allowed_regions(request))
        )

    def guard_of(self, row: Any) -> publish_guard.FactGuard | None:
        return publish_guard.guard_of_shared(row, self.listing_field)


class ChannelInline(ListingInline):
    model = Channel
    fields = ("type", "dial", "display", "body", "note", "position")


class OpeningIntervalInline(ListingInline):
    model = OpeningInterval
    fields = ("weekday", "opens", "closes")


class HoursExceptionInline(ListingInline):
    model = HoursException
    fields = ("date", "opens", "closes", "note")
    classes = ("collapse",)

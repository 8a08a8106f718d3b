"""The base classes of the admin: versions that can be restored, who may delete, and inlines of a listing."""

import datetime
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy
from reversion.admin import VersionAdmin
from reversion.models import Version

from core import history
from core.admin.base import FORMFIELD_OVERRIDES, InlineFormSet, ListingInline, allowed_region_ids
from core.recurrence import MINUTES_A_DAY
from directory.admin import region_access
from directory.admin.forms import ChannelForm
from directory.listings import publisher_rights
from directory.models import (
    Channel,
    HoursException,
    OpeningInterval,
)

MIDNIGHT = datetime.time(0)
ROUND_THE_CLOCK = gettext_lazy(
    "These hours are 24 hours on every day. Tick “open at any hour, any day” and take these rows out."
)
# Names of attributes that are set on a request.
_GUARD_ATTRIBUTE = "publish_guard"  # the guard of the row that is being changed
_REFUSAL_ATTRIBUTE = "publish_refusal"  # why the change was refused
_PRESENT_ROW_ATTRIBUTE = "present_row"  # the row as it was before one of its versions was restored
_PRESENT_RELATED_ROWS_ATTRIBUTE = "present_related_rows"  # its related rows at the same moment


class BaseModelAdmin(VersionAdmin):
    """The base of the admins of rows that curators edit. It keeps versions, and only superusers may delete."""

    list_per_page = 50
    show_full_result_count = False
    history_latest_first = True
    formfield_overrides = FORMFIELD_OVERRIDES

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether the account is a superuser that may delete."""
        return bool(request.user.is_superuser) and super().has_delete_permission(request, obj)

    def allowed_regions(self, request: HttpRequest) -> list[int]:
        """Return the ids of the regions that the curator is limited to; empty for all."""
        return allowed_region_ids(request.user, self.admin_site)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list outside a revision, so that an action gives each listing a revision of its own.

        The template of reversion offers deleted rows to whoever has `has_change_permission` in its context.
        """
        context = {
            "has_change_permission": self.has_delete_permission(request),
            "may_upload": self.has_change_permission(request),
            **(extra_context or {}),
        }
        return super(VersionAdmin, self).changelist_view(request, context)

    @contextmanager
    def create_revision(self, request: HttpRequest) -> Iterator[None]:
        """Begin a revision for a POST request. Other requests must not write."""
        with super().create_revision(request) if request.method == "POST" else nullcontext():
            yield

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Save the first version of a row that has none, and show the form again where the change was refused."""
        row = self.get_object(request, object_id) if request.method == "POST" else None
        if row is not None and self.has_change_permission(request, row):
            history.save_initial_version(self.model, row.pk)
        change = super().change_view
        return self.call_or_show_refusal(request, lambda: change(request, object_id, form_url, extra_context))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Remember the protected facts before the form is saved, so that `save_related` can compare them."""
        view = super().changeform_view
        if object_id is None:
            return view(request, object_id, form_url, extra_context)
        with transaction.atomic() if request.method == "POST" else nullcontext():
            guard = self.guard_for(request, self.get_object(request, unquote(object_id)))
            rule = {"publish_rule": guard.rule} if guard else {}
            return view(request, object_id, form_url, {**rule, **(extra_context or {})})

    def guard_for(self, request: HttpRequest, row: Any) -> publisher_rights.FactGuard | None:
        """Return the guard of the row for this request; None for a publisher, and for a row without protected facts."""
        if not hasattr(request, _GUARD_ATTRIBUTE):
            is_unguarded = row is None or publisher_rights.may_publish(request.user)
            setattr(request, _GUARD_ATTRIBUTE, None if is_unguarded else self.build_guard(row))
        guard: publisher_rights.FactGuard | None = getattr(request, _GUARD_ATTRIBUTE)
        return guard

    def build_guard(self, row: Any) -> publisher_rights.FactGuard | None:
        """Return the guard of a row for accounts that may not publish; None where nothing is protected."""
        return None

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the rows of the inlines. Then raise `PublisherRequired` where a protected fact changed.

        The transaction then rolls everything back.
        """
        super().save_related(request, form, formsets, change)
        for formset in formsets:
            present_rows = getattr(request, _PRESENT_RELATED_ROWS_ATTRIBUTE, {}).get(formset.model, {})
            keep_withheld_rows(formset, present_rows)
        if guard := self.guard_for(request, form.instance if change else None):
            guard.require_unchanged()

    def call_or_show_refusal(self, request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
        """Call the view. Where it refuses a change that needs the right to publish, call it again to show the reason.

        The form keeps the values that were typed.
        """
        try:
            return view()
        except publisher_rights.PublisherRequired as error:
            setattr(request, _REFUSAL_ATTRIBUTE, str(error))
            return view()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        """Return the form class; after a refused change, one that shows the reason."""
        form: Any = super().get_form(request, obj, change, **options)
        refusal = getattr(request, _REFUSAL_ATTRIBUTE, "")
        return type(form.__name__, (RefusedForm, form), {"refusal": refusal}) if refusal else form

    def revision_view(
        self,
        request: HttpRequest,
        object_id: str,
        version_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show or restore a version of a row that the curator can see today.

        A version of another model gives 404: its values would be restored unseen behind this model's form.
        """
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        get_object_or_404(Version.objects.get_for_object_reference(self.model, object_id), pk=version_id)
        # Read both before the version replaces them.
        self.guard_for(request, row)
        setattr(request, _PRESENT_ROW_ATTRIBUTE, row)
        setattr(request, _PRESENT_RELATED_ROWS_ATTRIBUTE, history.tracked_related_rows(row))
        revision = super().revision_view
        return self.call_or_show_refusal(
            request, lambda: revision(request, object_id, version_id, extra_context)
        )

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the row. While a version is restored, fields that the form withholds keep their present values."""
        row = super().get_object(request, object_id, from_field)
        present = getattr(request, _PRESENT_ROW_ATTRIBUTE, None)
        if row is not None and present is not None and row.pk == present.pk:
            for name in self.withheld_field_names(request, present):
                setattr(row, name, getattr(present, name))
        return row

    def withheld_field_names(self, request: HttpRequest, row: Any) -> list[str]:
        """Return the attribute names of the fields of a row that its form does not let this account change."""
        form = self.get_form(request, row, change=True)(instance=row)
        return withheld_fields(type(row), form)

    def recover_view(
        self, request: HttpRequest, version_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show or restore a deleted row; only for accounts that may delete.

        A version of another model gives 404, as in `revision_view`.
        """
        if not self.has_delete_permission(request):
            raise PermissionDenied
        get_object_or_404(Version.objects.get_for_model(self.model), pk=version_id)
        return super().recover_view(request, version_id, extra_context)

    def recoverlist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """List the deleted rows; only for accounts that may delete."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        return super().recoverlist_view(request, extra_context)

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        """Save a version before the row is deleted."""
        history.save_initial_version(self.model, obj.pk)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Save a version of each row before they are deleted."""
        for pk in queryset.values_list("pk", flat=True):
            history.save_initial_version(self.model, pk)
        super().delete_queryset(request, queryset)


def withheld_fields(model: type[models.Model], form: Any) -> list[str]:
    """Return the attribute names of the fields of a model that the form lacks or shows as disabled."""
    offered = {name for name, field in form.fields.items() if not field.disabled}
    parents = {field for field in model._meta.parents.values() if field is not None}
    return [
        field.attname
        for field in model._meta.concrete_fields
        if not field.primary_key and field not in parents and field.name not in offered
    ]


def keep_withheld_rows(formset: Any, present_rows: Mapping[Any, models.Model]) -> None:
    """Give inline rows that a version restored the present values of the fields that their form withholds.

    `present_rows` holds the rows by primary key as they were before the version was restored. A row that had been
    deleted is restored with all values of the version.
    """
    names = withheld_fields(formset.model, formset.empty_form)
    for row in formset.get_queryset() if present_rows and names else ():
        if row.pk in present_rows:
            present_values = {name: getattr(present_rows[row.pk], name) for name in names}
            formset.model._default_manager.filter(pk=row.pk).update(**present_values)


class RefusedForm:
    """A mixin for a form whose change was refused. It shows the reason and keeps the values that were typed."""

    refusal: str

    def clean(self) -> Any:
        """Return the cleaned values, after adding the reason of the refusal to the errors of the form."""
        values = super().clean()  # type: ignore[misc]
        self.add_error(None, self.refusal)  # type: ignore[attr-defined]
        return values


def is_whole_day(hours: Mapping[str, Any]) -> bool:
    """Return whether hours are 24 hours, also where they are written one minute shorter, such as 23:00 to 22:59."""
    opens, closes = (times.hour * 60 + times.minute for times in (hours["opens"], hours["closes"]))
    return (closes - opens) % MINUTES_A_DAY in (0, MINUTES_A_DAY - 1)


class SharedModelAdmin(BaseModelAdmin):
    """The base of the admins of rows that listings share.

    A curator sees a row that a listing in their regions has, or that no listing has. They change it only where no
    listing outside their regions has it.
    """

    # The field of a listing that points here.
    listing_field: str

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether the curator may change the row: not where a listing outside their regions uses it."""
        allowed = super().has_change_permission(request, obj)
        return allowed and not (
            obj and region_access.is_used_outside(obj, self.listing_field, self.allowed_regions(request))
        )

    def build_guard(self, row: Any) -> publisher_rights.FactGuard | None:
        """Return the guard of the row by the listings that have it."""
        return publisher_rights.guard_of_shared(row, self.listing_field)


class ChannelFormSet(InlineFormSet):
    """The ways to reach a listing; each form knows the listing, whose country says how its numbers are dialled."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Return the arguments of each form, with the listing."""
        return {**super().get_form_kwargs(index), "listing": self.instance}


class ChannelInline(ListingInline):
    """The ways to reach a listing."""

    model = Channel
    form = ChannelForm
    formset = ChannelFormSet
    fields = ("type", "dial", "display", "body", "note", "position")


class OpeningIntervalFormSet(InlineFormSet):
    """The opening hours of a listing. Whole days are stored from midnight to midnight."""

    def clean(self) -> None:
        """Complete whole days, and refuse hours of 24 hours on all days, which a tick says better."""
        super().clean()
        if any(self.errors):
            return
        rows = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        days = {row.cleaned_data["weekday"] for row in rows if is_whole_day(row.cleaned_data)}
        is_round_the_clock = len(days) == len(OpeningInterval.WEEKDAYS) and not self.instance.always_open
        # Hours that were stored earlier must not keep a curator from changing something else.
        if is_round_the_clock and any(row.has_changed() for row in rows):
            raise ValidationError(ROUND_THE_CLOCK)
        spans_on = Counter(row.cleaned_data["weekday"] for row in rows)
        for row in rows:
            is_only = spans_on[row.cleaned_data["weekday"]] == 1
            if is_only and row.has_changed() and is_whole_day(row.cleaned_data):
                row.instance.opens = row.instance.closes = MIDNIGHT


class OpeningIntervalInline(ListingInline):
    """The opening hours of a listing."""

    model = OpeningInterval
    formset = OpeningIntervalFormSet
    fields = ("weekday", "opens", "closes")


class HoursExceptionInline(ListingInline):
    """The days on which a listing has other hours."""

    model = HoursException
    fields = ("date", "opens", "closes", "note")
    classes = ("collapse",)

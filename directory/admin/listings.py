"""The admin of listings: one class for all kinds, laid out by the declaration of each kind.

A form asks in the order of a phone call: what it is, how to reach it and when, where and for whom. Fifteen
fields are open, and the rest is collapsed under "More". Only superusers delete listings. Curators close them, with a
reason.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from reversion.models import Version

from core import history
from core.admin.base import style_checkbox_columns
from directory.admin import region_access
from directory.admin.base import BaseModelAdmin, ChannelInline, HoursExceptionInline, OpeningIntervalInline
from directory.admin.bulk_edit import BulkEditForm, RegionForm
from directory.admin.csv_views import CsvAdmin
from directory.admin.forms import CheckForm, ListingForm, ReasonForm, allowed_statuses
from directory.admin.list_filters import CheckedFilter, MissingFilter, SourceFilter
from directory.geo.address_zones import default_zone, keep_same_time
from directory.kinds.base import Kind
from directory.kinds.registry import kinds
from directory.listings import provenance, publisher_rights, services
from directory.listings.publisher_rights import PUBLISHER_PERMISSION
from directory.models import (
    Listing,
    Place,
)
from directory.vocabulary import CheckMethod, Status

MAX_OPEN_FIELDS = 15
FIRST_FIELDS = ("name", "status", "status_reason", "summary")
SHARED_FIELDS = (
    "place", "modes", "languages", "concerns", "always_open", "payment", "audiences", "access", "organization",
    "country", "national_finder", "zone", "hours_note", "cost_note", "description", "text_language", "slug",
    "replaced_by",
)  # fmt: skip
RECORD_FIELDS = ("origin", "checks")
MAX_NAMES_SHOWN = 20

Fieldsets = list[tuple[Any, dict[str, Any]]]


class ListingAdmin(CsvAdmin, BaseModelAdmin):
    """The admin of the listings of one kind. It finds the kind by its model."""

    form = ListingForm
    inlines: Sequence[Any] = (
        ChannelInline,
        OpeningIntervalInline,
        HoursExceptionInline,
    )
    list_display = ("name", "status", "town", "last_check", "source")
    list_filter: Sequence[Any] = ("status", CheckedFilter, MissingFilter, ("source", SourceFilter), "sample")
    list_select_related = ("place",)
    # Newest first: a name has no index, and lists of a million are opened too.
    ordering = ("-pk",)
    search_fields = ("name", "slug", "place__city", "organization__name", "channels__dial")
    search_help_text = gettext_lazy("Name, town, organization, or what one dials")
    autocomplete_fields = ("organization", "place")
    readonly_fields = RECORD_FIELDS
    radio_fields = {"status": admin.HORIZONTAL}
    actions: Sequence[Any] = (
        "publish", "pause", "close", "checked_by_phone", "checked_on_website", "checked_facts", "change_several",
        "assign_region", "download",
    )  # fmt: skip

    @cached_property
    def kind(self) -> Kind:
        """Return the kind with this admin's model."""
        return kinds.for_model(self.model)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the listings in the curator's regions, with their last check."""
        return (
            super()
            .get_queryset(request)
            .filter(region_access.in_regions(self.allowed_regions(request)))
            .with_last_check()
        )

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Return whether the account may publish listings."""
        return self.has_change_permission(request) and request.user.has_perm(PUBLISHER_PERMISSION)

    def has_steward_permission(self, request: HttpRequest) -> bool:
        """Return whether the account may assign regions."""
        return self.has_change_permission(request) and request.user.has_perm(region_access.STEWARD_PERMISSION)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether the account may change the listing, which must be in its regions."""
        return super().has_change_permission(request, obj) and self.is_within_reach(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether the account may see the listing, which must be in its regions."""
        return super().has_view_permission(request, obj) and self.is_within_reach(request, obj)

    def is_within_reach(self, request: HttpRequest, obj: Any) -> bool:
        """Return whether the listing is in the account's regions."""
        regions = self.allowed_regions(request) if obj is not None and obj.pk else []
        return not regions or Listing.objects.filter(region_access.in_regions(regions), pk=obj.pk).exists()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        """Return a form class for this request that knows what the account may do."""
        form: Any = super().get_form(request, obj, change, **options)
        form.regions, form.may_publish = (
            self.allowed_regions(request),
            request.user.has_perm(PUBLISHER_PERMISSION),
        )
        return form

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Limit the choice of places to those that the list of places shows to the account."""
        if db_field.name == "place":
            options["queryset"] = self.admin_site.get_model_admin(Place).get_queryset(request)
        return super().formfield_for_foreignkey(db_field, request, **options)

    def revision_view(
        self,
        request: HttpRequest,
        object_id: str,
        version_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show an earlier version of a listing and, on POST, restore it where the account may set its status.

        The restored facts are marked as corrected, so that the next import keeps them.
        """
        if request.method != "POST":
            return super().revision_view(request, object_id, version_id, extra_context)
        version = get_object_or_404(Version.objects.get_for_model(self.model), pk=version_id)
        listing = get_object_or_404(self.get_queryset(request), pk=object_id)
        may_publish = request.user.has_perm(PUBLISHER_PERMISSION)
        if version.field_dict["status"] not in dict(
            allowed_statuses(listing.status, may_publish=may_publish)
        ):
            raise PermissionDenied
        with services.record_revert(listing, by=request.user):
            return super().revision_view(request, object_id, version_id, extra_context)

    def build_guard(self, row: Any) -> publisher_rights.FactGuard | None:
        """Return the guard of the facts of the listing that only a publisher may change, or None."""
        return publisher_rights.guard_of_listing(row)

    def get_fieldsets(self, request: HttpRequest, obj: Listing | None = None) -> Fieldsets:
        """Lay out the form: the kind's questions first, then shared facts.

        At most 15 fields are not collapsed.
        """
        first = (*FIRST_FIELDS, *self.kind.phone_check_fields)
        shared_count = MAX_OPEN_FIELDS - len(first)
        more = (
            *self.kind.extra_fields,
            *SHARED_FIELDS[shared_count:],
            *(("region",) if request.user.has_perm(region_access.STEWARD_PERMISSION) else ()),
        )
        check = ("checked", "checked_facts") if self.kind.perishable_facts else "checked"
        record = (*(RECORD_FIELDS if obj else ()), *((check,) if self.may_save(request, obj) else ()))
        return [
            (None, {"fields": first}),
            (_("Where, how and for whom"), {"fields": SHARED_FIELDS[:shared_count]}),
            (_("More"), {"fields": more, "classes": ("collapse",)}),
            *([(_("How we know"), {"fields": record})] if record else []),
        ]

    def may_save(self, request: HttpRequest, obj: Listing | None) -> bool:
        """Return whether the account may save the form."""
        return self.has_change_permission(request, obj) if obj else self.has_add_permission(request)

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Listing | None = None
    ) -> dict[str, Sequence[str]]:
        """Fill in the slug of a new listing from its name.

        A listing keeps its slug when its name changes, since people have saved its address.
        """
        return {} if obj else {"slug": ("name",)}

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return the site's country and language as the first values of a new listing."""
        site_defaults = {
            "country": settings.DEFAULT_COUNTRY,
            "languages": [settings.LANGUAGE_CODE],
            "text_language": settings.LANGUAGE_CODE,
        }
        return {**site_defaults, **super().get_changeform_initial_data(request)}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Show sets of choices as columns of checkboxes."""
        return style_checkbox_columns(super().formfield_for_dbfield(db_field, request, **options))

    def view_on_site(self, obj: Listing) -> str | None:
        """Return the public address of a listing that the public can open."""
        return None if obj.status in (Status.DRAFT, Status.IN_REVIEW) else obj.get_absolute_url()

    def save_model(self, request: HttpRequest, obj: Listing, form: Any, change: bool) -> None:
        """Set the kind, and a region where none was chosen."""
        obj.kind = self.kind.slug
        if obj.region_id is None:
            own = self.allowed_regions(request)
            obj.region_id = region_access.region_of(obj.place) or (own[0] if own else None)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Record which facts were corrected by whom, and the check that came with the form."""
        super().save_related(request, form, formsets, change)
        listing = form.instance
        changed = [name for name in form.changed_data if name not in ("slug", "checked", "checked_facts")]
        changed += [rows.get_default_prefix() for rows in formsets if rows.has_changed()]
        services.mark_corrected(listing, changed, by=request.user)
        if how := form.cleaned_data.get("checked"):
            facts = form.cleaned_data.get("checked_facts", ())
            services.record_verification(
                [listing], method=how, verified_on=timezone.localdate(), by=request.user, fields=facts
            )
        history.add_to_revision(listing)
        if form.derived_zone:
            text = _("The time zone is %(zone)s. Open it again to correct that.")
            self.message_user(request, text % {"zone": form.derived_zone}, messages.INFO)
        elif texts := unlikely_zone(listing):
            self.message_user(request, texts, messages.WARNING)

    @admin.display(description=gettext_lazy("town"), ordering="place__city")
    def town(self, listing: Listing) -> str:
        """Return the town of the listing for the column of the list."""
        return listing.place.city if listing.place else ""

    @admin.display(description=gettext_lazy("last check"), ordering="checked_on")
    def last_check(self, listing: Any) -> str:
        """Return the date of the last check of the whole listing."""
        return date_format(listing.checked_on, "DATE_FORMAT") if listing.checked_on else ""

    @admin.display(description=gettext_lazy("where it comes from"))
    def origin(self, listing: Listing) -> str:
        """Return where the facts come from, as HTML."""
        return html_lines(provenance.provenance_lines(listing))

    @admin.display(description=gettext_lazy("checks"))
    def checks(self, listing: Listing) -> str:
        """Return the checks of the listing, as HTML."""
        return html_lines(provenance.check_lines(listing) or [_("Nobody has checked it yet.")])

    @admin.action(description=gettext_lazy("Publish"), permissions=("publish",))
    def publish(self, request: HttpRequest, queryset: QuerySet[Listing]) -> None:
        """Publish the chosen listings."""
        number = services.publish_listings(queryset, by=request.user)
        self.show_count(
            request, ngettext("%(n)d listing published.", "%(n)d listings published.", number), number
        )

    @admin.action(description=gettext_lazy("Pause …"), permissions=("change",))
    def pause(self, request: HttpRequest, queryset: QuerySet[Listing]) -> HttpResponse | None:
        """Ask for a reason, then pause the chosen listings.

        The public could open a paused draft by its address, so only publishers pause drafts.
        """

        def result_text(number: int) -> str:
            return ngettext("%(n)d listing paused.", "%(n)d listings paused.", number)

        if not self.has_publish_permission(request):
            queryset = queryset.filter(status__in=(Status.PUBLISHED, Status.PAUSED))
        return self.act_with_reason(request, queryset, services.pause_listings, _("Pause"), result_text)

    @admin.action(description=gettext_lazy("Close …"), permissions=("publish",))
    def close(self, request: HttpRequest, queryset: QuerySet[Listing]) -> HttpResponse | None:
        """Ask for a reason, then close the chosen listings."""

        def result_text(number: int) -> str:
            return ngettext("%(n)d listing closed.", "%(n)d listings closed.", number)

        return self.act_with_reason(request, queryset, services.close_listings, _("Close"), result_text)

    @admin.action(description=gettext_lazy("Checked today by phone"), permissions=("change",))
    def checked_by_phone(self, request: HttpRequest, queryset: QuerySet[Listing]) -> None:
        """Record that the chosen listings were checked today by phone."""
        self.record_check_today(request, queryset, CheckMethod.CALLED)

    @admin.action(description=gettext_lazy("Checked today on its website"), permissions=("change",))
    def checked_on_website(self, request: HttpRequest, queryset: QuerySet[Listing]) -> None:
        """Record that the chosen listings were checked today on their websites."""
        self.record_check_today(request, queryset, CheckMethod.WEBSITE)

    @admin.action(description=gettext_lazy("Checked today, in part …"), permissions=("change",))
    def checked_facts(self, request: HttpRequest, queryset: QuerySet[Listing]) -> HttpResponse | None:
        """Ask how and which facts were checked, then record it for the chosen listings."""
        form = CheckForm(request.POST if "how" in request.POST else None, model=self.model)
        if form.is_valid():
            how, facts = form.cleaned_data["how"], form.cleaned_data["facts"]
            self.record_check_today(request, queryset, how, facts)
            return None
        return self.render_action_page(
            request, queryset, form, _("Note the check"), "admin/directory/record_check.html"
        )

    @admin.action(description=gettext_lazy("Change several at once …"), permissions=("change",))
    def change_several(self, request: HttpRequest, queryset: QuerySet[Listing]) -> HttpResponse | None:
        """Ask for changes, then apply them to the chosen listings."""
        return self.ask_and_change(request, queryset, BulkEditForm, _("Change several at once"))

    @admin.action(description=gettext_lazy("Assign to region …"), permissions=("steward",))
    def assign_region(self, request: HttpRequest, queryset: QuerySet[Listing]) -> HttpResponse | None:
        """Ask for a region, then assign the chosen listings to it."""
        return self.ask_and_change(request, queryset, RegionForm, _("Assign to region"))

    def ask_and_change(
        self, request: HttpRequest, queryset: QuerySet[Listing], form_class: Any, verb: str
    ) -> HttpResponse | None:
        """Ask what to change, show how many listings would change, and change them at the third request."""
        step = request.POST.get("step", "")
        form = form_class(request.POST if step else None, steward=self.has_steward_permission(request))
        affected = None
        if step and form.is_valid():
            rows = queryset.select_related("organization", "region").prefetch_related("verifications")
            changing = [
                (listing, form.changed_fields(listing))
                for listing in rows.iterator(chunk_size=500)
                if form.changed_fields(listing)
            ]
            affected = len(changing)
            refused = sum(
                publisher_rights.is_change_refused(listing, names, by=request.user)
                for listing, names in changing
            )
            if refused:
                affected = 0
                form.add_error(None, publisher_rights.refusal_text(refused))
            elif step == "apply":
                number = services.bulk_change(queryset, form.new_values, by=request.user, comment=verb)
                words = ngettext("%(n)d listing changed.", "%(n)d listings changed.", number)
                self.show_count(request, words, number)
                return None
        return self.render_action_page(
            request, queryset, form, verb, "admin/directory/bulk_edit.html", affected=affected
        )

    def record_check_today(
        self, request: HttpRequest, queryset: QuerySet[Listing], how: str, facts: Sequence[str] = ()
    ) -> None:
        """Record a check of the listings, and tell the curator how many there were."""
        number = services.record_verification(
            queryset, method=how, verified_on=timezone.localdate(), by=request.user, fields=facts
        )
        self.show_count(request, ngettext("%(n)d check noted.", "%(n)d checks noted.", number), number)

    def act_with_reason(
        self,
        request: HttpRequest,
        queryset: QuerySet[Listing],
        act: Callable[..., int],
        verb: str,
        done: Callable[[int], str],
    ) -> HttpResponse | None:
        """Ask for the reason that the public will read, then call `act` with it."""
        form = ReasonForm(request.POST if "reason" in request.POST else None)
        if form.is_valid():
            number = act(queryset, reason=form.cleaned_data["reason"], by=request.user)
            self.show_count(request, done(number), number)
            return None
        return self.render_action_page(request, queryset, form, verb, "admin/directory/close_listings.html")

    def render_action_page(
        self,
        request: HttpRequest,
        queryset: QuerySet[Listing],
        form: Form,
        verb: str,
        template: str,
        **more: Any,
    ) -> HttpResponse:
        """Return the page between the list and an action. Its form goes back to the action with the same selection."""
        total = queryset.count()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": verb,
            "form": form,
            "verb": verb,
            "total": total,
            "names": [listing.name for listing in queryset[:MAX_NAMES_SHOWN]],
            "others": max(0, total - MAX_NAMES_SHOWN),
            # The fields that the list sent, so that the next request has the same selection.
            "sent": [(name, value) for name in ("action", "select_across", "_selected_action")
                     for value in request.POST.getlist(name)],
            **more,
        }  # fmt: skip
        return TemplateResponse(request, template, context)

    def show_count(self, request: HttpRequest, words: str, number: int) -> None:
        """Show a message with the number of listings; with none, as a warning."""
        self.message_user(request, words % {"n": number}, messages.SUCCESS if number else messages.WARNING)


def unlikely_zone(listing: Listing) -> str:
    """Return a question to the curator where the hours of a listing are in another zone than its place, else ""."""
    if not listing.zone or listing.place is None:
        return ""
    told = default_zone(listing.place, listing.country)
    if not told or keep_same_time(listing.zone, told):
        return ""
    text = _("Its time zone is %(zone)s, but at its place it is %(told)s. Is that right?")
    return text % {"zone": listing.zone, "told": told}


def html_lines(lines: Sequence[str]) -> str:
    """Return lines of text as HTML, each in an element of its own."""
    return format_html_join("", "<div>{}</div>", ((line,) for line in lines))

"""Likely doubles on the desk: both listings side by side, a decision, and the next pair."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curation.duplicates import comparison, merge, services
from curation.models import LikelyDuplicate
from directory.kinds.registry import kinds
from directory.listings.publish_guard import PUBLISHER_PERMISSION
from directory.listings.services import Editor
from directory.models import Listing

Decision = LikelyDuplicate.Decision


class LikelyDuplicateAdmin(admin.ModelAdmin):
    """Nobody adds or deletes pairs by hand. Who may change both listings may decide."""

    list_display = ("__str__", "why", "decision", "found_on", "decided_by")
    list_filter = ("decision",)
    list_select_related = ("first", "second", "decided_by")
    list_per_page = 50
    show_full_result_count = False
    # "open" is the last of the three in the alphabet.
    ordering = ("-decision", "found_at", "pk")
    search_fields = ("first__name", "second__name")
    search_help_text = gettext_lazy("Name of one of the two")
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[LikelyDuplicate]:
        return services.visible_pairs(request.user).order_by(*self.ordering)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A merge closes one of the two, so it is for who publishes."""
        if not (super().has_change_permission(request, obj) and request.user.has_perm(PUBLISHER_PERMISSION)):
            return False
        both = {obj.first.kind, obj.second.kind} if obj else set()
        allowed = {slug for slug, kind in kinds.items() if request.user.has_perm(permission(kind.model))}
        return both <= allowed and bool(allowed)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)

    @admin.display(description=gettext_lazy("why"))
    def why(self, double: LikelyDuplicate) -> str:
        return " ".join(double.reasons)

    @admin.display(description=gettext_lazy("found on"), ordering="found_at")
    def found_on(self, double: LikelyDuplicate) -> str:
        return date_format(timezone.localdate(double.found_at), "DATE_FORMAT")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        double = self.get_object(request, unquote(object_id))
        if double is None:
            messages.warning(request, _("This pair is gone: the two do not look alike any more."))
            return HttpResponseRedirect(services.address_of(services.next_pair(request.user)))
        if not self.has_change_permission(request, double):
            raise PermissionDenied
        if request.method == "POST":
            return self.decide(request, double)
        return TemplateResponse(request, "admin/curation/doubles.html", self.page(request, double))

    def decide(self, request: HttpRequest, double: LikelyDuplicate) -> HttpResponse:
        if request.POST.get("decision") == "undo" and not may_undo(request.user, double):
            raise PermissionDenied
        try:
            done = apply_decision(double, request.POST.get("decision", ""), by=request.user)
        except merge.MergeError as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(services.address_of(double))
        if done:
            self.log_change(request, double, done)
        if not done or request.POST.get("decision") == "undo":
            messages.info(request, done or _("Nothing was decided."))
            return HttpResponseRedirect(services.address_of(double))
        messages.success(request, with_way_back(done, double))
        return HttpResponseRedirect(services.address_of(services.next_pair(request.user, double)))

    def page(self, request: HttpRequest, double: LikelyDuplicate) -> dict[str, Any]:
        left, right = double.first, double.second
        table = comparison.comparison_rows(left, right)
        following = services.next_pair(request.user, double)
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Are these two one?") if double.decision == Decision.OPEN else _("Decided"),
            "double": double,
            "sides": [listing_side(left, gettext_lazy("Left")), listing_side(right, gettext_lazy("Right"))],
            "rows": table,
            "differing": sum(not row.same for row in table),
            "kept": kept_listing_link(double),
            "may_undo": may_undo(request.user, double),
            "is_open": double.decision == Decision.OPEN,
            "next_url": services.address_of(following) if following else "",
            "waiting": services.open_pairs(services.visible_pairs(request.user)).count(),
        }


def apply_decision(double: LikelyDuplicate, decision: str, *, by: Editor) -> str:
    """What was done, in words; empty for a word that is none. Raises CannotMerge."""
    sides = {"left": (double.first, double.second), "right": (double.second, double.first)}
    if decision in sides:
        keep, other = sides[decision]
        merge.merge(double, keep=keep, by=by)
        return _("Merged: “%(other)s” now leads to “%(keep)s”.") % {"other": other.name, "keep": keep.name}
    if decision == "apart":
        merge.mark_different(double, by=by)
        return _("“%(one)s” and “%(other)s” stay two.") % {
            "one": double.first.name,
            "other": double.second.name,
        }
    if decision == "undo":
        back_link(double, by=by)
        return _("Undone: the two are as they were before.")
    return ""


def may_undo(curator: Any, double: LikelyDuplicate) -> bool:
    """One's own decision; that of others is for stewards."""
    return double.decided_by_id == curator.pk or bool(curator.has_perm("curation.undo_merge"))


def back_link(double: LikelyDuplicate, *, by: Editor) -> None:
    if double.decision == Decision.APART:
        merge.reopen(double)
    else:
        merge.unmerge(double, by=by)


def kept_listing_link(double: LikelyDuplicate) -> Listing | None:
    return next((each for each in (double.first, double.second) if each.pk == double.undo.get("keep")), None)


def listing_side(listing: Listing, words: Any) -> dict[str, Any]:
    model = kinds[listing.kind].model._meta
    desk = reverse(f"admin:{model.app_label}_{model.model_name}_change", args=(listing.pk,))
    return {"words": words, "listing": listing, "desk_url": desk}


def with_way_back(words: str, double: LikelyDuplicate) -> SafeString:
    return format_html(
        '{} <a href="{}">{}</a>', words, services.address_of(double), _("Look at it again, or undo it")
    )


def permission(model: type[models.Model]) -> str:
    return f"{model._meta.app_label}.change_{model._meta.model_name}"


admin.site.register(LikelyDuplicate, LikelyDuplicateAdmin)

"""The admin of likely duplicates: both listings side by side, a decision, and the next pair."""

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
from directory.listings.publisher_rights import PUBLISHER_PERMISSION
from directory.listings.services import Editor
from directory.models import Listing


class LikelyDuplicateAdmin(admin.ModelAdmin):
    """The list of pairs and the page that decides on one. Whoever may change both listings may decide.

    Pairs are neither added nor deleted by hand.
    """

    list_display = ("__str__", "reasons_text", "decision", "found_on", "decided_by")
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
        """Return the pairs within the curator's regions."""
        return services.visible_pairs(request.user).order_by(*self.ordering)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False, because only the search for duplicates creates pairs."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return False, because a decided pair is kept so that it is not offered again."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the curator may publish and may change the kinds of both listings.

        A merge closes one of the two, so it needs the right to publish.
        """
        if not (super().has_change_permission(request, obj) and request.user.has_perm(PUBLISHER_PERMISSION)):
            return False
        needed = {obj.first.kind, obj.second.kind} if obj else set()
        allowed = {
            slug for slug, kind in kinds.items() if request.user.has_perm(_change_permission(kind.model))
        }
        return needed <= allowed and bool(allowed)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the curator may decide on pairs; nobody else sees them."""
        return self.has_change_permission(request, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Return whether the admin's first page lists this page: for curators who may decide on pairs."""
        return self.has_change_permission(request)

    @admin.display(description=gettext_lazy("why"))
    def reasons_text(self, pair: LikelyDuplicate) -> str:
        """Return all reasons of a pair in one line."""
        return " ".join(pair.reasons)

    @admin.display(description=gettext_lazy("found on"), ordering="found_at")
    def found_on(self, pair: LikelyDuplicate) -> str:
        """Return the day on which a pair was found."""
        return date_format(timezone.localdate(pair.found_at), "DATE_FORMAT")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a pair, or apply the decision that was posted."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        pair = self.get_object(request, unquote(object_id))
        if pair is None:
            messages.warning(request, _("This pair is gone: the two do not look alike any more."))
            return HttpResponseRedirect(services.decision_url(services.next_pair(request.user)))
        if not self.has_change_permission(request, pair):
            raise PermissionDenied
        if request.method == "POST":
            return self.decide(request, pair)
        return TemplateResponse(request, "admin/curation/duplicates.html", self.page_context(request, pair))

    def decide(self, request: HttpRequest, pair: LikelyDuplicate) -> HttpResponse:
        """Apply the posted decision and redirect to the next pair; to this pair after an undo or a refusal."""
        if request.POST.get("decision") == "undo" and not _may_undo(request.user, pair):
            raise PermissionDenied
        try:
            outcome = _apply_decision(pair, request.POST.get("decision", ""), by=request.user)
        except merge.MergeError as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(services.decision_url(pair))
        if outcome:
            self.log_change(request, pair, outcome)
        if not outcome or request.POST.get("decision") == "undo":
            messages.info(request, outcome or _("Nothing was decided."))
            return HttpResponseRedirect(services.decision_url(pair))
        messages.success(request, _with_undo_link(outcome, pair))
        return HttpResponseRedirect(services.decision_url(services.next_pair(request.user, pair)))

    def page_context(self, request: HttpRequest, pair: LikelyDuplicate) -> dict[str, Any]:
        """Return the context of the page that decides on a pair."""
        left, right = pair.first, pair.second
        rows = comparison.comparison_rows(left, right)
        following = services.next_pair(request.user, pair)
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Are these two one?")
            if pair.decision == LikelyDuplicate.Decision.OPEN
            else _("Decided"),
            "pair": pair,
            "sides": [_listing_side(left, gettext_lazy("Left")), _listing_side(right, gettext_lazy("Right"))],
            "rows": rows,
            "differing_count": sum(not row.same for row in rows),
            "kept_listing": _kept_listing(pair),
            "may_undo": _may_undo(request.user, pair),
            "is_open": pair.decision == LikelyDuplicate.Decision.OPEN,
            "next_url": services.decision_url(following) if following else "",
            "open_count": services.open_pairs(services.visible_pairs(request.user)).count(),
        }


def _apply_decision(pair: LikelyDuplicate, decision: str, *, by: Editor) -> str:
    """Apply "left", "right", "apart" or "undo", and return in words what was done; "" for any other word.

    Raises MergeError.
    """
    sides = {"left": (pair.first, pair.second), "right": (pair.second, pair.first)}
    if decision in sides:
        keep, other = sides[decision]
        merge.merge_listings(pair, keep=keep, by=by)
        return _("Merged: “%(other)s” now leads to “%(keep)s”.") % {"other": other.name, "keep": keep.name}
    if decision == "apart":
        merge.mark_as_different(pair, by=by)
        return _("“%(one)s” and “%(other)s” stay two.") % {
            "one": pair.first.name,
            "other": pair.second.name,
        }
    if decision == "undo":
        _undo_decision(pair, by=by)
        return _("Undone: the two are as they were before.")
    return ""


def _may_undo(curator: Any, pair: LikelyDuplicate) -> bool:
    """Return whether a curator may undo this decision: their own, or any as a steward."""
    return pair.decided_by_id == curator.pk or bool(curator.has_perm("curation.undo_merge"))


def _undo_decision(pair: LikelyDuplicate, *, by: Editor) -> None:
    """Undo a merge, or the decision that two are different. Raises MergeError."""
    if pair.decision == LikelyDuplicate.Decision.DIFFERENT:
        merge.reopen_pair(pair)
    else:
        merge.undo_merge(pair, by=by)


def _kept_listing(pair: LikelyDuplicate) -> Listing | None:
    """Return the listing that a merge kept; None where there was no merge."""
    return next((each for each in (pair.first, pair.second) if each.pk == pair.undo.get("keep")), None)


def _listing_side(listing: Listing, label: Any) -> dict[str, Any]:
    """Return the head of a column: "Left" or "Right", the listing, and the address of its admin page."""
    options = kinds[listing.kind].model._meta
    url = reverse(f"admin:{options.app_label}_{options.model_name}_change", args=(listing.pk,))
    return {"label": label, "listing": listing, "admin_url": url}


def _with_undo_link(text: str, pair: LikelyDuplicate) -> SafeString:
    """Return a message with a link to the pair, where the decision can be undone."""
    return format_html(
        '{} <a href="{}">{}</a>', text, services.decision_url(pair), _("Look at it again, or undo it")
    )


def _change_permission(model: type[models.Model]) -> str:
    """Return the name of the permission to change rows of a model."""
    return f"{model._meta.app_label}.change_{model._meta.model_name}"


admin.site.register(LikelyDuplicate, LikelyDuplicateAdmin)

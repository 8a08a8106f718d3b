"""Show the results of link checks in the admin. They are read-only: a link is corrected on its listing."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from curation.links import services
from curation.models import LinkCheck
from directory.kinds.registry import kinds


class StateFilter(admin.SimpleListFilter):
    """Filter the list by dead and failing links."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the values of the filter and their labels."""
        return [("dead", _("Dead")), ("failing", _("Did not answer last time"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any] | None:
        """Return the checks in the chosen state."""
        if self.value() == "dead":
            return services.dead_links(queryset)
        return queryset.filter(failures__gt=0) if self.value() == "failing" else queryset


class LinkCheckAdmin(admin.ModelAdmin):
    """The read-only list of link checks in a curator's regions."""

    list_display = ("listing_link", "url", "result", "failures", "failing_since", "checked_at")
    list_display_links = None
    list_filter = (StateFilter,)
    list_per_page = 50
    list_select_related = ("listing",)
    show_full_result_count = False
    ordering = ("failing_since", "pk")
    search_fields = ("url", "listing__name")
    search_help_text = _("Address or name of the listing")

    def get_queryset(self, request: HttpRequest) -> QuerySet[LinkCheck]:
        """Return the checks that this curator may see."""
        visible = services.visible_checks(request.user)
        return super().get_queryset(request).filter(pk__in=visible.order_by().values("pk"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False, because only the command `check_links` creates the rows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return False, because the result of a check is a record that nobody edits."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return False, because the command `check_links` deletes the rows of links that are gone."""
        return False

    @admin.display(description=_("listing"), ordering="listing__name")
    def listing_link(self, check: LinkCheck) -> str:
        """Return a link to the admin page of the listing, where the address can be changed or removed."""
        options = kinds[check.listing.kind].model._meta
        page = reverse(f"admin:{options.app_label}_{options.model_name}_change", args=(check.listing_id,))
        return format_html('<a href="{}">{}</a>', page, check.listing)


admin.site.register(LinkCheck, LinkCheckAdmin)

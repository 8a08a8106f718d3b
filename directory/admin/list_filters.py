"""The filters beside the lists of listings in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.listings import freshness
from directory.models import Listing


class CheckedFilter(admin.SimpleListFilter):
    """Filters a list by the newest check of the whole listing. The list must come `with_last_check()`."""

    title = gettext_lazy("last check")
    parameter_name = "checked"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return value and label of each choice of the filter."""
        return [
            ("never", _("Never checked")),
            ("overdue", _("Overdue")),
            ("due", _("Due this month")),
            ("fresh", _("Checked, not due yet")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any] | None:
        """Return the listings of the chosen state of checking."""
        conditions = freshness.last_check_conditions(timezone.localdate())
        return queryset.filter(conditions[chosen]) if (chosen := self.value()) in conditions else queryset


class MissingFilter(admin.SimpleListFilter):
    """Filters a list by facts that are missing."""

    title = gettext_lazy("what is missing")
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return value and label of each choice of the filter."""
        return [
            ("point", _("In person, without a point on the map")),
            ("zone", _("Hours without a time zone")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any] | None:
        """Return the listings that lack the chosen fact."""
        missing = {"point": Listing.objects.without_point(), "zone": Listing.objects.without_zone()}
        if (chosen := self.value()) not in missing:
            return queryset
        return queryset.filter(pk__in=missing[chosen].order_by().values("pk"))


class SourceFilter(admin.AllValuesFieldListFilter):
    """Filters a list by source, with words for listings without one."""

    def choices(self, changelist: Any) -> Any:
        """Yield the links of the filter: all, and one for each choice."""
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or _("Entered by hand")}

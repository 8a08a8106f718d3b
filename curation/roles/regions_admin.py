"""The admin of regions and of the curators who look after them, for stewards."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin.base import TableInline
from curation.models import CuratorRegion
from directory.models import Region


class CuratorInline(TableInline):
    """The curators of a region. Only accounts that may open the admin are offered, since others stay private."""

    model = CuratorRegion

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Return the form field; for the curator it offers only active staff accounts."""
        if db_field.name == "curator":
            options["queryset"] = get_user_model()._default_manager.filter(is_staff=True, is_active=True)
        return super().formfield_for_foreignkey(db_field, request, **options)


class RegionForm(forms.ModelForm):
    """A region with its country in capital letters."""

    def clean_country(self) -> str:
        """Return the country code in capital letters."""
        return str(self.cleaned_data["country"]).upper()


class RegionAdmin(admin.ModelAdmin):
    """The regions with their curators."""

    form = RegionForm
    fields = ("name", "country", "states", "postal_prefixes")
    list_display = ("name", "country", "states", "postal_prefixes", "curators")
    search_fields = ("name",)
    search_help_text = _("Name")
    inlines = (CuratorInline,)
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False for a region with curators: a curator without any region would see all listings."""
        has_curators = obj is not None and CuratorRegion.objects.filter(region=obj).exists()
        return super().has_delete_permission(request, obj) and not has_curators

    @admin.display(description=_("curators"))
    def curators(self, region: Region) -> str:
        """Return the names of the curators of a region."""
        rows = CuratorRegion.objects.filter(region=region).select_related("curator")
        return ", ".join(str(row.curator) for row in rows)


admin.site.register(Region, RegionAdmin)

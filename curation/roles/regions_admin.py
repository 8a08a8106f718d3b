"""Regions on the desk and the curators who look after them: for stewards."""

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
    """Only accounts that may open the desk are named here: the others are nobody's business."""

    model = CuratorRegion

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name == "curator":
            options["queryset"] = get_user_model()._default_manager.filter(is_staff=True, is_active=True)
        return super().formfield_for_foreignkey(db_field, request, **options)


class RegionForm(forms.ModelForm):
    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()


class RegionAdmin(admin.ModelAdmin):
    form = RegionForm
    fields = ("name", "country", "states", "postal_prefixes")
    list_display = ("name", "country", "states", "postal_prefixes", "curators")
    search_fields = ("name",)
    search_help_text = _("Name")
    inlines = (CuratorInline,)
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A curator whose last region went would see everything: they are taken off it first."""
        held = obj is not None and CuratorRegion.objects.filter(region=obj).exists()
        return super().has_delete_permission(request, obj) and not held

    @admin.display(description=_("curators"))
    def curators(self, region: Region) -> str:
        names = CuratorRegion.objects.filter(region=region).select_related("curator")
        return ", ".join(str(each.curator) for each in names)


admin.site.register(Region, RegionAdmin)

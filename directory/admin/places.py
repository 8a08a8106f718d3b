"""The admin of organizations and places. It also registers the other models of this app."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext

from core import history
from directory.admin import derived_facts, region_access
from directory.admin.base import SharedModelAdmin
from directory.admin.forms import PlaceForm
from directory.admin.listings import ListingAdmin
from directory.admin.synonyms import SynonymEntryAdmin, ZeroResultQueryAdmin
from directory.kinds.registry import kinds
from directory.listings import services
from directory.models import (
    Channel,
    HoursException,
    Listing,
    OpeningInterval,
    Organization,
    Place,
    SynonymEntry,
    ZeroResultQuery,
)


class OrganizationAdmin(SharedModelAdmin):
    """The admin of organizations."""

    listing_field = "organization"
    fields = ("name", "website")
    list_display = ("name", "website", "source")
    search_fields = ("name",)
    search_help_text = gettext_lazy("Name")


class PlaceAdmin(SharedModelAdmin):
    """The admin of places."""

    listing_field = "place"
    form = PlaceForm
    fieldsets = (
        (None, {"fields": ("name", "street", "area", "city", "region", "postal_code", "country", "private", "notes")}),
        (gettext_lazy("On the map"), {"fields": ("latitude", "longitude", "approximate", "zone")}),
    )  # fmt: skip
    list_display = ("__str__", "postal_code", "private", "approximate", "source")
    list_filter = ("private", "approximate", "region")
    search_fields = ("name", "street", "area", "city", "postal_code")
    search_help_text = gettext_lazy("Building, street, town or ZIP")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Place]:
        """Return the places in the curator's regions: addresses can be private, names of organizations never are."""
        return region_access.filter_used_in_regions(
            super().get_queryset(request), "place", self.allowed_regions(request)
        )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return the site's country as the first value of a new place."""
        return {"country": settings.DEFAULT_COUNTRY, **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, obj: Place, form: Any, change: bool) -> None:
        """Say what was derived, and mark the place of its listings as set by hand, so that no import changes it."""
        super().save_model(request, obj, form, change)
        texts = derived_facts.derived_texts(obj, form.derived)
        if change and (number := derived_facts.count_other_clocks(obj)):
            text = ngettext(
                "%(n)d listing here keeps another time zone: open it to correct that.",
                "%(n)d listings here keep another time zone: open them to correct that.",
                number,
            )
            texts.append(text % {"n": number})
        if texts:
            self.message_user(request, f"{obj}: {' '.join(texts)}", messages.WARNING)
        if change and form.changed_data:
            for listing in Listing.objects.filter(place=obj).exclude(source=""):
                services.mark_corrected(listing, ("place",), by=request.user)


for tracked_model in (Channel, OpeningInterval, HoursException, Organization, Place):
    history.track_model(tracked_model)
history.track_model(Listing, "channels", "intervals", "exceptions")
admin.site.register(Organization, OrganizationAdmin)
admin.site.register(Place, PlaceAdmin)
admin.site.register(SynonymEntry, SynonymEntryAdmin)
admin.site.register(ZeroResultQuery, ZeroResultQueryAdmin)
# Other apps register the kinds that they declare.
for kind in kinds.values():
    if kind.model._meta.app_label == "directory":
        history.track_model(kind.model)
        admin.site.register(kind.model, ListingAdmin)

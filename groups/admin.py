"""Support groups and their meetings in the admin."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core import history
from core.admin.base import FORMFIELD_OVERRIDES, style_checkbox_columns
from directory.admin.base import ChannelInline
from directory.admin.listings import ListingAdmin
from groups.models import Meeting, SupportGroup


class MeetingInline(admin.StackedInline):
    """The meetings on the page of a group."""

    model = Meeting
    extra = 1
    formfield_overrides = FORMFIELD_OVERRIDES
    fieldsets = (
        (None, {"fields": (("weekday", "start", "minutes", "active"), ("join_url", "join_phone"))}),
        (
            _("More about this meeting"),
            {
                "fields": (
                    ("repeat", "first", "until"),
                    "weeks",
                    ("name", "zone"),
                    "modes",
                    "formats",
                    "note",
                ),
                "classes": ("collapse",),
            },
        ),
    )

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether the curator may change the group, since its history can restore a deleted meeting."""
        return self.has_change_permission(request, obj)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Propose the site's time zone for a new meeting."""
        if db_field.name == "zone":
            options["initial"] = settings.TIME_ZONE
        return style_checkbox_columns(super().formfield_for_dbfield(db_field, request, **options))


class SupportGroupAdmin(ListingAdmin):
    """Support groups with their meetings."""

    inlines = (MeetingInline, ChannelInline)
    list_filter = (*ListingAdmin.list_filter, "fellowship")


history.track_model(Meeting)
history.track_model(SupportGroup, "meetings")
admin.site.register(SupportGroup, SupportGroupAdmin)

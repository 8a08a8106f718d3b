"""Support groups and their meetings in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import history
from core.admin.base import FORMFIELD_OVERRIDES, DisclosedCheckboxes
from core.fields import ChoiceSetField
from directory.admin.base import ChannelInline
from directory.admin.listings import ListingAdmin
from directory.geo.address_zones import default_zone
from groups.admin_forms import MeetingForm, MeetingFormSet
from groups.models import Meeting, SupportGroup

AS_THE_GROUP = gettext_lazy("as the group’s")
NOT_GIVEN = gettext_lazy("none given")


class MeetingInline(admin.StackedInline):
    """The meetings on the page of a group, each with its facts beside its time.

    A script of the admin fills a new meeting from the one above it, once its day or start is given.
    """

    model = Meeting
    form = MeetingForm
    formset = MeetingFormSet
    extra = 1
    classes = ("meeting-rows",)
    formfield_overrides = FORMFIELD_OVERRIDES
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("weekday", "start", "minutes", "zone"),
                    ("modes", "formats", "languages", "audiences", "access"),
                    ("attendance_slips", "active"),
                    ("name", "join_url", "join_phone"),
                    "note",
                )
            },
        ),
        (
            gettext_lazy("Not every week"),
            {"fields": (("repeat", "first", "until"), "weeks"), "classes": ("collapse",)},
        ),
    )

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether the curator may change the group, since its history can restore a deleted meeting."""
        return self.has_change_permission(request, obj)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Show each set of choices as one line that opens."""
        field: Any = super().formfield_for_dbfield(db_field, request, **options)
        if isinstance(db_field, ChoiceSetField) and field is not None:
            empty_text = AS_THE_GROUP if hasattr(SupportGroup, db_field.name) else NOT_GIVEN
            field.widget = DisclosedCheckboxes(
                label=capfirst(field.label), empty_text=empty_text, choices=field.choices
            )
            # The line of the widget holds both.
            field.label = field.help_text = ""
        elif db_field.name == "weekday" and field is not None:
            field.widget.attrs["data-copied-text"] = _(
                "Time zone, length and facts are taken from the meeting above. Change what differs."
            )
        return field


class SupportGroupAdmin(ListingAdmin):
    """Support groups with their meetings."""

    inlines = (MeetingInline, ChannelInline)
    list_filter = (*ListingAdmin.list_filter, "fellowship")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Let derived zones of meetings follow a new place of the group, and say in which zones its meetings are."""
        super().save_related(request, form, formsets, change)
        group = form.instance
        meetings = list(group.meetings.all())
        proposed = default_zone(group.place, group.country)
        # The zones of an imported group are its source's, until a curator moves the group.
        if proposed and (not group.source or {"place", "country"}.intersection(form.changed_data)):
            for meeting in meetings:
                if meeting.zone_derived and meeting.zone != proposed:
                    meeting.zone = proposed
                    meeting.save(update_fields=["zone"])
        zones = sorted({meeting.zone for meeting in meetings})
        if zones and zones != [group.zone]:
            text = _("Times of its meetings are in %(zones)s.") % {"zones": ", ".join(zones)}
            self.message_user(request, text, messages.INFO)


history.track_model(Meeting)
history.track_model(SupportGroup, "meetings")
admin.site.register(SupportGroup, SupportGroupAdmin)

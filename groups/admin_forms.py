"""The admin form of a meeting, and the rules over all meetings of a group."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.admin.base import InlineFormSet
from core.dial_in import read_number
from core.recurrence import MINUTES_A_DAY
from directory.admin.derived_facts import NOT_DIALABLE
from directory.geo.address_zones import default_zone
from directory.models import Listing, OpeningInterval
from groups.models import Repeat

NO_ZONE = _("Give the time zone, such as Australia/Perth, or choose the place: nothing else tells it.")
ROUND_THE_CLOCK = _(
    "These meetings are 24 hours on every day. Keep one of them, choose “Round the clock” under “how often”, and take "
    "the others out."
)


class MeetingForm(forms.ModelForm):
    """The admin form of a meeting. Its zone is proposed from the place of the group, and follows from it if empty."""

    def __init__(self, *args: Any, listing: Listing | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.listing = listing
        zone = self.fields["zone"]
        zone.required = False
        # A proposal that nobody touched is no choice: it follows a place that is chosen in the same form.
        zone.show_hidden_initial = True
        zone.help_text = _("Leave empty: it then comes from the place.")
        if self.instance._state.adding and listing is not None and listing.pk:
            self.initial["zone"] = default_zone(listing.place, listing.country)

    def clean_join_phone(self) -> str:
        """Return a changed number as it is dialled; refuse one that no telephone can dial."""
        typed: str = self.cleaned_data["join_phone"]
        if not typed or "join_phone" not in self.changed_data:
            return typed
        dialled = read_number(typed, self.listing.country if self.listing else "")
        if not dialled:
            raise ValidationError(NOT_DIALABLE)
        return dialled

    def clean(self) -> dict[str, Any]:
        """Derive the zone where the curator chose none."""
        facts = super().clean() or self.cleaned_data
        if "zone" not in facts or self.listing is None:
            return facts
        is_chosen = facts["zone"] and "zone" in self.changed_data
        if self.instance._state.adding or "zone" in self.changed_data:
            self.instance.zone_derived = not is_chosen
        if not is_chosen and (self.instance._state.adding or not facts["zone"]):
            facts["zone"] = default_zone(self.listing.place, self.listing.country)
            if not facts["zone"]:
                self.add_error("zone", NO_ZONE)
        return facts


class MeetingFormSet(InlineFormSet):
    """The meetings of a group; each form knows the group."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Return the arguments of each form, with the group."""
        return {**super().get_form_kwargs(index), "listing": self.instance}

    def clean(self) -> None:
        """Refuse meetings of 24 hours on every day of the week, which one row says better."""
        super().clean()
        if any(self.errors):
            return
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data]
        days = {
            row["weekday"]
            for row in rows
            if not row.get("DELETE")
            and row["repeat"] == Repeat.WEEKLY
            and (row["minutes"] or 0) >= MINUTES_A_DAY - 1
        }
        # Meetings that were stored earlier must not keep a curator from changing something else.
        if len(days) == len(OpeningInterval.WEEKDAYS) and self.has_changed():
            raise ValidationError(ROUND_THE_CLOCK)

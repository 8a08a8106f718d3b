"""Forms on the admin page of a suggestion or report: correct the listing, ask the sender, add a note.

Each field of the correction carries the value that the page showed. So only what the curator changed is written, even
where an import changed something else in between.
"""
# i18n: admin only

from collections.abc import Mapping
from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin.base import FORMFIELD_OVERRIDES
from core.dial_in import read_number
from curation.models import Report
from curation.submissions.services import Correction
from directory.admin.derived_facts import NOT_DIALABLE
from directory.models import Channel, Listing
from directory.models.listing import dial_problem
from directory.vocabulary import ChannelType, CheckMethod, Status, has_number
from groups.models import Meeting

MEETING_FIELDS = ("weekday", "start", "minutes", "active")
LINK_FIELDS = ("join_url", "join_phone")
CHANNEL_FIELDS = ("dial", "display")
LISTING_FIELDS = ("status", "status_reason")
OFFERED_STATUSES = (Status.PUBLISHED, Status.PAUSED, Status.CLOSED)
# The fields that are most likely wrong. The first of them that the form has gets the focus.
FOCUS_FIELDS = {
    Report.Problem.WRONG_TIME: ("start", "status"),
    Report.Problem.CLOSED: ("active", "status"),
    Report.Problem.NOBODY: ("active", "status"),
    Report.Problem.WRONG_NUMBER: ("join_url", "dial", "status"),
}


class FixForm(forms.Form):
    """Corrects what a report is about, and says how the curator checked it."""

    how = forms.ChoiceField(
        label=gettext_lazy("I checked it today"),
        required=False,
        initial=CheckMethod.CALLED,
        choices=(*CheckMethod.choices, ("", gettext_lazy("Not checked"))),
    )
    everything = forms.BooleanField(
        label=gettext_lazy("And every other fact of it"),
        required=False,
        help_text=gettext_lazy("Then the public page says that the whole listing was checked."),
    )

    def __init__(self, report: Report, data: Any = None) -> None:
        super().__init__(data, prefix="fix")
        self.meeting: Meeting | None = report.meeting
        self.listing: Listing = report.listing
        self.channels = {} if self.meeting else _reported_channels(report)
        last_fields = {name: self.fields.pop(name) for name in ("how", "everything")}
        if self.meeting:
            self._add_fields(self.meeting, (*MEETING_FIELDS, *self._link_fields(report)))
        self._add_channel_fields()
        self._add_fields(self.listing, LISTING_FIELDS)
        self.fields["status"].choices = _status_choices(self.listing)  # type: ignore[attr-defined]
        self.fields.update(last_fields)
        self._set_focus(report)

    def _link_fields(self, report: Report) -> tuple[str, ...]:
        """Return the fields with links to join a meeting, for a report about a wrong number or link."""
        return LINK_FIELDS if report.problem == Report.Problem.WRONG_NUMBER else ()

    def _add_fields(self, row: Any, names: tuple[str, ...], suffix: str = "") -> None:
        """Add the form fields of a model with the values of a row. `suffix` distinguishes rows of one model."""
        for name in names:
            db_field = row._meta.get_field(name)
            field = db_field.formfield(**FORMFIELD_OVERRIDES.get(type(db_field), {}))
            field.show_hidden_initial = True
            field.initial = getattr(row, name)
            self.fields[name + suffix] = field

    def _add_channel_fields(self) -> None:
        """Add the fields of each channel of the listing, with labels that name the channel."""
        for pk, channel in self.channels.items():
            self._add_fields(channel, CHANNEL_FIELDS, f"-{pk}")
            for name in CHANNEL_FIELDS:
                field = self.fields[f"{name}-{pk}"]
                field.label = f"{channel.get_type_display()}: {field.label}"

    def _set_focus(self, report: Report) -> None:
        """Give the focus to the field that the reported problem most likely concerns."""
        likely = FOCUS_FIELDS.get(Report.Problem(report.problem), ("status",))
        present = [name for field_name in likely for name in self.fields if name.split("-")[0] == field_name]
        self.fields[present[0]].widget.attrs["autofocus"] = True

    def clean(self) -> None:
        """Require a reason for pausing or closing, numbers that can be dialled, and a meeting that is complete."""
        changes, status = self.changes(), self.cleaned_data.get("status")
        reason = self.cleaned_data.get("status_reason")
        if changes.listing and status in (Status.PAUSED, Status.CLOSED) and not reason:
            self.add_error("status_reason", _("Say why: people who come back will read it."))
        for pk, channel in self.channels.items():
            self._make_dialable(f"dial-{pk}", channel.type)
        self._make_dialable("join_phone", ChannelType.CALL)
        changes = self.changes()
        if self.meeting:
            self._validate_meeting(changes.meeting)

    def _make_dialable(self, name: str, kind: str) -> None:
        """Replace a corrected number by what a telephone dials, or refuse what does not fit the type of channel."""
        typed = self.cleaned_data.get(name, "")
        if not typed or name not in self.changed_data:
            return
        dial = read_number(typed, self.listing.country) if has_number(kind, typed) else typed
        if not dial or dial_problem(kind, dial):
            self.add_error(name, str(dial_problem(kind, dial) if dial else NOT_DIALABLE))
        self.cleaned_data[name] = dial

    def _validate_meeting(self, changed: Mapping[str, Any]) -> None:
        """Check the constraints of the meeting as it will be, such as that a weekly meeting has a day and a time."""
        changed_meeting = copy(self.meeting)
        for name, value in changed.items():
            setattr(changed_meeting, name, value)
        try:
            changed_meeting.validate_constraints()  # type: ignore[union-attr]
        except ValidationError as error:
            self.add_error(None, error)

    def verification(self) -> dict[str, Any]:
        """Return the keyword arguments that say how the curator checked the listing and whether as a whole."""
        return {name: self.cleaned_data[name] for name in ("how", "everything")}

    def changes(self) -> Correction:
        """Return the corrections: the values that differ from those that the page showed."""
        changed = {name: self.cleaned_data[name] for name in self.changed_data if name in self.cleaned_data}
        channels: dict[int, dict[str, Any]] = {}
        for pk in self.channels:
            facts = {name: changed[f"{name}-{pk}"] for name in CHANNEL_FIELDS if f"{name}-{pk}" in changed}
            if facts:
                channels[pk] = facts
        return Correction(
            listing={name: changed[name] for name in LISTING_FIELDS if name in changed},
            meeting={name: changed[name] for name in (*MEETING_FIELDS, *LINK_FIELDS) if name in changed},
            channels=channels,
        )


def _reported_channels(report: Report) -> dict[int, Channel]:
    """Return the channels of the listing by id where the report is about a wrong number, else none."""
    if report.problem != Report.Problem.WRONG_NUMBER:
        return {}
    return {channel.pk: channel for channel in report.listing.channels.all()}


def _status_choices(listing: Listing) -> list[tuple[str, Any]]:
    """Return the statuses that a curator may choose, with the present one among them."""
    statuses = [*OFFERED_STATUSES, *([] if listing.status in OFFERED_STATUSES else [Status(listing.status)])]
    return [(status.value, status.label) for status in statuses]


class QuestionForm(forms.Form):
    """Writes a message to the sender of a submission."""

    text = forms.CharField(
        label=gettext_lazy("Your question, or your answer"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The sender can read this with their code."),
    )


class NoteForm(forms.Form):
    """Writes the private note of a submission."""

    private_note = forms.CharField(
        label=gettext_lazy("Private note"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For curators only. To dismiss, say why."),
    )

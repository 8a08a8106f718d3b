"""The small form on a reported card: what the report is about, as it stands now, ready to be put right.

Each field carries the value that the page showed, so that only what the curator changed is written, also when an
import changed something else in between.
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
from curation.models import Report
from curation.submissions.services import Correction
from directory.models import Channel, Listing
from directory.models.listing import dial_problem
from directory.vocabulary import CheckMethod, Status
from groups.models import Meeting

MEETING = ("weekday", "start", "minutes", "active")
LINKS = ("join_url", "join_phone")
CHANNEL = ("dial", "display")
LISTING = ("status", "status_reason")
STATUSES = (Status.PUBLISHED, Status.PAUSED, Status.CLOSED)
# Where the keyboard is when the card opens: on what is most likely wrong. First of these that the form has.
FOCUS = {
    Report.Problem.WRONG_TIME: ("start", "status"),
    Report.Problem.CLOSED: ("active", "status"),
    Report.Problem.NOBODY: ("active", "status"),
    Report.Problem.WRONG_NUMBER: ("join_url", "dial", "status"),
}


class FixForm(forms.Form):
    how = forms.ChoiceField(
        label=gettext_lazy("I checked it today"),
        required=False,
        initial=CheckMethod.CALLED,
        choices=(*CheckMethod.choices, ("", gettext_lazy("Not checked"))),
    )
    whole = forms.BooleanField(
        label=gettext_lazy("And every other fact of it"),
        required=False,
        help_text=gettext_lazy("Then the public page says that the whole listing was checked."),
    )

    def __init__(self, report: Report, data: Any = None) -> None:
        super().__init__(data, prefix="fix")
        self.meeting: Meeting | None = report.meeting
        self.listing: Listing = report.listing
        self.channels = {} if self.meeting else channels_of(report)
        last = {name: self.fields.pop(name) for name in ("how", "whole")}
        if self.meeting:
            self.take(self.meeting, (*MEETING, *self.links(report)))
        self.take_channels()
        self.take(self.listing, LISTING)
        self.fields["status"].choices = status_choices(self.listing)  # type: ignore[attr-defined]
        self.fields.update(last)
        self.focus(report)

    def links(self, report: Report) -> tuple[str, ...]:
        return LINKS if report.problem == Report.Problem.WRONG_NUMBER else ()

    def take(self, row: Any, names: tuple[str, ...], behind: str = "") -> None:
        """The model's own form fields, filled with what the row holds; `behind` tells rows of one model apart."""
        for name in names:
            db_field = row._meta.get_field(name)
            made = db_field.formfield(**FORMFIELD_OVERRIDES.get(type(db_field), {}))
            made.show_hidden_initial = True
            made.initial = getattr(row, name)
            self.fields[name + behind] = made

    def take_channels(self) -> None:
        for pk, channel in self.channels.items():
            self.take(channel, CHANNEL, f"-{pk}")
            for name in CHANNEL:
                made = self.fields[f"{name}-{pk}"]
                made.label = f"{channel.get_type_display()}: {made.label}"

    def focus(self, report: Report) -> None:
        wanted = FOCUS.get(Report.Problem(report.problem), ("status",))
        names = [name for want in wanted for name in self.fields if name.split("-")[0] == want]
        self.fields[names[0]].widget.attrs["autofocus"] = True

    def clean(self) -> None:
        changes, status = self.changes(), self.cleaned_data.get("status")
        reason = self.cleaned_data.get("status_reason")
        if changes.listing and status in (Status.PAUSED, Status.CLOSED) and not reason:
            self.add_error("status_reason", _("Say why: people who come back will read it."))
        for pk, channel in self.channels.items():
            dial = self.cleaned_data.get(f"dial-{pk}")
            if dial and (problem := dial_problem(channel.type, dial)):
                self.add_error(f"dial-{pk}", str(problem))
        if self.meeting:
            self.clean_meeting(changes.meeting)

    def clean_meeting(self, changed: Mapping[str, Any]) -> None:
        """As it will be with the changes: a weekly meeting keeps a day and a time."""
        coming = copy(self.meeting)
        for name, value in changed.items():
            setattr(coming, name, value)
        try:
            coming.validate_constraints()  # type: ignore[union-attr]
        except ValidationError as problem:
            self.add_error(None, problem)

    def checked(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("how", "whole")}

    def changes(self) -> Correction:
        """What differs from what the page showed."""
        changed = {name: self.cleaned_data[name] for name in self.changed_data if name in self.cleaned_data}
        channels: dict[int, dict[str, Any]] = {}
        for pk in self.channels:
            facts = {name: changed[f"{name}-{pk}"] for name in CHANNEL if f"{name}-{pk}" in changed}
            if facts:
                channels[pk] = facts
        return Correction(
            listing={name: changed[name] for name in LISTING if name in changed},
            meeting={name: changed[name] for name in (*MEETING, *LINKS) if name in changed},
            channels=channels,
        )


def channels_of(report: Report) -> dict[int, Channel]:
    """What may have a wrong number, when that is what the report says."""
    if report.problem != Report.Problem.WRONG_NUMBER:
        return {}
    return {channel.pk: channel for channel in report.listing.channels.all()}


def status_choices(listing: Listing) -> list[tuple[str, Any]]:
    shown = [*STATUSES, *([] if listing.status in STATUSES else [Status(listing.status)])]
    return [(status.value, status.label) for status in shown]


class QuestionForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Your question, or your answer"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Whoever sent this can read it with their code."),
    )


class NoteForm(forms.Form):
    private_note = forms.CharField(
        label=gettext_lazy("Private note"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For curators only. To dismiss, say why."),
    )

"""Define the forms for what a person writes.

Browsers neither store nor spell-check what is typed here. Each form contains the version of the item that it edits.
"""

import zoneinfo
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core import recurrence
from core.fields import DAY_BOUNDS, validate_day
from network.vault.items import Appointment, Goal, Note, Person, PlanEntry, TimeZone, VaultItem
from network.vault.store import UNSAVED_VERSION, StoredItem
from network.vault.user_data import UserData

PRIVATE_INPUT = {"autocomplete": "off", "spellcheck": "false", "autocorrect": "off"}
MAX_LINE_LENGTH, MAX_TEXT_LENGTH = 120, 4000  # characters
MAX_VERSION = 2**31 - 1

RELATION_CHOICES = (
    ("family", _("Family")),
    ("friend", _("Friend")),
    ("sponsor", _("Sponsor")),
    ("mentor", _("Mentor")),
    ("partner", _("Accountability partner")),
    ("therapist", _("Therapist")),
    ("coach", _("Coach")),
    ("other", _("Somebody else")),
)
NOTE_LABELS = (
    ("craving", _("A craving")),
    ("night", _("The night")),
    ("slip", _("After a slip")),
    ("weekly", _("Every week")),
    ("family", _("Family")),
)
GOAL_CHOICES = (
    ("goal", _("A goal")),
    ("milestone", _("A milestone on the way")),
    ("victory", _("A small victory")),
)
REPEAT_CHOICES = (
    ("once", _("Once")),
    ("daily", _("Every day")),
    ("weekly", _("Every week")),
    ("second-week", _("Every second week")),
    ("monthly", _("Once a month, on the same weekday")),
)
LENGTH_CHOICES = tuple(
    (minutes, format_lazy(_("{n} minutes"), n=minutes)) for minutes in (15, 30, 45, 60, 90, 120, 180, 240)
)


class IsoDateField(forms.DateField):
    """A date field whose value is an ISO text, or ""."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **DAY_BOUNDS})
    default_validators = [validate_day]

    def clean(self, value: Any) -> str:
        """Return the typed date as an ISO text, such as "2026-03-28"."""
        day = super().clean(value)
        return day.isoformat() if day else ""


class TimeOfDayField(forms.TimeField):
    """A wall clock time field whose value is a text, or ""."""

    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})

    def clean(self, value: Any) -> str:
        """Return the typed time as a text, such as "19:30"."""
        time = super().clean(value)
        return f"{time:%H:%M}" if time else ""


def _line_field(label: Any, help_text: Any = "", *, required: bool = False, **attrs: str) -> forms.CharField:
    """Return a form field for one line of text, whose length is limited."""
    widget = forms.TextInput(attrs=attrs)
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=MAX_LINE_LENGTH, widget=widget
    )


def _text_field(label: Any, help_text: Any = "") -> forms.CharField:
    """Return a field for several lines of text."""
    widget = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=MAX_TEXT_LENGTH, widget=widget
    )


def _checkbox_field(
    label: Any, choices: Iterable[tuple[Any, Any]] = (), help_text: Any = ""
) -> forms.MultipleChoiceField:
    """Return a form field with one checkbox for each choice."""
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        help_text=help_text,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class ItemForm(forms.Form):
    """The base class of the forms. Its fields have the names of the fields of the item."""

    KIND: ClassVar[type[VaultItem]]

    version = forms.IntegerField(min_value=UNSAVED_VERSION, max_value=MAX_VERSION, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        row: StoredItem[VaultItem],
        user_data: UserData,
        places: Mapping[int, str] | None = None,
    ) -> None:
        """Fill in the form with the item of `row`. `places` are names of saved listings by id, if offered."""
        self.row = row
        initial = {**asdict(row.item), "version": row.version}
        super().__init__(data, initial=initial, label_suffix="")
        self.offer_choices(user_data, places or {})
        for field in self.fields.values():
            field.widget.attrs.update(PRIVATE_INPUT)

    def offer_choices(self, user_data: UserData, places: Mapping[int, str]) -> None:
        """Offer choices from what the person has. By default there are none."""

    def to_item(self) -> VaultItem:
        """Return the item with the typed values. Fields that the form does not show keep their values."""
        typed = {
            field.name: self.cleaned_data[field.name]
            for field in fields(self.KIND)
            if field.name in self.fields
        }
        return type(self.row.item)(**{**asdict(self.row.item), **typed})


class PersonForm(ItemForm):
    """Edit a contact."""

    KIND = Person

    name = _line_field(_("Name"), _("Whatever you call them."), required=True, autocapitalize="words")
    relation = forms.ChoiceField(label=_("Who they are to you"), choices=RELATION_CHOICES, initial="other")
    phone = _line_field(_("Phone"), _("You can tap it to call or text."), inputmode="tel")
    other_way = _line_field(_("Another way to reach them"))
    when = _line_field(_("When they can be reached"), _("“After eight”, “any hour”, “not at work”."))
    ask_for = _text_field(_("What to ask them for"), _("A ride, a walk, to sit with you, just to listen."))
    boundaries = _text_field(_("Boundaries"), _("What is fine, and what is not, for you and for them."))
    first = forms.BooleanField(label=_("Call first in a bad hour"), required=False)


class NoteForm(ItemForm):
    """Edit the note on a listing."""

    KIND = Note

    labels = _checkbox_field(_("For when"), NOTE_LABELS)
    text = _text_field(_("Your note"), _("Where to sit, whom to ask for, what helped. Only you can read it."))


class PlanEntryForm(ItemForm):
    """Edit a step of the safety plan."""

    KIND = PlanEntry

    text = _text_field(_("In your own words"), _("One thing on each line."))
    people = _checkbox_field(_("My people"))
    listings = _checkbox_field(_("Saved places"))

    def offer_choices(self, user_data: UserData, places: Mapping[int, str]) -> None:
        """Offer the person's contacts and saved listings."""
        step = self.row.item
        names = {str(row.pk): row.item.name for row in user_data.people}
        self._choose("people", names, step.people if isinstance(step, PlanEntry) else [])
        self._choose("listings", places, step.listings if isinstance(step, PlanEntry) else [])

    def _choose(self, name: str, choices: Mapping[Any, str], chosen: Iterable[Any]) -> None:
        """Set the choices of a field and tick the chosen ones, or remove a field without choices."""
        field = self.fields[name]
        if choices and isinstance(field, forms.MultipleChoiceField):
            field.choices = [*choices.items()]
            self.initial[name] = [choice for choice in chosen if choice in choices]
        else:
            del self.fields[name]

    def clean_listings(self) -> list[int]:
        """Return the ids of the chosen listings as numbers."""
        return [int(pk) for pk in self.cleaned_data["listings"]]


class GoalForm(ItemForm):
    """Edit a goal, a milestone or a small victory."""

    KIND = Goal

    what = forms.ChoiceField(label=_("What it is"), choices=GOAL_CHOICES, widget=forms.RadioSelect)
    words = _line_field(_("In your own words"), required=True)
    on = IsoDateField(label=_("A day for it, if you like"), required=False)
    part_of = forms.ChoiceField(label=_("Part of"), required=False)
    done = forms.BooleanField(
        label=_("It happened"), required=False, help_text=_("Leaving it open takes nothing away.")
    )

    def offer_choices(self, user_data: UserData, places: Mapping[int, str]) -> None:
        """Offer the person's goals, so that a milestone can be part of one."""
        goals = [
            (str(row.pk), row.item.words)
            for row in user_data.goals
            if row.item.what == "goal" and row.pk != self.row.pk
        ]
        field = self.fields["part_of"]
        if goals and isinstance(field, forms.ChoiceField):
            field.choices = [("", _("No goal, it stands for itself")), *goals]
        else:
            del self.fields["part_of"]


class AppointmentForm(ItemForm):
    """Edit an appointment."""

    KIND = Appointment

    words = _line_field(_("What it is"), _("“Call Dev”, “Supper at Marisol’s”, “Check in”."), required=True)
    with_whom = _line_field(_("With whom"))
    where = _line_field(_("Where, or how"))
    on = IsoDateField(label=_("Day"), help_text=_("The first day, where it comes again."))
    at = TimeOfDayField(label=_("Time"))
    minutes = forms.TypedChoiceField(label=_("How long"), choices=LENGTH_CHOICES, coerce=int)
    repeat = forms.ChoiceField(label=_("How often"), choices=REPEAT_CHOICES)
    until = IsoDateField(label=_("Last day, where it comes again"), required=False)

    def clean(self) -> None:
        """Refuse a last day before the first."""
        on, until = self.cleaned_data.get("on", ""), self.cleaned_data.get("until", "")
        if on and until and until < on:
            raise ValidationError({"until": _("The last day is before the first.")})


class TimeZoneForm(ItemForm):
    """Choose a time zone."""

    KIND = TimeZone

    name = forms.ChoiceField(label=_("Your time zone"))

    def offer_choices(self, user_data: UserData, places: Mapping[int, str]) -> None:
        """Offer the time zones, with the present one selected."""
        field = self.fields["name"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(name, name.replace("_", " ")) for name in time_zone_names()]
        self.initial["name"] = user_data.time_zone


def time_zone_names() -> list[str]:
    """Return the IANA names of time zones that are named after inhabited places."""
    regions = (
        "Africa/",
        "America/",
        "Antarctica/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    )
    named = (name for name in zoneinfo.available_timezones() if name.startswith(regions))
    return sorted(name for name in named if recurrence.is_zone(name))


ITEM_FORMS: tuple[type[ItemForm], ...] = (
    PersonForm,
    NoteForm,
    PlanEntryForm,
    GoalForm,
    AppointmentForm,
    TimeZoneForm,
)


def text_field_labels() -> dict[str, Any]:
    """Return the label of each text field of the forms by the field's name."""
    return {
        name: field.label
        for form in ITEM_FORMS
        for name, field in form.base_fields.items()
        if type(field) is forms.CharField
    }

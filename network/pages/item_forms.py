"""Forms for what a person writes. A browser neither remembers nor spell-checks it elsewhere, and every form says which
version it was filled in over."""

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
from network.vault.items import Appointment, Goal, Note, Person, Step, VaultItem, Zone
from network.vault.store import NOT_YET, StoredItem
from network.vault.user_data import UserData

PRIVATE = {"autocomplete": "off", "spellcheck": "false", "autocorrect": "off"}
LINE, TEXT = 120, 4000  # characters
MOST_VERSIONS = 2**31 - 1

RELATIONS = (
    ("family", _("Family")),
    ("friend", _("Friend")),
    ("sponsor", _("Sponsor")),
    ("mentor", _("Mentor")),
    ("partner", _("Accountability partner")),
    ("therapist", _("Therapist")),
    ("coach", _("Coach")),
    ("other", _("Somebody else")),
)
LABELS = (
    ("craving", _("A craving")),
    ("night", _("The night")),
    ("slip", _("After a slip")),
    ("weekly", _("Every week")),
    ("family", _("Family")),
)
GOALS = (("goal", _("A goal")), ("milestone", _("A milestone on the way")), ("victory", _("A small victory")))
REPEATS = (
    ("once", _("Once")),
    ("daily", _("Every day")),
    ("weekly", _("Every week")),
    ("second-week", _("Every second week")),
    ("monthly", _("Once a month, on the same weekday")),
)
LENGTHS = tuple(
    (minutes, format_lazy(_("{n} minutes"), n=minutes)) for minutes in (15, 30, 45, 60, 90, 120, 180, 240)
)


class Day(forms.DateField):
    """A date, as ISO text."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **DAY_BOUNDS})
    default_validators = [validate_day]

    def clean(self, value: Any) -> str:
        day = super().clean(value)
        return day.isoformat() if day else ""


class Clock(forms.TimeField):
    """A time of day on the wall clock, as "19:30"."""

    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})

    def clean(self, value: Any) -> str:
        time = super().clean(value)
        return f"{time:%H:%M}" if time else ""


def line(label: Any, help_text: Any = "", *, required: bool = False, **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs=attrs)
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=LINE, widget=widget
    )


def text(label: Any, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=TEXT, widget=widget)


def ticks(
    label: Any, choices: Iterable[tuple[Any, Any]] = (), help_text: Any = ""
) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        help_text=help_text,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class ThingForm(forms.Form):
    """Fields named as those of the thing that the form makes."""

    KIND: ClassVar[type[VaultItem]]

    version = forms.IntegerField(min_value=NOT_YET, max_value=MOST_VERSIONS, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        row: StoredItem[VaultItem],
        mine: UserData,
        places: Mapping[int, str] | None = None,
    ) -> None:
        """`places`: names of saved listings by id, where the form offers them."""
        self.row = row
        initial = {**asdict(row.thing), "version": row.version}
        super().__init__(data, initial=initial, label_suffix="")
        self.offer(mine, places or {})
        for field in self.fields.values():
            field.widget.attrs.update(PRIVATE)

    def offer(self, mine: UserData, places: Mapping[int, str]) -> None:
        """What can be chosen from what the person has."""

    def thing(self) -> VaultItem:
        """With what the form does not ask for as it was."""
        given = {
            each.name: self.cleaned_data[each.name] for each in fields(self.KIND) if each.name in self.fields
        }
        return type(self.row.thing)(**{**asdict(self.row.thing), **given})


class PersonForm(ThingForm):
    KIND = Person

    name = line(_("Name"), _("Whatever you call them."), required=True, autocapitalize="words")
    relation = forms.ChoiceField(label=_("Who they are to you"), choices=RELATIONS, initial="other")
    phone = line(_("Phone"), _("You can tap it to call or text."), inputmode="tel")
    other_way = line(_("Another way to reach them"))
    when = line(_("When they can be reached"), _("“After eight”, “any hour”, “not at work”."))
    ask_for = text(_("What to ask them for"), _("A ride, a walk, to sit with you, just to listen."))
    boundaries = text(_("Boundaries"), _("What is fine, and what is not, for you and for them."))
    first = forms.BooleanField(label=_("Call first in a bad hour"), required=False)


class NoteForm(ThingForm):
    KIND = Note

    labels = ticks(_("For when"), LABELS)
    text = text(_("Your note"), _("Where to sit, whom to ask for, what helped. Only you can read it."))


class StepForm(ThingForm):
    KIND = Step

    text = text(_("In your own words"), _("One thing on each line."))
    people = ticks(_("My people"))
    listings = ticks(_("Saved places"))

    def offer(self, mine: UserData, places: Mapping[int, str]) -> None:
        step = self.row.thing
        names = {str(row.pk): row.thing.name for row in mine.people}
        self._choose("people", names, step.people if isinstance(step, Step) else [])
        self._choose("listings", places, step.listings if isinstance(step, Step) else [])

    def _choose(self, name: str, choices: Mapping[Any, str], chosen: Iterable[Any]) -> None:
        field = self.fields[name]
        if choices and isinstance(field, forms.MultipleChoiceField):
            field.choices = [*choices.items()]
            self.initial[name] = [each for each in chosen if each in choices]
        else:
            del self.fields[name]

    def clean_listings(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data["listings"]]


class GoalForm(ThingForm):
    KIND = Goal

    what = forms.ChoiceField(label=_("What it is"), choices=GOALS, widget=forms.RadioSelect)
    words = line(_("In your own words"), required=True)
    on = Day(label=_("A day for it, if you like"), required=False)
    part_of = forms.ChoiceField(label=_("Part of"), required=False)
    done = forms.BooleanField(
        label=_("It happened"), required=False, help_text=_("Leaving it open takes nothing away.")
    )

    def offer(self, mine: UserData, places: Mapping[int, str]) -> None:
        goals = [
            (str(row.pk), row.thing.words)
            for row in mine.goals
            if row.thing.what == "goal" and row.pk != self.row.pk
        ]
        field = self.fields["part_of"]
        if goals and isinstance(field, forms.ChoiceField):
            field.choices = [("", _("No goal, it stands for itself")), *goals]
        else:
            del self.fields["part_of"]


class AppointmentForm(ThingForm):
    KIND = Appointment

    words = line(_("What it is"), _("“Call Dev”, “Supper at Marisol’s”, “Check in”."), required=True)
    with_whom = line(_("With whom"))
    where = line(_("Where, or how"))
    on = Day(label=_("Day"), help_text=_("The first day, where it comes again."))
    at = Clock(label=_("Time"))
    minutes = forms.TypedChoiceField(label=_("How long"), choices=LENGTHS, coerce=int)
    repeat = forms.ChoiceField(label=_("How often"), choices=REPEATS)
    until = Day(label=_("Last day, where it comes again"), required=False)

    def clean(self) -> None:
        on, until = self.cleaned_data.get("on", ""), self.cleaned_data.get("until", "")
        if on and until and until < on:
            raise ValidationError({"until": _("The last day is before the first.")})


class ZoneForm(ThingForm):
    KIND = Zone

    name = forms.ChoiceField(label=_("Your time zone"))

    def offer(self, mine: UserData, places: Mapping[int, str]) -> None:
        field = self.fields["name"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(name, name.replace("_", " ")) for name in zones()]
        self.initial["name"] = mine.zone


def zones() -> list[str]:
    """Zones that are named after places where people live."""
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


FORMS: tuple[type[ThingForm], ...] = (
    PersonForm,
    NoteForm,
    StepForm,
    GoalForm,
    AppointmentForm,
    ZoneForm,
)


def typed_words() -> dict[str, Any]:
    """Label of each field that a person writes into, by its name."""
    return {
        name: field.label
        for form in FORMS
        for name, field in form.base_fields.items()
        if type(field) is forms.CharField
    }

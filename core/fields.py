"""What several models' fields share: sets of vocabulary values, time zones, and what may be dialled."""

import datetime
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.lookups import Contains
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.recurrence import FIRST_DAY, LAST_DAY, is_likely_day, load_zone

SEPARATOR = "|"
Label = str | Promise


# For the browser's own field for dates.
DAY_BOUNDS = {"min": FIRST_DAY.isoformat(), "max": LAST_DAY.isoformat()}


def validate_zone(value: str) -> None:
    """An IANA name such as America/Los_Angeles: one that every page can work with."""
    try:
        load_zone(value)
    except ValueError as error:
        raise ValidationError(
            _("“%(zone)s” is no time zone. It should look like America/Los_Angeles."),
            params={"zone": value[:80]},
        ) from error


def validate_day(value: datetime.date) -> None:
    """Raise ValidationError for a date that is no day of ours: a year with a digit too many breaks calendars."""
    if not is_likely_day(value):
        raise ValidationError(
            _("This day is not between %(first)s and %(last)s."),
            code="day",
            params={"first": FIRST_DAY.year, "last": LAST_DAY.year},
        )


def pack_set(values: Iterable[str]) -> str:
    """`("es", "en")` → `"|en|es|"`: sorted, so that equal sets are equal texts; an empty set is an empty text."""
    unique = sorted({str(value) for value in values})
    return SEPARATOR + SEPARATOR.join(unique) + SEPARATOR if unique else ""


def unpack_set(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(SEPARATOR) if part)


class ChoiceSetField(models.TextField):
    """A set of values of one `TextChoices`; in Python a sorted tuple, in the database `|en|es|`.

    `field__has="es"` asks whether the set holds a value.
    """

    def __init__(self, vocabulary: type[models.TextChoices] | None = None, **options: Any) -> None:
        self.vocabulary = vocabulary
        options.setdefault("blank", True)
        options.setdefault("default", ())
        super().__init__(**options)

    def deconstruct(self) -> Any:
        """Migrations know nothing of the vocabulary: adding a value to it changes no table."""
        name, path, args, options = super().deconstruct()
        return name, path, args, options

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> tuple[str, ...]:
        return unpack_set(value or "")

    def to_python(self, value: Any) -> tuple[str, ...]:
        if value is None:
            return ()
        return unpack_set(value) if isinstance(value, str) else tuple(sorted(set(value)))

    def get_prep_value(self, value: Any) -> str:
        return value if isinstance(value, str) else pack_set(value or ())

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj))

    def validate(self, value: tuple[str, ...], model_instance: models.Model | None) -> None:
        if not value and not self.blank:
            raise ValidationError(self.error_messages["blank"], code="blank")
        known = set(self.vocabulary.values) if self.vocabulary else set()
        unknown = [part for part in value if part not in known]
        if unknown:
            raise ValidationError(
                _("%(values)s: not among the choices."), code="invalid", params={"values": ", ".join(unknown)}
            )

    def formfield(self, **options: Any) -> forms.Field | None:
        if self.vocabulary is None:
            return super().formfield(**options)
        return forms.MultipleChoiceField(
            choices=self.vocabulary.choices,
            widget=forms.CheckboxSelectMultiple,
            required=not self.blank,
            label=options.get("label", self.verbose_name),
            help_text=self.help_text,
        )

    def labels_of(self, value: Iterable[str]) -> list[str]:
        """The labels of a set's values, in the order of the vocabulary."""
        held = set(value)
        known = vocabulary_choices(self.vocabulary) if self.vocabulary and held else ()
        return [str(label) for key, label in known if key in held]


@ChoiceSetField.register_lookup
class HasValue(Contains):
    """`languages__has="es"`: true when the set holds the value."""

    lookup_name = "has"
    prepare_rhs = False

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        return connection.operators["contains"] % rhs

    def get_prep_lookup(self) -> str:
        return f"{SEPARATOR}{self.rhs}{SEPARATOR}"


@lru_cache
def vocabulary_choices(vocabulary: type[models.TextChoices]) -> tuple[tuple[str, Label], ...]:
    """Values and labels in order; Django makes its own list anew each time it is asked."""
    return tuple(vocabulary.choices)


def set_labels(row: models.Model, name: str) -> list[str]:
    """The labels of the set that a row holds in its field of that name."""
    field = row._meta.get_field(name)
    return field.labels_of(getattr(row, name)) if isinstance(field, ChoiceSetField) else []


def lower_first_word(label: str) -> str:
    """A label as it stands inside a sentence: it begins small, unless it is a name ("Big Book") or begins with
    initials ("LGBTQ+ people"). In "Personas LGBTQ+" only the first word changes."""
    first, *others = label.split(" ")
    is_name = not (first[1:] or "a").islower() or any(word.istitle() for word in others)
    return label if is_name else label[:1].lower() + label[1:]

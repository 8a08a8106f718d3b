"""Model fields for sets of vocabulary values, validators for time zones and dates, and labels of values."""

import datetime
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.lookups import Contains
from django.utils.translation import gettext_lazy as _

from core.i18n import TranslatableText
from core.recurrence import FIRST_DAY, LAST_DAY, is_likely_day, load_zone

SEPARATOR = "|"

# Attributes of the browser's field for dates.
DAY_BOUNDS = {"min": FIRST_DAY.isoformat(), "max": LAST_DAY.isoformat()}


def validate_zone(value: str) -> None:
    """Raise ValidationError for a text that is no IANA time zone such as America/Los_Angeles."""
    try:
        load_zone(value)
    except ValueError as error:
        raise ValidationError(
            _("“%(zone)s” is no time zone. It should look like America/Los_Angeles."),
            params={"zone": value[:80]},
        ) from error


def validate_day(value: datetime.date) -> None:
    """Raise ValidationError for a date outside `FIRST_DAY` to `LAST_DAY`, such as a year with a digit too many."""
    if not is_likely_day(value):
        raise ValidationError(
            _("This day is not between %(first)s and %(last)s."),
            code="day",
            params={"first": FIRST_DAY.year, "last": LAST_DAY.year},
        )


def pack_set(values: Iterable[str]) -> str:
    """Return a set as one text: `("es", "en")` gives `"|en|es|"`, an empty set an empty text.

    The values are sorted, so that equal sets are equal texts.
    """
    unique = sorted({str(value) for value in values})
    return SEPARATOR + SEPARATOR.join(unique) + SEPARATOR if unique else ""


def unpack_set(text: str) -> tuple[str, ...]:
    """Return the values of a set that `pack_set` wrote."""
    return tuple(part for part in text.split(SEPARATOR) if part)


class ChoiceSetField(models.TextField):
    """A set of values of one `TextChoices`: in Python a sorted tuple, in the database a text such as `|en|es|`.

    The lookup `field__has="es"` selects the rows whose set contains a value.
    """

    def __init__(self, vocabulary: type[models.TextChoices] | None = None, **options: Any) -> None:
        self.vocabulary = vocabulary
        options.setdefault("blank", True)
        options.setdefault("default", ())
        super().__init__(**options)

    def deconstruct(self) -> Any:
        """Return the field's arguments without the vocabulary: a new value needs no migration."""
        name, path, args, options = super().deconstruct()
        return name, path, args, options

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> tuple[str, ...]:
        """Return the set that a column contains."""
        return unpack_set(value or "")

    def to_python(self, value: Any) -> tuple[str, ...]:
        """Return a value as a sorted tuple, whether it comes as a packed text, an iterable or None."""
        if value is None:
            return ()
        return unpack_set(value) if isinstance(value, str) else tuple(sorted(set(value)))

    def get_prep_value(self, value: Any) -> str:
        """Return a set as its column contains it."""
        return value if isinstance(value, str) else pack_set(value or ())

    def value_to_string(self, obj: models.Model) -> str:
        """Return the packed set of a row, for serializers."""
        return self.get_prep_value(self.value_from_object(obj))

    def validate(self, value: tuple[str, ...], model_instance: models.Model | None) -> None:
        """Raise ValidationError for values outside the vocabulary, and for an empty set that must not be empty."""
        if not value and not self.blank:
            raise ValidationError(self.error_messages["blank"], code="blank")
        known = set(self.vocabulary.values) if self.vocabulary else set()
        unknown = [part for part in value if part not in known]
        if unknown:
            raise ValidationError(
                _("%(values)s: not among the choices."), code="invalid", params={"values": ", ".join(unknown)}
            )

    def formfield(self, **options: Any) -> forms.Field | None:
        """Return a form field with one checkbox for each value."""
        if self.vocabulary is None:
            return super().formfield(**options)
        return forms.MultipleChoiceField(
            choices=self.vocabulary.choices,
            widget=forms.CheckboxSelectMultiple,
            required=not self.blank,
            label=options.get("label", self.verbose_name),
            help_text=self.help_text,
        )

    def labels_for(self, values: Iterable[str]) -> list[str]:
        """Return the labels of these values in the order of the vocabulary."""
        wanted = set(values)
        choices = vocabulary_choices(self.vocabulary) if self.vocabulary and wanted else ()
        return [str(label) for value, label in choices if value in wanted]


@ChoiceSetField.register_lookup
class HasValue(Contains):
    """The lookup `languages__has="es"`, which is true when the set contains the value."""

    lookup_name = "has"
    prepare_rhs = False

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        """Return the SQL that compares the column with the right-hand side."""
        return connection.operators["contains"] % rhs

    def get_prep_lookup(self) -> str:
        """Return the value between separators, as it stands in a packed set."""
        return f"{SEPARATOR}{self.rhs}{SEPARATOR}"


@lru_cache
def vocabulary_choices(vocabulary: type[models.TextChoices]) -> tuple[tuple[str, TranslatableText], ...]:
    """Return the values and labels of a vocabulary in order.

    Django builds its own list anew on each access; this one is cached.
    """
    return tuple(vocabulary.choices)


def set_labels(row: models.Model, name: str) -> list[str]:
    """Return the labels of the set in a row's field; an empty list where the field is no set."""
    field = row._meta.get_field(name)
    return field.labels_for(getattr(row, name)) if isinstance(field, ChoiceSetField) else []


def lower_first_word(label: str) -> str:
    """Return a label as it is written inside a sentence, with a small first letter.

    Names ("Big Book") and labels that begin with initials ("LGBTQ+ people") stay as they are.
    """
    first, *others = label.split(" ")
    is_name = not (first[1:] or "a").islower() or any(word.istitle() for word in others)
    return label if is_name else label[:1].lower() + label[1:]

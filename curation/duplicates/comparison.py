"""Compare two listings fact by fact, as a table for curators."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.fields import ChoiceSetField, set_labels
from directory.kinds.registry import kinds
from directory.listings import provenance
from directory.listings.detail import channel_text, opening_hours_text
from directory.models import HoursException, Listing, Place
from groups.models import Meeting
from groups.rhythm import rhythm_text

# Fields with a row of their own, and fields that say nothing about what the listing describes.
EXCLUDED_FIELDS = frozenset(
    "kind slug status_reason replaced_by sample source source_ref provenance created always_open hours_note place "
    "status name".split()
)
# Facts by the key of their row: its label, and its lines. Rows whose keys are tuples are sorted by these.
FactKey = str | tuple[Any, ...]
Facts = dict[FactKey, tuple[str, list[str]]]


@dataclass(frozen=True, slots=True)
class CellLine:
    """One line of a cell. `only_here` is set where the other cell is filled too but lacks this line."""

    text: str
    only_here: bool


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One fact of both listings. `verdict` says in words how they compare; `same` is set where they are equal."""

    term: str
    left: list[CellLine]
    right: list[CellLine]
    verdict: str
    same: bool


def comparison_rows(left: Listing, right: Listing) -> list[ComparisonRow]:
    """Return a row for each fact that one of them has, main facts first, and for each time at which one meets."""
    return [
        *_compare_facts(_main_facts(left), _main_facts(right)),
        *_compare_facts(_meeting_facts(left), _meeting_facts(right)),
        *_compare_facts(_kind_facts(left), _kind_facts(right)),
    ]


def _compare_facts(left: Facts, right: Facts) -> list[ComparisonRow]:
    """Return a row for each key that has lines on at least one side."""
    names = {**left, **right}
    if all(isinstance(name, tuple) for name in names):
        names = dict(sorted(names.items()))
    return [
        _comparison_row(names[name][0], _lines_of(left, name), _lines_of(right, name))
        for name in names
        if _lines_of(left, name) or _lines_of(right, name)
    ]


def _lines_of(facts: Facts, name: FactKey) -> list[str]:
    """Return the lines of one fact; none where it is missing."""
    return facts[name][1] if name in facts else []


def _comparison_row(term: str, left: list[str], right: list[str]) -> ComparisonRow:
    """Return the row of one fact from its lines on both sides."""
    both = bool(left and right)
    return ComparisonRow(
        term,
        [CellLine(text, only_here=both and text not in right) for text in left],
        [CellLine(text, only_here=both and text not in left) for text in right],
        _verdict_text(left, right),
        same=sorted(left) == sorted(right),
    )


def _verdict_text(left: list[str], right: list[str]) -> str:
    """Return in words how two cells compare."""
    if not right:
        return _("Only on the left")
    if not left:
        return _("Only on the right")
    return _("Same") if sorted(left) == sorted(right) else _("Different")


def _main_facts(listing: Listing) -> Facts:
    """Return the facts that every kind has and that stand first."""
    return {
        "name": (_("Name"), [listing.name]),
        "kind": (_("Kind"), [str(kinds[listing.kind].name)]),
        "status": (_("Status"), [_status_text(listing)]),
        "source": (_("Where it comes from"), provenance.provenance_lines(listing)),
        "checks": (_("Checks"), provenance.check_lines(listing)),
        "place": (_("Place"), _place_lines(listing.place)),
        "channels": (_("Ways to reach it"), _channel_lines(listing)),
        "hours": (_("Hours"), _hours_lines(listing)),
    }


def _meeting_facts(listing: Listing) -> Facts:
    """Return the meetings by day and time, so that meetings at the same time share a row."""
    facts: Facts = {}
    for meeting in kinds[listing.kind].own_meetings(listing):
        key = (
            meeting.weekday is None,
            meeting.weekday or 0,
            str(meeting.first or ""),
            str(meeting.start or ""),
        )
        _label, lines = facts.setdefault(key, (_meeting_time_text(meeting), []))
        lines.append(", ".join(_meeting_details(meeting)))
    return facts


def _kind_facts(listing: Listing) -> Facts:
    """Return the remaining fields, those of the listing's kind included."""
    own = listing.kind_instance
    fields = [
        field
        for field in own._meta.concrete_fields
        if not field.primary_key and field.name not in EXCLUDED_FIELDS
    ]
    return {field.name: (capfirst(str(field.verbose_name)), _value_lines(own, field)) for field in fields}


def _status_text(listing: Listing) -> str:
    """Return the status with its reason."""
    return ": ".join(filter(None, (listing.get_status_display(), listing.status_reason)))


def _place_lines(place: Place | None) -> list[str]:
    """Return the address of a place, whether it is private, and its notes."""
    if place is None:
        return []
    code = " ".join(filter(None, (place.region, place.postal_code)))
    address = ", ".join(filter(None, (place.name, place.street, place.area, place.city, code, place.country)))
    return [address, *([_("The address is private.")] if place.private else []), *filter(None, [place.notes])]


def _channel_lines(listing: Listing) -> list[str]:
    """Return a line for each channel, with what it dials in brackets where that differs from what is shown."""
    return [
        f"{channel.get_type_display()}: {channel_text(channel)}"
        + ("" if channel.display in ("", channel.dial) else f" [{channel.dial}]")
        for channel in listing.channels.all()
    ]


def _hours_lines(listing: Listing) -> list[str]:
    """Return a line for each range of days, for the note, and for each date with other hours."""
    usual = opening_hours_text(listing).splitlines()
    return [*usual, *(_hours_exception_text(each) for each in listing.exceptions.all())]


def _hours_exception_text(exception: HoursException) -> str:
    """Return a date with hours of its own as one line: the date, its opening times or "closed", and the note."""
    is_open = exception.opens and exception.closes
    times = f"{exception.opens:%H:%M}–{exception.closes:%H:%M}" if is_open else _("closed")
    return " ".join(filter(None, (date_format(exception.date, "DATE_FORMAT"), times, exception.note)))


def _meeting_details(meeting: Meeting) -> Iterator[str]:
    """Yield what is known of a meeting beside its time."""
    if rhythm := rhythm_text(meeting):
        yield rhythm
    if meeting.minutes:
        yield _("%(n)d minutes") % {"n": meeting.minutes}
    yield from filter(None, (meeting.name, *set_labels(meeting, "modes"), *set_labels(meeting, "formats")))
    yield from filter(None, (meeting.join_url, meeting.join_phone, meeting.note))
    yield meeting.zone
    if not meeting.active:
        yield _("suspended")


def _meeting_time_text(meeting: Meeting) -> str:
    """Return the day and the time of a meeting, such as "Monday 19:00"."""
    dated = date_format(meeting.first, "DATE_FORMAT") if meeting.first else _("Meeting")
    day = str(meeting.get_weekday_display()) if meeting.weekday is not None else dated
    return " ".join(filter(None, (day, f"{meeting.start:%H:%M}" if meeting.start else "")))


def _value_lines(own: Any, field: Any) -> list[str]:
    """Return the value of a field in words, as at most one line; none where it is empty or not ticked."""
    value = getattr(own, field.name)
    if isinstance(field, ChoiceSetField):
        labels = field.labels_for(value)
        return [", ".join(labels)] if labels else []
    if isinstance(field, models.BooleanField):
        return [_("Yes")] if value else []
    if field.choices:
        return [str(label) for label in [getattr(own, f"get_{field.name}_display")()] if value]
    if isinstance(value, datetime.date):
        return [date_format(value, "DATE_FORMAT")]
    return [] if value in (None, "") else [str(value)]

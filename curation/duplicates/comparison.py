"""Two listings as a table of facts, so that a curator sees at a glance where they differ."""

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
from groups.models import Meeting, Repeat

# What has a line of its own above the fields, or says nothing about the thing itself.
NOT_A_LINE = frozenset(
    "kind slug status_reason replaced_by sample source source_ref provenance created always_open hours_note place "
    "status name".split()
)
# Facts by the key of their row: the words for it, and a line for each thing in it. Keys that are tuples are in order.
Key = str | tuple[Any, ...]
Facts = dict[Key, tuple[str, list[str]]]


@dataclass(frozen=True, slots=True)
class CellLine:
    """One thing in a cell; `alone` when the other cell has things too, but not this."""

    text: str
    alone: bool


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    term: str
    left: list[CellLine]
    right: list[CellLine]
    verdict: str
    same: bool


def comparison_rows(left: Listing, right: Listing) -> list[ComparisonRow]:
    """Every fact that at least one of them has, the weightiest first, and a row for each time at which one meets."""
    meetings = compare_lines(meeting_facts(left), meeting_facts(right))
    return [
        *compare_lines(first_facts(left), first_facts(right)),
        *meetings,
        *compare_lines(more_facts(left), more_facts(right)),
    ]


def compare_lines(mine: Facts, others: Facts) -> list[ComparisonRow]:
    names = {**mine, **others}
    if all(isinstance(name, tuple) for name in names):
        names = dict(sorted(names.items()))
    return [
        comparison_row(names[name][0], lines_of(mine, name), lines_of(others, name))
        for name in names
        if lines_of(mine, name) or lines_of(others, name)
    ]


def lines_of(known: Facts, name: Key) -> list[str]:
    return known[name][1] if name in known else []


def comparison_row(term: str, left: list[str], right: list[str]) -> ComparisonRow:
    both = bool(left and right)
    return ComparisonRow(
        term,
        [CellLine(text, alone=both and text not in right) for text in left],
        [CellLine(text, alone=both and text not in left) for text in right],
        verdict(left, right),
        same=sorted(left) == sorted(right),
    )


def verdict(left: list[str], right: list[str]) -> str:
    if not right:
        return _("Only on the left")
    if not left:
        return _("Only on the right")
    return _("Same") if sorted(left) == sorted(right) else _("Different")


def first_facts(listing: Listing) -> Facts:
    return {
        "name": (_("Name"), [listing.name]),
        "kind": (_("Kind"), [str(kinds[listing.kind].name)]),
        "status": (_("Status"), [status_words(listing)]),
        "source": (_("Where it comes from"), provenance.provenance_lines(listing)),
        "checks": (_("Checks"), provenance.check_lines(listing)),
        "place": (_("Place"), place_lines(listing.place)),
        "channels": (_("Ways to reach it"), channel_lines(listing)),
        "hours": (_("Hours"), hours_lines(listing)),
    }


def meeting_facts(listing: Listing) -> Facts:
    """By day and time, so that the same time stands in one row."""
    found: Facts = {}
    for meeting in kinds[listing.kind].own_meetings(listing):
        key = (
            meeting.weekday is None,
            meeting.weekday or 0,
            str(meeting.first or ""),
            str(meeting.start or ""),
        )
        _words, lines = found.setdefault(key, (time_words(meeting), []))
        lines.append(", ".join(meeting_words(meeting)))
    return found


def more_facts(listing: Listing) -> Facts:
    own = listing.kind_instance
    fields = [
        field for field in own._meta.concrete_fields if not field.primary_key and field.name not in NOT_A_LINE
    ]
    return {field.name: (capfirst(str(field.verbose_name)), value_lines(own, field)) for field in fields}


def status_words(listing: Listing) -> str:
    return ": ".join(filter(None, (listing.get_status_display(), listing.status_reason)))


def place_lines(place: Place | None) -> list[str]:
    if place is None:
        return []
    code = " ".join(filter(None, (place.region, place.postal_code)))
    address = ", ".join(filter(None, (place.name, place.street, place.area, place.city, code, place.country)))
    return [address, *([_("The address is private.")] if place.private else []), *filter(None, [place.notes])]


def channel_lines(listing: Listing) -> list[str]:
    return [
        f"{channel.get_type_display()}: {channel_text(channel)}"
        + ("" if channel.display in ("", channel.dial) else f" [{channel.dial}]")
        for channel in listing.channels.all()
    ]


def hours_lines(listing: Listing) -> list[str]:
    usual = [part for part in opening_hours_text(listing).split("; ") if part]
    return [*usual, *(exception_words(each) for each in listing.exceptions.all())]


def exception_words(each: HoursException) -> str:
    times = f"{each.opens:%H:%M}–{each.closes:%H:%M}" if each.opens and each.closes else _("closed")
    return " ".join(filter(None, (date_format(each.date, "DATE_FORMAT"), times, each.note)))


def meeting_words(meeting: Meeting) -> Iterator[str]:
    """What is known of a meeting beside its time."""
    if meeting.repeat not in (Repeat.WEEKLY, Repeat.DATED):
        yield " ".join(filter(None, (meeting.get_repeat_display(), str(meeting.get_nth_display() or ""))))
    if meeting.minutes:
        yield _("%(n)d minutes") % {"n": meeting.minutes}
    yield from filter(None, (meeting.name, *set_labels(meeting, "modes"), *set_labels(meeting, "formats")))
    yield from filter(None, (meeting.join_url, meeting.join_phone, meeting.note))
    yield meeting.zone
    if not meeting.active:
        yield _("suspended")


def time_words(meeting: Meeting) -> str:
    dated = date_format(meeting.first, "DATE_FORMAT") if meeting.first else _("Meeting")
    day = str(meeting.get_weekday_display()) if meeting.weekday is not None else dated
    return " ".join(filter(None, (day, f"{meeting.start:%H:%M}" if meeting.start else "")))


def value_lines(own: Any, field: Any) -> list[str]:
    value = getattr(own, field.name)
    if isinstance(field, ChoiceSetField):
        words = field.labels_for(value)
        return [", ".join(words)] if words else []
    if isinstance(field, models.BooleanField):
        return [_("Yes")] if value else []
    if field.choices:
        return [str(label) for label in [getattr(own, f"get_{field.name}_display")()] if value]
    if isinstance(value, datetime.date):
        return [date_format(value, "DATE_FORMAT")]
    return [] if value in (None, "") else [str(value)]

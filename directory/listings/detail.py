"""The context of a listing's page: all its facts, "not given" where unknown, and how the site knows them."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import CharField, QuerySet, TextField, prefetch_related_objects
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.fields import ChoiceSetField
from core.i18n import lang_attribute, translate_fact
from core.phone_numbers import display_form
from core.recurrence import load_zone
from directory.hotlines.by_country import source_text
from directory.kinds.base import PageFact, PageSection
from directory.kinds.registry import kinds
from directory.listings import freshness, nearby, provenance
from directory.listings.availability import AskedAt, time_text, zone_name
from directory.listings.cards import Card, build_card, kind_label
from directory.models import Listing, OpeningInterval
from directory.vocabulary import Status

# A feed that was read longer ago than this many days is shown with its date.
MAX_DAYS_AGO = 30


def visible_listings() -> QuerySet[Listing]:
    """Return the listings whose pages the public can open, with the rows of place, organization and kind."""
    return Listing.objects.visible().select_related("organization", "place", *kinds.accessors())


def load_page_rows(listing: Listing) -> None:
    """Load the related rows that the page needs, hours only where the page shows them."""
    kind = kinds[listing.kind]
    hours_rows = ["intervals"] if shows_hours(listing) else []
    hours_rows += (
        ["exceptions"]
        if hours_rows and kind.has_perishable_hours and (listing.zone or listing.always_open)
        else []
    )
    prefetch_related_objects([listing], "channels", "verifications", *hours_rows, *kind.prefetch)


def shows_hours(listing: Listing) -> bool:
    """Return whether the page shows opening hours.

    It does for kinds that have opening hours, and for listings of other kinds that have a time zone.
    """
    return bool(listing.zone) or kinds[listing.kind].has_perishable_hours


def page_context(listing: Listing, at: AskedAt) -> dict[str, Any]:
    """Return the template context of the page."""
    load_page_rows(listing)
    kind, card = kinds[listing.kind], build_card(listing, at)
    same_place, similar = nearby.nearby_listings(listing)
    week = kind.week_schedule(listing, at) if listing.status == Status.PUBLISHED else None
    return {
        "title": listing.name,
        "card": card,
        "lead": translate_fact(listing.summary),
        "lead_lang": lang_attribute(listing.summary, listing.text_language),
        "description": listing.description,
        "description_lang": lang_attribute(listing.description, listing.text_language),
        "kind_text": kind_label(listing),
        "kind_plural": kind.plural,
        "next": availability_box(card),
        "week": week,
        "sections": mark_text_language(listing, [*kind.sections(listing), *shared_sections(listing, at)]),
        "verification": {"checked": card.checked, "lines": verification_lines(listing, at)},
        "same_place": same_place,
        "nearby": similar,
        "calendar_url": kind.calendar_url(listing) if week else "",
        "notice": listing.status_reason if card.paused else "",
        "back_url": reverse("kind", args=(kind.slug,)),
    }


def mark_text_language(listing: Listing, sections: Sequence[PageSection]) -> list[PageSection]:
    """Set the language of the facts that are the listing's own texts, as somebody entered them."""
    rows = (listing, kinds[listing.kind].own_row(listing))
    free_texts = {
        getattr(row, field.name) for row in rows for field in row._meta.fields if is_free_text(field)
    }

    def mark_fact(fact: PageFact) -> PageFact:
        if fact.value not in free_texts:
            return fact
        return replace(fact, lang=lang_attribute(fact.value, listing.text_language))

    return [replace(each, facts=tuple(map(mark_fact, each.facts))) for each in sections]


def is_free_text(field: Any) -> bool:
    """Return whether people write texts of their own into the field."""
    return (
        isinstance(field, CharField | TextField)
        and not field.choices
        and not isinstance(field, ChoiceSetField)
    )


def availability_box(card: Card) -> dict[str, Any] | None:
    """Return the box with the availability, distance and buttons, or None for a paused or closed listing."""
    headings = {
        "now": _("Going on now"), "soon": _("Next meeting"), "later": _("Next meeting"), "open": _("Open now"),
        "closed": _("Closed now"), "unsure": _("Hours may have changed"), "arrangement": _("How to begin"),
    }  # fmt: skip
    availability = card.availability
    if availability.state not in headings:
        return None
    first, *rest = availability.lines or [""]
    clock = f"{availability.clock} {availability.suffix}".strip()
    if availability.iso:
        first = first[:1].upper() + first[1:]
        # For a meeting in progress the first line says when it ends, which matters more than when it began.
        in_progress = availability.state == "now"
        text = first if in_progress else ", ".join(filter(None, (first, clock)))
        lines = rest
    else:
        text, lines = clock, availability.lines
    return {
        "heading": headings[availability.state],
        "text": text,
        "iso": "" if availability.state == "now" else availability.iso,
        "name": card.meeting.name,
        "lang": card.meeting.lang,
        "detail": ", ".join(filter(None, (*lines, card.meeting.mode, card.place))),
        "actions": card.actions,
    }


def shared_sections(listing: Listing, at: AskedAt) -> list[PageSection]:
    """Return the sections that the pages of all kinds have."""
    return [
        PageSection(
            _("Coming here"),
            (
                PageFact(_("How one takes part"), field_text(listing, "modes")),
                PageFact(_("What it is for"), field_text(listing, "concerns")),
                PageFact(_("Languages"), field_text(listing, "languages")),
                PageFact(_("Especially for"), field_text(listing, "audiences")),
                PageFact(
                    _("Cost"), ". ".join(filter(None, [field_text(listing, "payment"), listing.cost_note]))
                ),
                *place_facts(listing),
            ),
        ),
        PageSection(
            _("Reaching it"),
            (
                *hours_facts(listing, at),
                *(
                    PageFact(str(channel.get_type_display()), channel_text(channel), channel.href)
                    for channel in listing.channels.all()
                ),
            ),
        ),
    ]


def hours_facts(listing: Listing, at: AskedAt) -> list[PageFact]:
    """Return the line about opening hours; none for a listing that has meetings instead."""
    text = hours_text_with_zone(listing, at) if shows_hours(listing) else translate_fact(listing.hours_note)
    has_meetings = kinds[listing.kind].has_meetings
    return [] if has_meetings and not text else [PageFact(_("Hours"), text)]


def place_facts(listing: Listing) -> list[PageFact]:
    """Return the lines of a listing's page about its place, such as address and access."""
    if listing.place is None:
        return []
    return [
        PageFact(_("Address"), ", ".join([*listing.place.public_parts, *private_address_text(listing)])),
        PageFact(_("Getting in"), field_text(listing, "access")),
        PageFact(_("Finding the door"), "" if listing.place.private else listing.place.notes),
    ]


def private_address_text(listing: Listing) -> list[str]:
    """Return a text that the address is private, in a list that is empty for a public address."""
    return [_("the exact address is given when you ask")] if listing.place and listing.place.private else []


def field_text(listing: Listing, field: str) -> str:
    """Return the labels of a set of choices as one text, as the kind of the listing says them."""
    return kinds[listing.kind].set_text(listing, field)


def hours_text_with_zone(listing: Listing, at: AskedAt) -> str:
    """Return the opening hours, and below them the zone of their times."""
    text = opening_hours_text(listing)
    if not listing.zone or listing.always_open or not listing.intervals.all():
        return text
    zone = zone_name(at.now.astimezone(load_zone(listing.zone)))
    return "\n".join([text, _("Times are in %(zone)s.") % {"zone": zone}])


def opening_hours_text(listing: Listing) -> str:
    """Return the opening hours, one line for each range of days with the same hours, and the note about hours."""
    if listing.always_open:
        return _("Any hour, any day")
    by_day: dict[int, list[str]] = defaultdict(list)
    for row in listing.intervals.all():
        span = {"opens": time_text(row.opens), "closes": time_text(row.closes)}
        by_day[row.weekday].append(_("%(opens)s to %(closes)s") % span)
    days = [(day, ", ".join(spans)) for day, spans in sorted(by_day.items())]
    lines = [day_range_text(first, last, hours) for first, last, hours in group_equal_days(days)]
    return "\n".join(filter(None, [*lines, translate_fact(listing.hours_note)]))


def group_equal_days(days: list[tuple[int, str]]) -> list[tuple[int, int, str]]:
    """Group consecutive days with the same hours as (first day, last day, hours)."""
    ranges: list[tuple[int, int, str]] = []
    for day, hours in days:
        if ranges and ranges[-1][1:] == (day - 1, hours):
            ranges[-1] = (ranges[-1][0], day, hours)
        else:
            ranges.append((day, day, hours))
    return ranges


def day_range_text(first: int, last: int, hours: str) -> str:
    """Return the hours of a range of weekdays, such as "Monday to Friday, 9:00 am to 5:00 pm"."""
    names = dict(OpeningInterval.WEEKDAYS)
    if first == last:
        return f"{names[first]}, {hours}"
    return _("%(first)s to %(last)s, %(hours)s") % {
        "first": names[first],
        "last": names[last],
        "hours": hours,
    }


def channel_text(channel: Any) -> str:
    """Return the number or address of a channel as a text, with its note."""
    note = f" ({translate_fact(channel.note)})" if channel.note else ""
    return f"{channel.display or display_form(channel.dial)}{note}"


def verification_lines(listing: Listing, at: AskedAt) -> list[str]:
    """Return lines about perishable facts that were checked separately or are too old, and a line about the source."""
    kind = kinds[listing.kind]
    facts = [
        fact.key for fact in kind.perishable_facts if not fact.day_field and kind.has_fact(listing, fact.key)
    ]
    return list(
        filter(
            None,
            [*freshness.fact_lines(listing, facts, at.today), source_line(listing, at)],
        )
    )


def source_line(listing: Listing, at: AskedAt) -> str:
    """Return the source of the facts and which of them were corrected here.

    An example is "From the North County feed, read 2 days ago; hours corrected here." Corrections are named so that
    nobody mistakes them for statements of the source.
    """
    parts = [source_text(listing) or feed_text(listing, at), corrections_text(listing)]
    text = "; ".join(filter(None, parts))
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def feed_text(listing: Listing, at: AskedAt) -> str:
    """Return the name of the source and when its feed was last read."""
    source = listing.provenance.get(provenance.LISTING_PROVENANCE, {}).get("source", "")
    if not source:
        return ""
    if day := provenance.last_read(listing.source):
        return _("From %(source)s, read %(when)s") % {
            "source": source,
            "when": days_ago_text((at.today - day).days, day),
        }
    return _("From %(source)s") % {"source": source}


def days_ago_text(days: int, day: datetime.date) -> str:
    """Return how many days ago something was, or its date after `MAX_DAYS_AGO` days."""
    if days > MAX_DAYS_AGO:
        return _("on %(day)s") % {"day": date_format(day, "DATE_FORMAT")}
    if days < 1:
        return _("today")
    return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}


def corrections_text(listing: Listing) -> str:
    """Return the sentence that names the fields corrected on this site, or "" where none were."""
    names = [name for name, facts in listing.provenance.items() if facts.get("corrected_by")]
    fields = [provenance.field_label(listing, name) for name in names]
    return _("%(fields)s corrected here") % {"fields": ", ".join(fields)} if fields else ""

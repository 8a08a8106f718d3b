"""The page of one listing: all facts, "not given" where unknown, and how we know."""

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

from core.fields import ChoiceSetField, set_labels
from core.i18n import lang_attribute, translate_fact
from directory.hotlines.by_country import source_text
from directory.kinds.base import PageFact, PageSection
from directory.kinds.registry import kinds
from directory.listings import freshness, nearby, provenance
from directory.listings.availability import AskedAt, time_text
from directory.listings.cards import Card, build_card
from directory.models import Listing, OpeningInterval
from directory.vocabulary import Status

# A feed that was read longer ago than these days is told with its date.
LONGEST_AGO = 30


def visible_listings() -> QuerySet[Listing]:
    """What may be opened."""
    return Listing.objects.visible().select_related("organization", "place", *kinds.accessors())


def load_page_rows(listing: Listing) -> None:
    """Reads what the page needs beside the listing itself, hours only where it shows some."""
    kind = kinds[listing.kind]
    timed = ["intervals"] if shows_hours(listing) else []
    timed += (
        ["exceptions"]
        if timed and kind.has_perishable_hours and (listing.zone or listing.always_open)
        else []
    )
    prefetch_related_objects([listing], "channels", "verifications", *timed, *kind.prefetch)


def shows_hours(listing: Listing) -> bool:
    """A kind that is open by the clock, or a listing of another kind that was given hours with their zone."""
    return bool(listing.zone) or kinds[listing.kind].has_perishable_hours


def page_context(listing: Listing, at: AskedAt) -> dict[str, Any]:
    load_page_rows(listing)
    kind, made = kinds[listing.kind], build_card(listing, at)
    also, near = nearby.nearby_listings(listing)
    week = kind.week_schedule(listing, at) if listing.status == Status.PUBLISHED else None
    return {
        "title": listing.name,
        "card": made,
        "lead": translate_fact(listing.summary),
        "lead_lang": lang_attribute(listing.summary, listing.text_language),
        "description": listing.description,
        "description_lang": lang_attribute(listing.description, listing.text_language),
        "kind_line": made.kind_label,
        "kind_plural": kind.plural,
        "next": availability_box(made),
        "week": week.days if week else [],
        "week_note": week.note if week else "",
        "sections": mark_text_language(listing, [*kind.sections(listing), *shared_sections(listing)]),
        "verification": {"checked": made.checked, "lines": verification_lines(listing, at)},
        "also": also,
        "near": near,
        "calendar_url": kind.calendar_url(listing) if week else "",
        "notice": listing.status_reason if made.paused else "",
        "back_url": reverse("kind", args=(kind.slug,)),
    }


def mark_text_language(listing: Listing, sections: Sequence[PageSection]) -> list[PageSection]:
    """Facts that are the listing's own words, as somebody entered them, say in which language they are."""
    rows = (listing, kinds[listing.kind].own_row(listing))
    written = {getattr(row, field.name) for row in rows for field in row._meta.fields if is_free_text(field)}

    def marked(fact: PageFact) -> PageFact:
        is_own = fact.value in written
        return replace(fact, lang=lang_attribute(fact.value, listing.text_language)) if is_own else fact

    return [replace(each, facts=tuple(map(marked, each.facts))) for each in sections]


def is_free_text(field: Any) -> bool:
    """Whether people write words of their own into it."""
    return (
        isinstance(field, CharField | TextField)
        and not field.choices
        and not isinstance(field, ChoiceSetField)
    )


def availability_box(made: Card) -> dict[str, Any] | None:
    """The lit box: when, how far off, and the way in."""
    headings = {
        "now": _("Going on now"), "soon": _("Next meeting"), "later": _("Next meeting"), "open": _("Open now"),
        "closed": _("Closed now"), "unsure": _("Hours may have changed"), "arrangement": _("How to begin"),
    }  # fmt: skip
    if made.availability.state not in headings:
        return None
    when, timed = made.availability, bool(made.availability.iso)
    first, *rest = made.availability.lines or [""]
    clock_words = f"{when.clock} {when.suffix}".strip()
    first = first[:1].upper() + first[1:]
    # Of what is going on, it matters when it ends.
    by_the_clock = first if when.state == "now" else ", ".join(filter(None, (first, clock_words)))
    words = by_the_clock if timed else clock_words
    lines = rest if timed else made.availability.lines
    return {
        "heading": headings[when.state],
        "words": words,
        "detail": ", ".join(filter(None, (*lines, made.place))),
        "actions": made.actions,
    }


def shared_sections(listing: Listing) -> list[PageSection]:
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
                PageFact(
                    _("Hours"),
                    opening_hours_text(listing)
                    if shows_hours(listing)
                    else translate_fact(listing.hours_note),
                ),
                *(
                    PageFact(str(channel.get_type_display()), channel_text(channel), channel.href)
                    for channel in listing.channels.all()
                ),
            ),
        ),
    ]


def place_facts(listing: Listing) -> list[PageFact]:
    if listing.place is None:
        return []
    return [
        PageFact(_("Address"), ", ".join([*listing.place.public_parts, *private_address_text(listing)])),
        PageFact(_("Getting in"), field_text(listing, "access")),
        PageFact(_("Finding the door"), "" if listing.place.private else listing.place.notes),
    ]


def private_address_text(listing: Listing) -> list[str]:
    return [_("the exact address is given when you ask")] if listing.place and listing.place.private else []


def field_text(listing: Listing, field: str) -> str:
    return ", ".join(set_labels(listing, field))


def opening_hours_text(listing: Listing) -> str:
    if listing.always_open:
        return _("Any hour, any day")
    by_day: dict[int, list[str]] = defaultdict(list)
    for row in listing.intervals.all():
        stretch = {"opens": time_text(row.opens), "closes": time_text(row.closes)}
        by_day[row.weekday].append(_("%(opens)s to %(closes)s") % stretch)
    days = [(day, ", ".join(stretches)) for day, stretches in sorted(by_day.items())]
    lines = [day_range_text(first, last, hours) for first, last, hours in group_equal_days(days)]
    return "\n".join(filter(None, [*lines, translate_fact(listing.hours_note)]))


def group_equal_days(days: list[tuple[int, str]]) -> list[tuple[int, int, str]]:
    """Days that follow one another with the same hours, as one: first, last, hours."""
    found: list[tuple[int, int, str]] = []
    for day, hours in days:
        if found and found[-1][1:] == (day - 1, hours):
            found[-1] = (found[-1][0], day, hours)
        else:
            found.append((day, day, hours))
    return found


def day_range_text(first: int, last: int, hours: str) -> str:
    names = dict(OpeningInterval.WEEKDAYS)
    if first == last:
        return f"{names[first]}, {hours}"
    return _("%(first)s to %(last)s, %(hours)s") % {
        "first": names[first],
        "last": names[last],
        "hours": hours,
    }


def channel_text(channel: Any) -> str:
    note = f" ({translate_fact(channel.note)})" if channel.note else ""
    return f"{channel.display or channel.dial}{note}"


def verification_lines(listing: Listing, at: AskedAt) -> list[str]:
    """What else there is to say of how we know this: fragile facts by their own days, and the source."""
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
    """Where the facts come from, and which of them were corrected here: "From the North County feed, read 2 days
    ago; hours corrected here." A curator's word is told apart, so that nobody takes it for the source's."""
    parts = [source_text(listing) or feed_text(listing, at), corrections_text(listing)]
    words = "; ".join(filter(None, parts))
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def feed_text(listing: Listing, at: AskedAt) -> str:
    source = listing.provenance.get(provenance.WHOLE, {}).get("source", "")
    if not source:
        return ""
    if day := provenance.last_read(listing.source):
        return _("From %(source)s, read %(when)s") % {
            "source": source,
            "when": days_ago_text((at.today - day).days, day),
        }
    return _("From %(source)s") % {"source": source}


def days_ago_text(days: int, day: datetime.date) -> str:
    if days > LONGEST_AGO:
        return _("on %(day)s") % {"day": date_format(day, "DATE_FORMAT")}
    if days < 1:
        return _("today")
    return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}


def corrections_text(listing: Listing) -> str:
    names = [name for name, facts in listing.provenance.items() if facts.get("corrected_by")]
    fields = [provenance.field_label(listing, name) for name in names]
    return _("%(fields)s corrected here") % {"fields": ", ".join(fields)} if fields else ""

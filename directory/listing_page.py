"""The page of one listing: all facts, "not given" where unknown, and how we know."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from directory import freshness
from directory.cards import Card, card
from directory.fields import labels
from directory.freshness import FRAGILE
from directory.helplines import source_words
from directory.kinds import Fact, Section, kinds
from directory.models import Listing, OpeningInterval
from directory.moments import At
from directory.origin import field_words
from directory.vocabulary import Status

ALSO_HERE = 5


def listings() -> QuerySet[Listing]:
    """What may be opened, with all that the page needs."""
    prefetches = {lookup for kind in kinds.values() for lookup in kind.prefetch}
    found = Listing.objects.visible().select_related("organization", "place", *kinds.accessors())
    beside = ("channels", "intervals", "exceptions", "verifications", *sorted(prefetches))
    return found.prefetch_related(*beside)


def context(listing: Listing, at: At) -> dict[str, Any]:
    kind, made = kinds[listing.kind], card(listing, at)
    week = kind.week(listing, at) if listing.status == Status.PUBLISHED else None
    return {
        "title": listing.name,
        "card": made,
        "lead": listing.summary,
        "description": listing.description,
        "kind_line": made.kind_words,
        "kind_plural": kind.plural,
        "next": upcoming(made),
        "week": week.days if week else [],
        "week_note": week.note if week else "",
        "sections": [*kind.sections(listing), *shared_sections(listing)],
        "known": {"checked": made.checked, "lines": known_lines(listing, at)},
        "also": also_here(listing),
        "notice": listing.status_reason if made.paused else "",
        "back_url": reverse("kind", args=(kind.slug,)),
    }


def upcoming(made: Card) -> dict[str, Any] | None:
    """The lit box: when, how far off, and the way in."""
    headings = {
        "now": _("Going on now"), "soon": _("Next meeting"), "later": _("Next meeting"), "open": _("Open now"),
        "closed": _("Closed now"), "unsure": _("Hours may have changed"), "arrangement": _("How to begin"),
    }  # fmt: skip
    if made.when.state not in headings:
        return None
    when, timed = made.when, bool(made.when.iso)
    first, *rest = made.when.lines or [""]
    clock_words = f"{when.clock} {when.suffix}".strip()
    words = ", ".join(filter(None, (first[:1].upper() + first[1:], clock_words))) if timed else clock_words
    lines = rest if timed else made.when.lines
    return {
        "heading": headings[when.state],
        "words": words,
        "detail": ", ".join(filter(None, (*lines, made.place))),
        "actions": made.actions,
    }


def shared_sections(listing: Listing) -> list[Section]:
    return [
        Section(
            _("Coming here"),
            (
                Fact(_("How one takes part"), words(listing, "modes")),
                Fact(_("What it is for"), words(listing, "concerns")),
                Fact(_("Languages"), words(listing, "languages")),
                Fact(_("Especially for"), words(listing, "audiences")),
                Fact(_("Cost"), ". ".join(filter(None, [words(listing, "payment"), listing.cost_note]))),
                *place_facts(listing),
            ),
        ),
        Section(
            _("Reaching it"),
            (
                Fact(_("Hours"), hours_words(listing)),
                *(
                    Fact(str(channel.get_type_display()), channel_words(channel))
                    for channel in listing.channels.all()
                ),
            ),
        ),
    ]


def place_facts(listing: Listing) -> list[Fact]:
    if listing.place is None:
        return []
    return [
        Fact(_("Address"), ", ".join([*listing.place.public_parts, *private_words(listing)])),
        Fact(_("Getting in"), words(listing, "access")),
        Fact(_("Finding the door"), "" if listing.place.private else listing.place.notes),
    ]


def private_words(listing: Listing) -> list[str]:
    return [_("the exact address is given when you ask")] if listing.place and listing.place.private else []


def words(listing: Listing, field: str) -> str:
    return ", ".join(labels(listing, field))


def hours_words(listing: Listing) -> str:
    if listing.always_open:
        return _("Any hour, any day")
    days = dict(OpeningInterval.WEEKDAYS)
    lines = [f"{days[row.weekday]} {row.opens:%H:%M}–{row.closes:%H:%M}" for row in listing.intervals.all()]
    return "; ".join([*lines, *([listing.hours_note] if listing.hours_note else [])])


def channel_words(channel: Any) -> str:
    note = f" ({channel.note})" if channel.note else ""
    return f"{channel.display or channel.dial}{note}"


def known_lines(listing: Listing, at: At) -> list[str]:
    """What else there is to say of how we know this: fragile facts by their own days, and the source."""
    kind = kinds[listing.kind]
    facts = [fact for fact in kind.fragile if not FRAGILE[fact].dated and kind.holds(listing, fact)]
    return list(
        filter(
            None,
            [*freshness.fact_lines(listing, facts, at.today), source_line(listing), corrected_line(listing)],
        )
    )


def source_line(listing: Listing) -> str:
    """Where the facts come from: a page that was read, or a source by name."""
    if words_of_copy := source_words(listing):
        return words_of_copy
    source = listing.provenance.get("*", {}).get("source", "")
    return _("From %(source)s") % {"source": source} if source else ""


def corrected_line(listing: Listing) -> str:
    """Which facts curators set by hand, so that nobody takes them for the source's."""
    names = [name for name, facts in listing.provenance.items() if facts.get("corrected_by")]
    fields = [field_words(listing, name) for name in names]
    return _("Corrected here: %(fields)s.") % {"fields": ", ".join(fields)} if fields else ""


def also_here(listing: Listing) -> list[dict[str, str]]:
    """Other listings at the same address; at a private one nothing is said of the neighbours."""
    if listing.place is None or listing.place.private:
        return []
    others = Listing.objects.published().filter(place=listing.place).exclude(pk=listing.pk)[:ALSO_HERE]
    return [
        {"url": each.get_absolute_url(), "name": each.name, "words": str(kinds[each.kind].name)}
        for each in others
    ]

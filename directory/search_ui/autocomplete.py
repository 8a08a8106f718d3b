"""What may be meant by what is being typed: kinds, plain speech, guides, places and more; a few of each.

Everything comes from indexes: the words in memory, the gazetteer and the names by their beginnings. What was typed is
neither kept nor counted.
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from directory.geo.geocoding import LAST_CHARACTER, find_spots
from directory.guides.parser import guides
from directory.kinds.registry import kinds
from directory.listings.availability import At
from directory.models import Listing, Organization
from directory.search import engine
from directory.search.engine import Results
from directory.search.guide_index import guide_index
from directory.search.parsing import location
from directory.search.parsing.analyzer import words
from directory.search.parsing.synonyms import Table
from directory.search.query import SearchQuery, cleaned

MOST = 8
SHORTEST = 2  # letters
LONGEST = 80
# At most so many of each, so that one sort never crowds out the others.
EACH = 3
LISTINGS_LOOKED_AT = 5
MOST_GUIDES = 2


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to show, what it is, and where it leads."""

    label: str
    what: str
    url: str


def suggestions(text: str) -> list[dict[str, str]]:
    """For the box of words, at most `MOST`."""
    text = cleaned(text)[:LONGEST]
    folded = " ".join(words(text))
    if len(folded) < SHORTEST:
        return []
    table = engine.speech()
    results = engine.search(SearchQuery(q=text), spot=None, at=At.this_moment())
    sorts = (
        of_kinds(folded),
        of_speech(folded, table),
        of_guides(folded, table, results),
        of_places(text),
        of_organizations(text),
        of_listings(text, results),
    )
    found = itertools.chain.from_iterable(itertools.islice(each, EACH) for each in sorts)
    return as_rows(found)


def place_suggestions(text: str) -> list[dict[str, str]]:
    """For the box of places: the label of each is what to put there."""
    text = cleaned(text)[:LONGEST]
    if len(text) < SHORTEST:
        return []
    spots = location.spots(text, settings.DEFAULT_COUNTRY)
    return as_rows(Suggestion(spot.value, _("Place"), "") for spot in spots)


def as_rows(found: Iterable[Suggestion]) -> list[dict[str, str]]:
    """Each label once."""
    by_label = {each.label.casefold(): each for each in reversed(list(found))}
    return [asdict(each) for each in reversed(by_label.values())][:MOST]


def searching(**asked: str) -> str:
    return f"{reverse('find')}?{urlencode(asked)}"


def of_kinds(folded: str) -> Iterator[Suggestion]:
    for kind in kinds.values():
        names = (" ".join(words(str(name))) for name in (kind.name, kind.plural))
        if any(f" {name}".find(f" {folded}") >= 0 for name in names):
            yield Suggestion(str(kind.plural), _("Kind"), reverse("kind", args=(kind.slug,)))


def of_speech(folded: str, table: Table) -> Iterator[Suggestion]:
    for phrase in table.beginning(folded):
        yield Suggestion(capfirst(phrase), _("Search"), searching(q=phrase))


def of_guides(folded: str, table: Table, results: Results) -> Iterator[Suggestion]:
    """Those with a phrase that begins so, then those that the words ask for."""
    language = get_language() or settings.LANGUAGE_CODE
    known, asked = guides(language), results.guides if results.asks_for_guides else ()
    beginning = guide_index(table).beginning(folded, language)
    for slug in list(dict.fromkeys((*beginning, *asked)))[:MOST_GUIDES]:
        what = _("Guide: %(sentence)s") % {"sentence": known[slug].first_sentence}
        yield Suggestion(known[slug].title, what, reverse("guide", args=(slug,)))


def of_places(text: str) -> Iterator[Suggestion]:
    for spot in find_spots(text, settings.DEFAULT_COUNTRY, EACH):
        yield Suggestion(spot.label, _("Place"), searching(near=spot.value))


def of_organizations(text: str) -> Iterator[Suggestion]:
    start = text.lower()
    named = Organization.objects.annotate(low=Lower("name")).filter(
        low__gte=start, low__lt=start + LAST_CHARACTER
    )
    public = named.filter(listing__in=Listing.objects.published()).distinct()
    for name in public.order_by("low").values_list("name", flat=True)[:EACH]:
        yield Suggestion(name, _("Organization"), searching(q=f'"{name}"'))


def of_listings(text: str, results: Results) -> Iterator[Suggestion]:
    """Those with all that was typed in their names."""
    ids = results.ids[:LISTINGS_LOOKED_AT]
    listings = Listing.objects.published().in_bulk(ids)
    typed = words(text)
    for listing in (listings[pk] for pk in ids if pk in listings):
        name = words(listing.name)
        if all(any(each.startswith(word) for each in name) for word in typed):
            yield Suggestion(listing.name, str(kinds[listing.kind].name), listing.get_absolute_url())

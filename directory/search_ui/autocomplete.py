"""Suggest completions of what a person types: a few kinds, synonyms, guides, places, organizations and listings.

All of them come from indexes: the words in memory, the gazetteer, and names by their beginnings. What was typed is
neither stored nor counted.
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

from directory.geo.geocoding import LAST_CHARACTER, find_points
from directory.guides.parser import guides
from directory.kinds.registry import kinds
from directory.listings.availability import AskedAt
from directory.models import Listing, Organization
from directory.search import engine
from directory.search.engine import Results
from directory.search.guide_index import guide_index
from directory.search.parsing import location
from directory.search.parsing.analyzer import folded_words
from directory.search.parsing.synonyms import SynonymTable
from directory.search.query import SearchQuery, clean_text

MOST = 8
SHORTEST = 2  # letters
LONGEST = 80
# How many of each type at most, so that no type displaces the others.
EACH = 3
LISTINGS_LOOKED_AT = 5
MOST_GUIDES = 2


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggestion: its label, what it is, and the address that it leads to."""

    label: str
    category: str
    url: str


def suggestions(text: str) -> list[dict[str, str]]:
    """Return suggestions for the box of words, `MOST` at most."""
    text = clean_text(text)[:LONGEST]
    folded = " ".join(folded_words(text))
    if len(folded) < SHORTEST:
        return []
    table = engine.synonym_table()
    results = engine.search(SearchQuery(q=text), spot=None, at=AskedAt.now_in_zone())
    sorts = (
        kind_suggestions(folded),
        synonym_suggestions(folded, table),
        guide_suggestions(folded, table, results),
        gazetteer_suggestions(text),
        organization_suggestions(text),
        listing_suggestions(text, results),
    )
    found = itertools.chain.from_iterable(itertools.islice(each, EACH) for each in sorts)
    return suggestion_rows(found)


def place_suggestions(text: str) -> list[dict[str, str]]:
    """Return suggestions for the box of places; the label of each is the value for the box."""
    text = clean_text(text)[:LONGEST]
    if len(text) < SHORTEST:
        return []
    spots = location.find_points(text, settings.DEFAULT_COUNTRY)
    return suggestion_rows(Suggestion(spot.value, _("Place"), "") for spot in spots)


def suggestion_rows(found: Iterable[Suggestion]) -> list[dict[str, str]]:
    """Return the suggestions as rows for JSON, each label once."""
    by_label = {each.label.casefold(): each for each in reversed(list(found))}
    return [asdict(each) for each in reversed(by_label.values())][:MOST]


def _find_url(**parameters: str) -> str:
    """Return the address of a search with these parameters."""
    return f"{reverse('find')}?{urlencode(parameters)}"


def kind_suggestions(folded: str) -> Iterator[Suggestion]:
    """Yield the kinds with a word that begins with the folded text."""
    for kind in kinds.values():
        names = (" ".join(folded_words(str(name))) for name in (kind.name, kind.plural))
        if any(f" {name}".find(f" {folded}") >= 0 for name in names):
            yield Suggestion(str(kind.plural), _("Kind"), reverse("kind", args=(kind.slug,)))


def synonym_suggestions(folded: str, table: SynonymTable) -> Iterator[Suggestion]:
    """Yield the entries of synonyms with a phrase that begins with the folded text."""
    for phrase in table.completions(folded):
        yield Suggestion(capfirst(phrase), _("Search"), _find_url(q=phrase))


def guide_suggestions(folded: str, table: SynonymTable, results: Results) -> Iterator[Suggestion]:
    """Yield the guides with a phrase that begins with the text, then those that its words ask for."""
    language = get_language() or settings.LANGUAGE_CODE
    known, asked = guides(language), results.guides if results.asks_for_guides else ()
    beginning = guide_index(table).find_by_beginning(folded, language)
    for slug in list(dict.fromkeys((*beginning, *asked)))[:MOST_GUIDES]:
        category = _("Guide: %(sentence)s") % {"sentence": known[slug].first_sentence}
        yield Suggestion(known[slug].title, category, reverse("guide", args=(slug,)))


def gazetteer_suggestions(text: str) -> Iterator[Suggestion]:
    """Yield the towns and ZIPs that begin with the text."""
    for spot in find_points(text, settings.DEFAULT_COUNTRY, EACH):
        yield Suggestion(spot.label, _("Place"), _find_url(near=spot.value))


def organization_suggestions(text: str) -> Iterator[Suggestion]:
    """Yield the organizations of published listings whose names begin with the text."""
    start = text.lower()
    named = Organization.objects.annotate(low=Lower("name")).filter(
        low__gte=start, low__lt=start + LAST_CHARACTER
    )
    public = named.filter(listing__in=Listing.objects.published()).distinct()
    for name in public.order_by("low").values_list("name", flat=True)[:EACH]:
        yield Suggestion(name, _("Organization"), _find_url(q=f'"{name}"'))


def listing_suggestions(text: str, results: Results) -> Iterator[Suggestion]:
    """Yield the listings with all typed words in their names."""
    ids = results.ids[:LISTINGS_LOOKED_AT]
    listings = Listing.objects.published().in_bulk(ids)
    typed = folded_words(text)
    for listing in (listings[pk] for pk in ids if pk in listings):
        name = folded_words(listing.name)
        if all(any(each.startswith(word) for each in name) for word in typed):
            yield Suggestion(listing.name, str(kinds[listing.kind].name), listing.get_absolute_url())

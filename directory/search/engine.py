"""The one place that knows how a `SearchQuery` is answered.

`search(query, …)` is the door: ids of one page, exact total, exact counts of every option. Behind it stands an index in
this process (`resident.py`); nothing of a query goes to the database but the look whether something has changed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.conf import settings

from directory.geo.geocoding import GeoPoint
from directory.listings.availability import AskedAt, Slots
from directory.search import filter_registry, ranking
from directory.search.guide_index import MOST as MOST_GUIDES
from directory.search.guide_index import guide_index
from directory.search.index import manager
from directory.search.index.arrays import from_bitmap
from directory.search.index.indexer import ID_BITS
from directory.search.index.manager import Index
from directory.search.index.meetings import minute_of
from directory.search.matching import PreparedQuery, SegmentResult
from directory.search.parsing import common_words, query_parser, spelling
from directory.search.parsing.danger_phrases import harmless_places
from directory.search.parsing.parsed_query import Danger
from directory.search.query import SearchQuery
from directory.search.time_filters import TOGETHER

PAGE_SIZE = 20
# The guides that say what to do in a danger, whatever else was typed.
GUIDES_IN_DANGER = {
    Danger.OVERDOSE: ("overdose",),
    Danger.POISONING: ("overdose",),
    Danger.SEIZURE: ("withdrawal", "overdose"),
    Danger.SEDATIVES: ("withdrawal",),
    Danger.WITHDRAWAL: ("withdrawal",),
}


@dataclass(frozen=True, slots=True)
class Results:
    """Ids of one page in order; the exact total; for each filter the count of every option, its own group left out;
    distances in km of those on the page that are near."""

    ids: tuple[int, ...]
    total: int
    counts: Mapping[str, Mapping[str, int]]
    km: Mapping[int, float]
    versions: Mapping[int, int] = field(default_factory=dict)
    """For each id a number that is another as soon as anything of the listing has changed."""
    corrected: str = ""
    """The words that were searched for instead, where a slip of the keyboard was mended."""
    literal: str = ""
    """The words as typed, written so that they are taken as they stand."""
    relaxed: bool = False
    """Whether nothing has all of the words, so that what has most of them was found."""
    crisis: bool = False
    """Whether the words may be said in a crisis."""
    grief: bool = False
    """Whether they speak of a death in the past."""
    danger: Danger | None = None
    """The danger that they speak of."""
    asked_hours: Slots = ()
    """The hours that were chosen, or that words mean."""
    guides: tuple[str, ...] = ()
    """The slugs of the guides that the words ask for; of those that are nearest where no listing was found."""
    asks_for_guides: bool = False
    """Whether the words ask for these guides, rather than being near to them."""

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def search(query: SearchQuery, *, spot: GeoPoint | None, at: AskedAt) -> Results:
    """Answers a query at a moment. A page behind the last one is answered with the last."""
    index = manager.current_index()
    taken, literal = correct_spelling(query.q, index)
    answers = match_segments(replace(query, q=taken), index, spot, at)
    total = sum(len(each.hits) for each in answers)
    guides = guides_for(taken, answers[0].asked.wording.danger, index)
    first = min(query.page - 1, max(0, total - 1) // PAGE_SIZE) * PAGE_SIZE
    offered = filter_registry.offered_filters(query.kinds, query.choices)
    ranks = page_of_ranks(query, answers, first, PAGE_SIZE)
    ids = listing_ids(ranks)
    return Results(
        ids=ids,
        total=total,
        counts=merge_facet_counts([each.counts(offered) for each in answers]),
        km=distances(answers, ranks, spot),
        versions=index.versions(ids),
        corrected=taken if literal else "",
        literal=literal,
        relaxed=answers[0].asked.least is not None,
        crisis=answers[0].asked.wording.crisis,
        grief=answers[0].asked.wording.grief,
        danger=answers[0].asked.wording.danger,
        asked_hours=asked_hours(answers[0].asked),
        guides=guides or (nearest_guides(taken, index) if not total else ()),
        asks_for_guides=bool(guides),
    )


def guides_for(text: str, danger: Danger | None, index: Index) -> tuple[str, ...]:
    """Return the guides that the words ask for, the best first; in a danger those about it lead."""
    if not text:
        return ()
    found: tuple[str, ...] = index.cached_synonyms(
        ("guides", text), lambda: guide_index(index.table).find(query_parser.asked_words(text))
    )
    about = GUIDES_IN_DANGER.get(danger, ()) if danger else ()
    return tuple(dict.fromkeys((*about, *found)))[:MOST_GUIDES]


def nearest_guides(text: str, index: Index) -> tuple[str, ...]:
    return guide_index(index.table).find_loosely(query_parser.asked_words(text))


def asked_hours(asked: PreparedQuery) -> Slots:
    meant: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for option in (option for need in asked.wording.required for option in need.options):
        if isinstance(option, query_parser.FacetOption) and option.key in TOGETHER:
            meant[option.key] += (option.value,)
    return tuple(sorted({**meant, **asked.slots}.items()))


def count_totals(asked: Iterable[tuple[SearchQuery, GeoPoint | None, AskedAt]]) -> list[int]:
    """The exact totals alone, for offers."""
    index = manager.current_index()
    found = []
    for query, spot, at in asked:
        taken, _literal = correct_spelling(query.q, index)
        answers = match_segments(replace(query, q=taken), index, spot, at)
        found.append(sum(len(each.hits) for each in answers))
    return found


def soonest_listings(query: SearchQuery, at: AskedAt, limit: int) -> list[int]:
    """Ids of the listings that one can go to first, and nothing counted."""
    answers = match_segments(replace(query, sort="soonest"), manager.current_index(), None, at)
    return list(listing_ids(page_of_ranks(replace(query, sort="soonest"), answers, 0, limit)))


def counts_by_kind(query: SearchQuery, at: AskedAt) -> Mapping[str, int]:
    """How many listings of each kind there are."""
    answers = match_segments(query, manager.current_index(), None, at)
    return merge_facet_counts([each.counts(()) for each in answers])["kind"]


def synonym_table() -> query_parser.SynonymTable:
    """Plain speech as of now."""
    return manager.current_index().table


def match_segments(
    query: SearchQuery, index: Index, spot: GeoPoint | None, at: AskedAt
) -> list[SegmentResult]:
    asked = PreparedQuery(
        query=query,
        wording=parse_text(query.q, index),
        spot=spot,
        country=(spot.country if spot else "") or settings.DEFAULT_COUNTRY,
        minute=minute_of(at.now),
        today=at.today.toordinal(),
    )
    answers = segment_results(asked, index)
    for least in range(len(asked.wording.required) - 1, 0, -1):
        if any(each.base for each in answers):
            break
        asked = replace(asked, least=least)
        answers = segment_results(asked, index)
    return answers if asked.least is None else segment_results(replace(asked, meant=True), index)


def segment_results(asked: PreparedQuery, index: Index) -> list[SegmentResult]:
    return [SegmentResult(segment, dead, asked) for segment, dead in index.segments]


def merge_facet_counts(parts: list[dict[str, Mapping[str, int]]]) -> dict[str, Mapping[str, int]]:
    if len(parts) == 1:
        return parts[0]
    return {key: sum_counts(part[key] for part in parts) for key in parts[0]}


def sum_counts(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for part in parts:
        found.update(part)
    return dict(found)


def page_of_ranks(query: SearchQuery, answers: list[SegmentResult], first: int, size: int) -> list[int]:
    """The ranks of a page."""
    orders = {
        "best": ranking.relevance_tiers,
        "soonest": ranking.soonest_tiers,
        "nearest": ranking.distance_tiers,
    }
    return ranking.page_ranks(orders[query.order](answers), first, size)


def listing_ids(ranks: Iterable[int]) -> tuple[int, ...]:
    return tuple(rank & (2**ID_BITS - 1) for rank in ranks)


def distances(answers: list[SegmentResult], ranks: list[int], spot: GeoPoint | None) -> dict[int, float]:
    if spot is None:
        return {}
    found: dict[int, float] = {}
    for each in answers:
        near = each.segment.ranked(ranks) & each.hits & each.segment.reach(spot, each.asked.query.km)
        documents = from_bitmap(near)
        km = each.segment.km(spot, documents)
        found |= dict(zip(each.segment.ids(documents).tolist(), km.tolist(), strict=True))
    return {pk: found[pk] for pk in listing_ids(ranks) if pk in found}


def correct_spelling(text: str, index: Index) -> tuple[str, str]:
    """The text with each slip of the keyboard mended, and the text with the slips in quotes; "" where there is none.

    A slip is a word that fits nothing at all, while a word like it fits something.
    """
    found: tuple[str, str] = index.cached_synonyms(("mended", text), lambda: correct_words(text, index))
    return found


def parse_text(text: str, index: Index) -> query_parser.ParsedQuery:
    found: query_parser.ParsedQuery = index.cached_synonyms(
        ("wording", text), lambda: query_parser.parse_query(text, index.table)
    )
    return found


def correct_words(text: str, index: Index) -> tuple[str, str]:
    needs = [need for need in parse_text(text, index).required if need.typed]
    slips = {need.typed: meant for need in needs if (meant := closest_known_words(need, index))}
    if slips:
        # "taper fade" would become another word, and a danger.
        typed = query_parser.asked_words(text)
        for place in harmless_places(typed):
            slips.pop(typed[place], None)
    if not slips:
        return text, ""
    taken, literal = [], []
    for word in text.split():
        meant_word = slips.get(query_parser.fold_text(word))
        taken.append(meant_word or word)
        literal.append(f'"{word}"' if meant_word else word)
    return " ".join(taken), " ".join(literal)


def closest_known_words(need: query_parser.RequiredTerm, index: Index) -> str | None:
    if (
        len(need.typed) < spelling.SHORTEST
        or common_words.is_common_word(need.typed)
        or index.has_match(need)
    ):
        return None
    if need.typed in index.table.similar_words(need.typed):
        return None
    found = None
    for slips in range(1, spelling.most_slips(need.typed) + 1):
        found = found or spelling.correct_word(need.typed, alike(need.typed, slips, index).items(), slips)
    return found


def alike(word: str, slips: int, index: Index) -> Counter[str]:
    """Return the words that may be meant by a word with so many slips, with how often they stand in texts."""
    known = Counter(index.table.similar_words(word, slips))
    for segment, _dead in index.segments:
        for other, frequency in segment.similar_words(word, slips):
            known[other] += frequency
    return known

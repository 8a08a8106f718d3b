"""Answer a `SearchQuery`: the ids of one page, the exact total, and the exact count of every filter option.

The index lies in the memory of this process (see `index/manager.py`). A search reads nothing from the database except
the change log, which says whether the index is up to date.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.conf import settings

from directory.geo.geocoding import GeoPoint
from directory.listings.availability import AskedAt, MeetingChoices
from directory.search import filter_registry, ranking
from directory.search.filters import MEETING_FILTER_KEYS
from directory.search.guide_index import MAX_GUIDES, guide_index
from directory.search.index import manager
from directory.search.index.arrays import from_bitmap
from directory.search.index.indexer import ID_BITS
from directory.search.index.manager import Index
from directory.search.index.meetings import minute_of
from directory.search.matching import SegmentResult
from directory.search.parsing import common_words, query_parser, spelling
from directory.search.parsing.analyzer import fold_text
from directory.search.parsing.danger_phrases import harmless_positions
from directory.search.parsing.parsed_query import Danger, FacetOption, ParsedQuery, RequiredTerm
from directory.search.parsing.synonyms import SynonymTable
from directory.search.prepared_query import PreparedQuery
from directory.search.query import SearchQuery

PAGE_SIZE = 20
# Guides that say what to do in a danger; they come first, whatever else the text says.
DANGER_GUIDES = {
    Danger.OVERDOSE: ("overdose",),
    Danger.POISONING: ("overdose",),
    Danger.SEIZURE: ("withdrawal", "overdose"),
    Danger.SEDATIVES: ("withdrawal",),
    Danger.WITHDRAWAL: ("withdrawal",),
}


@dataclass(frozen=True, slots=True)
class Results:
    """One page of results, with the counts for the filters and what was understood from the text."""

    ids: tuple[int, ...]
    """Ids of the listings on the page, in order."""
    total: int
    """The exact number of listings on all pages."""
    counts: Mapping[str, Mapping[str, int]]
    """By filter key and option: how many listings there would be with that option instead of the filter's choice."""
    km: Mapping[int, float]
    """By listing id: the distance in kilometres of those listings on the page that are in reach."""
    versions: Mapping[int, int] = field(default_factory=dict)
    """By listing id: a number that changes whenever anything of the listing changes."""
    corrected: str = ""
    """The text that was searched instead, where a typing error was corrected."""
    literal: str = ""
    """The text with each corrected word in quotes, which searches for the words as typed."""
    relaxed: bool = False
    """Whether no listing has all words, so that those with most of the words were found."""
    crisis: bool = False
    """Whether the text may be said in a crisis."""
    grief: bool = False
    """Whether the text speaks of a death in the past."""
    danger: Danger | None = None
    """The danger that the text speaks of."""
    meeting_choices: MeetingChoices = ()
    """Options of the filters on single meetings, whether chosen or meant by words."""
    guides: tuple[str, ...] = ()
    """Slugs of the guides that the text asks for; without any listing, those that come nearest."""
    asks_for_guides: bool = False
    """Whether the text asks for these guides, rather than being similar to them."""

    @property
    def pages(self) -> int:
        """Return the number of pages, at least one."""
        return max(1, -(-self.total // PAGE_SIZE))


def search(query: SearchQuery, *, spot: GeoPoint | None, at: AskedAt) -> Results:
    """Return one page of results for a query near a point and at a moment.

    A page number beyond the last page gives the last page. Raises `IndexNotReady` while the first index is built.
    """
    index = manager.current_index()
    text, literal = correct_spelling(query.q, index)
    results = match_segments(replace(query, q=text), index, spot, at)
    prepared = results[0].prepared
    parsed = prepared.parsed
    total = sum(len(result.hits) for result in results)
    guides = _matching_guides(text, parsed.danger, index)
    first = min(query.page - 1, max(0, total - 1) // PAGE_SIZE) * PAGE_SIZE
    offered = filter_registry.offered_filters(query.kinds, query.choices)
    ranks = _page_of_ranks(query, results, first, PAGE_SIZE)
    ids = _listing_ids(ranks)
    return Results(
        ids=ids,
        total=total,
        counts=merge_facet_counts([result.counts(offered) for result in results]),
        km=_distances_by_id(results, ranks, spot),
        versions=index.versions(ids),
        corrected=text if literal else "",
        literal=literal,
        relaxed=prepared.min_terms is not None,
        crisis=parsed.crisis,
        grief=parsed.grief,
        danger=parsed.danger,
        meeting_choices=_meeting_choices(prepared),
        guides=guides or (_similar_guides(text, index) if not total else ()),
        asks_for_guides=bool(guides),
    )


def count_totals(queries: Iterable[tuple[SearchQuery, GeoPoint | None, AskedAt]]) -> list[int]:
    """Return the exact total of each query, without pages and counts."""
    index = manager.current_index()
    totals = []
    for query, spot, at in queries:
        text, _literal = correct_spelling(query.q, index)
        results = match_segments(replace(query, q=text), index, spot, at)
        totals.append(sum(len(result.hits) for result in results))
    return totals


def soonest_listings(query: SearchQuery, at: AskedAt, limit: int) -> list[int]:
    """Return the ids of the listings that a person can reach soonest, without totals and counts."""
    query = replace(query, sort="soonest")
    results = match_segments(query, manager.current_index(), None, at)
    return list(_listing_ids(_page_of_ranks(query, results, 0, limit)))


def counts_by_kind(query: SearchQuery, at: AskedAt) -> Mapping[str, int]:
    """Return how many listings of each kind match a query."""
    results = match_segments(query, manager.current_index(), None, at)
    return merge_facet_counts([result.counts(()) for result in results])["kind"]


def synonym_table() -> SynonymTable:
    """Return the synonyms as they stand in the database now."""
    return manager.current_index().table


def match_segments(
    query: SearchQuery, index: Index, spot: GeoPoint | None, at: AskedAt
) -> list[SegmentResult]:
    """Match a query against every segment of the index.

    Where no listing has all terms, one term after the other may be missing until something matches; then listings that
    match the meaning of the text count as well, and rank first.
    """
    prepared = PreparedQuery(
        query=query,
        parsed=parse_text(query.q, index),
        spot=spot,
        country=(spot.country if spot else "") or settings.DEFAULT_COUNTRY,
        minute=minute_of(at.now),
        today=at.today.toordinal(),
    )
    results = _segment_results(prepared, index)
    for min_terms in range(len(prepared.parsed.required) - 1, 0, -1):
        if any(result.text_matches for result in results):
            break
        prepared = replace(prepared, min_terms=min_terms)
        results = _segment_results(prepared, index)
    if prepared.min_terms is None:
        return results
    return _segment_results(replace(prepared, allow_semantic=True), index)


def merge_facet_counts(parts: list[dict[str, Mapping[str, int]]]) -> dict[str, Mapping[str, int]]:
    """Add up the counts of all segments, filter by filter."""
    if len(parts) == 1:
        return parts[0]
    return {key: sum_counts(part[key] for part in parts) for key in parts[0]}


def sum_counts(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Add up the counts of the options of one filter."""
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return dict(total)


def correct_spelling(text: str, index: Index) -> tuple[str, str]:
    """Return the text with typing errors corrected, and the text with those words in quotes instead.

    A word counts as a typing error when nothing has it while something has a similar word. Without any, the second
    text is empty.
    """
    corrected: tuple[str, str] = index.get_or_compute(
        ("corrected", text), lambda: _correct_words(text, index)
    )
    return corrected


def parse_text(text: str, index: Index) -> ParsedQuery:
    """Parse a search text with the synonyms of this index; recent texts come from the index's cache."""
    parsed: ParsedQuery = index.get_or_compute(
        ("parsed", text), lambda: query_parser.parse_query(text, index.table)
    )
    return parsed


def _segment_results(prepared: PreparedQuery, index: Index) -> list[SegmentResult]:
    """Return a result for each segment of the index: text and filters are matched, pages and counts are not."""
    return [SegmentResult(segment, deleted, prepared) for segment, deleted in index.segments]


def _matching_guides(text: str, danger: Danger | None, index: Index) -> tuple[str, ...]:
    """Return the slugs of the guides that the text asks for, best first; those about a danger lead."""
    if not text:
        return ()
    found: tuple[str, ...] = index.get_or_compute(
        ("guides", text), lambda: guide_index(index.table).find(query_parser.included_words(text))
    )
    about_danger = DANGER_GUIDES.get(danger, ()) if danger else ()
    return tuple(dict.fromkeys((*about_danger, *found)))[:MAX_GUIDES]


def _similar_guides(text: str, index: Index) -> tuple[str, ...]:
    """Return the guides that share words with the text, for a search that names none."""
    return guide_index(index.table).find_loosely(query_parser.included_words(text))


def _meeting_choices(prepared: PreparedQuery) -> MeetingChoices:
    """Return the options of the filters on single meetings that were chosen, or else those that words mean."""
    meant: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for option in (option for term in prepared.parsed.required for option in term.options):
        if isinstance(option, FacetOption) and option.key in MEETING_FILTER_KEYS:
            meant[option.key] += (option.value,)
    chosen = {key: values for key, values in prepared.meeting_choices.items() if values}
    return tuple(sorted({**meant, **chosen}.items()))


def _page_of_ranks(query: SearchQuery, results: list[SegmentResult], first: int, size: int) -> list[int]:
    """Return the ranks of the documents on the page that begins at place `first`."""
    tiers_by_order = {
        "best": ranking.relevance_tiers,
        "soonest": ranking.soonest_tiers,
        "nearest": ranking.distance_tiers,
    }
    return ranking.page_ranks(tiers_by_order[query.order](results), first, size)


def _listing_ids(ranks: Iterable[int]) -> tuple[int, ...]:
    """Return the ids of listings from their ranks, which hold the id in their lowest bits."""
    return tuple(rank & (2**ID_BITS - 1) for rank in ranks)


def _distances_by_id(
    results: list[SegmentResult], ranks: list[int], spot: GeoPoint | None
) -> dict[int, float]:
    """Return the distance in kilometres of each listing on the page that lies within the radius."""
    if spot is None:
        return {}
    km_by_id: dict[int, float] = {}
    for result in results:
        segment = result.segment
        documents = from_bitmap(
            segment.documents_of_ranks(ranks)
            & result.hits
            & segment.within_km(spot, result.prepared.query.km)
        )
        km = segment.distances_km(spot, documents)
        km_by_id |= dict(zip(segment.ids(documents).tolist(), km.tolist(), strict=True))
    return {pk: km_by_id[pk] for pk in _listing_ids(ranks) if pk in km_by_id}


def _correct_words(text: str, index: Index) -> tuple[str, str]:
    """Return the text with unknown words corrected, and the text with these words quoted, to search as typed."""
    terms = [term for term in parse_text(text, index).required if term.typed]
    corrections = {term.typed: known for term in terms if (known := _closest_known_word(term, index))}
    if corrections:
        # "taper fade" would become another word, and a danger.
        words = query_parser.included_words(text)
        for place in harmless_positions(words):
            corrections.pop(words[place], None)
    if not corrections:
        return text, ""
    corrected, literal = [], []
    for word in text.split():
        correction = corrections.get(fold_text(word))
        corrected.append(correction or word)
        literal.append(f'"{word}"' if correction else word)
    return " ".join(corrected), " ".join(literal)


def _closest_known_word(term: RequiredTerm, index: Index) -> str | None:
    """Return the known word that a mistyped term most likely means; None where the term is no typing error."""
    if (
        len(term.typed) < spelling.MIN_LENGTH
        or common_words.is_common_word(term.typed)
        or index.has_match(term)
    ):
        return None
    if term.typed in index.table.similar_words(term.typed):
        return None
    for distance in range(1, spelling.max_errors(term.typed) + 1):
        frequencies = _similar_word_frequencies(term.typed, distance, index)
        if word := spelling.correct_word(term.typed, frequencies.items(), distance):
            return word
    return None


def _similar_word_frequencies(word: str, distance: int, index: Index) -> Counter[str]:
    """Return the known words within an edit distance of a word, with how often they stand in texts."""
    frequencies = Counter(index.table.similar_words(word, distance))
    for segment, _deleted in index.segments:
        for other, frequency in segment.similar_words(word, distance):
            frequencies[other] += frequency
    return frequencies

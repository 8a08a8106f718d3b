"""Match a prepared query against one segment: which documents match, and how many each filter option would give."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from pyroaring import BitMap

from core.weekdays import WEEKDAY_KEYS
from directory.geo.geocoding import GeoPoint
from directory.kinds.registry import kinds
from directory.search.filter_registry import all_filters
from directory.search.filters import COUNTRY_FILTER, MODE_FILTER, ChosenOptions, Filter
from directory.search.index.arrays import Array, from_bitmap, to_bitmap
from directory.search.index.meetings import ANY_PART, EVERY_DAY, PART_NUMBERS
from directory.search.index.segment import Segment
from directory.search.meeting_filters import TIME_FILTER_KEYS
from directory.search.parsing.parsed_query import (
    AllOf,
    FacetOption,
    NameTerms,
    ParsedQuery,
    Phrase,
    QueryOption,
    RequiredTerm,
    Term,
)
from directory.search.query import SearchQuery

HOUR = 60  # minutes
# Entries that a segment caches for one minute.
MAX_MINUTE_ENTRIES = 1000


@dataclass(frozen=True)
class PreparedQuery:
    """A query with its text parsed and its place and moment resolved, ready to be matched against segments."""

    query: SearchQuery
    parsed: ParsedQuery
    spot: GeoPoint | None
    country: str
    """The country whose hotlines are found unless another one is chosen."""
    minute: int
    """Minutes since 1970 in UTC."""
    today: int
    """The ordinal of the visitor's local date."""
    min_terms: int | None = None
    """How many of the terms must match; None for all of them."""
    allow_semantic: bool = False
    """Whether documents that match the meaning of the text, though not every word, are found as well and rank first."""

    @cached_property
    def meeting_choices(self) -> ChosenOptions:
        """Return the chosen options of the filters on time."""
        return {key: values for key, values in self.query.choices.items() if key in TIME_FILTER_KEYS}

    @property
    def choices(self) -> ChosenOptions:
        """Return the options in force: those that were chosen, and the defaults of country and mode.

        Without a choice, nobody sees hotlines of another country, or what takes place out of reach.
        """
        near: ChosenOptions = {MODE_FILTER.key: ()} if self.spot else {}
        return {COUNTRY_FILTER.key: (self.country,), **near, **self.query.choices}


class SegmentSearch:
    """A segment as one prepared query sees it; implements `filters.SegmentProtocol`.

    Callers must not change the bitmaps it returns: the segment caches them.
    """

    def __init__(self, segment: Segment, deleted: BitMap, prepared: PreparedQuery) -> None:
        self.segment, self.deleted, self.prepared = segment, deleted, prepared

    @cached_property
    def near(self) -> BitMap | None:
        """Return the documents within the radius; None where the query names no place."""
        spot = self.prepared.spot
        return self.segment.within_km(spot, self.prepared.query.km) if spot else None

    def with_any_value(self, key: str, values: Iterable[str]) -> BitMap:
        """Return the documents that have any of the values of a filter today."""
        chosen = tuple(values)
        today = self.prepared.today
        if len(chosen) == 1:
            return self.segment.with_value(key, *chosen, today)
        cache, cache_key = self.segment.minute_cache(self.prepared.minute), ("values", key, chosen, today)
        documents: BitMap | None = cache.get(cache_key)
        if documents is None:
            parts = (self.segment.with_value(key, value, today) for value in chosen)
            documents = BitMap.union(BitMap(), *parts)
            if len(cache) < MAX_MINUTE_ENTRIES:
                cache[cache_key] = documents
        return documents

    def filter_options(self, each: Filter) -> list[tuple[str, BitMap]]:
        """Return the documents of each option of a filter where no other filter is set.

        They are the same for every query of this minute and day, so the segment caches them. This must not be used
        for the filter that depends on a place.
        """
        cache, cache_key = self.segment.minute_cache(self.prepared.minute), (each.key, self.prepared.today)
        options: list[tuple[str, BitMap]] | None = cache.get(cache_key)
        if options is None:
            options = [(value, each.matching({each.key: (value,)}, self)) for value, _label in each.options]
            cache[cache_key] = options
        return options

    def open_now(self) -> BitMap:
        """Return the documents that are open at this minute by hours that are not too old to rely on."""
        minute = self.prepared.minute
        cache = self.segment.minute_cache(minute)
        documents = cache.get("open")
        if documents is None:
            intervals = self.segment.open_intervals(minute)
            documents = cache["open"] = to_bitmap(self.segment.hours.open_documents(intervals, minute))
        return documents & self.with_any_value("hours", ("",))

    def with_meeting(self, choices: ChosenOptions) -> BitMap:
        """Return the documents that have one meeting to which an option of each of these filters applies."""
        cache = self.segment.minute_cache(self.prepared.minute)
        cache_key = self.prepared.today, *((key, values) for key, values in sorted(choices.items()))
        documents = cache.get(cache_key)
        if documents is None:
            documents = to_bitmap(self.segment.meetings.document[self.meeting_mask(choices)])
            if len(cache) < MAX_MINUTE_ENTRIES:
                cache[cache_key] = documents
        return documents

    def meeting_mask(self, choices: ChosenOptions) -> Array:
        """Return, for each meeting, whether the choices on time apply to it and it is not over for good."""
        mask: Array = self.segment.meetings.over > self.prepared.minute
        for key, values in choices.items():
            mask = mask & np.logical_or.reduce([self._option_mask(key, value) for value in values])
        return mask

    @cached_property
    def chosen_meetings(self) -> Array:
        """Return, for each meeting, whether the chosen options on time apply to it."""
        return self.meeting_mask(self.prepared.meeting_choices)

    def _option_mask(self, key: str, value: str) -> Array:
        """Return, for each meeting, whether one option of a filter on time applies to it."""
        cache = self.segment.minute_cache(self.prepared.minute)
        cache_key = key, value, self.prepared.today
        mask = cache.get(cache_key)
        if mask is None:
            compute = {"day": self._day_mask, "time": self._part_of_day_mask, "when": self._when_mask}[key]
            mask = cache[cache_key] = compute(value)
        return mask

    def _day_mask(self, value: str) -> Array:
        """Return which meetings take place on a weekday, today or tomorrow, as an array of booleans."""
        meetings = self.segment.meetings
        if value in ("today", "tomorrow"):
            return meetings.takes_place_on(self.prepared.today + (value == "tomorrow"))
        return (meetings.weekday == WEEKDAY_KEYS.index(value)) | (meetings.weekday == EVERY_DAY)

    def _part_of_day_mask(self, value: str) -> Array:
        """Return which meetings start in a part of the day, as an array of booleans."""
        meetings = self.segment.meetings
        return (meetings.part == PART_NUMBERS[value]) | (meetings.part == ANY_PART)

    def _when_mask(self, value: str) -> Array:
        """Return which meetings are in progress or start soon, as an array of booleans."""
        meetings, minute = self.segment.meetings, self.prepared.minute
        timeline = self.segment.timeline(minute)
        if value == "now":
            numbers = meetings.in_progress(timeline, minute)[1]
        else:
            low = np.searchsorted(timeline.starts, minute)
            high = np.searchsorted(timeline.starts, minute + HOUR, side="right")
            numbers = timeline.meetings[low:high]
        mask = np.zeros(len(meetings.over), bool)
        mask[numbers] = True
        return mask

    # Text

    def term_matches(self, term: RequiredTerm) -> BitMap:
        """Return the documents that match any of the options of a term."""
        parts = [self.option_matches(option, named=False) for option in term.options]
        return parts[0] if len(parts) == 1 else BitMap.union(BitMap(), *parts)

    def option_matches(self, option: QueryOption, *, named: bool) -> BitMap:
        """Return the documents that match one option of a term; with `named`, those that match it in their name."""
        if isinstance(option, Term):
            return self.segment.term(option, named=named)
        if isinstance(option, Phrase):
            return self.segment.phrase(option, named=named)
        if isinstance(option, NameTerms):
            parts = [self.segment.term(Term(word), named=True) for word in option.words]
            return BitMap.intersection(*sorted(parts, key=len))
        facets = option.facets if isinstance(option, AllOf) else (option,)
        parts = [self._facet_matches(facet, facets) for facet in facets]
        return parts[0] if len(parts) == 1 else BitMap.intersection(*sorted(parts, key=len))

    def _facet_matches(self, facet: FacetOption, facets: Sequence[FacetOption]) -> BitMap:
        """Return the documents that have a filter option.

        `facets` are all the options that must apply together; those on time must apply to one and the same meeting.
        """
        if facet.key == "kind":
            return self.with_any_value("kind", (facet.value,))
        choices = {other.key: (other.value,) for other in facets if other.key != "kind"}
        return all_filters()[facet.key].matching({**choices, facet.key: (facet.value,)}, self)

    def text_matches(self) -> BitMap:
        """Return the documents that match all terms, or as many as must match, and no excluded term."""
        parsed, min_terms = self.prepared.parsed, self.prepared.min_terms
        parts = sorted((self.term_matches(term) for term in parsed.required), key=len)
        if not parts:
            documents = self.segment.everything
        elif min_terms in (None, len(parts)):
            documents = BitMap.intersection(*parts)
        else:
            documents = sets_by_overlap(parts)[min_terms]
        if self.prepared.allow_semantic:
            documents = documents | self.semantic_matches()
        return BitMap.difference(
            documents, self.deleted, *(self.term_matches(term) for term in parsed.excluded)
        )

    def semantic_matches(self) -> BitMap:
        """Return the documents that match every synonym and every phrase in quotes, though not each single word.

        The set is empty where the text consists of plain words only.
        """
        terms = (term for term in self.prepared.parsed.required if not term.typed)
        parts = sorted((self.term_matches(term) for term in terms), key=len)
        return BitMap.intersection(*parts) if parts else BitMap()

    def name_matches(self, forms: Iterable[QueryOption]) -> BitMap:
        """Return the documents that have any form of a word in their name."""
        return BitMap.union(BitMap(), *(self.option_matches(form, named=True) for form in forms))

    def closest_matches(self) -> BitMap:
        """Return the documents that match the terms by their most likely meaning."""
        terms = self.prepared.parsed.required
        parts = [self._any_option_matches(term.closest or term.options) for term in terms]
        return sets_by_overlap(parts)[self.prepared.min_terms or len(parts)]

    def _any_option_matches(self, options: Iterable[QueryOption]) -> BitMap:
        """Return the documents that match at least one of the options."""
        return BitMap.union(BitMap(), *(self.option_matches(option, named=False) for option in options))


def sets_by_overlap(parts: Sequence[BitMap]) -> list[BitMap]:
    """Return at index n the documents that are in at least n of the sets; at index 0 an empty set."""
    overlaps = [BitMap() for _count in range(len(parts) + 1)]
    for part in parts:
        for count in range(len(parts), 1, -1):
            overlaps[count] |= overlaps[count - 1] & part
        overlaps[1] |= part
    return overlaps


class SegmentResult:
    """The documents of one segment that match a prepared query, and the counts of the filter options in it."""

    def __init__(self, segment: Segment, deleted: BitMap, prepared: PreparedQuery) -> None:
        self.segment, self.prepared = segment, prepared
        self.search = SegmentSearch(segment, deleted, prepared)
        self.text_matches = self.search.text_matches()
        filters = all_filters()
        self.conditions = {
            key: filters[key].matching(prepared.choices, self.search) for key in prepared.choices
        }

    @cached_property
    def hits(self) -> BitMap:
        """Return the documents that match the whole query."""
        return self._matches()

    def _matches(self, without_filters: Collection[str] = (), *, any_kind: bool = False) -> BitMap:
        """Return the documents that match the query when some of its filters, or its kinds, are left out."""
        parts = [documents for key, documents in self.conditions.items() if key not in without_filters]
        parts += [] if any_kind else self._kind_condition
        return BitMap.intersection(self.text_matches, *sorted(parts, key=len))

    @cached_property
    def _kind_condition(self) -> list[BitMap]:
        """Return the documents of the chosen kinds, in a list that is empty where no kind is chosen."""
        slugs = self.prepared.query.kinds
        return [self.search.with_any_value("kind", slugs)] if slugs else []

    @cached_property
    def relevance_levels(self) -> list[BitMap]:
        """Return the hits in groups, the most relevant group first.

        Hits near the place come before others. Then those with more of the words in their name come first, and among
        these the ones that match the most likely meaning.
        """
        parsed = self.prepared.parsed
        if not parsed.required:
            return [self.hits]
        close = self.search.closest_matches()
        by_words_in_name = sets_by_overlap(
            [self.hits & self.search.name_matches(word) for word in parsed.name_terms]
        )
        by_words_in_name[0] = self.hits
        exactly = [
            at_least - more
            for at_least, more in zip(by_words_in_name, [*by_words_in_name[1:], BitMap()], strict=True)
        ]
        levels = [part for documents in reversed(exactly) for part in (documents & close, documents - close)]
        if self.prepared.allow_semantic:
            # Where many words were typed, the meaning says more than a single word that a text happens to have.
            semantic = self.search.semantic_matches()
            levels = [*(level & semantic for level in levels), *(level - semantic for level in levels)]
        near = self.search.near
        if near is None:
            return levels
        return [*(level & near for level in levels), *(level - near for level in levels)]

    @cached_property
    def fresh(self) -> BitMap:
        """Return the documents of the segment that were confirmed recently enough."""
        return self.search.with_any_value("fresh", ("",))

    def distances_km(self, documents: BitMap) -> Array:
        """Return how far each document is from the place of the query, in kilometres, in document order."""
        spot = self.prepared.spot
        return self.segment.distances_km(spot, from_bitmap(documents)) if spot else np.zeros(len(documents))

    def counts(self, offered: Sequence[Filter]) -> dict[str, Mapping[str, int]]:
        """Return the count of each option of the offered filters, and of each kind.

        A count says how many hits there would be with that option in place of the filter's own choice. Counting is
        slow where the sets are large. So what does not depend on a place is counted once a minute: all of it without a
        place, and near a place what can be reached from anywhere, to which the documents near the place are added.
        """
        if not self.prepared.spot:
            return self._counts_of_minute(offered)
        if self.prepared.query.q:
            return self._count_filters(offered)
        remote = MODE_FILTER.reachable_remotely(self.prepared.choices, self.search)
        others = [each for each in offered if each.key != MODE_FILTER.key]
        remote_counts = self._counts_of_minute(others, remote)
        near_counts = self._count_filters(others, exclude=remote)
        counts = {
            key: {value: count + near_counts[key][value] for value, count in options.items()}
            for key, options in remote_counts.items()
        }
        without_mode = self._matches(without_filters=(MODE_FILTER.key,))
        return {**counts, MODE_FILTER.key: MODE_FILTER.counts(without_mode, {}, self.search)}

    def _counts_of_minute(
        self, offered: Sequence[Filter], include: BitMap | None = None
    ) -> dict[str, Mapping[str, int]]:
        """Return the same as `_count_filters`, computed once for this minute and these choices."""
        prepared, cache = self.prepared, self.segment.minute_cache(self.prepared.minute)
        # Documents of a segment are only ever deleted, so their number identifies the set.
        day = prepared.today, prepared.country, len(self.search.deleted)
        text = prepared.parsed, prepared.min_terms, prepared.allow_semantic
        choices = prepared.query.kinds, prepared.query.chosen, tuple(each.key for each in offered)
        cache_key = "counts", text, choices, day, include is None
        counts: dict[str, Mapping[str, int]] | None = cache.get(cache_key)
        if counts is None:
            counts = self._count_filters(offered, include)
            if len(cache) < MAX_MINUTE_ENTRIES:
                cache[cache_key] = counts
        return counts

    def _count_filters(
        self, offered: Iterable[Filter], include: BitMap | None = None, exclude: BitMap | None = None
    ) -> dict[str, Mapping[str, int]]:
        """Return the number of hits for each option of the filters and for each kind.

        Only the documents in `include`, or those that are not in `exclude`, are counted.
        """
        subset = Complementable(include, exclude)
        of_any_kind = subset.restrict(self._matches(any_kind=True) if self._kind_condition else self.hits)
        kind_counts = {
            slug: of_any_kind.intersection_cardinality(self.search.with_any_value("kind", (slug,)))
            for slug in kinds
        }
        hits = subset.restrict(self.hits)
        return {
            "kind": kind_counts,
            **{each.key: self._count_options(each, hits, subset) for each in offered},
        }

    def _count_options(self, each: Filter, hits: BitMap, subset: "Complementable") -> dict[str, int]:
        """Return the number of hits for each option of a filter, as if nothing else were chosen in it."""
        linked = {each.key, *each.combined_with}
        documents = hits
        if linked & self.conditions.keys():
            documents = subset.restrict(self._matches(without_filters=linked))
        if not documents:
            return {value: 0 for value, _label in each.options}
        if not linked & self.prepared.query.choices.keys() - {each.key} and each.key != MODE_FILTER.key:
            # The options of most filters are sets that depend on nothing else.
            options = self.search.filter_options(each)
            return {
                value: documents.intersection_cardinality(having_option) for value, having_option in options
            }
        other_choices = {
            key: values for key, values in self.prepared.query.choices.items() if key in linked - {each.key}
        }
        return each.counts(documents, other_choices, self.search)


@dataclass(frozen=True)
class Complementable:
    """The documents of one set, those outside another set, or both; None means no restriction."""

    include: BitMap | None = None
    exclude: BitMap | None = None

    def restrict(self, documents: BitMap) -> BitMap:
        """Return the documents of a set that belong to this part."""
        documents = documents if self.include is None else documents & self.include
        return documents if self.exclude is None else documents - self.exclude

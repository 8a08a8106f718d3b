"""Look at one segment of the index as one query sees it: which documents have an option, a word or a meeting."""

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from pyroaring import BitMap

from directory.search.filter_registry import all_filters
from directory.search.filters import (
    MODE_FILTER,
    MODE_UNKNOWN,
    TIME_FILTER_KEYS,
    WITHOUT_PLACE,
    ChosenOptions,
    Filter,
)
from directory.search.index.arrays import Array, from_bitmap, to_bitmap
from directory.search.index.indexer import WITH_MEETINGS
from directory.search.index.segment import Segment
from directory.search.parsing.parsed_query import (
    AllOf,
    FacetOption,
    NameTerms,
    Phrase,
    QueryOption,
    RequiredTerm,
    Term,
)
from directory.search.prepared_query import PreparedQuery, meeting_facets
from directory.vocabulary import Mode

HOUR = 60  # minutes
# Entries that a segment caches for one minute.
MAX_MINUTE_ENTRIES = 1000


class SegmentSearch:
    """A segment as one prepared query sees it; implements `filters.SegmentProtocol`.

    Callers must not change the bitmaps it returns: the segment caches them.
    """

    def __init__(
        self, segment: Segment, deleted: BitMap, prepared: PreparedQuery, near: BitMap | None = None
    ) -> None:
        """Look at a segment for a query; `near` replaces the documents within the radius."""
        self.segment, self.deleted, self.prepared = segment, deleted, prepared
        self._near = near

    @cached_property
    def near(self) -> BitMap | None:
        """Return the documents within the radius; None where the query names no place."""
        if self._near is not None:
            return self._near
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

    def with_meeting_at(self, key: str, values: Iterable[str]) -> BitMap:
        """Return the documents that have a meeting to which any of these options of a filter on time applies."""
        chosen = tuple(values)
        cache = self.segment.minute_cache(self.prepared.minute)
        cache_key = "at", self.prepared.today, key, chosen
        documents: BitMap | None = cache.get(cache_key)
        if documents is None:
            meetings = self.segment.meetings
            mask = self._time_mask(key, chosen, slice(None)) & (meetings.over > self.prepared.minute)
            documents = to_bitmap(meetings.document[mask])
            if len(cache) < MAX_MINUTE_ENTRIES:
                cache[cache_key] = documents
        return documents

    # Facts of one meeting

    def with_one_meeting(
        self, documents: BitMap, choices: ChosenOptions, terms: Sequence[RequiredTerm] = ()
    ) -> BitMap:
        """Return the documents with a meeting that matches all choices and terms, and those without meetings.

        Each document matches every choice and term by itself already.
        """
        if len(choices) + len(terms) < 2:
            return documents
        having = self.with_any_value(WITH_MEETINGS, ("",))
        numbers = self.segment.meetings.of_documents(from_bitmap(documents & having))
        numbers = numbers[self.meetings_match(numbers, choices, terms)]
        return (documents - having) | to_bitmap(self.segment.meetings.document[numbers])

    def meetings_match(
        self, numbers: Array, choices: ChosenOptions, terms: Sequence[RequiredTerm] = ()
    ) -> Array:
        """Return, for each of some meetings by number, whether all choices and terms apply to it.

        The choices are of filters in `MEETING_FILTER_KEYS`.
        """
        matching = np.ones(len(numbers), bool)
        if any(key in TIME_FILTER_KEYS for key in choices):
            matching &= self.segment.meetings.over[numbers] > self.prepared.minute
        for key, values in choices.items():
            matching &= self.choice_mask(key, values, numbers)
        for term in terms:
            matching &= self._term_mask(term, numbers)
        return matching

    def choice_mask(self, key: str, values: tuple[str, ...], numbers: Array) -> Array:
        """Return, for each of some meetings, whether it has any of the options of one filter."""
        if key in TIME_FILTER_KEYS:
            return self._time_mask(key, values, numbers)
        facts = self.segment.meetings.facts[key]
        if key != MODE_FILTER.key:
            return facts.has_any(values, numbers)
        modes = values or (*Mode.values, MODE_UNKNOWN)
        if self.near is None:
            return facts.has_any(modes, numbers)
        matching = facts.has_any([mode for mode in modes if mode in (Mode.ONLINE, Mode.PHONE)], numbers)
        on_site = facts.has_any([mode for mode in modes if mode in (Mode.IN_PERSON, MODE_UNKNOWN)], numbers)
        matching |= on_site & self._lies_in(self.near, numbers)
        if MODE_UNKNOWN in modes:
            without_place = self._lies_in(self.with_any_value(WITHOUT_PLACE, ("",)), numbers)
            matching |= without_place & facts.has_any((MODE_UNKNOWN,), numbers)
        return matching

    def _lies_in(self, documents: BitMap, numbers: Array) -> Array:
        """Return, for each of some meetings, whether its document is in a set."""
        table = np.zeros(self.segment.size, bool)
        table[from_bitmap(documents)] = True
        inside: Array = table[self.segment.meetings.document[numbers]]
        return inside

    def _term_mask(self, term: RequiredTerm, numbers: Array) -> Array:
        """Return, for each of some meetings, whether a term applies to it or to its document."""
        others = [option for option in term.options if not meeting_facets(option)]
        parts = (self.option_matches(option, named=False) for option in others)
        matching = self._lies_in(BitMap.union(BitMap(), *parts), numbers)
        for option in term.options:
            if choices := meeting_facets(option):
                part = self.meetings_match(numbers, choices)
                for facet in option.facets if isinstance(option, AllOf) else ():
                    if facet.key not in choices:
                        part &= self._lies_in(self._facet_matches(facet), numbers)
                matching |= part
        return matching

    def _time_mask(self, key: str, values: Iterable[str], numbers: "Array | slice") -> Array:
        """Return, for each of some meetings, whether any of the options of a filter on time applies to it."""
        return np.logical_or.reduce([self._option_mask(key, value)[numbers] for value in values])

    def _option_mask(self, key: str, value: str) -> Array:
        """Return, for each meeting, whether one option of a filter on time applies to it."""
        cache = self.segment.minute_cache(self.prepared.minute)
        cache_key = key, value, self.prepared.today
        mask = cache.get(cache_key)
        if mask is None:
            mask = cache[cache_key] = self._compute_option_mask(key, value)
        return mask

    def _compute_option_mask(self, key: str, value: str) -> Array:
        """Return the same as `_option_mask`, without a cache."""
        meetings = self.segment.meetings
        if key == "when":
            return self._when_mask(value)
        if value in ("today", "tomorrow"):
            return meetings.takes_place_on(self.prepared.today + (value == "tomorrow"))
        return meetings.times[key].has_any((value,), slice(None))

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
        if isinstance(option, FacetOption):
            return self._facet_matches(option)
        documents = BitMap.intersection(*sorted(map(self._facet_matches, option.facets), key=len))
        return self.with_one_meeting(documents, meeting_facets(option))

    def _facet_matches(self, facet: FacetOption) -> BitMap:
        """Return the documents that have a filter option."""
        if facet.key == "kind":
            return self.with_any_value("kind", (facet.value,))
        return all_filters()[facet.key].matching({facet.key: (facet.value,)}, self)

    def text_matches(self) -> BitMap:
        """Return the documents that match all terms, or as many as must match, and no excluded term."""
        parsed, min_terms = self.prepared.parsed, self.prepared.min_terms
        parts = sorted((self.term_matches(term) for term in parsed.required), key=len)
        if not parts:
            documents = self.segment.everything
        elif min_terms is None:
            documents = self.with_one_meeting(BitMap.intersection(*parts), {}, self.prepared.meeting_terms)
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

"""Match a prepared query against one segment: which documents match, and how many each filter option would give."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from pyroaring import BitMap

from directory.geo.geocoding import GeoPoint
from directory.kinds.registry import kinds
from directory.search.filter_registry import all_filters
from directory.search.filters import (
    COUNTRY_FILTER,
    MEETING_FILTER_KEYS,
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
    ParsedQuery,
    Phrase,
    QueryOption,
    RequiredTerm,
    Term,
)
from directory.search.query import SearchQuery
from directory.vocabulary import Mode

HOUR = 60  # minutes
# The options of each filter on time that depend on the moment.
DYNAMIC_OPTIONS = {"day": ("today", "tomorrow"), "time": (), "when": ("now", "soon")}
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
        """Return the options in force of the filters that one and the same meeting must match."""
        return {key: values for key, values in self.choices.items() if key in MEETING_FILTER_KEYS}

    @cached_property
    def meeting_terms(self) -> tuple[RequiredTerm, ...]:
        """Return the terms of the text that may mean a fact of a meeting, such as "women" or "thursday".

        Where not all terms must match, none has to match at the same meeting as another.
        """
        terms = self.parsed.required if self.min_terms is None else ()
        return tuple(term for term in terms if any(_meeting_facets(option) for option in term.options))

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
        others = [option for option in term.options if not _meeting_facets(option)]
        parts = (self.option_matches(option, named=False) for option in others)
        matching = self._lies_in(BitMap.union(BitMap(), *parts), numbers)
        for option in term.options:
            if choices := _meeting_facets(option):
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
        return self.with_one_meeting(documents, _meeting_facets(option))

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


def _meeting_facets(option: QueryOption) -> ChosenOptions:
    """Return the options of filters on single meetings that an option of a term means, by key of the filter."""
    facets = option.facets if isinstance(option, AllOf) else (option,)
    return {
        facet.key: (facet.value,)
        for facet in facets
        if isinstance(facet, FacetOption) and facet.key in MEETING_FILTER_KEYS
    }


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

    def __init__(
        self, segment: Segment, deleted: BitMap, prepared: PreparedQuery, near: BitMap | None = None
    ) -> None:
        """Match a query against a segment; `near` replaces the documents within the radius."""
        self.segment, self.prepared = segment, prepared
        self.search = SegmentSearch(segment, deleted, prepared, near)
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
        documents = BitMap.intersection(self.text_matches, *sorted(parts, key=len))
        return self.search.with_one_meeting(
            documents, self._meeting_choices(without_filters), self.prepared.meeting_terms
        )

    def _meeting_choices(self, without_filters: Collection[str] = ()) -> ChosenOptions:
        """Return the choices that one and the same meeting must match when some filters are left out."""
        choices = self.prepared.meeting_choices
        return {key: values for key, values in choices.items() if key not in without_filters}

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
        place, and near a place what can be reached from anywhere. Then the documents near the place are counted once
        with all that is in reach and once with only that, and the difference is added.
        """
        if not self.prepared.spot:
            return self._counts_of_minute(offered)
        if self.prepared.query.q or self.search.near is None:
            return self._count_filters(offered)
        remote = SegmentResult(self.segment, self.search.deleted, self.prepared, near=BitMap())
        anywhere = remote._counts_of_minute(offered)
        near, near_remote = (result._count_filters(offered, self.search.near) for result in (self, remote))
        return {
            key: {
                value: count + near[key][value] - near_remote[key][value] for value, count in options.items()
            }
            for key, options in anywhere.items()
        }

    def _counts_of_minute(self, offered: Sequence[Filter]) -> dict[str, Mapping[str, int]]:
        """Return the same as `_count_filters`, computed once for this minute and these choices."""
        prepared, cache = self.prepared, self.segment.minute_cache(self.prepared.minute)
        # Documents of a segment are only ever deleted, so their number identifies the set.
        day = prepared.today, prepared.country, len(self.search.deleted)
        text = prepared.parsed, prepared.min_terms, prepared.allow_semantic
        choices = prepared.query.kinds, prepared.query.chosen, tuple(each.key for each in offered)
        cache_key = "counts", text, choices, day, self.search.near is None
        counts: dict[str, Mapping[str, int]] | None = cache.get(cache_key)
        if counts is None:
            counts = self._count_filters(offered)
            if len(cache) < MAX_MINUTE_ENTRIES:
                cache[cache_key] = counts
        return counts

    def _count_filters(
        self, offered: Iterable[Filter], only: BitMap | None = None
    ) -> dict[str, Mapping[str, int]]:
        """Return the number of hits for each option of the filters and for each kind.

        Only the documents in `only` are counted, if it is given.
        """
        of_any_kind = _restrict(self._matches(any_kind=True) if self._kind_condition else self.hits, only)
        kind_counts = {
            slug: of_any_kind.intersection_cardinality(self.search.with_any_value("kind", (slug,)))
            for slug in kinds
        }
        hits = _restrict(self.hits, only)
        # All filters without a choice of their own count the same meetings.
        tally = self._tally(hits)
        return {
            "kind": kind_counts,
            **{each.key: self._count_options(each, hits, tally, only) for each in offered},
        }

    def _tally(self, documents: BitMap, without_filters: Collection[str] = ()) -> "MeetingTally":
        """Return the tally of the meetings of some documents that match the text and all but some filters."""
        return MeetingTally(
            self.search, documents, self._meeting_choices(without_filters), self.prepared.meeting_terms
        )

    def _count_options(
        self, each: Filter, hits: BitMap, tally: "MeetingTally", only: BitMap | None
    ) -> dict[str, int]:
        """Return the number of hits for each option of a filter, as if nothing else were chosen in it.

        `tally` is that of the meetings of the hits.
        """
        documents = hits
        if each.key in self.conditions:
            documents = _restrict(self._matches(without_filters=(each.key,)), only)
            tally = self._tally(documents, (each.key,))
        if not documents:
            return {value: 0 for value, _label in each.options}
        if each.key in MEETING_FILTER_KEYS and tally.has_conditions:
            # A document without meetings has the options itself.
            own = each.counts(tally.without_meetings, self.search)
            by_meeting = tally.counts(each.key)
            return {value: count + by_meeting.get(value, 0) for value, count in own.items()}
        if each.key == MODE_FILTER.key:
            return each.counts(documents, self.search)
        # The options of all other filters are sets that depend on nothing else.
        options = self.search.filter_options(each)
        return {value: documents.intersection_cardinality(having_option) for value, having_option in options}


class MeetingTally:
    """Counts documents by the facts of those of their meetings that match given choices and terms."""

    def __init__(
        self,
        search: SegmentSearch,
        documents: BitMap,
        choices: ChosenOptions,
        terms: Sequence[RequiredTerm],
    ) -> None:
        """Prepare to count some documents; nothing is computed yet."""
        self.search, self.documents, self.choices, self.terms = search, documents, choices, terms
        self.meetings = search.segment.meetings

    @property
    def has_conditions(self) -> bool:
        """Return whether there are any choices or terms that a meeting has to match."""
        return bool(self.choices or self.terms)

    @cached_property
    def without_meetings(self) -> BitMap:
        """Return the documents that have no meetings."""
        return self.documents - self.search.with_any_value(WITH_MEETINGS, ("",))

    @cached_property
    def _numbers(self) -> Array:
        """Return the numbers of the meetings that match, in order of their documents."""
        numbers = self.meetings.of_documents(from_bitmap(self.documents - self.without_meetings))
        matching: Array = numbers[self.search.meetings_match(numbers, self.choices, self.terms)]
        return matching

    @cached_property
    def _lasting(self) -> Array:
        """Return the numbers of those meetings that are not over for good."""
        lasting: Array = self._numbers[self.meetings.over[self._numbers] > self.search.prepared.minute]
        return lasting

    def counts(self, key: str) -> dict[str, int]:
        """Return how many documents have each option of a filter; an option that is missing has none."""
        if key not in TIME_FILTER_KEYS:
            counts = self.meetings.facts[key].count_documents(self._numbers, self._first(self._numbers))
            if key == MODE_FILTER.key and self.search.near is not None:
                counts[Mode.IN_PERSON.value] = self._count_documents(
                    self._numbers[self.search.choice_mask(key, (Mode.IN_PERSON.value,), self._numbers)]
                )
            return counts
        numbers = self._lasting
        counts = {
            value: self._count_documents(numbers[self.search.choice_mask(key, (value,), numbers)])
            for value in DYNAMIC_OPTIONS[key]
        }
        if key in self.meetings.times:
            counts |= self.meetings.times[key].count_documents(numbers, self._first(numbers))
        return counts

    def _first(self, numbers: Array) -> Array:
        """Return the places in sorted numbers of meetings at which those of the next document begin."""
        documents = self.meetings.document[numbers]
        return np.flatnonzero(np.diff(documents.astype(np.int64), prepend=-1))

    def _count_documents(self, numbers: Array) -> int:
        """Return the number of documents to which sorted numbers of meetings belong."""
        return len(self._first(numbers))


def _restrict(documents: BitMap, only: BitMap | None) -> BitMap:
    """Return the documents that are also in another set, where there is one."""
    return documents if only is None else documents & only

"""Match a prepared query against one segment: which documents match, and how many each filter option would give."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np
from pyroaring import BitMap

from directory.kinds.registry import kinds
from directory.search.filter_registry import all_filters
from directory.search.filters import (
    MEETING_FILTER_KEYS,
    MODE_FILTER,
    ChosenOptions,
    Filter,
)
from directory.search.index.arrays import Array, from_bitmap
from directory.search.index.segment import Segment
from directory.search.meeting_tally import MeetingTally
from directory.search.prepared_query import PreparedQuery
from directory.search.segment_search import MAX_MINUTE_ENTRIES, SegmentSearch, sets_by_overlap


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

    def _tally(self, documents: BitMap, without_filters: Collection[str] = ()) -> MeetingTally:
        """Return the tally of the meetings of some documents that match the text and all but some filters."""
        return MeetingTally(
            self.search, documents, self._meeting_choices(without_filters), self.prepared.meeting_terms
        )

    def _count_options(
        self, each: Filter, hits: BitMap, tally: MeetingTally, only: BitMap | None
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


def _restrict(documents: BitMap, only: BitMap | None) -> BitMap:
    """Return the documents that are also in another set, where there is one."""
    return documents if only is None else documents & only

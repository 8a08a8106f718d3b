"""Count listings by the facts of those of their meetings that match a query."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from pyroaring import BitMap

from directory.search.filters import (
    MODE_FILTER,
    TIME_FILTER_KEYS,
    ChosenOptions,
)
from directory.search.index.arrays import Array, from_bitmap
from directory.search.index.indexer import WITH_MEETINGS
from directory.search.parsing.parsed_query import (
    RequiredTerm,
)
from directory.search.segment_search import SegmentSearch
from directory.vocabulary import Mode

# The options of each filter on time that depend on the moment.
DYNAMIC_OPTIONS = {"day": ("today", "tomorrow"), "time": (), "when": ("now", "soon")}


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

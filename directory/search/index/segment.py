"""One segment of the index: what it knows about a set of listings, returned as sets of document numbers.

A segment never changes. The base is one segment; listings that changed since it was built are in further segments, and
a search adds up the results of all of them.
"""

import itertools
import math
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np
from pyroaring import BitMap

from core.cache import BoundedCache
from directory.geo import geocoding
from directory.geo.geocoding import GeoPoint
from directory.search.index.arrays import Array, BitmapArray, Columns, JaggedArray, StringTable, to_bitmap
from directory.search.index.indexer import CELLS_PER_DEGREE, DEGREE, ID_MASK, NOWHERE
from directory.search.index.inverted_index import NAME_COUNT
from directory.search.index.meetings import Meetings, MeetingTimeline
from directory.search.index.opening_hours import OpeningHours, OpenIntervals
from directory.search.parsing.parsed_query import Phrase, Term
from directory.search.parsing.spelling import SpellingIndex

# A shorter prefix matches too many words to mean one of them.
MIN_PREFIX_LENGTH = 3
MAX_CACHED_SETS = 64

# Gives each segment of a process a number of its own.
SEGMENT_NUMBERS = itertools.count(1)


class Segment:
    """A part of the index over its columns, which lie in memory or in a mapped file."""

    def __init__(self, columns: Columns) -> None:
        """Open a segment over columns that `SegmentBuilder` made."""
        self.number = next(SEGMENT_NUMBERS)
        self.columns = columns
        self.rank = columns["rank"]
        self.size = len(self.rank)
        self.everything = BitMap()
        self.everything.add_range(0, self.size)
        self.words, self.stems = StringTable(columns, "word"), StringTable(columns, "stem")
        self.stem_words = JaggedArray(columns, "stem.words")
        self.anywhere, self.named = BitmapArray(columns, "word.anywhere"), BitmapArray(columns, "word.named")
        self.spelling = SpellingIndex(columns)
        self.facet_keys, self.facet_sets = StringTable(columns, "fact"), BitmapArray(columns, "facts")
        self.dated, self.dated_until = JaggedArray(columns, "dated"), columns["dated.until"]
        self.meetings, self.hours = Meetings(columns), OpeningHours(columns)
        self._facets: dict[tuple[str, str], tuple[BitMap, slice]] = {}
        self._text_cache, self._dated_cache, self._near_cache = BoundedCache(), BoundedCache(), BoundedCache()
        self._timeline: MeetingTimeline | None = None
        self._open_intervals: OpenIntervals | None = None
        self._minute_cache: tuple[int, dict[Any, Any]] = (0, {})

    def ids(self, documents: Array) -> Array:
        """Return the listing ids of documents, in their order."""
        return (self.rank[documents] & ID_MASK).astype(np.int64)

    def documents_of(self, ids: Iterable[int]) -> BitMap:
        """Return the documents of those listings that the segment has."""
        wanted = np.fromiter(ids, np.int64)
        if not self.size or not len(wanted):
            return BitMap()
        by_pk = self.columns["by_pk"]
        positions = np.searchsorted(self.pks, wanted)
        positions[positions == self.size] = 0
        return BitMap(by_pk[positions[self.pks[positions] == wanted]].tolist())

    def documents_of_ranks(self, ranks: Iterable[int]) -> BitMap:
        """Return the documents of those ranks that the segment has; documents are numbered in the order of rank."""
        wanted = np.fromiter(ranks, np.uint64)
        documents = np.searchsorted(self.rank, wanted)
        inside = documents < self.size
        documents, wanted = documents[inside], wanted[inside]
        return BitMap(documents[self.rank[documents] == wanted].tolist())

    @cached_property
    def pks(self) -> Array:
        """Return all listing ids as a sorted array."""
        return self.ids(self.columns["by_pk"])

    @cached_property
    def listings(self) -> frozenset[int]:
        """Return all listing ids as a set; meant for small segments."""
        return frozenset(self.pks.tolist())

    # Filter values

    def with_value(self, key: str, value: str, today: int) -> BitMap:
        """Return the documents that have a value of a filter; a value with an end counts until that day.

        `today` is the ordinal of a date.
        """
        if (key, value) not in self._facets:
            number = self.facet_keys.find(f"{key}\t{value}".encode())
            self._facets[key, value] = (
                (BitMap(), slice(0, 0))
                if number is None
                else (self.facet_sets[number], self.dated.span(number))
            )
        undated, span = self._facets[key, value]
        if span.start == span.stop:
            return undated
        found = self._dated_cache.get((key, value, today))
        if found is None:
            first = span.start + int(np.searchsorted(self.dated_until[span], today))
            dated = to_bitmap(np.sort(self.dated.values[first : span.stop]))
            found = self._dated_cache.store((key, value, today), undated | dated, MAX_CACHED_SETS)
        return found

    # Words

    def term(self, option: Term, *, named: bool) -> BitMap:
        """Return the documents that contain a term; with `named`, those that have it in their name."""
        postings = self.named if named else self.anywhere
        found = self._text_cache.get((option, named))
        if found is None:
            parts = (postings[number] for number in self._word_numbers(option))
            found = self._text_cache.store((option, named), BitMap.union(BitMap(), *parts), MAX_CACHED_SETS)
        return found

    def _word_numbers(self, option: Term) -> Iterable[int]:
        """Return the numbers of the words that a term means: all with its stem, or all that begin with it."""
        if not option.prefix:
            stem = self.stems.find(option.word.encode())
            return () if stem is None else self.stem_words[stem].tolist()
        if len(option.word) < MIN_PREFIX_LENGTH and option.word.isascii():
            return ()
        return self.words.with_prefix(option.word.encode())

    def phrase(self, option: Phrase, *, named: bool) -> BitMap:
        """Return the documents that contain words one after the other; with `named`, in their name.

        The candidates contain all the words; then the text of each is compared.
        """
        found = self._text_cache.get((option, named))
        if found is not None:
            return found
        parts = [self.term(Term(word), named=named) for word in option.words]
        candidates = BitMap.intersection(*parts) if parts else BitMap()
        matching = [
            document for document in candidates if self._contains_phrase(option, document, named=named)
        ]
        return self._text_cache.store((option, named), BitMap(matching), MAX_CACHED_SETS)

    def _contains_phrase(self, option: Phrase, document: int, *, named: bool) -> bool:
        """Return whether the texts of a document contain the words of a phrase in a row."""
        begin, end = self.columns["texts.begin"][document], self.columns["texts.end"][document]
        tokens = self.columns["texts"][begin:end]
        if named:
            tokens = tokens[: np.flatnonzero(tokens == 0)[NAME_COUNT - 1]]
        stems = self.columns["word.stem"]
        wanted = [self.stems.find(word.encode()) for word in option.words]
        spelled = np.where(tokens == 0, -1, stems[tokens.astype(np.int64) - 1].astype(np.int64))
        if len(spelled) < len(wanted):
            return False
        windows = np.lib.stride_tricks.sliding_window_view(spelled, len(wanted))
        return bool((windows == np.array(wanted)).all(axis=1).any())

    def similar_words(self, word: str, distance: int) -> list[tuple[str, int]]:
        """Return the words within an edit distance of a word, with how often they stand in texts."""
        frequency = self.columns["word.frequency"]
        return [
            (self.words[number].decode().split("\0")[0], int(frequency[number]))
            for number in self.spelling.find_candidates(word, distance)
        ]

    # Places

    def within_km(self, spot: GeoPoint, km: float) -> BitMap:
        """Return the documents that lie within so many kilometres of a point."""
        circle = spot.latitude, spot.longitude, km
        found = self._near_cache.get(circle)
        if found is None:
            candidates = self._documents_in_cells(spot, km)
            inside = to_bitmap(candidates[self.distances_km(spot, candidates) <= km])
            found = self._near_cache.store(circle, inside, MAX_CACHED_SETS)
        return found

    def _documents_in_cells(self, spot: GeoPoint, km: float) -> Array:
        """Return the documents in all cells of the grid that a circle touches, as a sorted array."""
        cells, documents = self.columns["cells"], self.columns["cell.documents"]
        parts = [documents[:0]]
        for box in geocoding.bounding_boxes(spot.latitude, spot.longitude, km):
            west, east = (
                math.floor((longitude + 180) * CELLS_PER_DEGREE) for longitude in (box.west, box.east)
            )
            south, north = (
                math.floor((latitude + 90) * CELLS_PER_DEGREE) for latitude in (box.south, box.north)
            )
            rows = np.arange(south, north + 1) * 360 * CELLS_PER_DEGREE
            low, high = np.searchsorted(cells, rows + west), np.searchsorted(cells, rows + east, side="right")
            parts += [documents[begin:end] for begin, end in zip(low.tolist(), high.tolist(), strict=True)]
        return np.unique(np.concatenate(parts))

    def distances_km(self, spot: GeoPoint, documents: Array) -> Array:
        """Return how far each document is from a point, in kilometres; infinite for a document without a place."""
        latitude, longitude = self.columns["latitude"][documents], self.columns["longitude"][documents]
        km = geocoding.distances_km(spot, latitude / DEGREE, longitude / DEGREE)
        return np.where(latitude == NOWHERE, np.inf, km)

    # Times

    def timeline(self, minute: int) -> MeetingTimeline:
        """Return a timeline of the meetings that covers a minute."""
        timeline = self._timeline
        if timeline is None or not timeline.covers(minute):
            timeline = self._timeline = self.meetings.timeline(minute)
        return timeline

    def open_intervals(self, minute: int) -> OpenIntervals:
        """Return the intervals of the opening hours around a minute."""
        intervals = self._open_intervals
        if intervals is None or not intervals.covers(minute):
            intervals = self._open_intervals = self.hours.open_intervals(minute)
        return intervals

    def minute_cache(self, minute: int) -> dict[Any, Any]:
        """Return a cache for results of one minute, counted since 1970 in UTC; asking for another minute drops it."""
        cache = self._minute_cache
        if cache[0] != minute:
            cache = self._minute_cache = minute, {}
        return cache[1]

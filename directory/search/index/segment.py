"""One segment of the index: what it knows of a set of listings, asked for as sets of document numbers.

A segment never changes. The base is one, what changed since it was built is another, and an answer adds them up.
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
from directory.search.index.meetings import Meetings, MeetingTimeline
from directory.search.index.opening_hours import OpeningHours, OpenIntervals
from directory.search.parsing.query_parser import Phrase, Term
from directory.search.parsing.spelling import Spelling

# A beginning shorter than this fits too many words to mean one.
SHORTEST_BEGINNING = 3
REMEMBERED = 64


# No two segments of a process have the same number.
NUMBERS = itertools.count(1)


class Segment:
    def __init__(self, columns: Columns) -> None:
        self.number = next(NUMBERS)
        self.columns = columns
        self.rank = columns["rank"]
        self.size = len(self.rank)
        self.everything = BitMap()
        self.everything.add_range(0, self.size)
        self.words, self.stems = StringTable(columns, "word"), StringTable(columns, "stem")
        self.stem_words = JaggedArray(columns, "stem.words")
        self.anywhere, self.named = BitmapArray(columns, "word.anywhere"), BitmapArray(columns, "word.named")
        self.spelling = Spelling(columns)
        self.facts, self.kept = StringTable(columns, "fact"), BitmapArray(columns, "facts")
        self.dated, self.until = JaggedArray(columns, "dated"), columns["dated.until"]
        self.meetings, self.hours = Meetings(columns), OpeningHours(columns)
        self.noted: dict[tuple[str, str], tuple[BitMap, slice]] = {}
        self.found, self.lasting, self.reached = BoundedCache(), BoundedCache(), BoundedCache()
        self.line: MeetingTimeline | None = None
        self.openings: OpenIntervals | None = None
        self.minute_now: tuple[int, dict[Any, Any]] = (0, {})

    def ids(self, documents: Array) -> Array:
        return (self.rank[documents] & ID_MASK).astype(np.int64)

    def documents_of(self, ids: Iterable[int]) -> BitMap:
        """The documents of these listings, as far as the segment has them."""
        wanted = np.fromiter(ids, np.int64)
        if not self.size or not len(wanted):
            return BitMap()
        by_pk = self.columns["by_pk"]
        places_in = np.searchsorted(self.pks, wanted)
        places_in[places_in == self.size] = 0
        return BitMap(by_pk[places_in[self.pks[places_in] == wanted]].tolist())

    def ranked(self, ranks: Iterable[int]) -> BitMap:
        """The documents of these ranks, as far as the segment has them: they are in the order of rank."""
        wanted = np.fromiter(ranks, np.uint64)
        found = np.searchsorted(self.rank, wanted)
        inside = found < self.size
        found, wanted = found[inside], wanted[inside]
        return BitMap(found[self.rank[found] == wanted].tolist())

    @cached_property
    def pks(self) -> Array:
        """All ids in order."""
        return self.ids(self.columns["by_pk"])

    @cached_property
    def listings(self) -> frozenset[int]:
        """All ids; for a segment that is small."""
        return frozenset(self.pks.tolist())

    # What filters are told

    def has(self, key: str, value: str, today: int) -> BitMap:
        """What has a value that was noted for a filter; of those with an end, what has it still on that day."""
        if (key, value) not in self.noted:
            number = self.facts.find(f"{key}\t{value}".encode())
            nothing = BitMap(), slice(0, 0)
            self.noted[key, value] = (
                nothing if number is None else (self.kept[number], self.dated.span(number))
            )
        kept, span = self.noted[key, value]
        if span.start == span.stop:
            return kept
        found = self.lasting.get((key, value, today))
        if found is None:
            first = span.start + int(np.searchsorted(self.until[span], today))
            dated = to_bitmap(np.sort(self.dated.values[first : span.stop]))
            found = self.lasting.store((key, value, today), kept | dated, REMEMBERED)
        return found

    # Words

    def term(self, option: Term, *, named: bool) -> BitMap:
        pile = self.named if named else self.anywhere
        found = self.found.get((option, named))
        if found is None:
            parts = (pile[each] for each in self.numbers(option))
            found = self.found.store((option, named), BitMap.union(BitMap(), *parts), REMEMBERED)
        return found

    def numbers(self, option: Term) -> Iterable[int]:
        """The words that a term means: all forms of a stem, or all that begin so."""
        if not option.prefix:
            stem = self.stems.find(option.word.encode())
            return () if stem is None else self.stem_words[stem].tolist()
        if len(option.word) < SHORTEST_BEGINNING and option.word.isascii():
            return ()
        return self.words.beginning(option.word.encode())

    def phrase(self, option: Phrase, *, named: bool) -> BitMap:
        """Found by the words, proved on the texts themselves."""
        found = self.found.get((option, named))
        if found is not None:
            return found
        parts = [self.term(Term(word), named=named) for word in option.words]
        candidates = BitMap.intersection(*parts) if parts else BitMap()
        proved = [each for each in candidates if self.documents_with(option, each, named=named)]
        return self.found.store((option, named), BitMap(proved), REMEMBERED)

    def documents_with(self, option: Phrase, document: int, *, named: bool) -> bool:
        begin, end = self.columns["texts.begin"][document], self.columns["texts.end"][document]
        tokens = self.columns["texts"][begin:end]
        if named:
            tokens = tokens[: np.flatnonzero(tokens == 0)[0]]
        stems = self.columns["word.stem"]
        wanted = [self.stems.find(word.encode()) for word in option.words]
        spelled = np.where(tokens == 0, -1, stems[tokens.astype(np.int64) - 1].astype(np.int64))
        if len(spelled) < len(wanted):
            return False
        windows = np.lib.stride_tricks.sliding_window_view(spelled, len(wanted))
        return bool((windows == np.array(wanted)).all(axis=1).any())

    def knows(self, word: str) -> bool:
        return self.words.first(word.encode()) < self.words.first(word.encode() + b"\x01")

    def similar_words(self, word: str, slips: int) -> list[tuple[str, int]]:
        """Words that may be meant by a word with so many slips, with how often they stand in texts."""
        frequency = self.columns["word.frequency"]
        return [
            (self.words[each].decode().split("\0")[0], int(frequency[each]))
            for each in self.spelling.candidates(word, slips)
        ]

    # Places

    def reach(self, spot: GeoPoint, km: float) -> BitMap:
        """What lies within so many kilometres."""
        point = spot.latitude, spot.longitude, km
        found = self.reached.get(point)
        if found is None:
            candidates = self.around(spot, km)
            found = self.reached.store(
                point, to_bitmap(candidates[self.km(spot, candidates) <= km]), REMEMBERED
            )
        return found

    def around(self, spot: GeoPoint, km: float) -> Array:
        """The documents in all cells of the grid that a circle touches."""
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

    def km(self, spot: GeoPoint, documents: Array) -> Array:
        """How far each is, in kilometres, as `places.distance_km` has it; infinite for what is nowhere."""
        latitude, longitude = self.columns["latitude"][documents], self.columns["longitude"][documents]
        far = geocoding.distances_km(spot, latitude / DEGREE, longitude / DEGREE)
        return np.where(latitude == NOWHERE, np.inf, far)

    # Times

    def timeline(self, minute: int) -> MeetingTimeline:
        line = self.line
        if line is None or not line.serves(minute):
            line = self.line = self.meetings.timeline(minute)
        return line

    def blocks(self, minute: int) -> OpenIntervals:
        blocks = self.openings
        if blocks is None or not blocks.serves(minute):
            blocks = self.openings = self.hours.blocks(minute)
        return blocks

    def passing(self, minute: int) -> dict[Any, Any]:
        """What was reckoned for this minute, and is forgotten with it."""
        now = self.minute_now
        if now[0] != minute:
            now = self.minute_now = minute, {}
        return now[1]

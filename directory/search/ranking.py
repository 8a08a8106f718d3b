"""Order search results by relevance, by distance or by how soon a person can go.

Each order is a sequence of tiers. A tier is a set of documents that follow one another, ordered by a value or by rank.
It is computed only when a page reaches it, and for all segments at once, because a page is merged from all of them.
Among documents that count as equal, stale ones (not confirmed for long) come after the fresh ones.
"""

import itertools
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from pyroaring import BitMap

from directory.kinds.base import HOURS
from directory.kinds.registry import kinds
from directory.search.filter_registry import all_filters
from directory.search.filters import MODE_FILTER
from directory.search.index.arrays import Array, from_bitmap, to_bitmap
from directory.search.index.meetings import ENDLESS
from directory.search.matching import SegmentResult
from directory.search.segment_search import SegmentSearch

# Spans of minutes from now, both ends included, whose documents count as equally soon: the coming hour, then each day.
# The first day is cut into shorter spans, so that a page with the next few results need not wait for the whole day.
NEXT_HOUR = ((0, 60),)
NEXT_DAY = ((61, 120), (121, 240), (241, 480), (481, 1439))
SOONEST_STEPS = (NEXT_HOUR, NEXT_DAY, *(((day * 1440, day * 1440 + 1439),) for day in range(1, 9)))
LATER = 9 * 1440  # minutes from now
# Orders that a segment caches for one minute: one that was read to its end takes some ten megabytes of a million.
MAX_CACHED_ORDERS = 8

# Returns what the given documents are ordered by, in document order.
RankValues = Callable[[BitMap], Array]


@dataclass(frozen=True)
class TierPart:
    """The documents of one segment in a tier, ordered by their values and then by rank."""

    result: SegmentResult
    documents: BitMap
    values: RankValues | None = None
    """Called only when a page reaches this tier; without it the rank alone decides."""

    def __len__(self) -> int:
        """Return the number of documents in this part of the tier."""
        return len(self.documents)

    def slice(self, low: int, high: int) -> tuple[Array, Array]:
        """Return the values and ranks of the documents at the places from `low` to before `high`."""
        if self.values is None:
            documents = from_bitmap(self.documents[low:high])
            return np.zeros(len(documents)), self.result.segment.rank[documents]
        ranks = self.result.segment.rank[from_bitmap(self.documents)]
        values = self.values(self.documents)
        order = np.lexsort((ranks, values))[low:high]
        return values[order], ranks[order]


Tier = Sequence[TierPart]


def page_ranks(tiers: Iterator[Tier], first: int, size: int) -> list[int]:
    """Return the ranks of the documents on a page that begins at place `first`."""
    ranks: list[int] = []
    for tier in tiers:
        length = sum(map(len, tier))
        if first < length:
            ranks += merge_tier(tier, first, min(length, first + size - len(ranks)))
        first = max(0, first - length)
        if len(ranks) >= size:
            break
    return ranks


def merge_tier(tier: Tier, low: int, high: int) -> list[int]:
    """Return the ranks at the places from `low` to before `high` of a tier.

    In the largest part, the documents before `low` minus the size of all other parts cannot be on the page, wherever
    the other documents stand. So they are not sorted in.
    """
    if len(tier) == 1:
        ranks_of_part: list[int] = tier[0].slice(low, high)[1].tolist()
        return ranks_of_part
    largest = max(tier, key=len)
    others = [part for part in tier if part is not largest]
    skipped = max(0, low - sum(map(len, others)))
    slices = [largest.slice(skipped, high), *(part.slice(0, high) for part in others)]
    values, ranks = (np.concatenate(column) for column in zip(*slices, strict=True))
    order = np.lexsort((ranks, values))[low - skipped : high - skipped]
    merged: list[int] = ranks[order].tolist()
    return merged


def relevance_tiers(results: Sequence[SegmentResult]) -> Iterator[Tier]:
    """Yield the hits by how well the text matches, in each level the fresh ones first."""
    for level in zip(*(result.relevance_levels for result in results), strict=True):
        yield from _fresh_then_stale_tiers(list(zip(results, level, strict=True)))


def distance_tiers(results: Sequence[SegmentResult]) -> Iterator[Tier]:
    """Yield the hits in reach by distance, then all others by rank."""
    near = [
        (result, result.hits & result.search.near if result.search.near is not None else BitMap())
        for result in results
    ]
    if results[0].prepared.spot:
        yield [TierPart(result, documents, result.distances_km) for result, documents in near]
    yield [TierPart(result, result.hits - documents) for result, documents in near]


def soonest_tiers(results: Sequence[SegmentResult]) -> Iterator[Tier]:
    """Yield the hits by how soon a person can go.

    Meetings in progress come first, then meetings that start, places that are open, places that open, and at last all
    others in the order of their own kind.
    """
    for bands in zip(*(_rank_bands(result.search) for result in results), strict=True):
        yield [
            TierPart(result, result.hits & band.documents, band.values_of)
            for result, band in zip(results, bands, strict=True)
        ]


def _fresh_then_stale_tiers(parts: Sequence[tuple[SegmentResult, BitMap]]) -> Iterator[Tier]:
    """Yield a tier of the fresh documents of all segments, then one of the stale documents."""
    yield [TierPart(result, documents & result.fresh) for result, documents in parts]
    yield [TierPart(result, documents - result.fresh) for result, documents in parts]


@dataclass(frozen=True)
class RankBand:
    """Documents of a segment that count as equally soon, with the value that orders them, if any."""

    documents: BitMap
    values: Array | None = None
    """One value for each document, in document order."""

    def values_of(self, documents: BitMap) -> Array:
        """Return the values of some of the documents."""
        if self.values is None:
            return np.zeros(len(documents))
        return self.values[np.searchsorted(self.members, from_bitmap(documents))]

    @cached_property
    def members(self) -> Array:
        """Return the documents as a sorted array."""
        return from_bitmap(self.documents)


class RankBands:
    """All documents of a segment by how soon a person can go, whatever the text and the filters are.

    A band is computed when the first page reaches it, and kept for all later ones. Every segment has the same number
    of bands.
    """

    def __init__(self, source: Iterator[RankBand]) -> None:
        self.source, self.computed = source, list[RankBand]()
        self.lock = threading.Lock()

    def __iter__(self) -> Iterator[RankBand]:
        """Yield the bands in order, and compute those that nobody has asked for yet."""
        number = 0
        while self._has_band(number):
            yield self.computed[number]
            number += 1

    def _has_band(self, number: int) -> bool:
        """Return whether there is a band with that number, and compute the bands up to it."""
        if number < len(self.computed):
            return True
        with self.lock:
            self.computed += itertools.islice(self.source, number + 1 - len(self.computed))
        return number < len(self.computed)


def _rank_bands(search: SegmentSearch) -> RankBands:
    """Return the bands for the minute, the visitor's date and what one meeting must match; nothing else matters."""
    cache = search.segment.minute_cache(search.prepared.minute).setdefault("soonest", {})
    prepared = search.prepared
    place = (prepared.spot, prepared.query.radius) if MODE_FILTER.key in prepared.meeting_choices else None
    cache_key = prepared.today, tuple(prepared.meeting_choices.items()), prepared.meeting_terms, place
    bands: RankBands | None = cache.get(cache_key)
    if bands is None:
        bands = RankBands(Unranked(search).bands())
        if len(cache) < MAX_CACHED_ORDERS or not (prepared.meeting_choices or prepared.meeting_terms):
            cache[cache_key] = bands
    return bands


@dataclass(frozen=True)
class TimedDocuments:
    """Sorted documents of a segment, each once, with the first minute that counts for each."""

    documents: Array
    minutes: Array

    @classmethod
    def from_meetings(cls, search: SegmentSearch, meetings: Array, minutes: Array) -> "TimedDocuments":
        """Take the documents of meetings in order of time, only of meetings that match what one meeting must match."""
        prepared = search.prepared
        if prepared.meeting_choices or prepared.meeting_terms:
            matching = search.meetings_match(meetings, prepared.meeting_choices, prepared.meeting_terms)
            meetings, minutes = meetings[matching], minutes[matching]
        return cls.from_pairs(search.segment.meetings.document[meetings], minutes)

    @classmethod
    def from_pairs(cls, documents: Array, minutes: Array) -> "TimedDocuments":
        """Take the earliest minute of each document from pairs in order of time."""
        unique, first = np.unique(documents, return_index=True)
        return cls(unique, minutes[first])

    def band(self, documents: BitMap) -> RankBand:
        """Return some of the documents as a band that is ordered by their minutes."""
        return RankBand(documents, self.minutes[np.searchsorted(self.documents, from_bitmap(documents))])


# Finds the documents of a segment for which something begins within a span of minutes from now.
Finder = Callable[[SegmentSearch, Any], TimedDocuments]


class Unranked:
    """The documents of one segment that are not ranked yet, from which the bands are taken one after the other."""

    def __init__(self, search: SegmentSearch) -> None:
        self.search, self.documents = search, search.segment.everything
        self.fresh = search.with_any_value("fresh", ("",))
        kinds_with_hours = [slug for slug, kind in kinds.items() if kind.soonest_by == HOURS]
        self.by_hours = search.with_any_value("kind", kinds_with_hours) & search.with_any_value(
            "hours", ("",)
        )

    def bands(self) -> Iterator[RankBand]:
        """Yield all documents band by band, the soonest first."""
        yield from self.fresh_then_stale(("in progress",), _meetings_in_progress)
        for step in SOONEST_STEPS:
            yield from self.fresh_then_stale(step, _meetings_starting)
        yield self._later(_meetings_starting)
        yield from self._untimed(self.search.open_now() & self.by_hours)
        for step in SOONEST_STEPS:
            yield from self.fresh_then_stale(step, _listings_opening)
        yield self._later(_listings_opening)
        for position in (0, 1, 2):
            yield from self._untimed(self._by_own_order(position))

    def fresh_then_stale(self, spans: Iterable[Any], finder: Finder) -> Iterator[RankBand]:
        """Take the documents of all spans, and yield the fresh ones in order of time, then the stale ones."""
        stale_bands = []
        for span in spans:
            fresh, stale = self._timed(finder, span)
            yield fresh
            stale_bands.append(stale)
        yield from stale_bands

    def _take(self, documents: BitMap) -> BitMap:
        """Remove documents from those that are not ranked yet, and return the ones that were among them."""
        documents = documents & self.documents
        self.documents = self.documents - documents
        return documents

    def _untimed(self, documents: BitMap) -> tuple[RankBand, RankBand]:
        """Take some documents that have no time, and return them as a fresh and a stale band."""
        documents = self._take(documents)
        return RankBand(documents & self.fresh), RankBand(documents - self.fresh)

    def _timed(self, finder: Finder, span: Any) -> tuple[RankBand, RankBand]:
        """Take the documents that a finder finds in a span, and return the fresh and the stale ones."""
        timed = finder(self.search, span)
        documents = to_bitmap(timed.documents)
        documents = self._take(documents & self.by_hours if finder is _listings_opening else documents)
        return timed.band(documents & self.fresh), timed.band(documents - self.fresh)

    def _later(self, finder: Finder) -> RankBand:
        """Take all that begins more than nine days ahead: by day, then fresh before stale, then by time."""
        now = self.search.prepared.minute
        documents, values = [], []
        for staleness, band in enumerate(self._timed(finder, (LATER, ENDLESS - now))):
            minutes = band.values_of(band.documents).astype(np.int64)
            documents.append(band.members)
            values.append(((minutes - now) // 1440 * 2 + staleness) * 2**32 + minutes)
        order = np.argsort(np.concatenate(documents))
        return RankBand(to_bitmap(np.concatenate(documents)[order]), np.concatenate(values)[order])

    def _by_own_order(self, position: int) -> BitMap:
        """Return the documents at one position (0, 1 or 2) in the order of their own kind.

        A kind may name a filter that answers yes or no: then yes comes first, unknown second and no last. The
        documents of all other kinds are in each of the three sets; the first one takes them.
        """
        documents = BitMap()
        for slug, kind in kinds.items():
            of_kind = self.search.with_any_value("kind", (slug,))
            if kind.soonest_by in all_filters():
                yes, no = (
                    of_kind & self.search.with_any_value(kind.soonest_by, (value,)) for value in ("1", "0")
                )
                documents |= (yes, of_kind - yes - no, no)[position]
            else:
                documents |= of_kind
        return documents


def _meetings_in_progress(search: SegmentSearch, _span: Any) -> TimedDocuments:
    """Return the documents with a meeting in progress, with the minutes at which these began."""
    segment, minute = search.segment, search.prepared.minute
    starts, meetings = segment.meetings.in_progress(segment.timeline(minute), minute)
    order = np.argsort(starts, kind="stable")
    return TimedDocuments.from_meetings(search, meetings[order], starts[order])


def _meetings_starting(search: SegmentSearch, span: Any) -> TimedDocuments:
    """Return the documents with a meeting that starts within a span of minutes from now."""
    minute = search.prepared.minute
    timeline = search.segment.timeline(minute)
    low = np.searchsorted(timeline.starts, minute + span[0])
    high = np.searchsorted(timeline.starts, minute + span[1], side="right")
    return TimedDocuments.from_meetings(search, timeline.meetings[low:high], timeline.starts[low:high])


def _listings_opening(search: SegmentSearch, span: Any) -> TimedDocuments:
    """Return the documents that open within a span of minutes from now."""
    segment, minute = search.segment, search.prepared.minute
    opens, patterns = segment.open_intervals(minute).opening_after(minute)
    inside = (opens >= minute + span[0]) & (opens <= minute + span[1])
    parts = [segment.hours.documents[number] for number in patterns[inside].tolist()]
    minutes = np.repeat(opens[inside], [len(part) for part in parts])
    return TimedDocuments.from_pairs(np.concatenate(parts) if parts else np.zeros(0, np.uint32), minutes)

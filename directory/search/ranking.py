"""The order of results, as tiers: sets of documents one behind the other, ordered inside by rank or by a value.

Tiers are reckoned only as far as a page reaches. Each comes for all segments at once, so that a page is merged from
them. Within whatever counts as equal, what nobody has confirmed for long stands behind what is fresh.
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
from directory.search.index.arrays import Array, from_bitmap, to_bitmap
from directory.search.index.meetings import ENDLESS
from directory.search.matching import SegmentResult, SegmentSearch

# What counts as equally soon, in minutes from now, both ends included: the coming hour, then day by day. A day's first
# hours come apart, so that whoever asks for the next few things need not wait for the whole day.
SOON = ((0, 60),)
TODAY = ((61, 120), (121, 240), (241, 480), (481, 1439))
STEPS = (SOON, TODAY, *(((day * 1440, day * 1440 + 1439),) for day in range(1, 9)))
LATER = 9 * 1440
FRESH, STALE = 0, 1
# So many orders of a minute are kept: read to its end, one of a million takes some ten megabytes.
MOST_ORDERS = 8

# Of documents, in the order of `members(documents)`, what they are ordered by.
Values = Callable[[BitMap], Array]


@dataclass(frozen=True)
class TierPart:
    """The documents of one segment in a tier, by their values, and of equals by rank."""

    answer: SegmentResult
    documents: BitMap
    values: Values | None = None
    """Asked only when a page reaches here; without them the rank alone counts."""

    def __len__(self) -> int:
        return len(self.documents)

    def slice(self, low: int, high: int) -> tuple[Array, Array]:
        """Values and ranks of the documents at these places in order."""
        if self.values is None:
            found = from_bitmap(self.documents[low:high])
            return np.zeros(len(found)), self.answer.segment.rank[found]
        ranks = self.answer.segment.rank[from_bitmap(self.documents)]
        values = self.values(self.documents)
        order = np.lexsort((ranks, values))[low:high]
        return values[order], ranks[order]


Tier = Sequence[TierPart]


def page_ranks(tiers: Iterator[Tier], first: int, size: int) -> list[int]:
    """The ranks of the documents on a page that begins at place `first`."""
    found: list[int] = []
    for tier in tiers:
        length = sum(map(len, tier))
        if first < length:
            found += merge_tier(tier, first, min(length, first + size - len(found)))
        first = max(0, first - length)
        if len(found) >= size:
            break
    return found


def merge_tier(tier: Tier, low: int, high: int) -> list[int]:
    """The ranks at these places of a tier.

    Of the largest part, those before `low` less all others cannot be on the page, wherever the others stand.
    """
    if len(tier) == 1:
        alone: list[int] = tier[0].slice(low, high)[1].tolist()
        return alone
    largest = max(tier, key=len)
    others = [part for part in tier if part is not largest]
    skipped = max(0, low - sum(map(len, others)))
    slices = [largest.slice(skipped, high), *(part.slice(0, high) for part in others)]
    values, ranks = (np.concatenate(column) for column in zip(*slices, strict=True))
    order = np.lexsort((ranks, values))[low - skipped : high - skipped]
    found: list[int] = ranks[order].tolist()
    return found


def fresh_first_tiers(parts: Sequence[tuple[SegmentResult, BitMap]]) -> Iterator[Tier]:
    """By rank."""
    yield [TierPart(answer, found & answer.fresh) for answer, found in parts]
    yield [TierPart(answer, found - answer.fresh) for answer, found in parts]


def relevance_tiers(answers: Sequence[SegmentResult]) -> Iterator[Tier]:
    """Level by level of how well the words fit."""
    for level in zip(*(each.levels for each in answers), strict=True):
        yield from fresh_first_tiers(list(zip(answers, level, strict=True)))


def distance_tiers(answers: Sequence[SegmentResult]) -> Iterator[Tier]:
    """What lies in reach by its distance, then the rest by rank."""
    near = [
        (each, each.hits & each.view.near if each.view.near is not None else BitMap()) for each in answers
    ]
    spot = answers[0].asked.spot
    if spot:
        yield [TierPart(each, found, each.km) for each, found in near]
    yield [TierPart(each, each.hits - found) for each, found in near]


def soonest_tiers(answers: Sequence[SegmentResult]) -> Iterator[Tier]:
    """What is going on, what starts, what is open by the clock, what opens, and the rest in their kind's own order."""
    for stretches in zip(*(rank_bands(each.view) for each in answers), strict=True):
        yield [
            TierPart(answer, answer.hits & stretch.documents, stretch.values_of)
            for answer, stretch in zip(answers, stretches, strict=True)
        ]


@dataclass(frozen=True)
class RankBand:
    """Documents of a segment that count as equally soon, and where they have an order among them, by what."""

    documents: BitMap
    values: Array | None = None
    """In the order of `members(documents)`."""

    def values_of(self, documents: BitMap) -> Array:
        """Of some of its documents."""
        if self.values is None:
            return np.zeros(len(documents))
        return self.values[np.searchsorted(self.members, from_bitmap(documents))]

    @cached_property
    def members(self) -> Array:
        return from_bitmap(self.documents)


class RankBands:
    """All documents of a segment, whatever is asked for, in the order of what one can go to first. One stretch after
    the other is made as somebody's page reaches it; all segments have as many."""

    def __init__(self, making: Iterator[RankBand]) -> None:
        self.making, self.made = making, list[RankBand]()
        self.lock = threading.Lock()

    def __iter__(self) -> Iterator[RankBand]:
        number = 0
        while self.reaches(number):
            yield self.made[number]
            number += 1

    def reaches(self, number: int) -> bool:
        if number < len(self.made):
            return True
        with self.lock:
            self.made += itertools.islice(self.making, number + 1 - len(self.made))
        return number < len(self.made)


def rank_bands(view: SegmentSearch) -> RankBands:
    """Those of the minute, the asker's day and the hours asked for: nothing else of a query counts."""
    kept = view.segment.passing(view.asked.minute).setdefault("soonest", {})
    key = view.asked.today, *view.asked.slots.items()
    found: RankBands | None = kept.get(key)
    if found is None:
        found = RankBands(Unranked(view).stretches())
        if len(kept) < MOST_ORDERS or not view.asked.slots:
            kept[key] = found
    return found


@dataclass(frozen=True)
class TimedDocuments:
    """Documents of a segment and a minute of each, the first that counts; documents in order, each once."""

    documents: Array
    minutes: Array

    @classmethod
    def of_meetings(cls, view: SegmentSearch, meetings: Array, minutes: Array) -> "TimedDocuments":
        """From meetings in order of time; where hours are asked for, others do not count."""
        if view.asked.slots:
            fits = view.asked_for[meetings]
            meetings, minutes = meetings[fits], minutes[fits]
        return cls.of(view.segment.meetings.document[meetings], minutes)

    @classmethod
    def of(cls, documents: Array, minutes: Array) -> "TimedDocuments":
        """From any number of pairs in order of time."""
        found, first = np.unique(documents, return_index=True)
        return cls(found, minutes[first])

    def stretch(self, documents: BitMap) -> RankBand:
        """Some of the documents, by their minutes."""
        return RankBand(documents, self.minutes[np.searchsorted(self.documents, from_bitmap(documents))])


# The segment with what is asked, and a span of minutes from now.
Finder = Callable[[SegmentSearch, Any], TimedDocuments]


class Unranked:
    """The documents of one segment that have no place in the order yet."""

    def __init__(self, view: SegmentSearch) -> None:
        self.view, self.documents = view, view.segment.everything
        self.fresh = view.having("fresh", ("",))
        of_kinds = view.having("kind", [slug for slug, kind in kinds.items() if kind.soonest_by == HOURS])
        self.by_hours = of_kinds & view.having("hours", ("",))

    def stretches(self) -> Iterator[RankBand]:
        yield from self.fresh_then_stale(("going on",), meetings_in_progress)
        for step in STEPS:
            yield from self.fresh_then_stale(step, meetings_starting)
        yield self.later(meetings_starting)
        yield from self.fresh_first(self.view.open_now() & self.by_hours)
        for step in STEPS:
            yield from self.fresh_then_stale(step, listings_opening)
        yield self.later(listings_opening)
        for place in (0, 1, 2):
            yield from self.fresh_first(self.standing(place))

    def take(self, found: BitMap) -> BitMap:
        found = found & self.documents
        self.documents = self.documents - found
        return found

    def fresh_first(self, found: BitMap) -> tuple[RankBand, RankBand]:
        found = self.take(found)
        return RankBand(found & self.fresh), RankBand(found - self.fresh)

    def timed(self, finder: Finder, span: Any) -> tuple[RankBand, RankBand]:
        """Takes what a finder finds: the fresh ones, and the stale."""
        timed = finder(self.view, span)
        found = to_bitmap(timed.documents)
        found = self.take(found & self.by_hours if finder is listings_opening else found)
        return timed.stretch(found & self.fresh), timed.stretch(found - self.fresh)

    def fresh_then_stale(self, spans: Iterable[Any], finder: Finder) -> Iterator[RankBand]:
        """The fresh of all spans in order of time, then the stale."""
        behind = []
        for span in spans:
            fresh, stale = self.timed(finder, span)
            yield fresh
            behind.append(stale)
        yield from behind

    def later(self, finder: Finder) -> RankBand:
        """All that is more than nine days off, in one: by day, then fresh before stale, then by time."""
        now = self.view.asked.minute
        documents, values = [], []
        for staleness, each in enumerate(self.timed(finder, (LATER, ENDLESS - now))):
            minutes = each.values_of(each.documents).astype(np.int64)
            documents.append(each.members)
            values.append(((minutes - now) // 1440 * 2 + staleness) * 2**32 + minutes)
        order = np.argsort(np.concatenate(documents))
        return RankBand(to_bitmap(np.concatenate(documents)[order]), np.concatenate(values)[order])

    def standing(self, place: int) -> BitMap:
        """Of kinds that know an order of their own by a filter's answer: yes, unknown, no; all others are first."""
        found = BitMap()
        for slug, kind in kinds.items():
            of_kind = self.view.having("kind", (slug,))
            if kind.soonest_by in all_filters():
                found |= self.by_answer(kind.soonest_by, of_kind, place)
            else:
                found |= of_kind
        return found

    def by_answer(self, key: str, of_kind: BitMap, place: int) -> BitMap:
        yes, no = (of_kind & self.view.having(key, (value,)) for value in ("1", "0"))
        return (yes, of_kind - yes - no, no)[place]


def meetings_in_progress(view: SegmentSearch, _span: Any) -> TimedDocuments:
    segment, minute = view.segment, view.asked.minute
    starts, meetings = segment.meetings.going_on(segment.timeline(minute), minute)
    order = np.argsort(starts, kind="stable")
    return TimedDocuments.of_meetings(view, meetings[order], starts[order])


def meetings_starting(view: SegmentSearch, span: Any) -> TimedDocuments:
    minute = view.asked.minute
    line = view.segment.timeline(minute)
    low = np.searchsorted(line.starts, minute + span[0])
    high = np.searchsorted(line.starts, minute + span[1], side="right")
    return TimedDocuments.of_meetings(view, line.meetings[low:high], line.starts[low:high])


def listings_opening(view: SegmentSearch, span: Any) -> TimedDocuments:
    segment, minute = view.segment, view.asked.minute
    opens, patterns = segment.blocks(minute).opening_after(minute)
    inside = (opens >= minute + span[0]) & (opens <= minute + span[1])
    parts = [segment.hours.documents[number] for number in patterns[inside].tolist()]
    minutes = np.repeat(opens[inside], [len(part) for part in parts])
    return TimedDocuments.of(np.concatenate(parts) if parts else np.zeros(0, np.uint32), minutes)

"""What one segment answers to a query at a moment: which documents fit, and how many each option would give."""

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
from directory.search.parsing.query_parser import (
    AllOf,
    FacetOption,
    ParsedQuery,
    Phrase,
    QueryOption,
    RequiredTerm,
    Term,
    Terms,
)
from directory.search.query import SearchQuery
from directory.search.time_filters import TOGETHER

HOUR = 60  # minutes
# So much is remembered of a minute.
MOST_PASSING = 1000


@dataclass(frozen=True)
class PreparedQuery:
    """A query made ready for the segments: words read, place and moment known.

    `minute` counts since 1970 in UTC; `today` is the ordinal of the asker's date; `country` is the one whose lines are
    shown unasked.
    """

    query: SearchQuery
    wording: ParsedQuery
    spot: GeoPoint | None
    country: str
    minute: int
    today: int
    least: int | None = None
    """How many of the needs must be met; all of them, unless nothing meets all."""
    meant: bool = False
    """Whether it is enough, and best, to meet those needs that words mean beyond themselves."""

    @cached_property
    def slots(self) -> ChosenOptions:
        """The hours that are asked for."""
        return {key: values for key, values in self.query.choices.items() if key in TOGETHER}

    @property
    def choices(self) -> ChosenOptions:
        """What is chosen, and what holds unasked: nobody is shown another country's lines, or what takes place out of
        reach."""
        near: ChosenOptions = {MODE_FILTER.key: ()} if self.spot else {}
        return {COUNTRY_FILTER.key: (self.country,), **near, **self.query.choices}


class SegmentSearch:
    """A segment at the moment and near the place of a query; what `filters.View` promises. The sets that it gives are
    those that the segment keeps: nobody changes them."""

    def __init__(self, segment: Segment, dead: BitMap, asked: PreparedQuery) -> None:
        self.segment, self.dead, self.asked = segment, dead, asked

    @cached_property
    def near(self) -> BitMap | None:
        spot = self.asked.spot
        return self.segment.reach(spot, self.asked.query.km) if spot else None

    def having(self, key: str, values: Iterable[str]) -> BitMap:
        wanted = tuple(values)
        if len(wanted) == 1:
            return self.segment.has(key, *wanted, self.asked.today)
        passing, named = self.segment.passing(self.asked.minute), ("having", key, wanted, self.asked.today)
        found: BitMap | None = passing.get(named)
        if found is None:
            parts = (self.segment.has(key, value, self.asked.today) for value in wanted)
            found = BitMap.union(BitMap(), *parts)
            if len(passing) < MOST_PASSING:
                passing[named] = found
        return found

    def options(self, each: Filter) -> list[tuple[str, BitMap]]:
        """What each option of a filter finds where nothing else is chosen: the same for all who ask in this minute and
        of this day. Not of the filter that depends on where they are."""
        passing, key = self.segment.passing(self.asked.minute), (each.key, self.asked.today)
        found: list[tuple[str, BitMap]] | None = passing.get(key)
        if found is None:
            found = [(value, each.matching({each.key: (value,)}, self)) for value, _label in each.options]
            passing[key] = found
        return found

    def open_now(self) -> BitMap:
        minute = self.asked.minute
        found = self.segment.passing(minute).get("open")
        if found is None:
            blocks = self.segment.blocks(minute)
            found = to_bitmap(self.segment.hours.open_documents(blocks, minute))
            self.segment.passing(minute)["open"] = found
        return found & self.having("hours", ("",))

    def meeting(self, wanted: ChosenOptions) -> BitMap:
        key = self.asked.today, *((key, values) for key, values in sorted(wanted.items()))
        passing = self.segment.passing(self.asked.minute)
        found = passing.get(key)
        if found is None:
            found = self.meetings_that(wanted)
            if len(passing) < MOST_PASSING:
                passing[key] = found
        return found

    def meetings_that(self, wanted: ChosenOptions) -> BitMap:
        return to_bitmap(self.segment.meetings.document[self.meeting_mask(wanted)])

    def meeting_mask(self, wanted: ChosenOptions) -> Array:
        """Of each meeting, whether it is at these hours and not over for good."""
        held: Array = self.segment.meetings.over > self.asked.minute
        for key, values in wanted.items():
            held = held & np.logical_or.reduce([self.slot(key, value) for value in values])
        return held

    @cached_property
    def asked_for(self) -> Array:
        """Of each meeting, whether it is at the hours asked for."""
        return self.meeting_mask(self.asked.slots)

    def slot(self, key: str, value: str) -> Array:
        """Of each meeting, whether one option of a filter on time applies to it."""
        passing = self.segment.passing(self.asked.minute)
        held = passing.get((key, value, self.asked.today))
        if held is None:
            held = passing[key, value, self.asked.today] = getattr(self, key)(value)
        return held

    def day(self, value: str) -> Array:
        meetings = self.segment.meetings
        if value in ("today", "tomorrow"):
            return meetings.held_on(self.asked.today + (value == "tomorrow"))
        return (meetings.weekday == WEEKDAY_KEYS.index(value)) | (meetings.weekday == EVERY_DAY)

    def time(self, value: str) -> Array:
        meetings = self.segment.meetings
        return (meetings.part == PART_NUMBERS[value]) | (meetings.part == ANY_PART)

    def when(self, value: str) -> Array:
        meetings, minute = self.segment.meetings, self.asked.minute
        line = self.segment.timeline(minute)
        if value == "now":
            found = meetings.going_on(line, minute)[1]
        else:
            low = np.searchsorted(line.starts, minute)
            found = line.meetings[low : np.searchsorted(line.starts, minute + HOUR, side="right")]
        held = np.zeros(len(meetings.over), bool)
        held[found] = True
        return held

    # Words

    def need(self, need: RequiredTerm) -> BitMap:
        found = [self.option(option, named=False) for option in need.options]
        return found[0] if len(found) == 1 else BitMap.union(BitMap(), *found)

    def option(self, option: QueryOption, *, named: bool) -> BitMap:
        if isinstance(option, Term):
            return self.segment.term(option, named=named)
        if isinstance(option, Phrase):
            return self.segment.phrase(option, named=named)
        if isinstance(option, Terms):
            parts = [self.segment.term(Term(word), named=True) for word in option.words]
            return BitMap.intersection(*sorted(parts, key=len))
        facets = option.facets if isinstance(option, AllOf) else (option,)
        found = [self.facet(each, facets) for each in facets]
        return found[0] if len(found) == 1 else BitMap.intersection(*sorted(found, key=len))

    def facet(self, option: FacetOption, beside: Sequence[FacetOption]) -> BitMap:
        """Return what has an option of a filter. `beside` are all the options that must hold; those on times must hold
        for one and the same meeting."""
        if option.key == "kind":
            return self.having("kind", (option.value,))
        chosen = {each.key: (each.value,) for each in beside if each.key != "kind"}
        return all_filters()[option.key].matching({**chosen, option.key: (option.value,)}, self)

    def worded(self) -> BitMap:
        """What meets all needs, or as many as are asked for, and none that is barred."""
        wording, least = self.asked.wording, self.asked.least
        parts = sorted((self.need(need) for need in wording.required), key=len)
        if not parts:
            found = self.segment.everything
        elif least in (None, len(parts)):
            found = BitMap.intersection(*parts)
        else:
            found = counts_at_least(parts)[least]
        if self.asked.meant:
            found = found | self.semantic_matches()
        return BitMap.difference(found, self.dead, *(self.need(bar) for bar in wording.excluded))

    def semantic_matches(self) -> BitMap:
        """What meets all that the words mean, and the phrases in quotes, if not each single word; nothing where the
        words are all there is."""
        parts = sorted((self.need(need) for need in self.asked.wording.required if not need.typed), key=len)
        return BitMap.intersection(*parts) if parts else BitMap()

    def in_name(self, word: Iterable[QueryOption]) -> BitMap:
        """What has one form of a word in its name."""
        return BitMap.union(BitMap(), *(self.option(form, named=True) for form in word))

    def close(self) -> BitMap:
        """What meets the needs in the way that is meant most."""
        parts = [self.any_of(need.closest or need.options) for need in self.asked.wording.required]
        return counts_at_least(parts)[self.asked.least or len(parts)]

    def any_of(self, options: Iterable[QueryOption]) -> BitMap:
        return BitMap.union(BitMap(), *(self.option(option, named=False) for option in options))


def counts_at_least(parts: Sequence[BitMap]) -> list[BitMap]:
    """By n: what is in at least n of the sets. The first, of none at all, is empty."""
    found = [BitMap() for _count in range(len(parts) + 1)]
    for part in parts:
        for count in range(len(parts), 1, -1):
            found[count] |= found[count - 1] & part
        found[1] |= part
    return found


class SegmentResult:
    """One segment's part of the results."""

    def __init__(self, segment: Segment, dead: BitMap, asked: PreparedQuery) -> None:
        self.segment, self.asked, self.view = segment, asked, SegmentSearch(segment, dead, asked)
        self.known = all_filters()
        self.base = self.view.worded()
        self.conditions = {key: self.known[key].matching(asked.choices, self.view) for key in asked.choices}

    @cached_property
    def kind(self) -> list[BitMap]:
        slugs = self.asked.query.kinds
        return [self.view.having("kind", slugs)] if slugs else []

    def fitting(self, but: Collection[str] = (), *, any_kind: bool = False) -> BitMap:
        """What fits the query with some of its filters left out."""
        parts = [found for key, found in self.conditions.items() if key not in but]
        parts += [] if any_kind else self.kind
        return BitMap.intersection(self.base, *sorted(parts, key=len))

    @cached_property
    def hits(self) -> BitMap:
        return self.fitting()

    @cached_property
    def levels(self) -> list[BitMap]:
        """The hits by how well the words fit, best first: what is near where a place was named, then by how many of
        the words their names have, and of equals those that are close to what is meant."""
        wording = self.asked.wording
        if not wording.required:
            return [self.hits]
        close = self.view.close()
        named = counts_at_least([self.hits & self.view.in_name(word) for word in wording.words])
        named[0] = self.hits
        exactly = [one - more for one, more in zip(named, [*named[1:], BitMap()], strict=True)]
        levels = [part for found in reversed(exactly) for part in (found & close, found - close)]
        if self.asked.meant:
            # Of many words, those that mean something tell more than one that a text happens to have.
            meant = self.view.semantic_matches()
            levels = [*(level & meant for level in levels), *(level - meant for level in levels)]
        near = self.view.near
        if near is None:
            return levels
        return [*(level & near for level in levels), *(level - near for level in levels)]

    @cached_property
    def fresh(self) -> BitMap:
        return self.view.having("fresh", ("",))

    def km(self, documents: BitMap) -> Array:
        """How far each of the documents is from where was asked, in their order."""
        spot = self.asked.spot
        return self.segment.km(spot, from_bitmap(documents)) if spot else np.zeros(len(documents))

    def counts(self, offered: Sequence[Filter]) -> dict[str, Mapping[str, int]]:
        """How many each option would give with the filter's own choice left out and all others kept.

        Of wide sets they take longest. What was asked for without a place is counted once a minute; where no words
        narrow it, so is what fits wherever one is, and what lies near a place is added.
        """
        if not self.asked.spot:
            return self.once_a_minute(offered)
        if self.asked.query.q:
            return self.counted(offered)
        afar = MODE_FILTER.reachable_remotely(self.asked.choices, self.view)
        anywhere = [each for each in offered if each.key != MODE_FILTER.key]
        wide, near = self.once_a_minute(anywhere, afar), self.counted(anywhere, but=afar)
        found = {
            key: {value: n + near[key][value] for value, n in counts.items()} for key, counts in wide.items()
        }
        return {
            **found,
            MODE_FILTER.key: MODE_FILTER.counts(self.fitting(but=(MODE_FILTER.key,)), {}, self.view),
        }

    def once_a_minute(
        self, offered: Sequence[Filter], among: BitMap | None = None
    ) -> dict[str, Mapping[str, int]]:
        asked, passing = self.asked, self.segment.passing(self.asked.minute)
        # What is dead in a segment only ever becomes more.
        day = asked.today, asked.country, len(self.view.dead)
        words = asked.wording, asked.least, asked.meant
        what = asked.query.kinds, asked.query.chosen, tuple(each.key for each in offered)
        key = "counts", words, what, day, among is None
        found: dict[str, Mapping[str, int]] | None = passing.get(key)
        if found is None:
            found = self.counted(offered, among)
            if len(passing) < MOST_PASSING:
                passing[key] = found
        return found

    def counted(
        self, offered: Iterable[Filter], among: BitMap | None = None, but: BitMap | None = None
    ) -> dict[str, Mapping[str, int]]:
        """The same among some documents alone, or among all but some."""
        part = Complementable(among, but)
        of_kinds = part.of(self.fitting(any_kind=True) if self.kind else self.hits)
        found = {slug: of_kinds.intersection_cardinality(self.view.having("kind", (slug,))) for slug in kinds}
        hits = part.of(self.hits)
        return {"kind": found, **{each.key: self.count(each, hits, part) for each in offered}}

    def count(self, each: Filter, hits: BitMap, part: "Complementable") -> dict[str, int]:
        linked = {each.key, *each.combined_with}
        rest = part.of(self.fitting(but=linked)) if linked & self.conditions.keys() else hits
        if not rest:
            return {value: 0 for value, _label in each.options}
        if not linked & self.asked.query.choices.keys() - {each.key} and each.key != MODE_FILTER.key:
            # Most filters: their options are sets that do not depend on anything else.
            options = self.view.options(each)
            return {value: rest.intersection_cardinality(found) for value, found in options}
        others = {
            key: values for key, values in self.asked.query.choices.items() if key in linked - {each.key}
        }
        return each.counts(rest, others, self.view)


@dataclass(frozen=True)
class Complementable:
    """Some documents, or all but some."""

    among: BitMap | None = None
    but: BitMap | None = None

    def of(self, found: BitMap) -> BitMap:
        found = found if self.among is None else found & self.among
        return found if self.but is None else found - self.but

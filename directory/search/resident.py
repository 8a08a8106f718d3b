"""The index of this process: the base, what changed since, and the look whether more has changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyroaring import BitMap

from directory.search import building, words
from directory.search.segment import Segment


@dataclass(frozen=True)
class Index:
    """What is searched: segments, each with those of its documents that do not count any more."""

    segments: Sequence[tuple[Segment, BitMap]]
    table: words.Table

    def finds(self, need: words.Need) -> bool:
        """Whether anything at all has one of the words or facets of a need."""
        return any(self.has(segment, option) for segment, _dead in self.segments for option in need.options)

    def has(self, segment: Segment, option: words.Option) -> bool:
        if isinstance(option, words.Facet):
            return True
        if isinstance(option, words.Phrase):
            return bool(segment.phrase(option, named=False))
        return bool(segment.term(option, named=False))


def current() -> Index:
    return Index([(Segment(building.build()), BitMap())], words.load_table())

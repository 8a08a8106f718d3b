"""What would help when nothing was found, each with the number of listings that it gives: never a dead end.

In this order: a wider circle, what comes by phone or screen, one word or one choice left out, other kinds, hotlines.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.utils.translation import gettext as _

from directory.geo.geocoding import Spot
from directory.kinds.registry import kinds
from directory.listings.availability import At
from directory.search import engine
from directory.search.filter_registry import all_filters
from directory.search.query import SearchQuery
from directory.vocabulary import Mode

MOST = 7
MOST_KINDS = 3
# Of more words than these, none is left out by itself.
MOST_WORDS = 6
LINES = "hotlines"


@dataclass(frozen=True, slots=True)
class Offer:
    label: str
    count: int
    query: SearchQuery


@dataclass(frozen=True, slots=True)
class Offers:
    """For a query that found nothing; `kinds` says how many each kind would give with all else kept."""

    query: SearchQuery
    spot: Spot | None
    at: At
    fixed_kind: bool = False

    def found(self) -> list[Offer]:
        ways = self.counted([*self.wider(), *self.afar(), *self.less()])
        return [*ways[: MOST - 1], *self.counted(self.lines())] or self.counted(self.kinds())[:MOST_KINDS]

    def counted(self, ways: Sequence[tuple[str, SearchQuery]]) -> list[Offer]:
        """Those that would give something."""
        totals = engine.totals(self.asked(query) for _label, query in ways)
        found = zip(ways, totals, strict=True)
        return [Offer(label, total, query) for (label, query), total in found if total]

    def asked(self, query: SearchQuery) -> tuple[SearchQuery, Spot | None, At]:
        spot = self.spot if query.near else None
        # Without the place, "today" is meant where the site is.
        return query, spot, self.at if spot else At(self.at.now, settings.TIME_ZONE)

    def wider(self) -> Iterator[tuple[str, SearchQuery]]:
        if self.spot:
            for value in self.query.radii[-2:]:
                if value == self.query.radius:
                    continue
                yield (
                    _("Within %(radius)s") % {"radius": radius_words(value)},
                    replace(self.query, radius=value),
                )

    def afar(self) -> Iterator[tuple[str, SearchQuery]]:
        """Online, where only what one goes to was asked for."""
        modes = self.query.choices.get("mode", ())
        if modes and Mode.ONLINE not in modes:
            yield str(Mode.ONLINE.label), self.query.having("mode", [Mode.ONLINE])

    def less(self) -> Iterator[tuple[str, SearchQuery]]:
        query = self.query
        typed = query.q.split()
        if 1 < len(typed) <= MOST_WORDS:
            for place, word in enumerate(typed):
                rest = " ".join(typed[:place] + typed[place + 1 :])
                bare = word.strip('"')
                yield without(f"“{bare}”"), replace(query, q=rest, page=1)
        for key, values in query.chosen:
            for value in values:
                yield without(all_filters()[key].words(value)), query.without(key, value)
        for slug in () if self.fixed_kind else query.kinds:
            yield without(str(kinds[slug].plural)), query.without("kind", slug)
        if query.near:
            yield without(near_words(query, self.spot)), query.without("near", query.near)
        if query.q:
            yield without(f"“{query.q}”"), query.without("q", query.q)

    def lines(self) -> list[tuple[str, SearchQuery]]:
        """The lines of the country, unless they were asked for already."""
        query = SearchQuery(kinds=(LINES,))
        return [] if self.query.kinds == query.kinds else [(str(kinds[LINES].plural), query)]

    def kinds(self) -> list[tuple[str, SearchQuery]]:
        return [(str(kind.plural), SearchQuery(kinds=(kind.slug,))) for kind in kinds.values()]


def without(what: str) -> str:
    return _("Without: %(what)s") % {"what": what}


def near_words(query: SearchQuery, spot: Spot | None) -> str:
    if not spot:
        return ""
    return _("Within %(radius)s of %(place)s") % {"radius": radius_words(query.radius), "place": spot.value}


def radius_words(radius: str) -> str:
    if radius.endswith("km"):
        return _("%(n)s km") % {"n": radius.removesuffix("km")}
    return _("%(n)s miles") % {"n": radius}

"""What would help when nothing was found, each with the number of listings that it gives: never a dead end.

In this order: a wider circle, what comes by phone or screen, one word or one choice left out, other kinds, hotlines.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.utils.translation import gettext as _

from directory.geo.geocoding import GeoPoint
from directory.kinds.registry import kinds
from directory.listings.availability import AskedAt
from directory.search import engine
from directory.search.filter_registry import all_filters
from directory.search.query import SearchQuery
from directory.vocabulary import Mode

MOST = 7
MOST_KINDS = 3
# Of more words than these, none is left out by itself.
MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Alternative:
    label: str
    count: int
    query: SearchQuery


@dataclass(frozen=True, slots=True)
class Alternatives:
    """For a query that found nothing; `kinds` says how many each kind would give with all else kept."""

    query: SearchQuery
    spot: GeoPoint | None
    at: AskedAt
    fixed_kind: bool = False

    def total_found(self) -> list[Alternative]:
        ways = self.with_counts([*self.wider(), *self.afar(), *self.less()])
        return [*ways[: MOST - 1], *self.with_counts(self.lines())] or self.with_counts(self.kinds())[
            :MOST_KINDS
        ]

    def with_counts(self, ways: Sequence[tuple[str, SearchQuery]]) -> list[Alternative]:
        """Those that would give something."""
        totals = engine.count_totals(self.prepare(query) for _label, query in ways)
        found = zip(ways, totals, strict=True)
        return [Alternative(label, total, query) for (label, query), total in found if total]

    def prepare(self, query: SearchQuery) -> tuple[SearchQuery, GeoPoint | None, AskedAt]:
        spot = self.spot if query.near else None
        # Without the place, "today" is meant where the site is.
        return query, spot, self.at if spot else AskedAt(self.at.now, settings.TIME_ZONE)

    def wider(self) -> Iterator[tuple[str, SearchQuery]]:
        if self.spot:
            for value in self.query.radii[-2:]:
                if value == self.query.radius:
                    continue
                yield (
                    _("Within %(radius)s") % {"radius": radius_text(value)},
                    replace(self.query, radius=value),
                )

    def afar(self) -> Iterator[tuple[str, SearchQuery]]:
        """Online, where only what one goes to was asked for."""
        modes = self.query.choices.get("mode", ())
        if modes and Mode.ONLINE not in modes:
            yield str(Mode.ONLINE.label), self.query.with_options("mode", [Mode.ONLINE])

    def less(self) -> Iterator[tuple[str, SearchQuery]]:
        query = self.query
        typed = query.q.split()
        if 1 < len(typed) <= MOST_WORDS:
            for place, word in enumerate(typed):
                rest = " ".join(typed[:place] + typed[place + 1 :])
                bare = word.strip('"')
                yield drop_filter(f"“{bare}”"), replace(query, q=rest, page=1)
        for key, values in query.chosen:
            for value in values:
                yield drop_filter(all_filters()[key].option_label(value)), query.without_option(key, value)
        for slug in () if self.fixed_kind else query.kinds:
            yield drop_filter(str(kinds[slug].plural)), query.without_option("kind", slug)
        if query.near:
            yield drop_filter(near_text(query, self.spot)), query.without_option("near", query.near)
        if query.q:
            yield drop_filter(f"“{query.q}”"), query.without_option("q", query.q)

    def lines(self) -> list[tuple[str, SearchQuery]]:
        """The lines of the country, unless they were asked for already."""
        queries = [
            (str(kinds[slug].plural), SearchQuery(kinds=(slug,))) for slug in kinds.crisis_line_slugs()
        ]
        return [(label, query) for label, query in queries if query.kinds != self.query.kinds]

    def kinds(self) -> list[tuple[str, SearchQuery]]:
        return [(str(kind.plural), SearchQuery(kinds=(kind.slug,))) for kind in kinds.values()]


def drop_filter(what: str) -> str:
    return _("Without: %(what)s") % {"what": what}


def near_text(query: SearchQuery, spot: GeoPoint | None) -> str:
    if not spot:
        return ""
    return _("Within %(radius)s of %(place)s") % {"radius": radius_text(query.radius), "place": spot.value}


def radius_text(radius: str) -> str:
    if radius.endswith("km"):
        return _("%(n)s km") % {"n": radius.removesuffix("km")}
    return _("%(n)s miles") % {"n": radius}

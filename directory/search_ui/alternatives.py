"""Offer other searches when nothing was found, each with its number of results.

They come in this order: a larger radius, online results, one word or one choice less, hotlines. Where all of these find
nothing, other kinds are offered.
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
# In a query of more words than these, no single word is left out.
MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another search, with its label and its number of results."""

    label: str
    count: int
    query: SearchQuery


@dataclass(frozen=True, slots=True)
class Alternatives:
    """The alternatives to a query that found nothing. On the page of one kind, `fixed_kind` keeps that kind."""

    query: SearchQuery
    spot: GeoPoint | None
    at: AskedAt
    fixed_kind: bool = False

    def find_all(self) -> list[Alternative]:
        """Return the alternatives that find something, `MOST` at most."""
        nearest = self._with_counts([*self._larger_radius(), *self._online(), *self._with_less()])
        found = [*nearest[: MOST - 1], *self._with_counts(self._hotlines())]
        return found or self._with_counts(self._other_kinds())[:MOST_KINDS]

    def _with_counts(self, searches: Sequence[tuple[str, SearchQuery]]) -> list[Alternative]:
        """Return the searches that find something, each with the number of its results."""
        totals = engine.count_totals(self._prepare(query) for _label, query in searches)
        pairs = zip(searches, totals, strict=True)
        return [Alternative(label, total, query) for (label, query), total in pairs if total]

    def _prepare(self, query: SearchQuery) -> tuple[SearchQuery, GeoPoint | None, AskedAt]:
        """Return a query with the point and the time that it is evaluated for."""
        spot = self.spot if query.near else None
        # Without a place, "today" is the day in the time zone of the site.
        return query, spot, self.at if spot else AskedAt(self.at.now, settings.TIME_ZONE)

    def _larger_radius(self) -> Iterator[tuple[str, SearchQuery]]:
        """Yield the searches in the two largest radii."""
        if self.spot:
            for value in self.query.radii[-2:]:
                if value == self.query.radius:
                    continue
                yield (
                    _("Within %(radius)s") % {"radius": radius_text(value)},
                    replace(self.query, radius=value),
                )

    def _online(self) -> Iterator[tuple[str, SearchQuery]]:
        """Yield the search for online results, where the query asks for others only."""
        modes = self.query.choices.get("mode", ())
        if modes and Mode.ONLINE not in modes:
            yield str(Mode.ONLINE.label), self.query.with_options("mode", [Mode.ONLINE])

    def _with_less(self) -> Iterator[tuple[str, SearchQuery]]:
        """Yield the searches with one word, option, kind, place or all words left out."""
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

    def _hotlines(self) -> list[tuple[str, SearchQuery]]:
        """Return the search for hotlines, unless that is the query itself."""
        queries = [
            (str(kinds[slug].plural), SearchQuery(kinds=(slug,))) for slug in kinds.crisis_line_slugs()
        ]
        return [(label, query) for label, query in queries if query.kinds != self.query.kinds]

    def _other_kinds(self) -> list[tuple[str, SearchQuery]]:
        """Return a search for all listings of each kind."""
        return [(str(kind.plural), SearchQuery(kinds=(kind.slug,))) for kind in kinds.values()]


def drop_filter(what: str) -> str:
    """Return the label of a search without this part."""
    return _("Without: %(what)s") % {"what": what}


def near_text(query: SearchQuery, spot: GeoPoint | None) -> str:
    """Return the radius and the place of a query in words; empty without a place."""
    if not spot:
        return ""
    return _("Within %(radius)s of %(place)s") % {"radius": radius_text(query.radius), "place": spot.value}


def radius_text(radius: str) -> str:
    """Return a radius such as "10" or "25km" in words."""
    if radius.endswith("km"):
        return _("%(n)s km") % {"n": radius.removesuffix("km")}
    return _("%(n)s miles") % {"n": radius}

"""The one place that knows how a `SearchQuery` is answered.

`search(query, …)` is the door: ids of one page, exact total, exact counts of every option. Behind it stands plain
SQL through Django's ORM, which is right and simple, and grows with the number of listings.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from directory import freshness, places
from directory.kinds import kinds
from directory.models import Listing, Place
from directory.moments import ANY_TIME, HOUR, OPENS, STARTS, At
from directory.places import Spot
from directory.search import filters
from directory.search.filters import COUNTRY, MODE, Filter
from directory.search.matching import matching, names_first
from directory.search.query import SearchQuery

PAGE_SIZE = 20
DAY_SECONDS = 24 * 60 * 60
# A private point counts as rounded to two decimals, about a kilometre, however small a circle is asked for:
# several exact distances together would give the door away.
PRIVATE_DECIMALS = 2
ROUNDED_OFF_KM = 1


@dataclass(frozen=True, slots=True)
class Results:
    """Ids of one page in order; the exact total; for each filter the count of every option, its own group left out;
    distances in km of the listings that are near."""

    ids: tuple[int, ...]
    total: int
    counts: Mapping[str, Mapping[str, int]]
    km: Mapping[int, float]

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


@dataclass(frozen=True, slots=True)
class Asked:
    """A query with what holds for it unasked: the places in reach, and the country whose lines are shown."""

    query: SearchQuery
    at: At
    country: str
    reach: Mapping[int, float]

    @property
    def base(self) -> QuerySet[Listing]:
        return Listing.objects.published().filter(matching(self.query.q))

    @property
    def hits(self) -> QuerySet[Listing]:
        return self.base.filter(self.kind, *self.conditions())

    @property
    def kind(self) -> Q:
        return Q(kind__in=self.query.kinds) if self.query.kinds else Q()

    def conditions(self, but: Collection[str] = ()) -> list[Q]:
        """Of each chosen filter, and of those that also speak where nothing was chosen."""
        known, choices = filters.all_filters(), {**self.unasked, **self.query.choices}
        return [known[key].condition(choices, self.at) for key in choices if key not in but]

    @property
    def unasked(self) -> filters.Chosen:
        """Nobody is shown another country's lines, or what takes place out of reach, unless they ask for it."""
        near: filters.Chosen = {} if self.at.places is None else {MODE.key: ()}
        return {COUNTRY.key: (self.country,), **near}


def asked(query: SearchQuery, spot: Spot | None, at: At) -> Asked:
    reach = places_in_reach(spot, query.km) if spot else {}
    country = (spot.country if spot else "") or settings.DEFAULT_COUNTRY
    return Asked(query, replace(at, places=frozenset(reach) if spot else None), country, reach)


def search(query: SearchQuery, *, spot: Spot | None, at: At) -> Results:
    """Answers a query at a moment. A page behind the last one is answered with the last."""
    wanted = asked(query, spot, at)
    hits = wanted.hits
    km = {
        pk: wanted.reach[place] for pk, place in hits.values_list("pk", "place_id") if place in wanted.reach
    }
    ordered = in_order(query, hits, km, wanted.at)
    first = min(query.page - 1, max(0, len(ordered) - 1) // PAGE_SIZE) * PAGE_SIZE
    return Results(
        ids=tuple(ordered[first : first + PAGE_SIZE]),
        total=len(ordered),
        counts={
            "kind": count_kinds(wanted),
            **{each.key: count(wanted, each) for each in filters.offered(query.kinds, query.choices)},
        },
        km=km,
    )


def total(query: SearchQuery, *, spot: Spot | None, at: At) -> int:
    """The exact total alone, for offers."""
    return asked(query, spot, at).hits.count()


def soonest(query: SearchQuery, at: At, limit: int) -> list[int]:
    """Ids of the listings that one can go to first, and nothing counted."""
    return soonest_first(asked(query, None, at).hits, at)[:limit]


def places_in_reach(spot: Spot, km: float) -> dict[int, float]:
    """Place ids within `km` kilometres and how far each is; a private place as far as its rounded point is."""
    box = Q(pk__in=())
    for south, north, west, east in places.near_box(spot.latitude, spot.longitude, km + ROUNDED_OFF_KM):
        box |= Q(latitude__range=(south, north), longitude__range=(west, east))
    rows = Place.objects.filter(box).values_list("pk", "latitude", "longitude", "private")
    distances = (
        (pk, distance_to(spot, latitude, longitude, private))
        for pk, latitude, longitude, private in rows
        if latitude is not None and longitude is not None
    )
    return {pk: distance for pk, distance in distances if distance <= km}


def distance_to(spot: Spot, latitude: float, longitude: float, private: bool) -> float:
    if private:
        latitude, longitude = round(latitude, PRIVATE_DECIMALS), round(longitude, PRIVATE_DECIMALS)
    return places.distance_km(spot.latitude, spot.longitude, latitude, longitude)


def count(wanted: Asked, each: Filter) -> dict[str, int]:
    """How many each option would give with the filter's own choice left out and all others kept."""
    query, at, linked = wanted.query, wanted.at, {each.key, *each.together}
    rest = wanted.base.filter(wanted.kind, *wanted.conditions(but=linked))
    others = {key: values for key, values in query.choices.items() if key in linked and key != each.key}
    options = [value for value, _label in each.options]
    counts = {
        f"n{number}": Count("pk", filter=each.condition({**others, each.key: (value,)}, at))
        for number, value in enumerate(options)
    }
    found = rest.aggregate(**counts)
    return {value: found[f"n{number}"] for number, value in enumerate(options)}


def count_kinds(wanted: Asked) -> dict[str, int]:
    rows = wanted.base.filter(*wanted.conditions()).order_by().values("kind").annotate(n=Count("pk"))
    found = {row["kind"]: row["n"] for row in rows}
    return {slug: found.get(slug, 0) for slug in kinds}


def in_order(query: SearchQuery, hits: QuerySet[Listing], km: Mapping[int, float], at: At) -> list[int]:
    if query.order == "nearest":
        pks = list(hits.order_by("name", "pk").values_list("pk", flat=True))
        return sorted(pks, key=lambda pk: km.get(pk, float("inf")))
    if query.order == "soonest":
        return soonest_first(hits, at)
    rows = (
        hits.annotate(named=names_first(query.q)).order_by("named", "name", "pk").values_list("named", "pk")
    )
    stale = stale_among(hits, at)
    return [pk for _named, pk in sorted(rows, key=lambda row: (row[0], row[1] in stale))]


def soonest_first(hits: QuerySet[Listing], at: At) -> list[int]:
    rows = list(hits.order_by("name", "pk").values_list("pk", "kind"))
    keys: dict[int, tuple[int, float]] = {}
    for slug in dict.fromkeys(kind for _pk, kind in rows):
        keys |= kinds[slug].starts([pk for pk, kind in rows if kind == slug], at)
    stale = stale_among(hits, at)

    def order(row: tuple[int, str]) -> tuple[int, int, bool, float]:
        rank, value = keys.get(row[0], (ANY_TIME, 0))
        return rank, step(rank, value, at), row[0] in stale, value

    return [pk for pk, _kind in sorted(rows, key=order)]


def step(rank: int, value: float, at: At) -> int:
    """What counts as equally soon, so that stale listings may stand behind fresh ones: the coming hour, then day by
    day; without a time, the kind's own order."""
    if rank == ANY_TIME:
        return int(value)
    if rank not in (STARTS, OPENS):
        return 0
    ahead = value - at.now.timestamp()
    return 0 if ahead <= HOUR.total_seconds() else 1 + int(ahead // DAY_SECONDS)


def stale_among(hits: QuerySet[Listing], at: At) -> set[int]:
    """Ids of the hits that nobody has confirmed for so long that fresher ones come first."""
    old = Listing.objects.with_last_check().filter(freshness.stale(at.today))
    return set(old.filter(pk__in=hits.order_by().values("pk")).values_list("pk", flat=True))

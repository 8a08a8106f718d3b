"""The one place that knows how a `SearchQuery` is answered.

`search(query, …)` is the door: ids of one page, exact total, exact counts of every option. Behind it stands plain
SQL through Django's ORM, which is right and simple, and grows with the number of listings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from directory import places
from directory.kinds import kinds
from directory.models import Listing, Place
from directory.moments import ANY_TIME, At
from directory.places import Spot
from directory.search import filters
from directory.search.filters import MODE, Filter
from directory.search.query import SearchQuery
from directory.search.words import matching, names_first

PAGE_SIZE = 20


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


def search(query: SearchQuery, *, spot: Spot | None, at: At, home: str = "") -> Results:
    """Answers a query at a moment. `home` is the visitor's country: other countries' lines stay out unless asked."""
    reach = places_in_reach(spot, query.km) if spot else {}
    at = replace(at, places=frozenset(reach) if spot else None)
    offered = filters.filters_for(query.kinds)
    base = base_of(query, at, home)
    hits = hits_of(query, base, at)
    km = {pk: reach[place] for pk, place in hits.values_list("pk", "place_id") if place in reach}
    ordered = in_order(query, hits, km, at)
    first = (query.page - 1) * PAGE_SIZE
    return Results(
        ids=tuple(ordered[first : first + PAGE_SIZE]),
        total=len(ordered),
        counts={
            "kind": count_kinds(base, query, at),
            **{each.key: count(base, query, each, at) for each in offered},
        },
        km=km,
    )


def total(query: SearchQuery, *, spot: Spot | None, at: At, home: str = "") -> int:
    """The exact total alone, for offers."""
    reach = places_in_reach(spot, query.km) if spot else {}
    at = replace(at, places=frozenset(reach) if spot else None)
    return hits_of(query, base_of(query, at, home), at).count()


def soonest(kind: str, at: At, limit: int) -> list[int]:
    """Ids of the listings of a kind that one can go to first."""
    query = SearchQuery(kinds=(kind,))
    return soonest_first(hits_of(query, base_of(query, at, ""), at), at)[:limit]


def hits_of(query: SearchQuery, base: QuerySet[Listing], at: At) -> QuerySet[Listing]:
    return base.filter(kind_condition(query), *conditions(query.choices, at))


def places_in_reach(spot: Spot, km: float) -> dict[int, float]:
    """Place ids within `km` kilometres and how far each is."""
    box = Q(pk__in=())
    for south, north, west, east in places.near_box(spot.latitude, spot.longitude, km):
        box |= Q(latitude__range=(south, north), longitude__range=(west, east))
    rows = Place.objects.filter(box).values_list("pk", "latitude", "longitude")
    distances = (
        (pk, places.distance_km(spot.latitude, spot.longitude, latitude, longitude))
        for pk, latitude, longitude in rows
        if latitude is not None and longitude is not None
    )
    return {pk: distance for pk, distance in distances if distance <= km}


def base_of(query: SearchQuery, at: At, home: str) -> QuerySet[Listing]:
    base = Listing.objects.published().filter(matching(query.q))
    if "country" not in query.choices:
        base = base.filter(country__in=("", home or settings.DEFAULT_COUNTRY))
    if at.places is not None and "mode" not in query.choices:
        base = base.filter(MODE.condition(query.choices, at))
    return base


def kind_condition(query: SearchQuery) -> Q:
    return Q(kind__in=query.kinds) if query.kinds else Q()


def conditions(choices: filters.Chosen, at: At, but: Sequence[str] = ()) -> list[Q]:
    known = filters.all_filters()
    return [known[key].condition(choices, at) for key in choices if key not in but]


def count(base: QuerySet[Listing], query: SearchQuery, each: Filter, at: At) -> dict[str, int]:
    """How many each option would give with the filter's own choice left out and all others kept."""
    linked = {each.key, *each.together}
    rest = base.filter(kind_condition(query), *conditions(query.choices, at, but=tuple(linked)))
    others = {key: values for key, values in query.choices.items() if key in linked and key != each.key}
    options = [value for value, _label in each.options]
    counts = {
        f"n{number}": Count("pk", filter=each.condition({**others, each.key: (value,)}, at))
        for number, value in enumerate(options)
    }
    found = rest.aggregate(**counts)
    return {value: found[f"n{number}"] for number, value in enumerate(options)}


def count_kinds(base: QuerySet[Listing], query: SearchQuery, at: At) -> dict[str, int]:
    rows = base.filter(*conditions(query.choices, at)).order_by().values("kind").annotate(n=Count("pk"))
    found = {row["kind"]: row["n"] for row in rows}
    return {slug: found.get(slug, 0) for slug in kinds}


def in_order(query: SearchQuery, hits: QuerySet[Listing], km: Mapping[int, float], at: At) -> list[int]:
    if query.order == "nearest":
        pks = list(hits.order_by("name", "pk").values_list("pk", flat=True))
        return sorted(pks, key=lambda pk: km.get(pk, float("inf")))
    if query.order == "soonest":
        return soonest_first(hits, at)
    return list(hits.order_by(names_first(query.q), "name", "pk").values_list("pk", flat=True))


def soonest_first(hits: QuerySet[Listing], at: At) -> list[int]:
    rows = list(hits.order_by("name", "pk").values_list("pk", "kind"))
    keys: dict[int, tuple[int, float]] = {}
    for slug in dict.fromkeys(kind for _pk, kind in rows):
        keys |= kinds[slug].starts([pk for pk, kind in rows if kind == slug], at)
    return [pk for pk, _kind in sorted(rows, key=lambda row: keys.get(row[0], (ANY_TIME, 0)))]

"""Likely doubles: finding them in the whole directory, keeping them for the desk, and the queue of those that wait."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.work_queues import WorkQueue
from curation.duplicates import similarity
from curation.duplicates.similarity import CandidatePair, ComparedFacts, ContactKey, Slot
from curation.models import LikelyDuplicate
from curation.roles import regions
from directory.kinds.registry import kinds
from directory.listings.services import Editor
from directory.models import Channel, Listing, OpeningInterval
from directory.vocabulary import Status
from groups.models import Meeting, Repeat

Decision = LikelyDuplicate.Decision
# Told how many pairs were compared, and of how many.
Progress = Callable[[int, int], None]
PAIRS_A_STEP = 5000
ROWS_A_BATCH = 500
WEEKDAYS = dict(OpeningInterval.WEEKDAYS)
OF_LISTING = (
    "pk", "kind", "name", "source", "sample", "country", "supportgroup__fellowship", "place__street", "place__city",
    "place__region", "place__postal_code", "place__country", "place__latitude", "place__longitude",
    "place__approximate",
)  # fmt: skip


class StoreResult(NamedTuple):
    """How many pairs were new, how many open ones do not look alike any more and were taken off, how many wait."""

    new: int
    gone: int
    waiting: int


def unseen(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


def find_duplicates(
    listings: Iterable[Listing] | None = None, *, progress: Progress = unseen
) -> list[CandidatePair]:
    """Listings that may be one, over all sources and kinds. With `listings`, only pairs with at least one of these.

    What is closed or was replaced is left out. Writes nothing; decisions made before do not matter here.
    """
    scope = None if listings is None else {listing.pk for listing in listings}
    facts = read_facts()
    candidates, telling = similarity.find_pairs(facts, scope)
    found = []
    for number, (first, second) in enumerate(sorted(candidates), start=1):
        if reasons := similarity.match_reasons(facts[first], facts[second], telling):
            found.append(CandidatePair(first, second, reasons))
        if number % PAIRS_A_STEP == 0 or number == len(candidates):
            progress(number, len(candidates))
    return found


def store_duplicates(
    listings: Iterable[Listing] | None = None, *, progress: Progress = unseen
) -> StoreResult:
    """Finds doubles and keeps them for the desk. A pair that was decided stays decided, whatever it looks like now."""
    listings = None if listings is None else list(listings)
    found = {(pair.first, pair.second): pair.reasons for pair in find_duplicates(listings, progress=progress)}
    with transaction.atomic():
        return save_pairs(found, None if listings is None else {listing.pk for listing in listings})


def save_pairs(found: dict[tuple[int, int], list[str]], scope: set[int] | None) -> StoreResult:
    known = {(row.first_id, row.second_id): row for row in LikelyDuplicate.objects.select_for_update()}
    fresh = [
        LikelyDuplicate(first_id=first, second_id=second, reasons=reasons)
        for (first, second), reasons in found.items()
        if (first, second) not in known
    ]
    LikelyDuplicate.objects.bulk_create(fresh, batch_size=ROWS_A_BATCH)
    open_ones = {pair: row for pair, row in known.items() if row.decision == Decision.OPEN}
    for pair, row in open_ones.items():
        if pair in found and row.reasons != found[pair]:
            row.reasons = found[pair]
            row.save(update_fields=["reasons"])
    gone = [
        row.pk
        for pair, row in open_ones.items()
        if pair not in found and (scope is None or not scope.isdisjoint(pair))
    ]
    LikelyDuplicate.objects.filter(pk__in=gone).delete()
    return StoreResult(len(fresh), len(gone), len(open_ones) - len(gone) + len(fresh))


# ---- What is compared ----


def read_facts(only: Iterable[int] | None = None) -> dict[int, ComparedFacts]:
    """Four plain queries over all listings that can still be merged, or over those of them with these ids."""
    listings = Listing.objects.filter(replaced_by=None).exclude(status=Status.CLOSED).order_by("pk")
    listings = listings if only is None else listings.filter(pk__in=only)
    slots, ways = read_slots(listings), read_ways(listings)
    rows = listings.values(*OF_LISTING).iterator(chunk_size=2000)
    return {row["pk"]: facts_of(row, slots.get(row["pk"], {}), ways.get(row["pk"], {})) for row in rows}


def facts_of(row: dict[str, Any], slots: dict[Slot, str], ways: dict[ContactKey, str]) -> ComparedFacts:
    street, city = row["place__street"] or "", row["place__city"] or ""
    latitude, longitude = row["place__latitude"], row["place__longitude"]
    exact = latitude is not None and longitude is not None and not row["place__approximate"]
    return ComparedFacts(
        pk=row["pk"],
        kind=row["kind"],
        family=need_family(row["kind"]),
        source=row["source"],
        sample=row["sample"],
        fellowship=row["supportgroup__fellowship"] or "",
        name=row["name"],
        words=similarity.name_words(row["name"], city),
        town=similarity.town_key(city, row["place__region"] or "", row["place__country"] or row["country"]),
        town_words=city,
        address=similarity.address_key(street, city, row["place__postal_code"] or ""),
        address_words=", ".join(filter(None, (street, city))),
        point=(latitude, longitude) if exact else None,
        slots=slots,
        ways=ways,
    )


def need_family(kind: str) -> str:
    """Kinds that answer the same need share the support that they give; a kind that gives none stands alone."""
    known = kinds.get(kind)
    return known.support_type or kind if known else kind


def read_slots(listings: QuerySet[Listing]) -> dict[int, dict[Slot, str]]:
    meetings = Meeting.objects.filter(group__in=listings.values("pk")).exclude(repeat=Repeat.ONGOING)
    found: dict[int, dict[Slot, str]] = {}
    rows = meetings.order_by("group", "weekday", "start").values_list(
        "group", "weekday", "first", "start", "nth"
    )
    for group, weekday, first, start, nth in rows.iterator(chunk_size=2000):
        day = weekday if weekday is not None else first
        words = WEEKDAYS[weekday] if weekday is not None else first
        slot = Slot(str(day), f"{start:%H:%M}", nth or 0)
        found.setdefault(group, {})[slot] = f"{words} {slot.start}"
    return found


def read_ways(listings: QuerySet[Listing]) -> dict[int, dict[ContactKey, str]]:
    """By listing: channels, and the links and numbers under which its meetings are joined."""
    found: dict[int, dict[ContactKey, str]] = {}

    def note(pk: int, way: ContactKey | None, shown: str) -> None:
        if way is not None:
            found.setdefault(pk, {}).setdefault(way, shown)

    channels = Channel.objects.filter(listing__in=listings.values("pk")).order_by("pk")
    columns = ("listing", "type", "dial", "display", "listing__country")
    for pk, kind, dial, display, country in channels.values_list(*columns).iterator(2000):
        way = similarity.contact_key(kind, dial, country)
        note(pk, way, way.what if way and way.sort == "page" else display or dial)
    joined = Meeting.objects.filter(group__in=listings.values("pk")).exclude(join_url="", join_phone="")
    ways_in = ("group", "join_url", "join_phone", "group__country")
    for pk, url, dial, country in joined.order_by("pk").values_list(*ways_in).iterator(2000):
        way = similarity.page_key(url) if url else None
        note(pk, way, way.what if way else url)
        note(pk, similarity.phone_key(dial, country) if dial else None, dial)
    return found


# ---- The queue ----


def visible_pairs(curator: Editor) -> QuerySet[LikelyDuplicate]:
    """Pairs that a curator may see: a merge changes both, so both listings are within reach."""
    both = regions.listings_of(curator, "first__") & regions.listings_of(curator, "second__")
    return LikelyDuplicate.objects.select_related("first", "second").filter(both)


def open_pairs(pairs: QuerySet[LikelyDuplicate]) -> QuerySet[LikelyDuplicate]:
    """Not decided, oldest first. Where one of the two was closed meanwhile there is nothing to decide."""
    closed = Q(first__status=Status.CLOSED) | Q(second__status=Status.CLOSED)
    return pairs.filter(decision=Decision.OPEN).exclude(closed).order_by("found_at", "pk")


def next_pair(curator: Editor, after: LikelyDuplicate | None = None) -> LikelyDuplicate | None:
    """The pair that has waited longest; with `after`, the one behind it, and the first again behind the last."""
    pairs = open_pairs(visible_pairs(curator))
    if after is None:
        return pairs.first()
    others = pairs.exclude(pk=after.pk)
    behind = Q(found_at__gt=after.found_at) | Q(found_at=after.found_at, pk__gt=after.pk)
    return others.filter(behind).first() or others.first()


def queues(curator: Any) -> list[WorkQueue]:
    """For whoever may decide of them."""
    if not curator.has_perm("curation.change_likelyduplicate"):
        return []
    pairs = open_pairs(visible_pairs(curator))
    first = pairs.first()
    return [
        WorkQueue(
            key="doubles",
            label=_("Likely doubles"),
            count=pairs.count(),
            oldest=timezone.localdate(first.found_at) if first else None,
            url=address_of(first),
        )
    ]


def address_of(double: LikelyDuplicate | None) -> str:
    """Where it is decided, or the list of all."""
    if double is None:
        return reverse("admin:curation_likelyduplicate_changelist")
    return reverse("admin:curation_likelyduplicate_change", args=(double.pk,))

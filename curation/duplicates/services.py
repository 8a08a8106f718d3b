"""Find likely duplicates in the whole directory, store them for curators, and count those that wait."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.work_queues import WorkQueue
from curation.duplicates import similarity
from curation.duplicates.similarity import CandidatePair, ComparedFacts, ContactKey, MeetingSlot
from curation.models import LikelyDuplicate
from curation.roles import regions
from directory.kinds.registry import kinds
from directory.listings.services import Editor
from directory.models import Channel, Listing, OpeningInterval
from directory.vocabulary import Status
from groups.models import Meeting, Repeat

# Called with the number of pairs that were compared and the number of all.
ProgressCallback = Callable[[int, int], None]
PAIRS_PER_PROGRESS = 5000
BATCH_SIZE = 500
WEEKDAYS = dict(OpeningInterval.WEEKDAYS)
LISTING_COLUMNS = (
    "pk", "kind", "name", "source", "sample", "country", "place__street", "place__city",
    "place__region", "place__postal_code", "place__country", "place__latitude", "place__longitude",
    "place__approximate",
)  # fmt: skip


class StoreResult(NamedTuple):
    """How many pairs were created, how many open ones were removed as no longer alike, and how many are open."""

    created: int
    removed: int
    waiting: int


def ignore_progress(_done: int, _total: int) -> None:
    """Do nothing, where nobody watches the progress."""


def find_duplicates(
    listings: Iterable[Listing] | None = None, *, progress: ProgressCallback = ignore_progress
) -> list[CandidatePair]:
    """Return pairs of listings that may be one, over all sources and kinds.

    With `listings`, only pairs with at least one of these are returned. Listings that are closed or were replaced are
    left out. Nothing is written, and earlier decisions play no part.
    """
    scope = None if listings is None else {listing.pk for listing in listings}
    facts = read_facts()
    candidates, distinctive = similarity.find_pairs(facts, scope)
    pairs = []
    for number, (first, second) in enumerate(sorted(candidates), start=1):
        if reasons := similarity.match_reasons(facts[first], facts[second], distinctive):
            pairs.append(CandidatePair(first, second, reasons))
        if number % PAIRS_PER_PROGRESS == 0 or number == len(candidates):
            progress(number, len(candidates))
    return pairs


def store_duplicates(
    listings: Iterable[Listing] | None = None, *, progress: ProgressCallback = ignore_progress
) -> StoreResult:
    """Find duplicates and store them for curators. A pair that was decided stays decided."""
    listings = None if listings is None else list(listings)
    found = {(pair.first, pair.second): pair.reasons for pair in find_duplicates(listings, progress=progress)}
    with transaction.atomic():
        return _save_pairs(found, None if listings is None else {listing.pk for listing in listings})


def _save_pairs(found: dict[tuple[int, int], list[str]], scope: set[int] | None) -> StoreResult:
    """Create new pairs, update the reasons of open ones, and delete open ones that are no longer alike.

    `found` maps the ids of each pair to its reasons. With `scope`, only pairs with one of these ids are deleted.
    """
    known = {(row.first_id, row.second_id): row for row in LikelyDuplicate.objects.select_for_update()}
    new = [
        LikelyDuplicate(first_id=first, second_id=second, reasons=reasons)
        for (first, second), reasons in found.items()
        if (first, second) not in known
    ]
    LikelyDuplicate.objects.bulk_create(new, batch_size=BATCH_SIZE)
    open_rows = {pair: row for pair, row in known.items() if row.decision == LikelyDuplicate.Decision.OPEN}
    for pair, row in open_rows.items():
        if pair in found and row.reasons != found[pair]:
            row.reasons = found[pair]
            row.save(update_fields=["reasons"])
    outdated = [
        row.pk
        for pair, row in open_rows.items()
        if pair not in found and (scope is None or not scope.isdisjoint(pair))
    ]
    LikelyDuplicate.objects.filter(pk__in=outdated).delete()
    return StoreResult(len(new), len(outdated), len(open_rows) - len(outdated) + len(new))


# ---- Facts to compare ----


def read_facts(only: Iterable[int] | None = None) -> dict[int, ComparedFacts]:
    """Return the facts of all listings that can be merged, by id; with `only`, of those with these ids.

    It takes four queries, however many listings there are.
    """
    listings = Listing.objects.filter(replaced_by=None).exclude(status=Status.CLOSED).order_by("pk")
    listings = listings if only is None else listings.filter(pk__in=only)
    slots, contacts = _read_slots(listings), _read_contacts(listings)
    lookups = [kind.fellowship_lookup for kind in kinds.values() if kind.fellowship_lookup]
    rows = listings.values(*LISTING_COLUMNS, *lookups).iterator(chunk_size=2000)
    return {
        row["pk"]: _build_facts(row, slots.get(row["pk"], {}), contacts.get(row["pk"], {})) for row in rows
    }


def _build_facts(
    row: dict[str, Any], slots: dict[MeetingSlot, str], contacts: dict[ContactKey, str]
) -> ComparedFacts:
    """Return the facts of a listing from a row of `LISTING_COLUMNS`."""
    street, city = row["place__street"] or "", row["place__city"] or ""
    latitude, longitude = row["place__latitude"], row["place__longitude"]
    exact = latitude is not None and longitude is not None and not row["place__approximate"]
    return ComparedFacts(
        pk=row["pk"],
        kind=row["kind"],
        need=_shared_need(row["kind"]),
        source=row["source"],
        sample=row["sample"],
        fellowship=_fellowship(row),
        name=row["name"],
        name_words=similarity.name_words(row["name"], city),
        town_key=similarity.town_key(
            city, row["place__region"] or "", row["place__country"] or row["country"]
        ),
        town_name=city,
        address_key=similarity.address_key(street, city, row["place__postal_code"] or ""),
        address_text=", ".join(filter(None, (street, city))),
        point=(latitude, longitude) if exact else None,
        slots=slots,
        contacts=contacts,
    )


def _fellowship(row: dict[str, Any]) -> str:
    """Return the fellowship of a listing, or "" for a kind without fellowships and for an unknown one."""
    declared = kinds.get(row["kind"])
    return (row[declared.fellowship_lookup] or "") if declared and declared.fellowship_lookup else ""


def _shared_need(kind: str) -> str:
    """Return the support type of a kind, which kinds for the same need share; the kind itself where it has none."""
    declared = kinds.get(kind)
    return declared.support_type or kind if declared else kind


def _read_slots(listings: QuerySet[Listing]) -> dict[int, dict[MeetingSlot, str]]:
    """Return when the meetings of each listing start, each slot with its words, by the id of the listing."""
    meetings = Meeting.objects.filter(group__in=listings.values("pk")).exclude(repeat=Repeat.ONGOING)
    slots: dict[int, dict[MeetingSlot, str]] = {}
    rows = meetings.order_by("group", "weekday", "start").values_list(
        "group", "weekday", "first", "start", "weeks"
    )
    for group, weekday, first, start, weeks in rows.iterator(chunk_size=2000):
        day = weekday if weekday is not None else first
        day_text = WEEKDAYS[weekday] if weekday is not None else first
        slot = MeetingSlot(str(day), f"{start:%H:%M}", weeks)
        slots.setdefault(group, {})[slot] = f"{day_text} {slot.start}"
    return slots


def _read_contacts(listings: QuerySet[Listing]) -> dict[int, dict[ContactKey, str]]:
    """Return the contacts of each listing, each key with its text, by the id of the listing.

    Contacts are its channels, and the links and numbers by which its meetings are joined.
    """
    contacts: dict[int, dict[ContactKey, str]] = {}

    def add(pk: int, key: ContactKey | None, text: str) -> None:
        if key is not None:
            contacts.setdefault(pk, {}).setdefault(key, text)

    channels = Channel.objects.filter(listing__in=listings.values("pk")).order_by("pk")
    columns = ("listing", "type", "dial", "display", "listing__country")
    for pk, kind, dial, display, country in channels.values_list(*columns).iterator(2000):
        key = similarity.contact_key(kind, dial, country)
        add(pk, key, key.value if key and key.type == "page" else display or dial)
    meetings = Meeting.objects.filter(group__in=listings.values("pk")).exclude(join_url="", join_phone="")
    ways_in = ("group", "join_url", "join_phone", "group__country")
    for pk, url, dial, country in meetings.order_by("pk").values_list(*ways_in).iterator(2000):
        key = similarity.page_key(url) if url else None
        add(pk, key, key.value if key else url)
        add(pk, similarity.phone_key(dial, country) if dial else None, dial)
    return contacts


# ---- The queue ----


def visible_pairs(curator: Editor) -> QuerySet[LikelyDuplicate]:
    """Return the pairs that a curator may see: both listings are in their regions, since a merge changes both."""
    both = regions.listings_of(curator, "first__") & regions.listings_of(curator, "second__")
    return LikelyDuplicate.objects.select_related("first", "second").filter(both)


def open_pairs(pairs: QuerySet[LikelyDuplicate]) -> QuerySet[LikelyDuplicate]:
    """Return the undecided pairs, oldest first, without those of which one listing was closed since."""
    closed = Q(first__status=Status.CLOSED) | Q(second__status=Status.CLOSED)
    return pairs.filter(decision=LikelyDuplicate.Decision.OPEN).exclude(closed).order_by("found_at", "pk")


def next_pair(curator: Editor, after: LikelyDuplicate | None = None) -> LikelyDuplicate | None:
    """Return the pair that has waited longest; with `after`, the one after it, and the first after the last."""
    pairs = open_pairs(visible_pairs(curator))
    if after is None:
        return pairs.first()
    others = pairs.exclude(pk=after.pk)
    later = Q(found_at__gt=after.found_at) | Q(found_at=after.found_at, pk__gt=after.pk)
    return others.filter(later).first() or others.first()


def duplicate_queues(curator: Any) -> list[WorkQueue]:
    """Return the queue of duplicates for a curator who may decide on them; no queue for others."""
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
            url=decision_url(first),
        )
    ]


def decision_url(pair: LikelyDuplicate | None) -> str:
    """Return the address of the page that decides on a pair; of the list of all pairs without one."""
    if pair is None:
        return reverse("admin:curation_likelyduplicate_changelist")
    return reverse("admin:curation_likelyduplicate_change", args=(pair.pk,))

"""Merge identical listings of different sources without a curator.

Two listings are identical where nothing differs that a visitor would act on. The merge and its undo are those of
`curation.duplicates.merge`. Two groups are never merged here: crisis lines, since a merge may change the listing that
is kept, and pairs that a curator separated after a merge.
"""

from django.db import transaction

from curation.duplicates import merge, services
from curation.duplicates.similarity import ComparedFacts
from curation.models import LikelyDuplicate
from directory.geo.gazetteer import fold_name
from directory.kinds.registry import kinds
from directory.listings import services as listing_services
from directory.models import Listing
from directory.vocabulary import Status


def merge_identical_pairs() -> int:
    """Merge the open pairs that are identical, keep the older listing of each, and return how many were merged."""
    pairs = services.open_pairs(LikelyDuplicate.objects.select_related("first", "second"))
    return sum(_merge_if_identical(pair) for pair in list(pairs) if may_be_identical(pair))


def may_be_identical(pair: LikelyDuplicate) -> bool:
    """Return whether the fields of both listings allow a merge, before their meetings and contacts are read."""
    one, other = pair.first, pair.second
    return (
        not pair.undo
        and one.kind == other.kind
        and kinds[one.kind].auto_merge
        and one.status == other.status == Status.PUBLISHED
        and bool(one.source and other.source)
        and one.source != other.source
        and fold_name(one.name) == fold_name(other.name)
        and one.modes == other.modes
    )


@transaction.atomic
def _merge_if_identical(pair: LikelyDuplicate) -> bool:
    """Lock both listings, compare them as they are now, and merge them where they are identical."""
    pks = (pair.first_id, pair.second_id)
    one, other = listing_services.lock_listings(Listing.objects.filter(pk__in=pks))
    facts = services.read_facts(pks)
    if (
        len(facts) < len(pks)
        or not _is_identical(*(facts[pk] for pk in pks))
        or _meeting_starts(one) != _meeting_starts(other)
    ):
        return False
    merge.merge_listings(pair, keep=one, by=None)
    return True


def _is_identical(one: ComparedFacts, other: ComparedFacts) -> bool:
    """Return whether fellowship, meeting times, contacts and address are the same.

    Listings without an address need a contact.
    """
    same_town = (one.town_key, fold_name(one.address_text)) == (other.town_key, fold_name(other.address_text))
    return (
        (one.sample, one.fellowship) == (other.sample, other.fellowship)
        and one.slots.keys() == other.slots.keys()
        and one.contacts.keys() == other.contacts.keys()
        and same_town
        and bool(one.address_key or one.contacts)
    )


def _meeting_starts(listing: Listing) -> set[tuple[object, ...]]:
    """Return when the meetings of a listing start, independent of their zones; empty for kinds without meetings."""
    return {merge.start_key(meeting) for meeting in kinds[listing.kind].own_meetings(listing)}

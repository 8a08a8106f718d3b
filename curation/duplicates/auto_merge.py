"""The identical: two listings of different sources between which nothing differs that a visitor would act on.

They alone are merged without a person, by the same merge as by hand and with the same undo. Never crisis lines: a merge
takes over what the kept one lacks, and a line is not altered without a person. Never a pair that somebody took apart.
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


def merge_identical() -> int:
    """Merges, among the pairs that wait, those that are identical; how many. The older listing is kept."""
    pairs = services.open_pairs(LikelyDuplicate.objects.select_related("first", "second"))
    return sum(merge_if_identical(double) for double in list(pairs) if may_be_merged(double))


def may_be_merged(double: LikelyDuplicate) -> bool:
    """Whether the two are worth comparing, by what stands on the listings themselves."""
    one, other = double.first, double.second
    return (
        not double.undo
        and one.kind == other.kind
        and kinds[one.kind].auto_merge
        and one.status == other.status == Status.PUBLISHED
        and bool(one.source and other.source)
        and one.source != other.source
        and fold_name(one.name) == fold_name(other.name)
        and one.modes == other.modes
    )


@transaction.atomic
def merge_if_identical(double: LikelyDuplicate) -> bool:
    """Compares both as they are now, locked."""
    pks = (double.first_id, double.second_id)
    one, other = listing_services.lock_listings(Listing.objects.filter(pk__in=pks))
    facts = services.read_facts(pks)
    if (
        len(facts) < len(pks)
        or not is_identical(*(facts[pk] for pk in pks))
        or meeting_starts(one) != meeting_starts(other)
    ):
        return False
    merge.merge(double, keep=one, by=None)
    return True


def is_identical(one: ComparedFacts, other: ComparedFacts) -> bool:
    """The same fellowship, times and ways to reach it, at one address; or at none, where there is a way to reach it."""
    same_town = (one.town, fold_name(one.address_words)) == (other.town, fold_name(other.address_words))
    return (
        (one.sample, one.fellowship) == (other.sample, other.fellowship)
        and one.slots.keys() == other.slots.keys()
        and one.ways.keys() == other.ways.keys()
        and same_town
        and bool(one.address or one.ways)
    )


def meeting_starts(listing: Listing) -> set[tuple[object, ...]]:
    """When its meetings begin, whatever their zones; nothing for what has no meetings."""
    return {merge.moment_of(meeting) for meeting in kinds[listing.kind].own_meetings(listing)}

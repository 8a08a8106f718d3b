"""Listings that were merged into others: which one stands in for which today."""

from collections.abc import Iterable, Mapping

from directory.models import Listing

LONGEST_CHAIN = 5


def merge_targets(pks: Iterable[int]) -> dict[int, int]:
    """For each of these listings that was replaced: the one that the public finds in its stead today.

    Left out is what stands for itself, and what has no way to a listing that can be opened: chains in a circle or
    longer than `LONGEST_CHAIN`. One query where nothing was replaced.
    """
    asked = list(pks)
    following = merge_steps(asked)
    ends = {pk: end for pk in asked if pk in following and (end := last_in_chain(pk, following)) is not None}
    if not ends:
        return {}
    there = set(Listing.objects.visible().filter(pk__in=set(ends.values())).values_list("pk", flat=True))
    return {pk: end for pk, end in ends.items() if end in there}


def replace_merged(pks: Iterable[int], now: Mapping[int, int]) -> list[int]:
    """The ids with each replaced one under its replacement of today, each once, in their order."""
    return list(dict.fromkeys(now.get(pk, pk) for pk in pks))


def merge_steps(pks: Iterable[int]) -> dict[int, int]:
    """Which listing replaces which, as far from these as a chain may reach and one step more."""
    following: dict[int, int] = {}
    edge = set(pks)
    for _step in range(LONGEST_CHAIN + 1):
        if not edge:
            break
        replaced = Listing.objects.filter(pk__in=edge, replaced_by__isnull=False)
        found = {pk: then for pk, then in replaced.values_list("pk", "replaced_by") if then is not None}
        following |= found
        edge = set(found.values()) - following.keys()
    return following


def last_in_chain(pk: int, following: Mapping[int, int]) -> int | None:
    """Where the chain from `pk` ends; None when it runs too far or in a circle."""
    for _step in range(LONGEST_CHAIN):
        pk = following[pk]
        if pk not in following:
            return pk
    return None

"""Redirects from listings that were merged into others."""

from collections.abc import Iterable, Mapping

from directory.models import Listing

MAX_CHAIN = 5


def merge_targets(pks: Iterable[int]) -> dict[int, int]:
    """Return, for each listing that was replaced, the id of the listing that the public finds in its place today.

    The result leaves out listings that were not replaced, and those whose chain of replacements is a circle, is longer
    than `MAX_CHAIN`, or ends at a listing whose page the public cannot open. One query where nothing was replaced.
    """
    pks = list(pks)
    steps = merge_steps(pks)
    targets = {pk: target for pk in pks if pk in steps and (target := last_in_chain(pk, steps)) is not None}
    if not targets:
        return {}
    visible = Listing.objects.visible().filter(pk__in=set(targets.values()))
    visible_pks = set(visible.values_list("pk", flat=True))
    return {pk: target for pk, target in targets.items() if target in visible_pks}


def replace_merged(pks: Iterable[int], targets: Mapping[int, int]) -> list[int]:
    """Return the ids in their order, with each replaced id exchanged for its target, without repeats."""
    return list(dict.fromkeys(targets.get(pk, pk) for pk in pks))


def merge_steps(pks: Iterable[int]) -> dict[int, int]:
    """Return the id that replaces each merged listing, by its id, for every step of the chains of merges."""
    steps: dict[int, int] = {}
    frontier = set(pks)
    for _step in range(MAX_CHAIN + 1):
        if not frontier:
            break
        replaced = Listing.objects.filter(pk__in=frontier, replaced_by__isnull=False)
        found = {pk: target for pk, target in replaced.values_list("pk", "replaced_by") if target is not None}
        steps |= found
        frontier = set(found.values()) - steps.keys()
    return steps


def last_in_chain(pk: int, steps: Mapping[int, int]) -> int | None:
    """Return the end of the chain that starts at `pk`, or None where the chain is too long or a circle."""
    for _step in range(MAX_CHAIN):
        pk = steps[pk]
        if pk not in steps:
            return pk
    return None

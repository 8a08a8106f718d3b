"""All filters of the directory by their key, and those that a results page offers.

Filters are declared in `filters.py`, which all kinds share, and with each kind.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from core.cache import register_clear
from directory.kinds.registry import kinds
from directory.search.filters import SHARED_FILTERS, ChosenOptions, Filter

# Stands between options of several filters that must apply together: "kind=hotlines & concern=opioids".
OPTION_SEPARATOR = "&"


def are_known_options(meaning: str) -> bool:
    """Return whether each filter option of a synonym's meaning exists, as in "concern=opioids & kind=treatment".

    A meaning without "=" consists of words, which are always known.
    """
    return "=" not in meaning or all(
        _is_known_option(part.strip()) for part in meaning.split(OPTION_SEPARATOR)
    )


@lru_cache(maxsize=1)
def all_filters() -> Mapping[str, Filter]:
    """Return every filter by its key: those that all kinds share, then those of each kind."""
    own = (each for kind in kinds.values() for each in kind.filters)
    return MappingProxyType({each.key: each for each in (*SHARED_FILTERS, *own)})


def offered_filters(slugs: tuple[str, ...], chosen: ChosenOptions) -> Sequence[Filter]:
    """Return the filters that a results page for these kinds offers.

    The filters of the kinds come first, then the shared ones, then others that have a choice already.
    """
    return _offered_filters(slugs, tuple(key for key in all_filters() if key in chosen) if chosen else ())


@lru_cache(maxsize=1000)
def _offered_filters(slugs: tuple[str, ...], chosen_keys: tuple[str, ...]) -> Sequence[Filter]:
    """Return the filters for these kinds and those with a choice; without kinds, the ones that suit all kinds."""
    own = (
        each for slug in slugs or kinds for each in kinds[slug].filters if slugs or each.offered_without_kind
    )
    offered = {each.key: each for each in (*own, *SHARED_FILTERS)}
    return tuple({**offered, **{key: all_filters()[key] for key in chosen_keys}}.values())


def _is_known_option(meaning: str) -> bool:
    """Return whether a text such as "concern=opioids" names an option of a filter or a kind."""
    key, _sign, value = meaning.partition("=")
    if key == "kind":
        return value in kinds
    known = all_filters().get(key)
    return known is not None and known.is_option(value)


for _cached in (all_filters, _offered_filters):
    register_clear(_cached.cache_clear)

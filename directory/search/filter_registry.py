from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from core.cache import register_clear
from directory.kinds.registry import kinds
from directory.search.filters import SHARED_FILTERS, ChosenOptions, Filter

# Between options of filters that must all hold.
AND = "&"


def are_known_options(meaning: str) -> bool:
    """Return whether "concern=opioids" is an option of a filter, or "kind=…" a kind; with & between, whether all are.
    Words are always known."""
    return "=" not in meaning or all(is_known_option(part.strip()) for part in meaning.split(AND))


def is_known_option(meaning: str) -> bool:
    """Return whether "concern=opioids" is an option of a filter, or "kind=…" a kind."""
    key, _sign, value = meaning.partition("=")
    if key == "kind":
        return value in kinds
    each = all_filters().get(key)
    return each is not None and each.is_option(value)


@lru_cache(maxsize=1)
def all_filters() -> Mapping[str, Filter]:
    """Each filter of the product by its key."""
    own = (each for kind in kinds.values() for each in kind.filters)
    return MappingProxyType({each.key: each for each in (*SHARED_FILTERS, *own)})


register_clear(all_filters.cache_clear)


def offered_filters(slugs: tuple[str, ...], chosen: ChosenOptions) -> Sequence[Filter]:
    """What a page of these kinds offers: their own filters first, what all share, and whatever was chosen besides."""
    return offered_filters_for(slugs, tuple(key for key in all_filters() if key in chosen) if chosen else ())


@lru_cache(maxsize=1000)
def offered_filters_for(slugs: tuple[str, ...], chosen: tuple[str, ...]) -> Sequence[Filter]:
    own = (
        each for slug in slugs or kinds for each in kinds[slug].filters if slugs or each.offered_without_kind
    )
    offered = {each.key: each for each in (*own, *SHARED_FILTERS)}
    return tuple({**offered, **{key: all_filters()[key] for key in chosen}}.values())


register_clear(offered_filters_for.cache_clear)

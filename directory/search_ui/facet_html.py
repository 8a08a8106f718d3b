"""Render a filter of the results page: its options with their counts, without options that have no results."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language

from core import template_cache
from core.cache import BoundedCache, register_clear
from core.i18n import TranslatableText
from directory.search.filters import FilterOptions

# How many rendered filters are cached, each with one choice of its options; the oldest is dropped first.
MOST_KEPT = 1000


@dataclass(frozen=True, slots=True)
class FacetTemplate:
    """The HTML of a filter, split around its options.

    Each option has its value, whether it is chosen, and its own HTML, split around its count.
    """

    around: Sequence[str]
    options: Sequence[tuple[str, bool, Sequence[str]]]


# Language, key of the filter, chosen values, and whether it is collapsed. Labels never change while the process runs.
FacetCacheKey = tuple[str | None, str, tuple[str, ...], bool]
_kept = BoundedCache()
register_clear(_kept.clear)


def facet_html(
    key: str,
    label: TranslatableText,
    options: Callable[[], FilterOptions],
    counts: Mapping[str, int],
    chosen: tuple[str, ...],
    *,
    single: bool = False,
    folded: bool = False,
) -> str:
    """Return the HTML of a filter with the options that have results or are chosen; empty where there are none.

    `single` allows one choice only; `folded` collapses the filter while nothing is chosen.
    """
    kept: FacetCacheKey = get_language(), key, chosen, folded
    cut: FacetTemplate | None = _kept.get(kept)
    if cut is None or settings.DEBUG:
        cut = render_facet(key, label, options(), chosen, single=single, folded=folded)
        _kept.store(kept, cut, MOST_KEPT)
    html = [
        str(count).join(pieces)
        for value, is_chosen, pieces in cut.options
        if (count := counts.get(value, 0)) or is_chosen
    ]
    return "".join(html).join(cut.around) if html else ""


def render_facet(
    key: str,
    label: TranslatableText,
    options: FilterOptions,
    chosen: tuple[str, ...],
    *,
    single: bool,
    folded: bool,
) -> FacetTemplate:
    """Prepare the HTML of one filter with these options chosen, cut where its counts go."""
    way, cut = "radio" if single else "checkbox", []
    for value, words in options:
        is_chosen = value in chosen
        option = {"key": key, "type": way, "value": value, "label": words, "checked": is_chosen}
        cut.append(
            (value, is_chosen, template_cache.split_around("directory/_filter_option.html", option, "count"))
        )
    whole = {"key": key, "label": label, "folded": folded and not chosen}
    return FacetTemplate(template_cache.split_around("directory/_filter.html", whole, "options"), cut)

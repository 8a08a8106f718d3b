"""A filter on the results page, as HTML: its options with their counts, those left out that would give nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language

from core import template_cache
from core.cache import BoundedCache, register_clear
from directory.search.filters import FilterLabel, FilterOptions

# So many filters are kept, each with one choice of its options; the oldest goes first.
MOST_KEPT = 1000


@dataclass(frozen=True, slots=True)
class FacetTemplate:
    """A filter's HTML, cut where its options stand; each option with its value, whether it is chosen, and its own HTML,
    cut where its count stands."""

    around: Sequence[str]
    options: Sequence[tuple[str, bool, Sequence[str]]]


# Language, filter, what is chosen, and whether the rest is folded away: labels stay the same while the process lives.
Key = tuple[str | None, str, tuple[str, ...], bool]
_kept = BoundedCache()
register_clear(_kept.clear)


def facet_html(
    key: str,
    label: FilterLabel,
    options: Callable[[], FilterOptions],
    counts: Mapping[str, int],
    chosen: tuple[str, ...],
    *,
    single: bool = False,
    folded: bool = False,
) -> str:
    """The HTML of one filter with those of its options that would give something; empty where none would."""
    kept: Key = get_language(), key, chosen, folded
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
    label: FilterLabel,
    options: FilterOptions,
    chosen: tuple[str, ...],
    *,
    single: bool,
    folded: bool,
) -> FacetTemplate:
    way, cut = "radio" if single else "checkbox", []
    for value, words in options:
        is_chosen = value in chosen
        option = {"key": key, "type": way, "value": value, "label": words, "checked": is_chosen}
        cut.append((value, is_chosen, template_cache.split_around("directory/_option.html", option, "count")))
    whole = {"key": key, "label": label, "folded": folded and not chosen}
    return FacetTemplate(template_cache.split_around("directory/_filter.html", whole, "options"), cut)

"""A filter on the results page, as HTML: its options with their counts, those left out that would give nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language

from directory import moulds
from directory.search.filters import Options, Words

# So many filters are kept, each with one choice of its options; the oldest goes first.
MOST_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Cut:
    """A filter's HTML, cut where its options stand; each option with its value, whether it is chosen, and its own HTML,
    cut where its count stands."""

    around: Sequence[str]
    options: Sequence[tuple[str, bool, Sequence[str]]]


# Language, filter, what is chosen, and whether the rest is folded away: labels stay the same while the process lives.
Key = tuple[str | None, str, tuple[str, ...], bool]
_kept: dict[Key, Cut] = {}


def fieldset(
    key: str,
    label: Words,
    options: Callable[[], Options],
    counts: Mapping[str, int],
    chosen: tuple[str, ...],
    *,
    single: bool = False,
    folded: bool = False,
) -> str:
    """The HTML of one filter with those of its options that would give something; empty where none would."""
    kept: Key = get_language(), key, chosen, folded
    cut = _kept.get(kept)
    if cut is None or settings.DEBUG:
        cut = keep(kept, made(key, label, options(), chosen, single=single, folded=folded))
    html = [
        str(count).join(pieces)
        for value, is_chosen, pieces in cut.options
        if (count := counts.get(value, 0)) or is_chosen
    ]
    return "".join(html).join(cut.around) if html else ""


def keep(key: Key, cut: Cut) -> Cut:
    while len(_kept) >= MOST_KEPT:
        _kept.pop(next(iter(_kept)), None)
    _kept[key] = cut
    return cut


def made(
    key: str, label: Words, options: Options, chosen: tuple[str, ...], *, single: bool, folded: bool
) -> Cut:
    shape = {"key": key, "label": label, "folded": folded and not chosen}
    option = {"key": key, "type": "radio" if single else "checkbox"}
    return Cut(
        moulds.around("directory/_filter.html", shape, "options"),
        [
            (value, value in chosen, moulds.around("directory/_option.html", {**option, **each}, "count"))
            for value, words in options
            for each in ({"value": value, "label": words, "checked": value in chosen},)
        ],
    )

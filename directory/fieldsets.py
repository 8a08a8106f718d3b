"""A filter on the results page, as HTML: its options with their counts, those left out that would give nothing."""

from collections.abc import Collection, Mapping
from functools import lru_cache

from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from directory import moulds
from directory.moulds import gap
from directory.search.filters import Options, Words


def fieldset(
    key: str,
    label: Words,
    options: Options,
    counts: Mapping[str, int],
    chosen: Collection[str],
    *,
    single: bool = False,
    folded: bool = False,
) -> str:
    """The HTML of one filter with those of its options that would give something; empty where none would."""
    language = get_language()
    html = [
        str(counts.get(value, 0)).join(around_count(language, key, value, label, value in chosen, single))
        for value, label in options
        if counts.get(value) or value in chosen
    ]
    if not html:
        return ""
    shape = {"key": key, "label": label, "folded": folded and not chosen}
    return moulds.render("directory/_filter.html", {**shape, "options": gap(mark_safe("".join(html)))})  # noqa: S308


@lru_cache(maxsize=4096)
def around_count(
    language: str, key: str, value: str, label: Words, checked: bool, single: bool
) -> tuple[str, ...]:
    """The HTML of one option, cut where its count stands."""
    shape = {"key": key, "value": value, "label": label, "checked": checked}
    return moulds.around(
        "directory/_option.html", {**shape, "type": "radio" if single else "checkbox"}, "count"
    )

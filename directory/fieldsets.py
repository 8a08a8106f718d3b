"""A filter on the results page, as HTML: its options with their counts, those left out that would give nothing."""

from collections.abc import Collection, Mapping, Sequence

from django.conf import settings
from django.utils.translation import get_language

from directory import moulds
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
    wanted = [option for option in options if counts.get(option[0]) or option[0] in chosen]
    if not wanted:
        return ""
    language, way = get_language(), "radio" if single else "checkbox"
    html = [
        str(counts.get(value, 0)).join(around_count((language, key, value, value in chosen), label, way))
        for value, label in wanted
    ]
    return "".join(html).join(around_options((language, key, folded and not chosen), label))


# What a key stands for is all that the HTML depends on: labels are the same as long as the process lives.
_counts: dict[tuple[str | None, str, str, bool], Sequence[str]] = {}
_options: dict[tuple[str | None, str, bool], Sequence[str]] = {}


def around_count(option: tuple[str | None, str, str, bool], label: Words, way: str) -> Sequence[str]:
    """The HTML of one option (language, filter, value, whether it is chosen), cut where its count stands."""
    if option not in _counts or settings.DEBUG:
        _language, key, value, checked = option
        shape = {"key": key, "value": value, "label": label, "checked": checked, "type": way}
        _counts[option] = moulds.around("directory/_option.html", shape, "count")
    return _counts[option]


def around_options(group: tuple[str | None, str, bool], label: Words) -> Sequence[str]:
    """The HTML of a whole filter (language, filter, whether it is folded away), cut where its options stand."""
    if group not in _options or settings.DEBUG:
        _language, key, folded = group
        shape = {"key": key, "label": label, "folded": folded}
        _options[group] = moulds.around("directory/_filter.html", shape, "options")
    return _options[group]

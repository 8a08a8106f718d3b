"""Templates that are rendered once for each shape, and only filled from then on.

Most of a page is the same from one request to the next, and Django takes its time over every word of it. A mould is a
template rendered with a token in place of each value that is marked as a `Gap`. What comes out is cut at the tokens and
kept under everything else that went in, so that nothing kept can be out of date; the next time, the pieces are joined
around the new values.

Two rules for whoever writes such a template: a `Gap` may be printed, or asked whether it is empty, and nothing else (no
filter that changes it, no comparison, no plural); and the template is given all it needs, since it sees no request.

`gap("…")` marks a value that differs from one listing or search to the next; a dataclass says so of its fields, once,
by their type (`Differing`). All other values should be few.
"""

import re
import secrets
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from html import escape
from itertools import count
from typing import Annotated, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from core.cache import BoundedCache, register_clear

# So many shapes are kept of each template; the oldest goes first.
MOST_SHAPES = 400
# Nobody can type it, since nobody knows it before the process has started.
MARK = secrets.token_hex(6)
TOKEN = re.compile(rf"{MARK}x(\d+)x")
PLAIN = frozenset({str, int, bool, float, type(None), SafeString})

# Text, number of a gap, text, number of a gap, …, text.
Pieces = list[Any]


class Placeholder(str):
    """A text that is put in last."""

    __slots__ = ()


class SafePlaceholder(Placeholder, SafeString):
    """The same for what is HTML already."""

    __slots__ = ()


class _PlaceholderMark:
    """Stands for a gap in a shape; equal to nothing else."""


PLACEHOLDER = _PlaceholderMark()
# Types of dataclass fields whose text, or each of whose texts, is a gap.
PlaceholderText = Annotated[str, PLACEHOLDER]
PlaceholderTexts = Annotated[list[str], PLACEHOLDER]
_cache: dict[str, BoundedCache] = {}
register_clear(_cache.clear)


def placeholder(text: object) -> Placeholder:
    return SafePlaceholder(text) if isinstance(text, SafeString) else Placeholder(text)


def render_cached(
    template: str,
    context: Mapping[str, Any],
    rest: Callable[[], Mapping[str, Any]] = dict,
    key: Hashable = None,
) -> SafeString:
    """The template with this context, as `render_to_string` would give it without a request.

    `rest` makes more context, all of which follows from `key`; it is only made where the template must be rendered.
    """
    gaps: list[Placeholder] = []
    pieces = cached_pieces(template, context, (template_shape(context, gaps), key), rest)
    texts = [each if type(each) is SafePlaceholder else escape(each) for each in gaps]
    filled = pieces.copy()
    filled[1::2] = [texts[number] for number in pieces[1::2]]
    return mark_safe("".join(filled))  # noqa: S308 - the template escaped its part, and the gaps are escaped above


def split_around(template: str, context: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The template cut where the one value of that name stands, to be joined by it."""
    return tuple(
        split_at_tokens(
            render_to_string(template, with_tokens({**context, name: placeholder(name)}, count()))
        )[::2]
    )


def cached_pieces(
    template: str, context: Mapping[str, Any], shape: Hashable, rest: Callable[[], Mapping[str, Any]]
) -> Pieces:
    shapes = _cache.setdefault(template, BoundedCache())
    key = get_language(), shape
    # While developing, templates change.
    pieces: Pieces | None = None if settings.DEBUG else shapes.get(key)
    if pieces is None:
        pieces = split_at_tokens(render_to_string(template, {**rest(), **with_tokens(context, count())}))
        shapes.store(key, pieces, MOST_SHAPES)
    return pieces


def split_at_tokens(text: str) -> Pieces:
    parts: Pieces = TOKEN.split(text)
    parts[1::2] = map(int, parts[1::2])
    return parts


def template_shape(value: Any, gaps: list[Placeholder]) -> Hashable:
    """All that is no gap, for comparison; the gaps that are not empty are added to `gaps` in the order they come.

    Raises TypeError for a value that might change under its key.
    """
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is Placeholder or kind is SafePlaceholder:
        if not value:
            return ""
        gaps.append(value)
        return PLACEHOLDER
    if kind is dict:
        return (*value, *[template_shape(each, gaps) for each in value.values()])
    if kind is list or kind is tuple:
        return tuple([template_shape(each, gaps) for each in value])
    if is_dataclass(kind):
        return kind, *[
            template_shape(placeholder_value(value, name, is_gap), gaps)
            for name, is_gap in placeholder_fields(kind)
        ]
    if isinstance(value, str | Promise):
        return str(value)
    raise TypeError(f"A mould cannot tell whether this stays the same: {kind.__name__}")


def with_tokens(value: Any, numbers: Iterator[int]) -> Any:
    """The same value with a token in each gap, numbered as `shape_of` found them."""
    if isinstance(value, Placeholder):
        return mark_safe(f"{MARK}x{next(numbers)}x") if value else ""  # noqa: S308 - our own letters
    if isinstance(value, dict):
        return {name: with_tokens(each, numbers) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [with_tokens(each, numbers) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        found = (
            (name, placeholder_value(value, name, is_gap)) for name, is_gap in placeholder_fields(type(value))
        )
        return replace(value, **{name: with_tokens(each, numbers) for name, each in found})
    return value


def placeholder_value(value: Any, name: str, is_gap: bool) -> Any:
    found = getattr(value, name)
    if not is_gap:
        return found
    return [placeholder(each) for each in found] if isinstance(found, list | tuple) else placeholder(found)


@lru_cache
def placeholder_fields(kind: type) -> tuple[tuple[str, bool], ...]:
    """Name of each field of a dataclass, and whether it is a gap."""
    return tuple((each.name, PLACEHOLDER in getattr(each.type, "__metadata__", ())) for each in fields(kind))

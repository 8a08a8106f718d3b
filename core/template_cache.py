"""A cache of rendered templates with placeholders for the values that differ from one request to the next.

Most of a page is the same on each request, and Django takes long to render it. So a template is rendered with a token
in place of each value that is marked as a placeholder. The result is cut at the tokens, and the pieces are cached under
all other values, so that they are never out of date. On the next request the pieces are joined around the new values.

A template that is rendered this way may print a placeholder or test whether it is empty, and nothing else: no filter
that changes it, no comparison, no plural. It sees no request, so the context must contain all that it needs.

`placeholder("…")` marks a value that differs from one listing or search to the next. A dataclass marks its fields by
their type, `PlaceholderText`. All other values should be few, because each combination of them is rendered once.
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

# For each template; the oldest entry is dropped first.
MAX_ENTRIES = 400
# Nobody can type the token, because it is made when the process starts.
TOKEN_PREFIX = secrets.token_hex(6)
PLACEHOLDER_TOKEN = re.compile(rf"{TOKEN_PREFIX}x(\d+)x")
IMMUTABLE_TYPES = frozenset({str, int, bool, float, type(None), SafeString})

# Text, number of a placeholder, text, number of a placeholder, …, text.
Pieces = list[Any]


class Placeholder(str):
    """A text that is not part of the cached pieces."""

    __slots__ = ()


class SafePlaceholder(Placeholder, SafeString):
    """A placeholder whose text is HTML already."""

    __slots__ = ()


class _PlaceholderMark:
    """The value that stands for a placeholder in a cache key; equal to nothing else."""


PLACEHOLDER = _PlaceholderMark()
# Types of dataclass fields whose text, or each of whose texts, is a placeholder.
PlaceholderText = Annotated[str, PLACEHOLDER]
PlaceholderTexts = Annotated[list[str], PLACEHOLDER]
_cache: dict[str, BoundedCache] = {}
register_clear(_cache.clear)


def placeholder(text: object) -> Placeholder:
    """Return the text as a placeholder; HTML stays HTML."""
    return SafePlaceholder(text) if isinstance(text, SafeString) else Placeholder(text)


def render_cached(
    template: str,
    context: Mapping[str, Any],
    more_context: Callable[[], Mapping[str, Any]] = dict,
    key: Hashable = None,
) -> SafeString:
    """Render the template as `render_to_string` does without a request.

    `more_context` returns further context. It is called only where the template must be rendered, and all that it
    returns must follow from `key`.
    """
    placeholders: list[Placeholder] = []
    context_key = _context_key(context, placeholders)
    pieces = _cached_pieces(template, context, (context_key, key), more_context)
    texts = [text if type(text) is SafePlaceholder else escape(text) for text in placeholders]
    filled = pieces.copy()
    filled[1::2] = [texts[number] for number in pieces[1::2]]
    return mark_safe("".join(filled))  # noqa: S308 - the template escaped its part; placeholders are escaped above


def split_around(template: str, context: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return the rendered template in two or more parts, to be joined by the value of that name."""
    tokens = _insert_tokens({**context, name: placeholder(name)}, count())
    return tuple(split_at_tokens(render_to_string(template, tokens))[::2])


def split_at_tokens(text: str) -> Pieces:
    """Return the texts between tokens, and between them the numbers of the tokens."""
    pieces: Pieces = PLACEHOLDER_TOKEN.split(text)
    pieces[1::2] = map(int, pieces[1::2])
    return pieces


def _cached_pieces(
    template: str,
    context: Mapping[str, Any],
    context_key: Hashable,
    more_context: Callable[[], Mapping[str, Any]],
) -> Pieces:
    """Return the rendered pieces of a template around its placeholders, and render them if they are not cached."""
    cache = _cache.setdefault(template, BoundedCache())
    key = get_language(), context_key
    # During development templates change.
    pieces: Pieces | None = None if settings.DEBUG else cache.get(key)
    if pieces is None:
        full_context = {**more_context(), **_insert_tokens(context, count())}
        pieces = split_at_tokens(render_to_string(template, full_context))
        cache.store(key, pieces, MAX_ENTRIES)
    return pieces


def _context_key(value: Any, placeholders: list[Placeholder]) -> Hashable:
    """Return all of a value but its placeholders; the placeholders that are not empty are added to the list in order.

    Raises TypeError for a value that may change while it is a key.
    """
    value_type = type(value)
    if value_type in IMMUTABLE_TYPES:
        return value
    if value_type is Placeholder or value_type is SafePlaceholder:
        if not value:
            return ""
        placeholders.append(value)
        return PLACEHOLDER
    if value_type is dict:
        return (*value, *[_context_key(item, placeholders) for item in value.values()])
    if value_type is list or value_type is tuple:
        return tuple([_context_key(item, placeholders) for item in value])
    if is_dataclass(value_type):
        return value_type, *[
            _context_key(_field_value(value, name, is_placeholder), placeholders)
            for name, is_placeholder in _placeholder_fields(value_type)
        ]
    if isinstance(value, str | Promise):
        return str(value)
    raise TypeError(f"A value of this type may change while it is a cache key: {value_type.__name__}")


def _insert_tokens(value: Any, numbers: Iterator[int]) -> Any:
    """Return the value with a token for each placeholder, numbered in the order of `_context_key`."""
    if isinstance(value, Placeholder):
        return mark_safe(f"{TOKEN_PREFIX}x{next(numbers)}x") if value else ""  # noqa: S308 - our own letters
    if isinstance(value, dict):
        return {name: _insert_tokens(item, numbers) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_insert_tokens(item, numbers) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        items = (
            (name, _field_value(value, name, is_placeholder))
            for name, is_placeholder in _placeholder_fields(type(value))
        )
        return replace(value, **{name: _insert_tokens(item, numbers) for name, item in items})
    return value


def _field_value(row: Any, name: str, is_placeholder: bool) -> Any:
    """Return the value of a dataclass field, as a placeholder or a list of them where the field is marked so."""
    value = getattr(row, name)
    if not is_placeholder:
        return value
    return [placeholder(text) for text in value] if isinstance(value, list | tuple) else placeholder(value)


@lru_cache
def _placeholder_fields(dataclass_type: type) -> tuple[tuple[str, bool], ...]:
    """Return the name of each field of a dataclass, and whether it is a placeholder."""
    return tuple(
        (field.name, PLACEHOLDER in getattr(field.type, "__metadata__", ()))
        for field in fields(dataclass_type)
    )

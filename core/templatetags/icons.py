"""Template tags for icons, which are symbols of icons.svg."""

import re
from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.template.engine import Engine
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

SYMBOL = re.compile(r'<symbol id="(?P<name>[\w-]+)" viewBox="0 0 24 24">(?P<shapes>.*?)</symbol>', re.DOTALL)


@lru_cache(maxsize=1)
def load_symbols() -> dict[str, str]:
    """Return the shapes of each symbol in icons.svg by name. They are read once for the whole process."""
    source = Engine.get_default().get_template("icons.svg").source
    return {match["name"]: match["shapes"].strip() for match in SYMBOL.finditer(source)}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return a symbol as inline SVG, hidden from screen readers because text always stands beside it.

    Raises KeyError for a name that icons.svg does not have, so that a misspelt name is seen at once.
    """
    return mark_safe(f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{load_symbols()[name]}</svg>')  # noqa: S308 our own file


@register.simple_tag
def define_icons(names: Iterable[str]) -> SafeString:
    """Define symbols once for a page that shows them often. The tag `defined_icon` then draws them."""
    shapes = "".join(
        f'<symbol id="i-{name}" viewBox="0 0 24 24">{load_symbols()[name]}</symbol>' for name in names
    )
    return mark_safe(f"<svg hidden>{shapes}</svg>")  # noqa: S308 our own file


@register.simple_tag
def defined_icon(name: str) -> SafeString:
    """Draw a symbol that `define_icons` has defined on the page; for buttons, whose style covers it without a class.

    Raises KeyError as `icon` does.
    """
    load_symbols()[name]
    return format_html('<svg aria-hidden="true"><use href="#i-{}"/></svg>', name)

"""What the templates need beyond Django's own tags: icons, own scripts and styles."""

import re
from functools import lru_cache

from django import template
from django.template.engine import Engine
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

SYMBOL = re.compile(r'<symbol id="(?P<name>[\w-]+)" viewBox="0 0 24 24">(?P<shapes>.*?)</symbol>', re.DOTALL)


@lru_cache(maxsize=1)
def symbols() -> dict[str, str]:
    """Shapes of each symbol in icons.svg by name, read once for the whole process."""
    source = Engine.get_default().get_template("icons.svg").source
    return {found["name"]: found["shapes"].strip() for found in SYMBOL.finditer(source)}


@register.simple_tag
def icon(name: str) -> SafeString:
    """The named symbol as inline SVG. It is hidden from screen readers: words always stand beside it.

    Raises KeyError for a name that icons.svg does not hold, so that a misspelt one is seen at once.
    """
    return mark_safe(f'<svg class="i" viewBox="0 0 24 24" aria-hidden="true">{symbols()[name]}</svg>')  # noqa: S308 our own file


@register.simple_tag
def icons(*names: str) -> SafeString:
    """These symbols once for a page that shows them often; `use` then draws them."""
    shapes = "".join(
        f'<symbol id="i-{name}" viewBox="0 0 24 24">{symbols()[name]}</symbol>' for name in names
    )
    return mark_safe(f'<svg hidden aria-hidden="true">{shapes}</svg>')  # noqa: S308 our own file


@register.simple_tag
def use(name: str) -> SafeString:
    """A symbol that `icons` has put on the page. Raises KeyError as `icon` does."""
    symbols()[name]
    return format_html('<svg class="i" aria-hidden="true"><use href="#i-{}"/></svg>', name)

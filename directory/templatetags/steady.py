"""What the templates need beyond Django's own tags: icons, own scripts and styles."""

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha384
from pathlib import Path

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.engine import Engine
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
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


@register.simple_tag
def script(path: str, **attributes: str | bool) -> SafeString:
    """One of our own scripts with its integrity digest; `defer=True` and `data_x="…"` become attributes."""
    return format_html(
        '<script src="{}" integrity="{}" crossorigin="anonymous"{}></script>',
        static(path),
        integrity(path),
        _attributes(attributes),
    )


@register.simple_tag
def stylesheet(path: str) -> SafeString:
    """One of our own stylesheets with its integrity digest."""
    return format_html(
        '<link rel="stylesheet" href="{}" integrity="{}" crossorigin="anonymous">',
        static(path),
        integrity(path),
    )


@register.simple_tag
def integrity(path: str) -> str:
    """Subresource integrity of a static file as it is served. While developing, files change: read anew."""
    return _digest(path) if settings.DEBUG else _digest_once(path)


def _digest(path: str) -> str:
    return "sha384-" + b64encode(sha384(_served(path)).digest()).decode()


@lru_cache(maxsize=64)
def _digest_once(path: str) -> str:
    return _digest(path)


def _served(path: str) -> bytes:
    """The bytes that a browser gets: the collected file where names are hashed, else the source.

    Raises FileNotFoundError where neither exists.
    """
    if not settings.DEBUG and hasattr(staticfiles_storage, "stored_name"):
        with staticfiles_storage.open(staticfiles_storage.stored_name(path)) as file:
            return file.read()
    found = finders.find(path)
    if not found:
        raise FileNotFoundError(path)
    return Path(found).read_bytes()


def _attributes(values: Mapping[str, str | bool]) -> SafeString:
    kept = [(name.replace("_", "-"), value) for name, value in values.items() if value not in (False, None)]
    flags = format_html_join("", " {}", ((name,) for name, value in kept if value is True))
    pairs = format_html_join("", ' {}="{}"', ((name, value) for name, value in kept if value is not True))
    return format_html("{}{}", flags, pairs)

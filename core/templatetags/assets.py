"""Template tags for scripts and style sheets with their integrity digests."""

from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha384
from pathlib import Path

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def script(path: str, **attributes: str | bool) -> SafeString:
    """Return the tag of one of our scripts with its integrity digest.

    Keywords become attributes: `defer=True` and `data_x="…"`.
    """
    return format_html(
        '<script src="{}" integrity="{}" crossorigin="anonymous"{}></script>',
        static(path),
        integrity(path),
        _attributes(attributes),
    )


@register.simple_tag
def stylesheet(path: str) -> SafeString:
    """Return the tag of one of our style sheets with its integrity digest."""
    return format_html(
        '<link rel="stylesheet" href="{}" integrity="{}" crossorigin="anonymous">',
        static(path),
        integrity(path),
    )


@register.simple_tag
def integrity(path: str) -> str:
    """Return the subresource integrity of a static file as it is served.

    It is computed once, or each time in DEBUG, where files change.
    """
    return _digest(path) if settings.DEBUG else _digest_once(path)


def _digest(path: str) -> str:
    """Return the value of the integrity attribute of a static file: the SHA-384 digest of the served bytes."""
    return "sha384-" + b64encode(sha384(_served_bytes(path)).digest()).decode()


@lru_cache(maxsize=64)
def _digest_once(path: str) -> str:
    """Return the value of the integrity attribute of a static file from a cache, for files that do not change."""
    return _digest(path)


def _served_bytes(path: str) -> bytes:
    """Return the bytes that a browser gets: of the collected file where names are hashed, else of the source.

    Raises FileNotFoundError where neither exists.
    """
    if not settings.DEBUG and hasattr(staticfiles_storage, "stored_name"):
        with staticfiles_storage.open(staticfiles_storage.stored_name(path)) as file:
            return file.read()
    source = finders.find(path)
    if not source:
        raise FileNotFoundError(path)
    return Path(source).read_bytes()


def _attributes(values: Mapping[str, str | bool]) -> SafeString:
    """Return HTML attributes from keyword arguments, with "-" for "_" in names and True as a bare attribute."""
    attributes = [
        (name.replace("_", "-"), value) for name, value in values.items() if value not in (False, None)
    ]
    flags = format_html_join("", " {}", ((name,) for name, value in attributes if value is True))
    pairs = format_html_join(
        "", ' {}="{}"', ((name, value) for name, value in attributes if value is not True)
    )
    return format_html("{}{}", flags, pairs)

"""Absolute addresses of the site's own pages.

They are built from the setting SITE_ORIGIN and never from a request: a Host header may name any port, and what is built
from it would reach search engines, calendars and shared caches.
"""

from urllib.parse import urlsplit

from django.conf import settings


def absolute_url(path: str) -> str:
    """Return the whole address of a path of this site, which begins with a slash."""
    return f"{settings.SITE_ORIGIN}{path}"


def scheme() -> str:
    """Return "https" or "http", as the site's origin has it."""
    return urlsplit(settings.SITE_ORIGIN).scheme


def netloc() -> str:
    """Return the host of the site, with its port where the origin has one."""
    return urlsplit(settings.SITE_ORIGIN).netloc

"""Absolute addresses of the site's own pages.

They are built from the setting SITE_ORIGIN and never from a request. A Host header may name any port, and addresses
built from it would reach search engines, calendars and shared caches.
"""

from urllib.parse import urlsplit

from django.conf import settings


def absolute_url(path: str) -> str:
    """Return the whole address of a path of this site, which begins with a slash."""
    return f"{settings.SITE_ORIGIN}{path}"


def site_scheme() -> str:
    """Return "https" or "http", as the site's origin has it."""
    return urlsplit(settings.SITE_ORIGIN).scheme


def site_netloc() -> str:
    """Return the host of the site, with the port if the origin has one."""
    return urlsplit(settings.SITE_ORIGIN).netloc

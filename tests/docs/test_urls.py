"""The table of URLs in the developers' guide holds every URL of the site.

The pages of the admin are left out: Django's admin makes them from the registered models.
"""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from tests.docs.tables import described, differences

DOCS = "docs/developers.md"
ADMIN = "/admin/"
# Present with DEBUG alone, or made for tests.
NOT_PUBLIC = {"/styleguide/"}


def site_urls(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[str]:
    """Yield the path of each page, with its variable parts as Django writes them; one path for the whole admin."""
    resolver = resolver or get_resolver("recovery_site.urls")
    for pattern in resolver.url_patterns:
        path = f"{prefix}{pattern.pattern}"
        if path == ADMIN or isinstance(pattern, URLPattern):
            yield path
        else:
            yield from site_urls(pattern, path)


def test_urls_are_described_and_exist():
    known = set(site_urls()) - NOT_PUBLIC
    written = described(DOCS, "### URLs")
    assert differences(known, written, code="the urls.py of the apps", docs=f"{DOCS} (URLs)") == []

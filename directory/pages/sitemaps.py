"""The sitemaps and robots.txt: search engines may find the public pages and the published listings."""

from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import SitemapIndexItem, x_robots_tag
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from core import site_origin
from core.i18n import translate_path
from core.site_origin import absolute_url
from directory.guides.parser import guides
from directory.kinds.registry import kinds
from directory.models import Listing

NAMED = ("home", "find", "now", "guides", "about", "privacy", "safety")
# Whatever a person writes, saves or signs in to; each of these pages says noindex too.
KEPT_OUT = ("/admin/", "/accounts/", "/my-network/", "/leave/", "/shared/", "/answer/", "/styleguide/")


class OriginSitemap(Sitemap):
    """A sitemap whose addresses begin with the site's origin; Django's begin with what the request says."""

    def get_protocol(self, protocol: str | None = None) -> str:
        """Return the scheme of the site's origin."""
        return site_origin.site_scheme()

    def get_domain(self, site: Any = None) -> str:
        """Return the host and port of the site's origin."""
        return site_origin.site_netloc()


class Pages(OriginSitemap):
    """The sitemap of the public pages, in each language."""

    i18n = True
    alternates = True
    x_default = True
    languages = [code for code, name in settings.LANGUAGES if name]

    def items(self) -> list[str]:
        """Return the URL names of pages, the slugs of kinds, and the guides."""
        return [*NAMED, *kinds, *(f"guide {slug}" for slug in guides(settings.LANGUAGE_CODE))]

    def location(self, item: str) -> str:
        """Return the address of a page in the active language."""
        if item in NAMED:
            return reverse(item)
        if item in kinds:
            return kinds[item].page_url
        return reverse("guide", args=(item.removeprefix("guide "),))


class Listings(OriginSitemap):
    """The sitemap of the published listings, without samples, which help nobody who finds them from outside."""

    limit = 20_000

    def items(self) -> QuerySet[Listing]:
        """Return the listings, oldest first."""
        return Listing.objects.published().filter(sample=False).only("slug").order_by("pk")


SITEMAPS = {"pages": Pages, "listings": Listings}


@require_safe
@x_robots_tag
def index(request: HttpRequest) -> HttpResponse:
    """Render the sitemap index, the XML file that lists all sitemaps of the site."""
    found = []
    for section, sitemap in SITEMAPS.items():
        location = absolute_url(reverse("sitemap", args=(section,)))
        pages = sitemap().paginator.num_pages
        found += [
            SitemapIndexItem(location + (f"?p={page}" if page > 1 else "")) for page in range(1, pages + 1)
        ]
    return TemplateResponse(request, "sitemap_index.xml", {"sitemaps": found}, content_type="application/xml")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Render robots.txt, which keeps crawlers out of personal pages and names the sitemap."""
    closed = [translate_path(path, code) for code in Pages.languages for path in KEPT_OUT]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    lines.append(f"Sitemap: {absolute_url('/sitemap.xml')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")

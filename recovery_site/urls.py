"""All addresses of the site."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

import directory.errors
import directory.views
import network.shared_views
import network.views
from directory import sitemaps
from directory.styleguide import styleguide
from recovery_site import health, offline

urlpatterns = [
    path("leave/", network.views.leave, name="leave"),
    path("admin/", admin.site.urls),
    path("worker.js", offline.worker, name="worker"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.index),
    path("sitemap-<section>.xml", sitemap, {"sitemaps": sitemaps.SITEMAPS}, name="sitemap"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
if settings.DEBUG:
    urlpatterns += [path("styleguide/", styleguide, name="styleguide")]
# Pages, in each language: without a prefix in the first of `LANGUAGES`, under `/es/` in Spanish.
urlpatterns += i18n_patterns(
    path("", include("directory.urls")),
    path("shared/", network.shared_views.shared, name="shared"),
    path("my-network/", include("network.urls")),
    path("my-network/", include("network.kept_urls")),
    path("accounts/", include("network.account_urls")),
    path("", include("curation.urls")),
    path("", include("groups.urls")),
    # For a proxy in front that refuses a large body itself: deploy/nginx.conf.
    path("too-large/", directory.errors.too_large, name="too_large"),
    # Last: the pages of kinds take any word for a first part.
    path("<slug:kind>/", directory.views.find, name="kind"),
    prefix_default_language=False,
)

handler400 = "directory.errors.bad_request"
handler403 = "directory.errors.forbidden"
handler404 = "directory.errors.not_found"
# Not Django's but allauth's: where guessing was stopped.
handler429 = "directory.errors.too_many"
handler500 = "directory.errors.broken"

"""All addresses of the site."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

import directory.pages.error_views
import directory.pages.views
import network.pages.views
import network.saved.share_views
from directory.pages import sitemaps
from directory.pages.styleguide import styleguide
from recovery_site import health, service_worker

urlpatterns = [
    path("leave/", network.pages.views.leave, name="leave"),
    path("admin/", admin.site.urls),
    path("worker.js", service_worker.worker, name="worker"),
    path("manifest.webmanifest", service_worker.manifest, name="manifest"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.index),
    path("sitemap-<section>.xml", sitemap, {"sitemaps": sitemaps.SITEMAPS}, name="sitemap"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
if settings.DEBUG:
    urlpatterns += [path("styleguide/", styleguide, name="styleguide")]
# Pages in each language: without a prefix in the first of `LANGUAGES`, below `/es/` in Spanish.
urlpatterns += i18n_patterns(
    path("", include("directory.urls")),
    path("shared/", network.saved.share_views.shared, name="shared"),
    path("my-network/", include("network.urls")),
    path("my-network/", include("network.data_rights.urls")),
    path("accounts/", include("network.accounts.urls")),
    path("", include("curation.submissions.urls")),
    path("", include("groups.urls")),
    # For a proxy in front that rejects large bodies itself: deploy/nginx.conf.
    path("too-large/", directory.pages.error_views.too_large, name="too_large"),
    # Last: the pages of kinds match any word as the first part.
    path("<slug:kind>/", directory.pages.views.find, name="kind"),
    prefix_default_language=False,
)

handler400 = "directory.pages.error_views.bad_request"
handler403 = "directory.pages.error_views.forbidden"
handler404 = "directory.pages.error_views.not_found"
# A name of allauth, not of Django: the page after too many attempts.
handler429 = "directory.pages.error_views.too_many_requests"
handler500 = "directory.pages.error_views.server_error"

"""All addresses of the site."""

from django.contrib import admin
from django.urls import include, path

from recovery_site import health

urlpatterns = [
    path("", include("directory.urls")),
    path("my-network/", include("network.urls")),
    path("accounts/", include("network.account_urls")),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

handler400 = "directory.errors.bad_request"
handler403 = "directory.errors.forbidden"
handler404 = "directory.errors.not_found"
handler500 = "directory.errors.broken"

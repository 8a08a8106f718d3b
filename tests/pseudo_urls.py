"""The site's own addresses, and its error pages at will: `/broken/503/` is what stands where the database is away."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import path

from directory.pages.error_views import error_page
from recovery_site.urls import *  # noqa: F403
from recovery_site.urls import urlpatterns as own

urlpatterns = [*i18n_patterns(path("broken/<int:status>/", error_page), prefix_default_language=False), *own]

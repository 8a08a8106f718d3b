"""The admin site for curators: open only to staff with a second factor, who sign in on the site's own pages.

The site's own pages for signing in, signing out and changing a password limit guesses and ask for a second factor.
Django's pages for these are never shown.
"""

from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from core.work_queues import sorted_queues
from curation.roles import regions


def has_second_factor(request: HttpRequest) -> bool:
    """Return whether the account has a second factor. With one, allauth lets nobody sign in without it."""
    return get_adapter().is_mfa_enabled(request.user)


def began_with_rights(request: HttpRequest) -> bool:
    """Return whether this sign-in began as staff, with every right that the account has today."""
    return bool(get_account_adapter(request).began_with_rights(request))


def next_page(request: HttpRequest) -> str:
    """Return the address of this site to open after signing in; the admin's first page where none is given."""
    given = request.GET.get(REDIRECT_FIELD_NAME, "")
    safe = url_has_allowed_host_and_scheme(
        given, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return given if safe else reverse("admin:index")


class CuratorAdminSite(AdminSite):
    """The admin with work queues on its first page and the site's own sign-in."""

    site_header = _("Curators’ desk")
    site_title = _("Desk")
    index_title = _("Listings and their sources")
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether this is staff with a second factor, in a session that began with all their rights."""
        return super().has_permission(request) and has_second_factor(request) and began_with_rights(request)

    def regions_of(self, curator: Any) -> list[int]:
        """Return the ids of the regions that limit a curator. `directory.admin.region_access` calls this."""
        return regions.regions_of(curator)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Replace Django's redirect to the public page of a row."""
        view = self.admin_view(self.view_on_site)
        return [
            path("r/<int:content_type_id>/<str:object_id>/", view, name="view_on_site"),
            *super().get_urls(),
        ]

    def view_on_site(self, request: HttpRequest, content_type_id: int, object_id: str) -> HttpResponse:
        """Redirect staff who may see a row to its public page.

        Django's own view redirects any staff to any row, and takes the host from the request.
        """
        model = get_object_or_404(ContentType, pk=content_type_id).model_class()
        model_admin = self._registry.get(model) if model else None
        row = model_admin.get_object(request, object_id) if model_admin else None
        if model_admin is None or row is None or not model_admin.has_view_or_change_permission(request, row):
            raise Http404
        if not hasattr(row, "get_absolute_url"):
            raise Http404
        return redirect(row.get_absolute_url())

    def index(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> TemplateResponse:
        """Show the work queues above Django's list of models."""
        return super().index(request, {**(extra_context or {}), "queues": sorted_queues(request.user)})

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Redirect to the site's sign-in; staff without a second factor to the page where they add one."""
        target = next_page(request)
        if self.has_permission(request):
            return redirect(target)
        if super().has_permission(request) and not has_second_factor(request):
            return redirect("mfa_activate_totp")
        if request.user.is_authenticated and not super().has_permission(request):
            raise PermissionDenied
        # This also ends a session of staff who got more rights since it began.
        logout(request)
        return redirect_to_login(target, str(settings.LOGIN_URL))

    def logout(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Redirect to the site's own page, with the form that was sent."""
        return redirect("account_logout", preserve_request=True)

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Redirect to the page of the site on which a person changes the password."""
        return redirect("account_change_password")

    def password_change_done(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Redirect to the page of the account after the password was changed."""
        return redirect("account")

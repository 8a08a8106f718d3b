"""The curators' desk: Django's admin behind the site's own sign-in, open to staff with a second factor only."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.mfa.adapter import get_adapter
from django.contrib.admin import AdminSite
from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from curation import regions
from directory.queues import waiting


def has_second_factor(request: HttpRequest) -> bool:
    """Whether the account has a second factor; with one, allauth lets nobody sign in without using it."""
    return get_adapter().is_mfa_enabled(request.user)


class Desk(AdminSite):
    site_header = _("Curators’ desk")
    site_title = _("Desk")
    index_title = _("Listings and their sources")
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and has_second_factor(request)

    def regions_of(self, curator: Any) -> list[int]:
        """The limit of a curator, as directory/reach.py asks for it."""
        return regions.regions_of(curator)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        view = self.admin_view(self.view_on_site)
        return [
            path("r/<int:content_type_id>/<str:object_id>/", view, name="view_on_site"),
            *super().get_urls(),
        ]

    def view_on_site(self, request: HttpRequest, content_type_id: int, object_id: str) -> HttpResponse:
        """Lead staff who may see the row to its public page. Django's own view leads any staff to any row, and builds
        the address from the Host header."""
        model = get_object_or_404(ContentType, pk=content_type_id).model_class()
        rows = self._registry.get(model) if model else None
        row = rows.get_object(request, object_id) if rows else None
        if rows is None or row is None or not rows.has_view_or_change_permission(request, row):
            raise Http404
        if not hasattr(row, "get_absolute_url"):
            raise Http404
        return redirect(row.get_absolute_url())

    def index(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> TemplateResponse:
        """What waits comes first; below it Django's own list of what there is."""
        return super().index(request, {**(extra_context or {}), "queues": waiting(request.user)})

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Staff without a second factor are led to where they get one; all others sign in as everywhere."""
        if super().has_permission(request) and not has_second_factor(request):
            return redirect("mfa_activate_totp")
        return secure_admin_login(super().login)(request, extra_context)

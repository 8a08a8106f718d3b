"""The curators' desk: Django's admin behind the site's own sign-in, open to staff with a second factor only."""

from allauth.account.decorators import secure_admin_login
from allauth.mfa.adapter import get_adapter
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

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

    def index(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> TemplateResponse:
        """What waits comes first; below it Django's own list of what there is."""
        return super().index(request, {**(extra_context or {}), "queues": waiting(request.user)})

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Staff without a second factor are led to where they get one; all others sign in as everywhere."""
        if super().has_permission(request) and not has_second_factor(request):
            return redirect("mfa_activate_totp")
        return secure_admin_login(super().login)(request, extra_context)

"""Show a person what is stored about them, export it, import it again, or delete it with the account."""

from collections import Counter
from contextlib import suppress
from typing import cast

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.db import DatabaseError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from core.i18n import TranslatableText
from network.accounts import sessions
from network.accounts.forms import ImportCopyForm
from network.data_rights import account_deletion
from network.data_rights.disclosure import readable_data
from network.data_rights.export_copy import export_zip
from network.data_rights.export_html import ITEM_HEADINGS
from network.decorators import never_store
from network.models import Account, current_day
from network.saved import cookie
from network.vault import encryption, store

FACTOR_LABELS: dict[str, TranslatableText] = {
    Authenticator.Type.TOTP: _("an authenticator app"),
    Authenticator.Type.WEBAUTHN: _("a passkey"),
    Authenticator.Type.RECOVERY_CODES: _("spare codes"),
}
PAGE_METHODS = ["GET", "HEAD", "POST"]


@never_store
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """Show what is stored about the person; without an account, what is on this device."""
    if not isinstance(request.user, Account):
        return render(request, "network/my_data.html", {"on_device": len(cookie.read_ids(request))})
    sizes = readable_data(request.user).sizes
    context = {
        "account": request.user,
        "factors": [
            (FACTOR_LABELS[factor.type], factor.created_at) for factor in second_factors(request.user)
        ],
        "sign_in_days": [session.signed_in_on for session in sessions.active_sessions(request.user)],
        "item_count": len(sizes),
        "item_bytes": sum(sizes),
        "counts": item_counts(request.user),
    }
    return render(request, "network/my_data.html", {**context, **retention_periods()})


def second_factors(account: Account) -> QuerySet[Authenticator]:
    """Return the second factors of the account in the order of their creation."""
    return Authenticator.objects.filter(user=account).order_by("pk")


def retention_periods() -> dict[str, int]:
    """Return the retention periods of the settings, for templates."""
    return {"backup_days": settings.BACKUP_DAYS, "idle_months": settings.IDLE_MONTHS}


def item_counts(account: Account) -> list[tuple[TranslatableText, int]] | None:
    """Return how many items of each type there are, or None when the data cannot be decrypted."""
    try:
        rows = store.load_items(account)
    except encryption.DecryptionError:
        return None
    counts = Counter(row.item.KIND for row in rows)
    counts["saved"] = sum(len(row.item.ids) for row in store.items_of_type(store.items.SavedList, rows))
    return [(heading, counts[kind]) for kind, heading in ITEM_HEADINGS.items() if counts[kind]]


@never_store
@login_required
@require_http_methods(PAGE_METHODS)
@reauthentication_required
def export_copy(request: HttpRequest) -> HttpResponse:
    """Ask for confirmation, then send the person's data as a ZIP file."""
    if request.method != "POST":
        return render(request, "network/export_copy.html")
    response = HttpResponse(export_zip(cast(Account, request.user)), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="copy-{current_day():%Y-%m-%d}.zip"'
    return response


@never_store
@login_required
@require_http_methods(PAGE_METHODS)
@reauthentication_required
def import_copy(request: HttpRequest) -> HttpResponse:
    """Ask for an exported file, then import it and say what was added."""
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ImportCopyForm(*posted, account=cast(Account, request.user))
    result = form.result if form.is_valid() else None
    status = 400 if form.is_bound and result is None else 200
    return render(request, "network/import_copy.html", {"form": form, "result": result}, status=status)


@never_store
@login_required
@require_http_methods(PAGE_METHODS)
@reauthentication_required
def delete_account(request: HttpRequest) -> HttpResponse:
    """Ask for confirmation, then delete the account and clear the device."""
    if request.method != "POST":
        return render(request, "network/delete_account.html", {"done": False})
    try:
        account_deletion.delete_account(cast(Account, request.user))
    except (OSError, DatabaseError):
        return render(request, "network/delete_account.html", {"done": False, "failed": True}, status=507)
    # The row of the session was deleted with the account.
    with suppress(DatabaseError):
        logout(request)
    response = render(request, "network/delete_account.html", {"done": True, **retention_periods()})
    cookie.delete_cookie(response)
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response

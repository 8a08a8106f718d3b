"""A4: staff need a second factor.

Without one a superuser opens no page of the admin. Codes work once. The database does not reveal a secret.

Planted fault: an admin that checks only whether an account is staff. The third test detects it.
"""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin import AdminSite
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from curation.admin_site import CuratorAdminSite
from network.accounts.allauth_internals import totp_code
from tests.builders import make_account
from tests.network import dump
from tests.network.steps import is_signed_in, parse_html, reauthenticate, sign_in
from tests.safety.admin_rows import make_one_of_each

pytestmark = [pytest.mark.django_db, pytest.mark.one_database("permissions, which Python decides")]

# What every page of the desk has, and where everybody signs in and out.
OF_THE_DESK, OPEN = b"/static/admin/css/base.css", ("/admin/login/", "/admin/logout/")


def patterns(resolver, before=""):
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from patterns(each, before + str(each.pattern))
        elif isinstance(each, URLPattern):
            yield before + str(each.pattern)


def addresses():
    """Yield every address of the admin, with ids of existing rows."""
    [desk] = [each for each in get_resolver().url_patterns if str(each.pattern) == "admin/"]
    ids = {str(row.pk) for row in make_one_of_each().values()}
    for pattern in set(patterns(desk)):
        for pk in sorted(ids)[:2] if "<" in pattern else [""]:
            path = pattern
            while "<" in path:
                start, end = path.index("<"), path.index(">")
                path = path[:start] + pk + path[end + 1 :]
            yield "/admin/" + path.replace("\\\\Z", "").replace("^", "").replace("$", "")


def opened_paths(client, paths):
    """Return the addresses that show a page of the admin or accept a form."""
    found = []
    for path in paths:
        for method in ("get", "post"):
            answer = getattr(client, method)(path)
            if answer.status_code == 200 and OF_THE_DESK in answer.content and not path.startswith(OPEN):
                found.append(f"{method} {path}")
    return found


def superuser():
    client = Client()
    client.force_login(make_account(is_staff=True, is_superuser=True))
    return client


def test_superuser_without_second_factor_opens_nothing_a4(figure):
    paths = list(addresses())
    found = opened_paths(superuser(), paths)
    figure(
        "A4", f"{len(found)} of {len(paths)} addresses of the desk opened without a second factor", must="0"
    )
    assert len(paths) > 100
    assert found == []


def test_admin_that_checks_only_is_staff_is_detected_a4(monkeypatch):
    """The planted fault."""
    monkeypatch.setattr(CuratorAdminSite, "has_permission", AdminSite.has_permission)
    assert opened_paths(superuser(), ["/admin/", "/admin/directory/place/"])


def test_codes_work_once_and_seeds_are_not_shown_a4(client, time_machine):
    time_machine.move_to("2031-05-06 07:08:09+00:00", tick=False)
    account = make_account(is_staff=True)
    sign_in(client, account.login_name)
    reauthenticate(client)
    seed = parse_html(client.get(reverse("mfa_activate_totp"))).select_one("#authenticator_secret")["value"]
    client.post(reverse("mfa_activate_totp"), {"code": totp_code(seed)})
    spare = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    held = dump.database_text()
    assert seed not in held
    assert not [code for code in spare if code in held]
    time_machine.shift(60)
    for code in (totp_code(seed), spare[0]):
        assert [sign_in_with_code(account, code) for _ in range(2)] == [True, False]


def sign_in_with_code(account, code):
    client = Client()
    sign_in(client, account.login_name)
    client.post(reverse("mfa_authenticate"), {"code": code})
    return is_signed_in(client)

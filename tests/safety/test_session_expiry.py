"""A6: sessions end on time and after security events.

For staff the limits are half an hour without activity and a day in all; for others a day, or 30 days on request. A
new password, a changed factor, a closed or deleted account and the person's own choice end sessions at once. The
cookie has a neutral name and restrictive attributes.

Planted fault: signing out deletes the cookie only. The last test puts the row back and is let in.
"""

import datetime
import subprocess
import sys

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from network.accounts import recovery_codes
from network.data_rights import account_deletion
from network.models import Account, Session
from tests.builders import PASSWORD, make_account
from tests.network.steps import is_signed_in, reauthenticate
from tests.project_rules import ROOT
from tests.run import plain_environment

pytestmark = pytest.mark.django_db
MINUTE, HOUR = datetime.timedelta(minutes=1), datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to("2031-05-06 12:00:00+00:00", tick=False)
    return time_machine


def sign_in_account(account, stay=False):
    client = Client()
    given = {"login": account.login_name, "password": PASSWORD} | ({"stay": "on"} if stay else {})
    client.post(reverse("account_login"), given)
    assert is_signed_in(client)
    return client


@pytest.mark.parametrize(
    ("staff", "stay", "idle", "lasts"),
    [
        (True, False, False, 24 * HOUR),
        (True, True, False, 24 * HOUR),
        (True, False, True, 30 * MINUTE),
        (False, False, True, 24 * HOUR),
        (False, True, True, 30 * 24 * HOUR),
    ],
)
def test_session_ends_on_time_a6(noon, staff, stay, idle, lasts, figure):
    client = sign_in_account(make_account(is_staff=staff), stay)
    passed = datetime.timedelta()
    while not idle and passed + 20 * MINUTE < lasts:
        noon.shift(20 * MINUTE)
        passed += 20 * MINUTE
        assert is_signed_in(client), passed
    noon.shift(lasts - passed)
    who = "staff" if staff else "member who stays" if stay else "member"
    figure("A6", f"{who}, {'idle' if idle else 'busy'}: ends after {lasts}", must="as declared")
    assert not is_signed_in(client)


def new_password(account):
    client = sign_in_account(account)
    reauthenticate(client)
    client.post(reverse("account_change_password"), {"password": "another four plain words"})


def recover(account):
    code = recovery_codes.create_recovery_code(account)
    given = {"login_name": account.login_name, "code": code, "password": "another four plain words"}
    Client().post(reverse("account_reset_password"), given)


def change_factor(account):
    client = sign_in_account(account)
    reauthenticate(client)
    factor = Authenticator.objects.create(user=account, type="webauthn", data={"name": "x", "credential": {}})
    client.post(reverse("mfa_remove_webauthn", args=(factor.pk,)))


def close(account):
    Account.objects.filter(pk=account.pk).update(is_active=False)


def by_hand(account):
    sign_in_account(account).post(reverse("end_sign_in"), {"which": "others"})


def by_operator(account):
    call_command("end_sign_ins", account.login_name)


@pytest.mark.parametrize(
    "event",
    [new_password, recover, change_factor, close, account_deletion.delete_account, by_hand, by_operator],
)
def test_security_event_ends_other_sessions_a6(event):
    account = make_account()
    clients = [sign_in_account(account), sign_in_account(account, stay=True)]
    event(account)
    assert not any(map(is_signed_in, clients))


def test_old_cookie_is_invalid_after_signing_out_a6():
    client = sign_in_account(make_account())
    cookie = client.cookies["session"].value
    client.post(reverse("account_logout"))
    again = Client()
    again.cookies["session"] = cookie
    assert not is_signed_in(again)
    assert not Session.objects.filter(account__isnull=False).exists()


def test_session_cookie_attributes_a6():
    client = sign_in_account(make_account())
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert f"{settings.COOKIE_PREFIX}session" == settings.SESSION_COOKIE_NAME
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["max-age"]


def test_session_cookie_is_bound_to_its_host_with_tls_a6():
    keys = {"SECRET_KEY": "x" * 60, "PRIVATE_DATA_KEYS": settings.PRIVATE_DATA_KEYS[0]}
    environment = plain_environment() | keys | {"ALLOWED_HOSTS": "steady.example"}
    code = "from recovery_site import settings as s; print(s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.stdout == "__Host-session True\n", done.stderr


def test_session_row_that_stays_is_detected_a6():
    """Detect the planted fault: the cookie is deleted and the row stays."""
    client = sign_in_account(make_account())
    row, cookie = Session.objects.get(account__isnull=False), client.cookies["session"].value
    client.post(reverse("account_logout"))
    row.save(force_insert=True)
    again = Client()
    again.cookies["session"] = cookie
    assert is_signed_in(again)

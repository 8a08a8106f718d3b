"""A5: risky actions require recent authentication.

Every address that exports or deletes data, or changes how to sign in, asks again when the last authentication is
older than five minutes, and not before.

Planted fault: the age is not checked. Each address then answers.
"""

import pytest
from allauth.account.internal.flows import reauthentication
from allauth.mfa.models import Authenticator
from django.urls import get_resolver, reverse

from network.accounts.allauth_internals import TOTP, RecoveryCodes, generate_totp_secret
from tests.builders import make_account
from tests.network.steps import reauthenticate

pytestmark = pytest.mark.django_db
LOOK, POST, PAGE = ("get",), ("post",), ("get", "post")
# Address → how it is asked for.
RISKY = {
    "export_copy": PAGE, "import_copy": PAGE, "delete_account": PAGE, "new_recovery_code": POST,
    "account_change_password": PAGE,
    "mfa_activate_totp": PAGE, "mfa_deactivate_totp": PAGE, "mfa_view_recovery_codes": LOOK,
    "mfa_generate_recovery_codes": PAGE, "mfa_add_webauthn": PAGE, "mfa_remove_webauthn": PAGE,
}  # fmt: skip
# What belongs to an account and needs no fresh proof, with the reason.
CALM = {
    "account": "shows the login name and days", "welcome": "shows a code only after a fresh proof",
    "my_data": "shows numbers", "account_logout": "closes", "end_sign_in": "closes",
    "mfa_index": "leads on", "mfa_list_webauthn": "leads on", "account_inactive": "says a sentence",
    "account_login": "entrance", "account_signup": "entrance",
    "account_reset_password": "entrance", "mfa_authenticate": "entrance", "mfa_login_webauthn": "entrance",
    "account_reauthenticate": "is the proof", "mfa_reauthenticate": "is the proof",
    "mfa_reauthenticate_webauthn": "is the proof",
}  # fmt: skip


@pytest.fixture
def person(client, time_machine):
    time_machine.move_to("2031-05-06 07:08:09+00:00", tick=False)
    account = make_account()
    TOTP.activate(account, generate_totp_secret())
    RecoveryCodes.activate(account)
    client.force_login(account)
    return account


def address(name):
    args = (Authenticator.objects.get(type="totp").pk,) if name == "mfa_remove_webauthn" else ()
    return reverse(name, args=args)


def requests():
    return [(name, method) for name, methods in RISKY.items() for method in methods]


def requires_reauthentication(client, name, method):
    answer = getattr(client, method)(address(name))
    return answer.status_code == 302 and answer["Location"].startswith("/accounts/reauthenticate/")


def test_risky_addresses_require_recent_authentication_a5(client, person, time_machine, figure):
    asked_at_first = [requires_reauthentication(client, *each) for each in requests()]
    reauthenticate(client)
    at_once = [each for each in requests() if each[1] == "get" and requires_reauthentication(client, *each)]
    time_machine.shift(301)
    asked_again = [requires_reauthentication(client, *each) for each in requests()]
    figure("A5", f"{sum(asked_again)} of {len(asked_again)} requests ask again after 301 s", must="all")
    assert all(asked_at_first)
    assert at_once == []
    assert all(asked_again)


def test_every_account_address_is_classified_a5():
    names = {
        each.name
        for pattern in get_resolver().url_patterns
        for each in walk(pattern)
        if each.name and ("accounts/" in str(each.where) or each.name in RISKY | CALM)
    }
    assert names == RISKY.keys() | CALM.keys()


class Found:
    def __init__(self, name, where):
        self.name, self.where = name, where


def walk(pattern, before=""):
    where = before + str(pattern.pattern)
    if hasattr(pattern, "url_patterns"):
        for each in pattern.url_patterns:
            yield from walk(each, where)
    else:
        yield Found(pattern.name, where)


def test_missing_reauthentication_is_detected_a5(client, person, monkeypatch):
    """Detect the planted fault."""
    monkeypatch.setattr(reauthentication, "did_recently_reauthenticate", lambda request: True)
    assert not any(requires_reauthentication(client, *each) for each in requests() if each[1] == "get")

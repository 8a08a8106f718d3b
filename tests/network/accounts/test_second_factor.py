"""Staff and their second factor, through allauth's own pages."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.backends import db
from django.test import Client
from django.urls import reverse

from network.accounts.allauth_internals import totp_code
from network.models import Session
from tests.builders import make_account
from tests.network import dump
from tests.network.steps import is_signed_in, parse_html, reauthenticate, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client, time_machine):
    time_machine.move_to("2031-05-06 07:08:09+00:00", tick=False)
    account = make_account(is_staff=True, is_superuser=True)
    sign_in(client, account.login_name)
    reauthenticate(client)
    return account


def enrol(client) -> str:
    """The seed, after the page that shows it has been answered with its first code."""
    page = parse_html(client.get(reverse("mfa_activate_totp")))
    secret = page.select_one("#authenticator_secret")["value"]
    response = client.post(reverse("mfa_activate_totp"), {"code": totp_code(secret)})
    assert response.status_code == 302, response.content
    return secret


def test_admin_redirects_staff_to_second_factor_setup(client, staff):
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0] == reverse("mfa_activate_totp")
    enrol(client)
    assert client.get("/admin/").status_code == 200


def test_admin_refuses_members(client):
    sign_in(client, make_account().login_name)
    assert client.get("/admin/", follow=True).status_code == 403


def test_activation_page_obeys_the_content_security_policy(client, staff):
    response = client.get(reverse("mfa_activate_totp"))
    text = response.content.decode()
    assert "<svg" in text.split("qr", 1)[1]
    for blocked in ("data:", "style=", "<?xml", "<style"):
        assert blocked not in text


def test_sign_in_accepts_a_totp_code_once(client, staff, time_machine):
    secret = enrol(client)
    time_machine.shift(60)
    first, second = Client(), Client()
    for browser in (first, second):
        response = sign_in(browser, staff.login_name)
        assert response["Location"] == reverse("mfa_authenticate")
        assert not is_signed_in(browser)
        assert browser.get("/admin/").status_code == 302
    code = totp_code(secret)
    first.post(reverse("mfa_authenticate"), {"code": code})
    second.post(reverse("mfa_authenticate"), {"code": code})
    assert is_signed_in(first)
    assert not is_signed_in(second)


def test_spare_code_works_once(client, staff):
    enrol(client)
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    first, second = Client(), Client()
    for browser in (first, second):
        sign_in(browser, staff.login_name)
        browser.post(reverse("mfa_authenticate"), {"code": code})
    assert is_signed_in(first)
    assert not is_signed_in(second)


def test_totp_secret_is_encrypted_in_the_database(client, staff):
    page = parse_html(client.get(reverse("mfa_activate_totp")))
    waiting = page.select_one("#authenticator_secret")["value"]
    assert waiting not in dump.database_text()
    # Nor in a session that Django's own store could open.
    assert all(db.SessionStore().decode(row.session_data) == {} for row in Session.objects.all())
    enrolled = enrol(client)
    held = dump.database_text()
    codes = Authenticator.objects.get(type="recovery_codes").wrap()
    assert enrolled not in held
    assert not any(code in held for code in codes.generate_codes())


def test_password_reset_still_asks_for_the_second_factor(client, staff):
    from network.accounts import recovery_codes

    enrol(client)
    given = {
        "login_name": staff.login_name,
        "code": recovery_codes.create_recovery_code(staff),
        "password": "another four plain words",
    }
    other = Client()
    response = other.post(reverse("account_reset_password"), given)
    assert response["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(other)


def test_reauthentication_lasts_five_minutes(client, staff, time_machine):
    enrol(client)
    for name in ("mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"):
        assert client.get(reverse(name)).status_code == 200, name
    time_machine.shift(301)
    for name in ("mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"):
        response = client.get(reverse(name))
        assert response.status_code == 302, name
        assert response["Location"].startswith(reverse("account_reauthenticate"))


@pytest.mark.parametrize(
    "name",
    ["account", "mfa_add_webauthn", "mfa_activate_totp", "account_change_password", "account_reauthenticate"],
)
def test_account_pages_have_the_hotline_strip(client, staff, name):
    response = client.get(reverse(name))
    assert response.status_code == 200
    assert b'class="crisis-strip"' in response.content
    assert b"@" not in response.content.split(b"<main", 1)[1].split(b"</main", 1)[0]


def test_spare_codes_are_shown_once(client, staff):
    enrol(client)
    first, again = (parse_html(client.get(reverse("mfa_view_recovery_codes"))) for _ in range(2))
    assert len(first.select("[data-spare-code]")) == 10
    assert not again.select("[data-spare-code]")


def test_change_of_the_second_factor_ends_the_other_sign_ins(
    client, staff, django_capture_on_commit_callbacks
):
    other = Client()
    sign_in(other, staff.login_name)
    assert is_signed_in(other)
    with django_capture_on_commit_callbacks(execute=True):
        enrol(client)
    assert is_signed_in(client)
    assert not is_signed_in(other)

"""Whoever knows a login name can shut its password: the page says so, and offers the ways in that stay open."""

import pytest
from django.test import Client
from django.urls import reverse

from network.accounts import recovery_codes
from tests.builders import make_account
from tests.network.accounts.test_passkey_origin import HOST, add
from tests.network.accounts.test_passkey_origin import sign_in as sign_in_by_passkey
from tests.network.soft_passkey import SoftPasskey
from tests.network.steps import is_signed_in, parse_html, reauthenticate, sign_in

pytestmark = pytest.mark.django_db


def shut(name, what="password"):
    """The answer to one wrong try too many."""
    for number in range(6):
        attacker = Client(REMOTE_ADDR=f"198.51.100.{number}")
        if what == "password":
            answer = sign_in(attacker, name, f"wrong password {number}")
        else:
            given = {"login_name": name, "code": f"wrong {number}", "password": "another four plain words"}
            answer = attacker.post(reverse("account_reset_password"), given)
    return answer


def links(answer):
    return {link["href"] for link in parse_html(answer).select("main a")}


def test_lockout_page_offers_passkey_and_recovery_code():
    answer = shut(make_account().login_name)
    page = parse_html(answer)
    assert (answer.status_code, answer["Retry-After"]) == (429, "300")
    assert page.select_one(f"form[action='{reverse('mfa_login_webauthn')}'] [data-passkey=get]")
    assert {reverse("account_reset_password"), reverse("now")} <= links(answer)
    assert page.select_one("script[src*='passkey']") or "passkey" in answer.content.decode()
    assert page.select_one(".crisis-strip a[href='tel:988']")
    assert "up to a day" in page.get_text()


def test_lockout_also_refuses_the_right_password():
    account = make_account()
    shut(account.login_name)
    owner = Client()
    answer = sign_in(owner, account.login_name)
    assert (answer.status_code, reverse("account_reset_password") in links(answer)) == (429, True)
    assert not is_signed_in(owner)


def test_lockout_page_is_the_same_for_unknown_names():
    there, nobody = shut(make_account().login_name), shut("no-such-otter-1")
    assert parse_html(there).select_one("main").get_text() == parse_html(nobody).select_one("main").get_text()


def test_recovery_code_works_during_a_password_lockout():
    account = make_account()
    code = recovery_codes.create_recovery_code(account)
    shut(account.login_name)
    owner = Client()
    given = {"login_name": account.login_name, "code": code, "password": "another four plain words"}
    owner.post(reverse("account_reset_password"), given)
    assert is_signed_in(owner)


def test_passkey_works_during_every_lockout():
    account, key, owner = make_account(), SoftPasskey(), Client(HTTP_HOST=HOST)
    owner.force_login(account)
    reauthenticate(owner)
    add(owner, key)
    owner.logout()
    shut(account.login_name)
    assert shut(account.login_name, "code").status_code == 429
    sign_in_by_passkey(owner, key)
    assert is_signed_in(owner)


def test_recovery_lockout_offers_password_and_passkey():
    answer = shut(make_account().login_name, "code")
    page = parse_html(answer)
    assert (answer.status_code, reverse("account_login") in links(answer)) == (429, True)
    assert page.select_one("[data-passkey=get]")
    assert "recovery code was tried too often" in page.get_text()


def test_safety_page_explains_the_lockout(client):
    text = " ".join(parse_html(client.get("/safety/")).get_text().split())
    assert "If somebody knows your login name" in text
    assert "A passkey cannot be shut like that." in text

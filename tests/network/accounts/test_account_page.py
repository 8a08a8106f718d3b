"""The page of one's account: the name, the ways in, the sign-ins."""

import pytest
from django.test import Client
from django.urls import reverse

from network.models import Session
from tests.builders import PASSWORD, make_account
from tests.network.steps import is_signed_in, parse_html, reauthenticate, sign_in, sign_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(client):
    account = make_account()
    sign_in(client, account.login_name)
    return account


def sign_ins(client):
    return parse_html(client.get(reverse("account"))).select("input[name=which]:not([value=others])")


def end(client, which):
    return client.post(reverse("end_sign_in"), {"which": which})


def test_account_page_shows_the_login_name(client, account):
    assert (
        parse_html(client.get(reverse("account"))).select_one("[data-login-name]").text == account.login_name
    )


def test_account_page_lists_sessions_by_day(client, account):
    sign_in(Client(), account.login_name)
    page = parse_html(client.get(reverse("account")))
    items = [form.parent.text for form in page.select("form:has(input[name=which])") if "Since" in form.text]
    assert len(items) == 2
    assert sum("this device" in item for item in items) == 1


def test_end_one_session_from_another(client, account):
    other = Client()
    sign_in(other, account.login_name)
    here = {field["value"] for field in sign_ins(other)}
    mine = next(
        field["value"] for field in sign_ins(client) if "this device" not in field.find_parent("form").text
    )
    assert mine in here
    assert end(client, mine).status_code == 303
    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_end_all_other_sessions(client, account):
    others = [Client() for _ in range(3)]
    for other in others:
        sign_in(other, account.login_name)
    end(client, "others")
    assert is_signed_in(client)
    assert not any(map(is_signed_in, others))


def test_ending_the_own_session_signs_out(client, account):
    end(client, sign_ins(client)[0]["value"])
    assert not is_signed_in(client)


def test_session_of_another_person_is_not_found(client, account):
    other, stranger = make_account(), Client()
    sign_in(stranger, other.login_name)
    assert end(client, Session.objects.get(account=other).pk).status_code == 404
    assert is_signed_in(stranger)
    assert end(client, "").status_code == 404


def test_new_recovery_code_is_shown_once_and_ends_the_old_one():
    client = Client()
    account, old = sign_up(client)
    assert client.post(reverse("new_recovery_code"))["Location"].startswith(reverse("account_reauthenticate"))
    reauthenticate(client)
    page = parse_html(client.post(reverse("new_recovery_code"), follow=True))
    fresh = page.select_one("[data-recovery-code]").text
    given = {"login_name": account.login_name, "password": "another four plain words"}
    assert Client().post(reverse("account_reset_password"), given | {"code": old}).status_code == 200
    assert Client().post(reverse("account_reset_password"), given | {"code": fresh}).status_code == 302


def test_pending_form_continues_after_reauthentication(client, account):
    answer = client.post(reverse("new_recovery_code"))
    assert answer.status_code == 302
    done = client.post(answer["Location"], {"password": PASSWORD, "next": reverse("new_recovery_code")})
    assert done["Location"] == reverse("welcome")


@pytest.mark.parametrize("name", ["mfa_index", "mfa_list_webauthn"])
def test_allauth_lists_redirect_to_the_account_page(client, account, name):
    assert client.get(reverse(name))["Location"] == reverse("account")


@pytest.mark.parametrize(
    "credential",
    ["", "5", "null", "[]", "{}", '{"response": 1}', '{"response": {"userHandle": "é"}}', '{"id": {}}'],
)
@pytest.mark.parametrize("name", ["mfa_login_webauthn", "mfa_add_webauthn"])
def test_malformed_passkey_is_refused(client, account, credential, name):
    reauthenticate(client)
    browser = client if name == "mfa_add_webauthn" else Client()
    browser.get(reverse(name), headers={"Accept": "application/json"})
    answer = browser.post(reverse(name), {"credential": credential})
    assert answer.status_code in (200, 302)
    assert is_signed_in(client)

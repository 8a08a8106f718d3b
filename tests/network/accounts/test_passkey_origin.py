"""A passkey opens the account only where a page of this very site asked for it: its scheme, host and port."""

import json

import pytest
from allauth.mfa.models import Authenticator
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from tests.builders import make_account
from tests.network.soft_passkey import SoftPasskey
from tests.network.steps import is_signed_in, reauthenticate

pytestmark = pytest.mark.django_db
HOST = "localhost:8000"
OURS = "http://localhost:8000"
OTHERS = [
    "http://localhost",
    "http://localhost:8001",
    "https://localhost:8000",
    "https://localhost",
    "http://evil.localhost:8000",
    "https://evil.localhost",
    "http://localhost:8000/",
    "http://localhost:8000.example.com",
    "http://LOCALHOST:8000",
    "null",
    "",
]


@pytest.fixture
def client():
    return Client(HTTP_HOST=HOST)


def add(client, key, origin=OURS, **more):
    """Adds a passkey to the account that is signed in."""
    page = client.get(reverse("mfa_add_webauthn"))
    [data] = BeautifulSoup(page.content, "html.parser").select("#js_data, script[type='application/json']")[
        :1
    ]
    options = json.loads(data.text)
    options = options.get("creation_options", options)
    return client.post(reverse("mfa_add_webauthn"), {"credential": key.register(options, origin, **more)})


def sign_in(client, key, origin=OURS, **more):
    asked = client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    options = asked.json()["request_options"]
    given = {"credential": key.sign_in(options, origin, **more)}
    return client.post(reverse("mfa_login_webauthn"), given)


@pytest.fixture
def owner(client):
    """An account with a passkey, signed out again, and the key."""
    account, key = make_account(), SoftPasskey()
    client.force_login(account)
    reauthenticate(client)
    add(client, key)
    assert Authenticator.objects.filter(user=account, type="webauthn").count() == 1
    client.logout()
    return account, key


def test_passkey_signs_in(client, owner):
    _account, key = owner
    sign_in(client, key)
    assert is_signed_in(client)


@pytest.mark.parametrize("origin", OTHERS)
def test_passkey_for_another_origin_is_refused(client, owner, origin):
    _account, key = owner
    answer = sign_in(client, key, origin)
    assert answer.status_code < 500
    assert not is_signed_in(client)


def test_passkey_from_an_embedded_page_is_refused(client, owner):
    _account, key = owner
    sign_in(client, key, crossOrigin=True)
    assert not is_signed_in(client)


@pytest.mark.parametrize("origin", OTHERS)
def test_passkey_registration_for_another_origin_is_refused(client, origin):
    client.force_login(make_account())
    reauthenticate(client)
    assert add(client, SoftPasskey(), origin).status_code == 200
    assert not Authenticator.objects.exists()


def test_site_origin_trusts_the_requests_port_on_a_local_machine_only(owner, settings):
    """Whoever passes on what a person confirmed at another port of the host also writes the Host header."""
    _account, key = owner
    settings.LOCAL_ONLY, settings.SITE_ORIGIN = False, "http://localhost"
    elsewhere = Client(HTTP_HOST="localhost:8443")
    sign_in(elsewhere, key, "http://localhost:8443")
    assert not is_signed_in(elsewhere)
    here = Client(HTTP_HOST="localhost:8443")
    sign_in(here, key, "http://localhost")
    assert is_signed_in(here)


def test_site_origin_has_the_configured_port(owner, settings):
    _account, key = owner
    settings.LOCAL_ONLY, settings.SITE_ORIGIN = False, "http://localhost:8443"
    client = Client(HTTP_HOST="localhost:8443")
    sign_in(client, key, "http://localhost:8443")
    assert is_signed_in(client)


def test_reauthentication_refuses_a_passkey_for_another_origin(client, owner):
    account, key = owner
    client.force_login(account)
    page = client.get(reverse("mfa_reauthenticate_webauthn"))
    options = json.loads(
        BeautifulSoup(page.content, "html.parser").select_one("script[type='application/json']").text
    )
    options = options.get("request_options", options)
    for origin, opens in (("http://localhost:1", False), (OURS, True)):
        given = {"credential": key.sign_in(options, origin)}
        client.post(reverse("mfa_reauthenticate_webauthn"), given)
        assert (client.get(reverse("account_change_password")).status_code == 200) is opens

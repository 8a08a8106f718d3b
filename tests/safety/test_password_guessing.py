"""A2: guessing a password is stopped.

An account gets five wrong attempts in five minutes and a hundred in a day, from any addresses and with any headers,
also when the attempts arrive at once at two processes. The owner's passkey still works.

Planted fault: a rate limit that lets everything pass. The last test detects it.
"""

import re
import threading
import urllib.request
from urllib.parse import urlencode

import pytest
from allauth.core.internal import ratelimit
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse

from tests.builders import make_account
from tests.safety.own_site import get_page, send_request
from tests.soak import size

FORGED = size(60, 1000)
PARALLEL = size(20, 50)
FORGERIES = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP")


@pytest.fixture
def checked(monkeypatch):
    """Return how many attempts were compared with a password."""
    runs = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *given: runs.append(1) or encode(*given))
    return runs


def guess(name, address="198.51.100.1", **headers):
    given = {"login": name, "password": "not the password at all"}
    return Client(REMOTE_ADDR=address).post(reverse("account_login"), given, headers=headers).status_code


@pytest.mark.django_db
def test_guessing_with_forged_headers_a2(checked, figure):
    name = make_account().login_name
    checked.clear()
    for number in range(FORGED):
        address = f"198.51.{number // 250}.{number % 250}"
        guess(name, **{FORGERIES[number % len(FORGERIES)]: address})
    figure("A2", f"{FORGED} forged addresses: {len(checked)} tries checked", must="5 at most in 5 minutes")
    assert len(checked) == 5


@pytest.mark.django_db
def test_guessing_from_many_addresses_a2(checked, time_machine, figure):
    time_machine.move_to("2031-05-06 00:00:10+00:00", tick=False)
    name = make_account().login_name
    checked.clear()
    addresses = 0
    for _ in range(40):
        for _ in range(5):
            addresses += 1
            guess(name, f"203.0.{addresses // 250}.{addresses % 250}")
        time_machine.shift(301)
    figure("A2", f"{addresses} addresses at one account in a day: {len(checked)} checked", must="100 at most")
    assert len(checked) == 100
    time_machine.shift(24 * 60 * 60)
    assert guess(name) == 200


@pytest.mark.django_db
def test_passkey_works_while_the_password_is_blocked_a2():
    name = make_account().login_name
    assert [guess(name) for _ in range(6)][-1] == 429
    client = Client()
    asked = client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    assert asked.status_code == 200
    assert "challenge" in asked.json()["request_options"]["publicKey"]
    assert client.post(reverse("mfa_login_webauthn"), {"credential": "{}"}).status_code == 302


def guess_concurrently(server, name, number):
    """Return the statuses of wrong attempts sent at the same moment."""
    page = ask_with_cookie(server.address)
    gate, statuses = threading.Barrier(number), []

    def one(turn):
        data = urlencode(
            {"login": name, "password": f"wrong password {turn}", "csrfmiddlewaretoken": page[1]}
        )
        headers = {"Cookie": page[0], "Origin": server.address, "X-Forwarded-For": f"198.51.100.{turn}"}
        gate.wait()
        statuses.append(send(f"{server.address}/accounts/login/", data.encode(), headers))

    threads = [threading.Thread(target=one, args=(turn,)) for turn in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def ask_with_cookie(address):
    with urllib.request.urlopen(f"{address}/accounts/login/", timeout=30) as answer:
        cookie = answer.headers["Set-Cookie"].split(";")[0]
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.read().decode())[1]
    return cookie, token


def send(url, data, headers):
    return send_request(urllib.request.Request(url, data, headers), timeout=120)[0]


def count_guesses(site, number):
    """Return how many of the concurrent attempts two processes checked."""
    site.python("from network.models import Account\nAccount.objects.create_user('plain-otter-1', 'x' * 20)")
    with site.serving(workers=2) as server:
        get_page(f"{server.address}/healthz")
        statuses = guess_concurrently(server, "plain-otter-1", number)
    assert set(statuses) <= {200, 429, 503}, statuses
    return statuses.count(200)


def test_concurrent_guesses_exceed_the_limit_by_two_at_most_a2(own_site, figure):
    looked_at = count_guesses(own_site(), PARALLEL)
    figure("A2", f"{PARALLEL} tries at once, two processes: {looked_at} looked at", must="7 at most")
    assert looked_at <= 7


@pytest.mark.django_db
def test_guessing_without_a_limit_is_detected_a2(checked, monkeypatch):
    """Detect the planted fault."""
    monkeypatch.setattr(ratelimit, "apply_rate", lambda history, now, rate, dry_run=False: (True, history))
    name = make_account().login_name
    checked.clear()
    assert {guess(name) for _ in range(12)} == {200}
    assert len(checked) == 12

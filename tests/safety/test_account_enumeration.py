"""A1: no response reveals whether a login name exists.

Status, headers and body are the same for known and unknown names, and so is the number of password hashes. `make
soak` also times 200 pairs in random order with Argon2id.

Planted fault: a sign-in that hashes only for an existing name. The last test detects it.
"""

import random
import re
import statistics
import time

import pytest
from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from network.accounts import recovery_codes
from tests.builders import make_account
from tests.soak import WHOLE, size

pytestmark = pytest.mark.django_db
KNOWN, UNKNOWN = "plain-otter-4711", "quiet-otter-4711"
MASKED = re.compile(
    rb'name="csrfmiddlewaretoken" value="\w+"|(plain|quiet)-otter-4711|[a-z]+-[a-z]+-\d+(:[\w-]+)*'
)
PAIRS = size(3, 200)
LARGEST_GAP = 0.2  # pooled standard deviations


def sign_in(client, name):
    return client.post(reverse("account_login"), {"login": name, "password": "not the password at all"})


def use_recovery_code(client, name):
    given = {"login_name": name, "code": "WRNG-WRNG-WRNG-WRNG-WRNG", "password": "another four plain words"}
    return client.post(reverse("account_reset_password"), given)


def sign_up(client, name):
    return client.post(
        reverse("account_signup"), {"login_name": name, "issued": name, "password": "four plain words are"}
    )


def try_passkey(client, name):
    return client.get(reverse("mfa_login_webauthn"), {"login": name}, headers={"Accept": "application/json"})


def try_second_step(client, name):
    client.post(reverse("account_login"), {"login": name, "password": "not the password at all"})
    return client.get(reverse("mfa_authenticate"))


def sign_in_to_admin(client, name):
    return client.post(
        "/admin/login/", {"username": name, "password": "not the password at all"}, follow=True
    )


WAYS = [sign_in, use_recovery_code, sign_up, try_passkey, try_second_step, sign_in_to_admin]


@pytest.fixture(autouse=True)
def known():
    recovery_codes.create_recovery_code(make_account(KNOWN, is_staff=True))


@pytest.fixture
def password_hashes(monkeypatch):
    """Return how many passwords were hashed so far."""
    runs = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *given: runs.append(1) or encode(*given))
    return runs


def comparable_parts(answer):
    headers = {
        name: value for name, value in answer.headers.items() if name not in ("Content-Length", "Expires")
    }
    body = re.sub(rb'"challenge": "[^"]+"', b"", MASKED.sub(b"", answer.content))
    return answer.status_code, headers, body, sorted(answer.cookies)


def differences(way, password_hashes):
    """Return what differs between the responses for the two names."""
    answers, work = [], []
    for name in (KNOWN, UNKNOWN):
        cache.clear()
        password_hashes.clear()
        answers.append(comparable_parts(way(Client(), name)))
        work.append(len(password_hashes))
    return answers[0] != answers[1] or work[0] != work[1]


@pytest.mark.parametrize("way", WAYS)
def test_account_enumeration_responses_and_work_a1(way, password_hashes):
    assert not differences(way, password_hashes)


def test_account_enumeration_rate_limits_a1(password_hashes):
    for way in (sign_in, use_recovery_code):
        for name in (KNOWN, UNKNOWN):
            cache.clear()
            assert [way(Client(), name).status_code for _ in range(6)] == [200] * 5 + [429]


def response_times(way, pairs):
    """Return the seconds that responses took for the known and the unknown name, in random order."""
    took = {KNOWN: [], UNKNOWN: []}
    order = [KNOWN, UNKNOWN] * pairs
    random.Random(1).shuffle(order)
    for name in order:
        cache.clear()
        client = Client()
        began = time.perf_counter()
        way(client, name)
        took[name].append(time.perf_counter() - began)
    return took[KNOWN], took[UNKNOWN]


@pytest.mark.parametrize("way", [sign_in, use_recovery_code])
def test_account_enumeration_response_times_a1(way, settings, figure):
    """Compare in `make soak` only, since a few pairs on a busy machine prove nothing."""
    from recovery_site import settings as of_the_site

    settings.PASSWORD_HASHERS = of_the_site.PASSWORD_HASHERS
    known, unknown = response_times(way, PAIRS)
    spread = (statistics.pvariance(known) + statistics.pvariance(unknown)) ** 0.5 / 2**0.5
    gap = abs(statistics.median(known) - statistics.median(unknown)) / spread
    measured = (
        f"{way.__name__}, {PAIRS} pairs: medians {gap:.2f} standard deviations apart; 6 ways answer alike"
    )
    figure("A1", measured, must=f"{LARGEST_GAP} at most, judged in a soak")
    assert gap <= LARGEST_GAP or not WHOLE


def test_account_enumeration_fault_is_detected_a1(password_hashes, monkeypatch):
    """Detect the planted fault."""

    def looks_first(self, credentials):
        return None

    monkeypatch.setattr(AuthenticationBackend, "_authenticate_by_username", eager)
    assert differences(sign_in, password_hashes)


def eager(self, *given, **more):
    """Hashes for a name that exists, and for no other."""
    from network.models import Account

    name = more.get("username") or next(iter(given), {})
    name = name.get("username") if isinstance(name, dict) else name
    account = Account.objects.filter(login_name=name).first()
    if account:
        account.check_password("x")
    return None

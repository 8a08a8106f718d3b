"""How many passwords are hashed at once."""

import threading
import time

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.urls import reverse

from network.accounts import passwords
from network.accounts.passwords import Argon2
from tests.builders import PASSWORD, make_account

SALT = "salt of some length"


def test_concurrent_hashing_is_limited(monkeypatch):
    running, most = [], []

    def slow(self, password, salt):
        running.append(1)
        most.append(len(running))
        time.sleep(0.02)
        running.pop()
        return "hashed"

    monkeypatch.setattr(Argon2PasswordHasher, "encode", slow)
    threads = [threading.Thread(target=Argon2().encode, args=(PASSWORD, SALT)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == passwords.MAX_CONCURRENT_HASHES
    assert len(most) == 12


@pytest.mark.django_db
def test_waiting_too_long_for_hashing_answers_503(client, settings, monkeypatch):
    name = make_account().login_name
    settings.PASSWORD_HASHERS = ["network.accounts.passwords.Argon2"]
    monkeypatch.setattr(passwords, "MAX_WAIT_SECONDS", 0.01)
    for _ in range(passwords.MAX_CONCURRENT_HASHES):
        passwords._hashing_slots.acquire()
    try:
        answer = client.post(reverse("account_login"), {"login": name, "password": PASSWORD})
    finally:
        for _ in range(passwords.MAX_CONCURRENT_HASHES):
            passwords._hashing_slots.release()
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert b'class="crisis-strip"' in answer.content

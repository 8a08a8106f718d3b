"""Turning the keys while people write, on a site of its own: `python -m tests.safety.rotate_under_load PEOPLE`.

Four threads sign up, write and read their own people through the site while everything is wrapped anew, then the old
key is taken away. Prints one JSON object: rows that were answered as saved, and how many of them no longer open.
"""

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django

THREADS = 4


def main(people: int) -> dict[str, Any]:
    from cryptography.fernet import Fernet
    from django.conf import settings

    from network.vault import key_rotation, store
    from tests.builders import make_account

    for number in range(people):
        make_account(f"person-{number}")
    old, new = settings.PRIVATE_DATA_KEYS, Fernet.generate_key().decode()
    done, rounds = threading.Event(), 0
    with ThreadPoolExecutor(THREADS) as pool:
        writing = [pool.submit(write_items, number, people, done) for number in range(THREADS)]
        settings.PRIVATE_DATA_KEYS = [new, *old]
        while rounds < 3:
            assert all(key_rotation.rewrap_all())
            rounds += 1
        done.set()
        saved = sum(each.result() for each in writing)
    assert all(key_rotation.rewrap_all())
    settings.PRIVATE_DATA_KEYS = [new]
    opened = sum(len(store.load_items(account)) for account in accounts_of(people))
    return {"saved": saved, "unreadable": saved - opened}


def accounts_of(people: int) -> Any:
    from network.models import Account

    return Account.objects.filter(login_name__in=[f"person-{number}" for number in range(people)])


def write_items(thread: int, people: int, done: threading.Event) -> int:
    """Saves people of one account after the other until the keys are turned; how many were answered as saved."""
    from django.db import connections
    from django.test import Client

    from network.models import Account

    saved, number = 0, thread
    while not done.is_set() or saved == 0:
        client = Client()
        client.force_login(Account.objects.get(login_name=f"person-{number % people}"))
        given = {"version": 0, "name": "Marisol", "relation": "other"}
        answer = client.post("/my-network/people/new/", given, headers={"Accept": "application/json"})
        assert answer.status_code == 200, answer.content
        assert client.get("/my-network/people/").status_code == 200
        saved, number = saved + 1, number + THREADS
    connections.close_all()
    return saved


if __name__ == "__main__":
    django.setup()
    from django.test.utils import setup_test_environment

    from tests.conftest import pytest_configure

    pytest_configure()
    setup_test_environment()
    print(json.dumps(main(int(sys.argv[1]))))

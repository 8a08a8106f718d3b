"""Write from many clients at once: `python -m tests.safety.concurrent_writers WRITERS ROWS`.

`WRITERS` clients change one step of one plan. Each adds its line to the text that it read, and merges both texts
after a conflict. Then eight threads add `ROWS` people to several accounts, sending each form twice. Prints one JSON
object.
"""

import json
import os
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import django

THREADS = 8
ROWS_OF_ONE = 50  # each page opens all that a person has, so nobody has thousands
MAX_TRIES = 2000
JSON_HEADERS = {"Accept": "application/json"}


def main(writers: int, rows: int) -> dict[str, Any]:
    from django.db import connections

    from network.models import EncryptedItem
    from network.vault import store
    from network.vault.items import PlanEntry
    from tests.builders import make_account

    account = make_account(f"writer-{os.getpid()}")
    have_read = Barrier(writers)
    with ThreadPoolExecutor(writers) as pool:
        told = list(pool.map(lambda number: add_line(account, number, have_read), range(writers)))
    step = store.get_singleton(account, PlanEntry, "signs")
    lines = step.item.text.splitlines() if step else []
    EncryptedItem.objects.all().delete()
    accounts = [make_account(f"person-{os.getpid()}-{n}") for n in range(-(-rows // ROWS_OF_ONE))]
    with ThreadPoolExecutor(THREADS) as pool:
        several = (accounts[number % len(accounts)] for number in range(rows))
        statuses = [status for both in pool.map(add_twice, several) for status in both]
    held_now = EncryptedItem.objects.count()
    connections.close_all()
    return {
        "lines": len(set(lines)), "conflicts": sum(told), "not_saved": sum(status != 200 for status in statuses),
        "rows": held_now,
    }  # fmt: skip


def open_tab(account: Any) -> Any:
    from django.test import Client

    client = Client(raise_request_exception=False)
    client.force_login(account)
    return client


def add_line(account: Any, number: int, have_read: Barrier) -> int:
    """Add one line after all clients read the same text. Return the number of conflicts."""
    from django.db import connections

    client, address = open_tab(account), "/my-network/plan/signs/"
    from tests.network.steps import form_values, parse_html

    given = form_values(parse_html(client.get(address)))
    text = given["text"]
    have_read.wait()
    for tries in range(MAX_TRIES):
        given["text"] = f"{text}\nline {number}".strip()
        answer = client.post(address, given, headers=JSON_HEADERS)
        if answer.status_code == 200:
            connections.close_all()
            return tries
        assert answer.status_code == 409, (answer.status_code, answer.content)
        given["version"] = answer.json()["version"]
        text = next(
            each["text"] for each in answer.json()["other_version"] if each["label"] == "In your own words"
        )
    raise RuntimeError("never had its turn")


def add_twice(account: Any) -> list[int]:
    from django.db import connections

    client, given = (
        open_tab(account),
        {"row": str(uuid.uuid4()), "version": 0, "name": "Marisol", "relation": "other"},
    )
    statuses = [
        client.post("/my-network/people/new/", given, headers=JSON_HEADERS).status_code for _ in range(2)
    ]
    connections.close_all()
    return statuses


if __name__ == "__main__":
    django.setup()
    from django.test.utils import setup_test_environment

    from tests.conftest import pytest_configure

    pytest_configure()
    setup_test_environment()
    if os.environ.get("PLANTED_FAULT"):
        from network.vault import store as vault_store

        vault_store._update_row = lambda account, pk, body, version: bool(
            vault_store.EncryptedItem.objects.filter(account=account, pk=pk).update(
                ciphertext=body, version=version + 1
            )
        )
    print(json.dumps(main(*map(int, sys.argv[1:]))))

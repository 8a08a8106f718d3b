"""P4: private data is encrypted at rest.

50 planted values are written through the forms. None of them occurs in the database, its log, the cache, sessions,
the search index or any other file of the site. A ciphertext moved to another row or person cannot be decrypted. After
keys are rotated while people write, everything can still be decrypted.

Planted fault: encryption that returns the plain text. The values are then found.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from network.models import EncryptedItem
from network.vault import encryption, store
from tests.builders import make_account, make_listing
from tests.network import dump
from tests.network.steps import fill_in_and_save, post_form
from tests.safety.own_site import OwnSite
from tests.soak import size

PLANTED = 50
PEOPLE = size(20, 1000)
NAMES = [f"canary-{number:02}-quiet-heron" for number in range(PLANTED)]


def write_all(client: Any, values: Iterator[str]) -> int:
    """Write each value into a field of a form. Return how many were written."""
    count = 0
    while (batch := [value for _, value in zip(range(10), values, strict=False)]) and len(batch) == 10:
        person, phone, way, when, ask, limits, note, signs, goal, appointment = batch
        listing = make_listing()
        post_form(client, "save", listing=listing.slug)
        count += len(batch)
        answers = [
            fill_in_and_save(client, reverse("new_person"), name=person, phone=phone, other_way=way, when=when,
                  ask_for=ask, boundaries=limits),
            fill_in_and_save(client, reverse("note", args=[listing.slug]), text=note, labels=["craving"]),
            fill_in_and_save(client, reverse("step", args=[STEPS[count // 10 - 1]]), text=signs),
            fill_in_and_save(client, reverse("new_goal"), words=goal, what="goal"),
            fill_in_and_save(client, reverse("new_appointment"), words=appointment, on="2031-05-06", at="19:30"),
        ]  # fmt: skip
        assert {answer.status_code for answer in answers} == {303}
        # Pages that show it, a page that refuses it, and an error on the way.
        for name in (
            "my_network",
            "plan",
            "people",
            "week",
            "print_plan",
            "print_card",
            "print_list",
            "people_and_steps",
        ):
            client.get(reverse(name))
        client.post(reverse("new_goal"), {"words": goal, "what": "nothing"})
        client.post(reverse("new_person"), {"name": person, "whose": "x"})
    return count


STEPS = ("signs", "coping", "distract", "ask", "safer")


def values_in(text: str, values: list[str]) -> list[str]:
    return [value for value in values if value in text or value.encode().hex() in text]


@pytest.mark.django_db
def test_planted_values_are_not_in_the_database(client, caplog, figure) -> None:
    account = make_account()
    client.force_login(account)
    assert write_all(client, iter(NAMES)) == PLANTED
    found = values_in(dump.database_text() + caplog.text, NAMES)
    kept = json.dumps([store.items.item_to_dict(row.item) for row in store.load_items(account)])
    assert values_in(kept, NAMES) == NAMES, "not all of them were written, so nothing was shown"
    moves = count_failed_moves(account)
    figure(
        "P4",
        f"{PLANTED} planted values, {len(found)} readable; {moves} sealed rows moved, 0 opened",
        must="0 readable, 0 opened",
    )
    assert found == []


def count_failed_moves(account: Any) -> int:
    """Move each ciphertext to each other row, and to another person with the same key. Return how many fail."""
    rows = list(EncryptedItem.objects.filter(account=account))
    other = make_account(wrapped_key=bytes(account.wrapped_key))
    tries = [(account, there, here) for here in rows for there in rows if here is not there]
    tries += [(other, row, row) for row in rows]
    for owner, there, here in tries:
        with pytest.raises(encryption.DecryptionError):
            store.decrypt_row(owner, EncryptedItem(pk=there.pk, account=owner, ciphertext=here.ciphertext))
    return len(tries)


@pytest.mark.django_db
def test_missing_encryption_is_detected(client, monkeypatch) -> None:
    monkeypatch.setattr(
        "network.vault.encryption.encrypt_text", lambda key, bound_to, text: b"\0" * 12 + text.encode()
    )
    monkeypatch.setattr(
        "network.vault.encryption.decrypt_text", lambda key, bound_to, body: bytes(body[12:]).decode()
    )
    client.force_login(make_account())
    write_all(client, iter(NAMES))
    assert values_in(dump.database_text(), NAMES) == NAMES


WRITE = """
import django
django.setup()
from django.test.utils import setup_test_environment
from tests.conftest import pytest_configure
pytest_configure()
setup_test_environment()
from django.test import Client
from tests.builders import make_account
from tests.safety.test_encryption_at_rest import NAMES, write_all
client = Client()
client.force_login(make_account("plain-heron"))
print(write_all(client, iter(NAMES)))
"""


def test_planted_values_are_in_no_file(one_site: OwnSite, figure) -> None:
    assert int(one_site.run("-c", WRITE)) == PLANTED
    files = [path for path in one_site.folder.rglob("*") if path.is_file()]
    found = [path.name for path in files if any(name.encode() in path.read_bytes() for name in NAMES)]
    # What is not sealed is found in the bytes of the database, where it is a file.
    plain = [path.name for path in files if b"plain-heron" in path.read_bytes()]
    assert bool(plain) is one_site.environment["DATABASE_URL"].startswith("sqlite")
    figure("P4", f"{len(files)} files of a site, {len(found)} with a planted value", must="0")
    assert found == []


def test_key_rotation_while_people_write(one_site: OwnSite, figure) -> None:
    came = json.loads(one_site.run("-m", "tests.safety.rotate_under_load", str(PEOPLE)))
    figure(
        "P4",
        f"keys of {PEOPLE} people turned, {came['saved']} rows saved meanwhile, {came['unreadable']} unreadable",
        must="0",
    )
    assert came["saved"] > 0
    assert came["unreadable"] == 0

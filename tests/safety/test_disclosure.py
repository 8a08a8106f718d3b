"""P10: there is little to disclose.

`disclose` prints what can be read about a person, exactly this and nothing else. Nothing else can be read in the
database either.

Planted fault: one more readable column. The last test detects it.
"""

import io

import pytest
from django.core.management import CommandError, call_command

from network.models import Account, EncryptedItem
from network.vault import store
from network.vault.items import Person
from tests.builders import make_listing
from tests.network import dump
from tests.network.steps import post_form, sign_up

pytestmark = pytest.mark.django_db
PRINTED = {
    "login name", "created on", "last seen on", "e-mail", "factors", "sign-ins since", "sealed items", "sizes in bytes",
}  # fmt: skip
# Columns of an account that are no facts about a person: keys, hashes and what the site itself decides.
NO_FACTS = {
    "id", "password", "wrapped_key", "recovery_hash", "opaque_id", "is_staff", "is_active", "is_superuser", "groups",
    "user_permissions",
}  # fmt: skip
CANARY = "Anna Canary 555-0123"


def disclose_output(login_name):
    out = io.StringIO()
    call_command("disclose", login_name, stdout=out)
    return dict(line.split(": ", 1) for line in out.getvalue().splitlines())


@pytest.fixture
def person(client):
    account, _code = sign_up(client)
    post_form(client, "save", listing=make_listing().slug)
    store.save_item(account, store.row_id_for(account, Person()), Person(CANARY), store.UNSAVED_VERSION)
    return account


def test_disclosure_prints_exactly_the_readable_data_p10(person, figure):
    facts = disclose_output(person.login_name)
    sizes = sorted((len(row.ciphertext) for row in EncryptedItem.objects.all()), reverse=True)
    figure("P10", f"{len(facts)} lines, {len(sizes)} sizes, 0 contents", must="the declared set")
    assert facts.keys() == PRINTED
    assert facts["login name"] == person.login_name
    assert facts["e-mail"] == "none"
    assert facts["sizes in bytes"] == ", ".join(map(str, sizes))
    assert len(facts["created on"]) == len("2031-05-06")
    assert not [value for value in facts.values() if "Anna" in value or ":" in value]


def test_nothing_else_is_readable_p10(person):
    facts = {field.name for field in Account._meta.get_fields() if field.concrete} - NO_FACTS
    assert facts == {"login_name", "created_on", "last_seen_on"}
    assert CANARY not in dump.database_text()


def test_disclosed_sizes_reveal_no_lengths_p10(person):
    """Check that one more letter adds no byte, since texts are padded."""
    store.save_item(person, store.row_id_for(person, Person()), Person(CANARY + "!"), store.UNSAVED_VERSION)
    sizes = [len(row.ciphertext) for row in EncryptedItem.objects.all()]
    assert len(set(sizes)) == 1


def test_disclosure_of_an_unknown_name_p10():
    with pytest.raises(CommandError, match="Nobody"):
        disclose_output("no-such-otter-1")


def test_additional_fact_is_detected_p10(person, monkeypatch):
    """Detect the planted fault."""
    from network.management.commands import disclose

    monkeypatch.setattr(disclose, "readable_data", lambda account: replaced(account))
    assert disclose_output(person.login_name)["factors"] != "none"


def replaced(account):
    from dataclasses import replace

    from network.data_rights.disclosure import readable_data

    return replace(readable_data(account), factors=["a browser string"])

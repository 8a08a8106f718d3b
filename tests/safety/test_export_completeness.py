"""P6: the export is complete.

Every model that refers to a person is exported, or is listed here with the reason why not. Data that is exported,
deleted and imported again is equal. The name of the file is neutral. The export takes less than ten seconds.

Planted fault: an export that leaves out one type of item. The second test detects it.
"""

import io
import json
import random
import time
import uuid
import zipfile
from dataclasses import fields
from typing import get_type_hints

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from network.data_rights import account_deletion, export_copy, import_copy
from network.models import Account
from network.vault import items, store
from network.vault.items import Appointment, Goal, Note, Person, PlanEntry, SavedList, TimeZone
from tests.builders import make_account, make_listing
from tests.network.steps import reauthenticate, sign_in
from tests.soak import size

pytestmark = pytest.mark.django_db
# Models with a way to an account: how they are in a copy, or why they are not.
TIED = {
    "network.EncryptedItem": "kept", "network.Session": "sign_ins", "mfa.Authenticator": "factors",
    "account.EmailAddress": "no account has one; there is no page that takes one",
    "curation.CuratorRegion": "of curators: the limit of their work",
    "admin.LogEntry": "of curators: the record of their work",
    "reversion.Revision": "of curators: the record of their work",
    "directory.Verification": "of curators: the record of their work",
    "directory.TranslationReview": "of curators: the record of their work",
    "curation.LikelyDuplicate": "of curators: the record of their work",
    "curation.Report": "of curators: the record of their work",
    "curation.Suggestion": "of curators: the record of their work",
}  # fmt: skip
PEOPLE = size(20, 500)


def account_with_items(account, more=0):
    """Fill the account with one item of each type, referring to each other, and `more` people."""
    listings = [make_listing().pk for _ in range(3)]
    anna, stop = uuid.uuid4(), uuid.uuid4()
    rows = [
        (None, SavedList(listings)),
        (None, Note(listings[0], ["craving", "night"], "Ring the left bell.\nTwice.")),
        (
            anna,
            Person("Anna", "sponsor", "555-0123", "by the river", "evenings", "to walk", "not at work", True),
        ),
        (None, PlanEntry("signs", "When I stop sleeping.", [str(anna)], [listings[1]])),
        (stop, Goal("goal", "A year of walks", "2031-05-06", False, "")),
        (None, Goal("milestone", "A month of them", "2031-06-06", True, str(stop))),
        (
            None,
            Appointment(
                "See Dr. Oak", "Dr. Oak", "Elm St 1", "2031-05-07", "19:30", 45, "America/Los_Angeles"
            ),
        ),
        (None, TimeZone("America/New_York")),
    ]
    rows += [(None, Person(f"Person {number} ñ 🦦", when="x" * 300)) for number in range(more)]
    for pk, thing in rows:
        store.save_item(account, pk or store.row_id_for(account, thing), thing, store.UNSAVED_VERSION)
    return account


def account_contents(account):
    """Return all items with references replaced by content, so that two accounts can be compared."""
    rows = store.load_items(account)
    names = {str(row.pk): repr(row.item) for row in rows}
    return sorted(repr(import_copy.replace_item_ids(row.item, names)) for row in rows)


def test_export_delete_import_is_equal_p6(client, figure):
    account = account_with_items(make_account(), PEOPLE)
    before = account_contents(account)
    sign_in(client, account.login_name)
    reauthenticate(client)
    began = time.monotonic()
    answer = client.post(reverse("export_copy"))
    took = time.monotonic() - began
    account_deletion.delete_account(account)
    fresh = make_account()
    brought = import_copy.import_copy(fresh, io.BytesIO(answer.content))
    equal = account_contents(fresh) == before
    measured = (
        f"{len(before)} things of {len(items.ITEM_TYPES)} kinds out in {took:.1f} s and back, equal: {equal}"
    )
    figure("P6", measured, must="equal, 10 s at most")
    assert brought == import_copy.ImportResult(added=len(before))
    assert equal
    assert {row.item.KIND for row in store.load_items(fresh)} == items.ITEM_TYPES.keys()
    assert answer["Content-Disposition"].split("=")[1].startswith('"copy-')
    assert took < 10


def test_export_without_a_type_is_detected_p6(monkeypatch):
    """Detect the planted fault."""
    account, fresh = account_with_items(make_account()), make_account()
    whole = store.load_items
    monkeypatch.setattr(
        store, "load_items", lambda one: [row for row in whole(one) if row.item.KIND != "goal"]
    )
    copy = json.dumps(export_copy.export_data(account)).encode()
    monkeypatch.undo()
    import_copy.import_copy(fresh, io.BytesIO(copy))
    assert account_contents(fresh) != account_contents(account)


def test_every_personal_model_is_exported_or_excused_p6():
    tied = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model is Account
    }
    assert tied == TIED.keys()
    copy = export_copy.export_data(account_with_items(make_account()))
    assert {"kept", "sign_ins", "factors"} <= copy.keys()


def test_every_field_is_in_both_files_p6():
    account = account_with_items(make_account())
    with zipfile.ZipFile(io.BytesIO(export_copy.export_zip(account))) as archive:
        copy, page = json.loads(archive.read("copy.json")), archive.read("copy.html").decode()
    for each in copy["kept"]:
        names = {field.name for field in fields(items.ITEM_TYPES[each["kind"]])}
        assert names <= each.keys()
    for words in (
        "Anna",
        "555-0123",
        "Ring the left bell.",
        "When I stop sleeping.",
        "A year of walks",
        "Dr. Oak",
    ):
        assert words in page


def test_second_import_adds_nothing_p6():
    account = account_with_items(make_account())
    copy = export_copy.export_zip(account)
    assert import_copy.import_copy(account, io.BytesIO(copy)).added == 0
    other = make_account()
    assert import_copy.import_copy(other, io.BytesIO(copy)).added == len(account_contents(account))
    assert import_copy.import_copy(other, io.BytesIO(copy)).added == 0
    assert account_contents(other) == account_contents(account)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"5", b"null", b"{}", b"[" * 100_000, b"PK\x03\x04broken", b"x" * (import_copy.MAX_BYTES + 1),
        b'{"format": "other", "version": 1, "kept": []}', b'{"format": "steady-copy", "version": 1, "kept": 5}',
        b'{"format": "steady-copy", "version": 99, "kept": []}', b"\xff\xfe",
    ],
)  # fmt: skip
def test_import_of_another_file_is_refused_p6(client, content):
    sign_in(client, make_account().login_name)
    reauthenticate(client)
    answer = client.post(reverse("import_copy"), {"file": io.BytesIO(content)})
    if len(content) > import_copy.MAX_BYTES:
        assert answer.status_code == 413
    else:
        assert answer.status_code == 400
        assert answer.context["form"].errors


def invalid_value(value, spoil):
    """Return a value of another type than the field has."""
    return spoil.choice(
        [None, 1.5, {}, [[]], "\0", "\ud800", -1, 2**70, "x" * 5000, ["x"] * 501, True, "nonsense", value]
    )


def test_import_rejects_invalid_items_p6(client):
    account = account_with_items(make_account())
    sign_in(client, account.login_name)
    spoil = random.Random(6)
    kept = export_copy.export_data(account)["kept"]
    given = []
    for _ in range(size(200, 2000)):
        each = dict(spoil.choice(kept), id=str(uuid.UUID(int=spoil.getrandbits(128))))
        name = spoil.choice([key for key in each if key != "id"])
        given.append({**each, name: invalid_value(each[name], spoil)})
    copy = json.dumps(
        {"format": export_copy.COPY_FORMAT, "version": export_copy.COPY_VERSION, "kept": given}
    ).encode()
    brought = import_copy.import_copy(account, io.BytesIO(copy))
    assert brought.rejected > len(given) / 4
    for row in store.load_items(account):
        assert import_copy.has_valid_fields(row.item)
    for name in ("my_network", "my_data", "people", "plan", "week"):
        assert client.get(reverse(name)).status_code == 200, name


def test_import_checks_the_type_of_every_field_p6():
    kinds = {
        hint
        for kind in items.ITEM_TYPES.values()
        for name, hint in get_type_hints(kind).items()
        if name != "KIND"
    }
    assert kinds <= {str, int, bool, list[int], list[str]}


def test_export_requires_signing_in_p6():
    assert Client().post(reverse("export_copy")).status_code == 302

"""What is kept of a person: seen, taken out, erased."""

import io
import json
import zipfile

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from network.data_rights import account_deletion, export_copy
from network.models import Account, Erasure, Session
from network.vault import store
from network.vault.items import Person, SavedList
from tests.builders import make_account, make_listing
from tests.network.steps import is_signed_in, parse_html, post_form, reauthenticate, sign_in

pytestmark = pytest.mark.django_db
ANNA = Person(name="Anna Canary", relation="friend", phone="555-0123", when="evenings\nand nights")


@pytest.fixture
def account(client):
    account = make_account()
    sign_in(client, account.login_name)
    store.save_item(account, store.singleton_id(account, Person, "a"), ANNA, store.UNSAVED_VERSION)
    post_form(client, "save", listing=make_listing(name="Oak House").slug)
    return account


def taken_out(client):
    reauthenticate(client)
    answer = client.post(reverse("export_copy"))
    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return answer, json.loads(archive.read("copy.json")), archive.read("copy.html").decode()


def test_my_data_shows_counts_and_no_content(client, account):
    text = parse_html(client.get(reverse("my_data"))).select_one("main").text
    assert account.login_name in text
    assert "Saved places: 1" in text
    assert "People: 1" in text
    assert "Anna" not in text


def test_my_data_without_an_account_shows_the_device(client):
    post_form(client, "save", listing=make_listing().slug)
    assert "a list of 1 saved place" in client.get(reverse("my_data")).content.decode()


def test_my_data_says_when_decryption_fails(client, account):
    Account.objects.update(wrapped_key=b"damaged")
    answer = client.get(reverse("my_data"))
    assert answer.status_code == 200
    assert b"cannot be opened just now" in answer.content


def test_export_has_json_and_html_under_a_neutral_name(client, account):
    answer, copy, page = taken_out(client)
    assert answer["Content-Disposition"].startswith('attachment; filename="copy-20')
    assert answer["Cache-Control"] == "no-store"
    assert {each["kind"] for each in copy["kept"]} == {"saved", "person"}
    assert "Anna Canary" in page
    assert "evenings<br>and nights" in page
    assert "Oak House" in page
    assert account.login_name in page


def test_exported_html_escapes_markup(client, account):
    bad = Person(name="<script>alert(1)</script>")
    store.save_item(account, store.singleton_id(account, Person, "b"), bad, store.UNSAVED_VERSION)
    assert "<script" not in taken_out(client)[2]


def test_export_does_not_name_hidden_listings(account):
    listing = make_listing(name="Hidden", status="draft")
    rows = [store.StoredItem(None, 1, SavedList([listing.pk]))]
    assert export_copy.listing_names(rows) == {}


@pytest.mark.parametrize("name", ["export_copy", "delete_account"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_risky_pages_require_reauthentication(client, account, name, method):
    answer = getattr(client, method)(reverse(name))
    assert answer["Location"].startswith(reverse("account_reauthenticate"))


def test_account_deletion_deletes_everything_and_signs_out(client, account):
    other = Client()
    sign_in(other, account.login_name)
    reauthenticate(client)
    answer = client.post(reverse("delete_account"))
    assert answer.status_code == 200
    assert "storage" in answer["Clear-Site-Data"]
    assert not Account.objects.exists()
    assert not Session.objects.filter(account__isnull=False).exists()
    assert not is_signed_in(client)
    assert not is_signed_in(other)


def test_account_deletion_is_recorded_in_table_and_ledger(account):
    opaque_id = account.opaque_id
    account_deletion.delete_account(account)
    assert Erasure.objects.get().opaque_id == opaque_id
    assert opaque_id in account_deletion.recorded_ids()
    assert settings.ERASURES_FILE.stat().st_mode & 0o777 == 0o600


def test_replay_deletes_only_recorded_accounts(account):
    other = make_account()
    assert account_deletion.replay_erasures({account.opaque_id}) == 1
    assert list(Account.objects.all()) == [other]
    assert account_deletion.replay_erasures({account.opaque_id}) == 0


def test_ledger_ignores_lines_without_an_id(tmp_path, settings):
    settings.ERASURES_FILE = tmp_path / "erasures"
    assert account_deletion.recorded_ids() == set()
    settings.ERASURES_FILE.write_text("half-a-li\n0e1f7c1e-8a6e-4d3c-9a55-8f4f5d1d8a11\n0e1f7c1e-8a6e-4d3c")
    assert len(account_deletion.recorded_ids()) == 1

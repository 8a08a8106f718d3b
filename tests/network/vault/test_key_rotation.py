"""Changing PRIVATE_DATA_KEYS while the site goes on."""

import io

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.test import Client

from network.accounts.allauth_internals import TOTP, RecoveryCodes, generate_totp_secret
from network.models import Account
from network.vault import key_rotation, store
from network.vault.items import Person
from tests.builders import make_account
from tests.network.steps import is_signed_in, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    account = make_account()
    store.save_item(account, store.row_id_for(account, Person()), Person("Anna"), store.UNSAVED_VERSION)
    return account


def rotate():
    out = io.StringIO()
    call_command("rotate_keys", stdout=out)
    return out.getvalue()


def names(account):
    return [row.item.name for row in store.load_items(Account.objects.get(pk=account.pk))]


def test_rotation_keeps_everything_readable(person, settings):
    client = Client()
    sign_in(client, person.login_name)
    TOTP.activate(person, seed := generate_totp_secret())
    codes = RecoveryCodes.activate(person).get_unused_codes()
    old, new = settings.PRIVATE_DATA_KEYS[0], Fernet.generate_key().decode()
    settings.PRIVATE_DATA_KEYS = [new, old]
    for _renewed in key_rotation.rewrap_all():
        assert names(person) == ["Anna"]
        assert is_signed_in(client)
    settings.PRIVATE_DATA_KEYS = [new]
    assert names(person) == ["Anna"]
    assert is_signed_in(client)
    factors = {factor.type: factor.wrap() for factor in Authenticator.objects.all()}
    assert factors["recovery_codes"].get_unused_codes() == codes
    assert TOTP.activate(make_account(), seed)
    settings.PRIVATE_DATA_KEYS = [old]
    assert not is_signed_in(client)


def test_rotation_covers_several_batches(settings, monkeypatch):
    monkeypatch.setattr(key_rotation, "BATCH_ROWS", 3)
    people = [make_account() for _ in range(10)]
    settings.PRIVATE_DATA_KEYS = [Fernet.generate_key().decode(), *settings.PRIVATE_DATA_KEYS]
    assert rotate() == f"Under the first key: {len(people)}\n"


def test_rotation_skips_a_row_that_changed_meanwhile(person, settings):
    stale = bytes(person.wrapped_key)
    fresh = Account.objects.get(pk=person.pk)
    Account.objects.filter(pk=person.pk).update(wrapped_key=b"changed meanwhile")
    assert key_rotation._rewrap_column(Account, fresh.pk, "wrapped_key", stale)
    assert bytes(Account.objects.get(pk=person.pk).wrapped_key) == b"changed meanwhile"


def test_rotation_reports_a_row_that_no_key_decrypts(person, settings):
    settings.PRIVATE_DATA_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match="No key decrypts 1"):
        rotate()

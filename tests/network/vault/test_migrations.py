"""Saved lists move into sealed rows and back, and none is lost."""

import json

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from network.models import Account, EncryptedItem
from network.saved import services
from network.vault import encryption, store
from network.vault.items import SavedList
from tests.builders import make_account, make_listing

BEFORE, AFTER = [("network", "0002_small_login_names")], [("network", "0003_sealed_rows")]


@pytest.mark.django_db(transaction=True)
def test_saved_lists_move_into_sealed_rows_and_back():
    account, damaged = make_account(), make_account()
    ids = [make_listing().pk for _ in range(3)]
    services.merge(account, ids)
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes("network")
    try:
        executor = MigrationExecutor(connection)
        executor.migrate(BEFORE)
        old_list = executor.loader.project_state(BEFORE).apps.get_model("network", "SavedList")
        stored = old_list.objects.get().sealed
        assert json.loads(encryption.unseal(account.wrapped_key, f"{account.pk}:saved", stored)) == ids
        old_list.objects.create(account_id=damaged.pk, sealed=b"damaged" * 9)
        MigrationExecutor(connection).migrate(AFTER)
    finally:
        MigrationExecutor(connection).migrate(latest)
    assert services.in_account(Account.objects.get(pk=account.pk)) == ids
    row = EncryptedItem.objects.get(account=damaged)
    assert (bytes(row.sealed), row.pk) == (b"damaged" * 9, store.name_id(damaged, SavedList))

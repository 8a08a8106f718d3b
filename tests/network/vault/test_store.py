import uuid

import pytest
from django.db import connection

from network.models import EncryptedItem
from network.vault import encryption, store
from network.vault.items import Note, Person, PlanEntry, SavedList
from tests.builders import make_account

pytestmark = pytest.mark.django_db
MARISOL = Person(name="Marisol", phone="555-0103")


def add(account, thing, pk=None):
    return store.save_item(account, pk or uuid.uuid4(), thing, store.UNSAVED_VERSION)


def test_saved_item_is_found():
    account = make_account()
    row = add(account, MARISOL)
    assert store.get_item(account, Person, row.pk) == row
    assert (row.version, row.item) == (1, MARISOL)
    changed = store.save_item(account, row.pk, Person(name="Mari"), 1)
    assert (changed.version, store.get_item(account, Person, row.pk).item.name) == (2, "Mari")


def test_load_items_returns_one_persons_items_by_type():
    account, other = make_account(), make_account()
    for thing in (PlanEntry(key="signs"), MARISOL, SavedList([3, 1])):
        add(account, thing)
    add(other, Person(name="Somebody else"))
    assert [row.item for row in store.load_items(account)] == [
        SavedList([3, 1]),
        MARISOL,
        PlanEntry(key="signs"),
    ]
    assert [row.item for row in store.items_of_type(Person, store.load_items(account))] == [MARISOL]


def test_singleton_id_is_stable_and_secret():
    one, other = make_account(), make_account()
    pk = store.singleton_id(one, PlanEntry, "signs")
    assert store.get_singleton(one, PlanEntry, "signs") is None
    store.save_item(one, pk, PlanEntry(key="signs", text="Not sleeping"), store.UNSAVED_VERSION)
    assert store.get_singleton(one, PlanEntry, "signs").item.text == "Not sleeping"
    assert pk != store.singleton_id(other, PlanEntry, "signs")
    assert pk != store.singleton_id(one, PlanEntry, "coping")


def test_save_with_an_old_version_is_a_conflict():
    account = make_account()
    row = add(account, MARISOL)
    store.save_item(account, row.pk, Person(name="First tab"), row.version)
    with pytest.raises(store.VersionConflict) as caught:
        store.save_item(account, row.pk, Person(name="Second tab"), row.version)
    assert (caught.value.row.item.name, caught.value.row.version) == ("First tab", 2)
    assert store.get_item(account, Person, row.pk).item.name == "First tab"


def test_saving_the_same_item_twice_makes_one_row():
    account, pk = make_account(), uuid.uuid4()
    assert add(account, MARISOL, pk).version == add(account, MARISOL, pk).version == 1
    assert store.save_item(account, pk, Person(name="M"), 1).version == 2
    assert store.save_item(account, pk, Person(name="M"), 1).version == 2
    assert EncryptedItem.objects.count() == 1


def test_new_item_does_not_replace_another():
    account, pk = make_account(), uuid.uuid4()
    add(account, MARISOL, pk)
    with pytest.raises(store.VersionConflict):
        add(account, Person(name="Dev"), pk)


def test_save_of_a_deleted_item_is_a_conflict():
    account = make_account()
    row = add(account, MARISOL)
    store.delete_item(account, row.pk)
    store.delete_item(account, row.pk)
    with pytest.raises(store.VersionConflict) as caught:
        store.save_item(account, row.pk, Person(name="Mari"), row.version)
    assert caught.value.row is None


def test_item_of_another_person_is_not_found():
    owner, other = make_account(), make_account()
    row = add(owner, MARISOL)
    with pytest.raises(store.ItemNotFound):
        store.get_item(other, Person, row.pk)
    with pytest.raises(store.ItemNotFound):
        store.save_item(other, row.pk, Person(name="x"), store.UNSAVED_VERSION)
    with pytest.raises(store.VersionConflict):
        store.save_item(other, row.pk, Person(name="x"), row.version)
    store.delete_item(other, row.pk)
    assert store.get_item(owner, Person, row.pk).item == MARISOL


def test_item_is_not_found_as_another_type():
    account = make_account()
    with pytest.raises(store.ItemNotFound):
        store.get_item(account, PlanEntry, add(account, MARISOL).pk)


def test_row_reveals_only_owner_version_and_rough_size():
    account = make_account()
    short, longer = (
        add(account, Note(listing=1)),
        add(account, Note(listing=1, text="seven words that nobody else may read")),
    )
    with connection.cursor() as cursor:
        columns = [
            each.name
            for each in connection.introspection.get_table_description(cursor, "network_encrypteditem")
        ]
    assert sorted(columns) == ["account_id", "ciphertext", "id", "version"]
    assert short.size == longer.size == 12 + store.PADDING_BYTES + 16  # nonce, text, tag


@pytest.mark.parametrize("move", ["row", "person", "both"])
def test_moved_ciphertext_cannot_be_decrypted(move):
    owner, other = make_account(), make_account()
    there = EncryptedItem.objects.get(pk=add(owner, MARISOL).pk)
    moved = EncryptedItem(pk=there.pk, account=owner, ciphertext=there.ciphertext)
    if move in ("row", "both"):
        moved.pk = uuid.uuid4()
    if move in ("person", "both"):
        # With the first person's key: what holds is the binding.
        other.wrapped_key, moved.account = owner.wrapped_key, other
    with pytest.raises(encryption.DecryptionError):
        store.decrypt_row(moved.account, moved)

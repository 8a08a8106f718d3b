"""What a person keeps, in the database: every item of `items.ITEM_TYPES` is one sealed row of one table.

A row shows whose it is, a random-looking id, how often it changed and how many bytes it has: not what kind of item
it is, and not how long its text is, since all are padded to steps of `PAD` bytes. Exports, erasure and whatever
else goes over all that a person has call `everything`.

Two pages open at once never overwrite each other silently: whoever writes says which version they saw, and where
another one stands there now they get `Newer` with it.
"""

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import IntegrityError, transaction

from network.models import Account, EncryptedItem
from network.vault import encryption, items
from network.vault.items import VaultItem

PADDING_BYTES = 256  # bytes
T = TypeVar("T", bound=VaultItem)
UNSAVED_VERSION = 0  # the version of what is not in the database


class ItemNotFound(Exception):
    """There is no such row among this person's own."""


@dataclass(frozen=True, slots=True)
class StoredItem(Generic[T]):
    """A item with where it stands; `size` is what the database can tell of it, in bytes."""

    pk: uuid.UUID
    version: int
    item: T
    size: int = 0


class VersionConflict(Exception):
    """Another version stands there; `row` is that one, None when it was taken away."""

    def __init__(self, row: StoredItem[VaultItem] | None) -> None:
        super().__init__("there is a newer version")
        self.row = row


def load_items(account: Account) -> list[StoredItem[VaultItem]]:
    """All that the account holds, in the order of `items.ITEM_TYPES`. Raises DecryptionError."""
    rows = [decrypt_row(account, row) for row in EncryptedItem.objects.filter(account=account).order_by("pk")]
    order = list(items.ITEM_TYPES)
    return sorted(rows, key=lambda row: order.index(row.item.KIND))


def items_of_type(kind: type[T], rows: Iterable[StoredItem[VaultItem]]) -> list[StoredItem[T]]:
    return [StoredItem(row.pk, row.version, row.item, row.size) for row in rows if isinstance(row.item, kind)]


def get_item(account: Account, kind: type[T], pk: uuid.UUID) -> StoredItem[T]:
    """One row of that kind. Raises Missing, also for another person's row; DecryptionError."""
    row = EncryptedItem.objects.filter(account=account, pk=pk).first()
    if row is None:
        raise ItemNotFound
    found = items_of_type(kind, [decrypt_row(account, row)])
    if not found:
        raise ItemNotFound
    return found[0]


def get_singleton(account: Account, kind: type[T], name: str = "") -> StoredItem[T] | None:
    """The row of which a person has one, such as the saved list or a step of the plan. Raises DecryptionError."""
    try:
        return get_item(account, kind, singleton_id(account, kind, name))
    except ItemNotFound:
        return None


def singleton_id(account: Account, kind: type[VaultItem], name: str = "") -> uuid.UUID:
    """The id of such a row: the same each time, and without the person's key as random as any other."""
    return encryption.derive_id(account.wrapped_key, f"{kind.KIND}:{name}")


def row_id_for(account: Account, item: VaultItem) -> uuid.UUID:
    """The id under which a new row of this item belongs: to put one back, or to begin one."""
    return (
        uuid.uuid4()
        if item.singleton_name is None
        else singleton_id(account, type(item), item.singleton_name)
    )


def save_item(account: Account, pk: uuid.UUID, item: VaultItem, version: int) -> StoredItem[VaultItem]:
    """Writes over `version`, or adds a row where that is `NOT_YET`. The same form sent twice is one row.

    Raises Newer where another version stands there, Missing where the id is somebody else's.
    """
    body = encrypt_item(account, pk, item)
    done = (
        _insert_row(account, pk, body)
        if version == UNSAVED_VERSION
        else _update_row(account, pk, body, version)
    )
    if done:
        return StoredItem(pk, version + 1, item, len(body))
    return raise_unless_identical(account, pk, item, version)


def delete_item(account: Account, pk: uuid.UUID) -> None:
    """Takes the row away; nothing happens where there is none."""
    EncryptedItem.objects.filter(account=account, pk=pk).delete()


def _insert_row(account: Account, pk: uuid.UUID, body: bytes) -> bool:
    try:
        with transaction.atomic():
            EncryptedItem.objects.create(pk=pk, account=account, ciphertext=body)
    except IntegrityError:
        return False
    return True


def _update_row(account: Account, pk: uuid.UUID, body: bytes, version: int) -> bool:
    seen = EncryptedItem.objects.filter(account=account, pk=pk, version=version)
    return bool(seen.update(ciphertext=body, version=version + 1))


def raise_unless_identical(
    account: Account, pk: uuid.UUID, item: VaultItem, version: int
) -> StoredItem[VaultItem]:
    """What stands there where it says the same already. Raises Newer, Missing."""
    try:
        row = get_item(account, type(item), pk)
    except ItemNotFound:
        if version == UNSAVED_VERSION:
            raise
        raise VersionConflict(None) from None
    if row.item != item:
        raise VersionConflict(StoredItem(row.pk, row.version, row.item, row.size))
    return StoredItem(row.pk, row.version, row.item, row.size)


def encrypt_item(account: Account, pk: uuid.UUID, item: VaultItem) -> bytes:
    text = json.dumps(items.item_to_dict(item), ensure_ascii=False)
    padding = -len(text.encode()) % PADDING_BYTES
    return encryption.encrypt_text(
        account.wrapped_key, EncryptedItem.associated_data(account.pk, pk), text + " " * padding
    )


def decrypt_row(account: Account, row: EncryptedItem) -> StoredItem[VaultItem]:
    """Raises DecryptionError."""
    text = encryption.decrypt_text(
        account.wrapped_key, EncryptedItem.associated_data(account.pk, row.pk), row.ciphertext
    )
    return StoredItem(row.pk, row.version, items.item_from_dict(json.loads(text)), len(row.ciphertext))

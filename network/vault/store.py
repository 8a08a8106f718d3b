"""Store the items of a person, each as one encrypted row.

A row reveals its account, an id, how often it changed and its size. It reveals neither the type of the item nor the
length of its text, since the plaintext is padded to multiples of `PADDING_BYTES`. `load_items` returns all that an
account stores; export and deletion use it.

Two pages that are open at once cannot overwrite each other unnoticed: a writer names the version that they read, and
`VersionConflict` reports another version with its content.
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
    """The person has no such row."""


@dataclass(frozen=True, slots=True)
class StoredItem(Generic[T]):
    """An item with the id and version of its row. `size` is the length of the ciphertext in bytes."""

    pk: uuid.UUID
    version: int
    item: T
    size: int = 0


class VersionConflict(Exception):
    """The database has another version. `row` is that version, or None when the row was deleted."""

    def __init__(self, row: StoredItem[VaultItem] | None) -> None:
        super().__init__("there is a newer version")
        self.row = row


def load_items(account: Account) -> list[StoredItem[VaultItem]]:
    """Return all items of the account, in the order of `ITEM_TYPES`. Raises DecryptionError."""
    rows = [decrypt_row(account, row) for row in EncryptedItem.objects.filter(account=account).order_by("pk")]
    order = list(items.ITEM_TYPES)
    return sorted(rows, key=lambda row: order.index(row.item.KIND))


def items_of_type(kind: type[T], rows: Iterable[StoredItem[VaultItem]]) -> list[StoredItem[T]]:
    """Return the rows whose item is of this type."""
    return [StoredItem(row.pk, row.version, row.item, row.size) for row in rows if isinstance(row.item, kind)]


def get_item(account: Account, kind: type[T], pk: uuid.UUID) -> StoredItem[T]:
    """Return one row of this type. Raises ItemNotFound, also for another person's row, and DecryptionError."""
    row = EncryptedItem.objects.filter(account=account, pk=pk).first()
    if row is None:
        raise ItemNotFound
    matching = items_of_type(kind, [decrypt_row(account, row)])
    if not matching:
        raise ItemNotFound
    return matching[0]


def get_singleton(account: Account, kind: type[T], name: str = "") -> StoredItem[T] | None:
    """Return the row of an item that a person has at most once, or None. Raises DecryptionError."""
    try:
        return get_item(account, kind, singleton_id(account, kind, name))
    except ItemNotFound:
        return None


def singleton_id(account: Account, kind: type[VaultItem], name: str = "") -> uuid.UUID:
    """Return the id of the row of such an item. It is the same each time and looks random without the person's key."""
    return encryption.derive_id(account.wrapped_key, f"{kind.KIND}:{name}")


def row_id_for(account: Account, item: VaultItem) -> uuid.UUID:
    """Return the id under which a new item is stored: derived from its name for a singleton, else random."""
    return (
        uuid.uuid4()
        if item.singleton_name is None
        else singleton_id(account, type(item), item.singleton_name)
    )


def save_item(account: Account, pk: uuid.UUID, item: VaultItem, version: int) -> StoredItem[VaultItem]:
    """Write over `version`, or add a row where that is `UNSAVED_VERSION`. Saving the same item twice makes one row.

    Raises VersionConflict where the database has another version, and ItemNotFound where the id is another person's.
    """
    ciphertext = encrypt_item(account, pk, item)
    is_saved = (
        _insert_row(account, pk, ciphertext)
        if version == UNSAVED_VERSION
        else _update_row(account, pk, ciphertext, version)
    )
    if is_saved:
        return StoredItem(pk, version + 1, item, len(ciphertext))
    return raise_unless_identical(account, pk, item, version)


def delete_item(account: Account, pk: uuid.UUID) -> None:
    """Delete the row. Do nothing where there is none."""
    EncryptedItem.objects.filter(account=account, pk=pk).delete()


def _insert_row(account: Account, pk: uuid.UUID, ciphertext: bytes) -> bool:
    """Insert a row for an encrypted item. Return False when the id is taken."""
    try:
        with transaction.atomic():
            EncryptedItem.objects.create(pk=pk, account=account, ciphertext=ciphertext)
    except IntegrityError:
        return False
    return True


def _update_row(account: Account, pk: uuid.UUID, ciphertext: bytes, version: int) -> bool:
    """Write over this version. Return False when the database has another one."""
    seen = EncryptedItem.objects.filter(account=account, pk=pk, version=version)
    return bool(seen.update(ciphertext=ciphertext, version=version + 1))


def raise_unless_identical(
    account: Account, pk: uuid.UUID, item: VaultItem, version: int
) -> StoredItem[VaultItem]:
    """Return the stored row when it has the same content as `item`. Raises VersionConflict or ItemNotFound."""
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
    """Return the ciphertext of an item, padded so that its size reveals little."""
    text = json.dumps(items.item_to_dict(item), ensure_ascii=False)
    padding = -len(text.encode()) % PADDING_BYTES
    return encryption.encrypt_text(
        account.wrapped_key, EncryptedItem.associated_data(account.pk, pk), text + " " * padding
    )


def decrypt_row(account: Account, row: EncryptedItem) -> StoredItem[VaultItem]:
    """Return the item of a row. Raises DecryptionError."""
    text = encryption.decrypt_text(
        account.wrapped_key, EncryptedItem.associated_data(account.pk, row.pk), row.ciphertext
    )
    return StoredItem(row.pk, row.version, items.item_from_dict(json.loads(text)), len(row.ciphertext))

"""What a person keeps, in the database: every thing of `things.KINDS` is one sealed row of one table.

A row shows whose it is, a random-looking id, how often it changed and how many bytes it has: not what kind of thing
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

PAD = 256  # bytes
T = TypeVar("T", bound=VaultItem)
NOT_YET = 0  # the version of what is not in the database


class ItemNotFound(Exception):
    """There is no such row among this person's own."""


@dataclass(frozen=True, slots=True)
class StoredItem(Generic[T]):
    """A thing with where it stands; `size` is what the database can tell of it, in bytes."""

    pk: uuid.UUID
    version: int
    thing: T
    size: int = 0


class VersionConflict(Exception):
    """Another version stands there; `row` is that one, None when it was taken away."""

    def __init__(self, row: StoredItem[VaultItem] | None) -> None:
        super().__init__("there is a newer version")
        self.row = row


def everything(account: Account) -> list[StoredItem[VaultItem]]:
    """All that the account holds, in the order of `things.KINDS`. Raises sealed.Unreadable."""
    rows = [decrypt(account, row) for row in EncryptedItem.objects.filter(account=account).order_by("pk")]
    order = list(items.KINDS)
    return sorted(rows, key=lambda row: order.index(row.thing.KIND))


def of_kind(kind: type[T], rows: Iterable[StoredItem[VaultItem]]) -> list[StoredItem[T]]:
    return [
        StoredItem(row.pk, row.version, row.thing, row.size) for row in rows if isinstance(row.thing, kind)
    ]


def find(account: Account, kind: type[T], pk: uuid.UUID) -> StoredItem[T]:
    """One row of that kind. Raises Missing, also for another person's row; sealed.Unreadable."""
    row = EncryptedItem.objects.filter(account=account, pk=pk).first()
    if row is None:
        raise ItemNotFound
    found = of_kind(kind, [decrypt(account, row)])
    if not found:
        raise ItemNotFound
    return found[0]


def get_singleton(account: Account, kind: type[T], name: str = "") -> StoredItem[T] | None:
    """The row of which a person has one, such as the saved list or a step of the plan. Raises sealed.Unreadable."""
    try:
        return find(account, kind, name_id(account, kind, name))
    except ItemNotFound:
        return None


def name_id(account: Account, kind: type[VaultItem], name: str = "") -> uuid.UUID:
    """The id of such a row: the same each time, and without the person's key as random as any other."""
    return encryption.fixed_id(account.wrapped_key, f"{kind.KIND}:{name}")


def row_id_for(account: Account, thing: VaultItem) -> uuid.UUID:
    """The id under which a new row of this thing belongs: to put one back, or to begin one."""
    return uuid.uuid4() if thing.only_one is None else name_id(account, type(thing), thing.only_one)


def write(account: Account, pk: uuid.UUID, thing: VaultItem, version: int) -> StoredItem[VaultItem]:
    """Writes over `version`, or adds a row where that is `NOT_YET`. The same form sent twice is one row.

    Raises Newer where another version stands there, Missing where the id is somebody else's.
    """
    body = encrypt(account, pk, thing)
    done = added(account, pk, body) if version == NOT_YET else changed(account, pk, body, version)
    if done:
        return StoredItem(pk, version + 1, thing, len(body))
    return raise_unless_identical(account, pk, thing, version)


def remove(account: Account, pk: uuid.UUID) -> None:
    """Takes the row away; nothing happens where there is none."""
    EncryptedItem.objects.filter(account=account, pk=pk).delete()


def added(account: Account, pk: uuid.UUID, body: bytes) -> bool:
    try:
        with transaction.atomic():
            EncryptedItem.objects.create(pk=pk, account=account, sealed=body)
    except IntegrityError:
        return False
    return True


def changed(account: Account, pk: uuid.UUID, body: bytes, version: int) -> bool:
    seen = EncryptedItem.objects.filter(account=account, pk=pk, version=version)
    return bool(seen.update(sealed=body, version=version + 1))


def raise_unless_identical(
    account: Account, pk: uuid.UUID, thing: VaultItem, version: int
) -> StoredItem[VaultItem]:
    """What stands there where it says the same already. Raises Newer, Missing."""
    try:
        row = find(account, type(thing), pk)
    except ItemNotFound:
        if version == NOT_YET:
            raise
        raise VersionConflict(None) from None
    if row.thing != thing:
        raise VersionConflict(StoredItem(row.pk, row.version, row.thing, row.size))
    return StoredItem(row.pk, row.version, row.thing, row.size)


def encrypt(account: Account, pk: uuid.UUID, thing: VaultItem) -> bytes:
    text = json.dumps(items.plain(thing), ensure_ascii=False)
    padding = -len(text.encode()) % PAD
    return encryption.seal(
        account.wrapped_key, EncryptedItem.associated_data(account.pk, pk), text + " " * padding
    )


def decrypt(account: Account, row: EncryptedItem) -> StoredItem[VaultItem]:
    """Raises sealed.Unreadable."""
    text = encryption.unseal(
        account.wrapped_key, EncryptedItem.associated_data(account.pk, row.pk), row.sealed
    )
    return StoredItem(row.pk, row.version, items.from_plain(json.loads(text)), len(row.sealed))

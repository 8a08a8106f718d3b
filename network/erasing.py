"""Erasing an account: at once and whole. What remains is an opaque id in a list of its own, so that an older backup
cannot bring the account back: `replay` erases again what stands in that list.

The list is a table, and beside it a file of the running site, since the disk of the database may be the one that dies.
"""

import os
import uuid
from collections.abc import Iterable

from django.conf import settings
from django.db import connection, transaction

from network.models import Account, Erasure, Session


def erase(account: Account) -> None:
    """Takes away all that belongs to the account: what it keeps, its key, its sign-ins, second factors and rights."""
    with transaction.atomic():
        Erasure.objects.get_or_create(opaque_id=account.opaque_id)
        Session.objects.filter(account=account).delete()
        account.delete()
    note(account.opaque_id)
    overwrite()


def note(opaque_id: uuid.UUID) -> None:
    """Adds a line to the file; it is on the disk when this returns."""
    settings.ERASURES.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(settings.ERASURES, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w") as file:
        file.write(f"{opaque_id}\n")
        file.flush()
        os.fsync(file.fileno())


def overwrite() -> None:
    """On SQLite what was erased is overwritten in the file, and here in the log of recent changes too."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def noted() -> set[uuid.UUID]:
    """The ids in the file; what a crash or an operator's hand left of a line is passed over."""
    try:
        return {uuid.UUID(line) for line in settings.ERASURES.read_text().split() if is_id(line)}
    except FileNotFoundError:
        return set()


def is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def listed() -> set[uuid.UUID]:
    return set(Erasure.objects.values_list("opaque_id", flat=True))


def replay(ids: Iterable[uuid.UUID]) -> int:
    """Erases again whoever of these an older backup brought back; how many there were."""
    wanted = set(ids) | listed()
    again = list(Account.objects.filter(opaque_id__in=wanted))
    for account in again:
        erase(account)
    Erasure.objects.bulk_create([Erasure(opaque_id=each) for each in wanted], ignore_conflicts=True)
    overwrite()
    return len(again)

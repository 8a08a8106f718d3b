"""Erasing an account: at once and whole. What remains is an opaque id in a list of its own, so that an older backup
cannot bring the account back: `replay` erases again what stands in that list.

The list is a table, and beside it a file of the running site (`network.data_rights.erasure_ledger`), since
the disk of the database may be
the one that dies.
"""

import uuid
from collections.abc import Iterable
from contextlib import suppress

from django.db import DatabaseError, connection, transaction

from network.data_rights import erasure_ledger
from network.models import Account, Erasure, Session


def delete_account(account: Account) -> None:
    """Take away all that belongs to the account: what it keeps, its key, its sign-ins, second factors and rights.

    The list on the disk comes first. Raises OSError where it cannot be written, and DatabaseError where the database
    refuses; nothing was erased then. Once the account is gone nothing is raised any more.
    """
    with erasure_ledger.record_erasure(account.opaque_id), transaction.atomic():
        Erasure.objects.get_or_create(opaque_id=account.opaque_id)
        Session.objects.filter(account=account).delete()
        account.delete()
    # Without room for it now, the next `forget` does it.
    with suppress(DatabaseError):
        vacuum_erased()


def vacuum_erased() -> None:
    """On SQLite what was erased is overwritten in the file, and here in the log of recent changes too."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def recorded_ids() -> set[uuid.UUID]:
    """Return the ids in the list on the disk. One whose erasing was broken off counts unless the account is still here:
    where the database cannot be asked, what the person asked for is done."""
    begun = erasure_ledger.unfinished_ids()
    with suppress(DatabaseError):
        begun -= set(Account.objects.filter(opaque_id__in=begun).values_list("opaque_id", flat=True))
    return erasure_ledger.recorded_ids() | begun


def erased_ids() -> set[uuid.UUID]:
    return set(Erasure.objects.values_list("opaque_id", flat=True))


def replay_erasures(ids: Iterable[uuid.UUID]) -> int:
    """Erases again whoever of these an older backup brought back; how many there were."""
    wanted = set(ids) | erased_ids()
    again = list(Account.objects.filter(opaque_id__in=wanted))
    for account in again:
        delete_account(account)
    Erasure.objects.bulk_create([Erasure(opaque_id=each) for each in wanted], ignore_conflicts=True)
    vacuum_erased()
    return len(again)

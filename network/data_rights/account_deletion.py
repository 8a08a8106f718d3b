"""Delete an account completely, and delete it again when an older backup brings it back.

Only an id that identifies nobody remains. It is recorded in a table and in a file beside the database
(`network.data_rights.erasure_ledger`), since the disk of the database may be the one that fails.
"""

import uuid
from collections.abc import Iterable
from contextlib import suppress

from django.db import DatabaseError, connection, transaction

from network.data_rights import erasure_ledger
from network.models import Account, Erasure, Session


def delete_account(account: Account) -> None:
    """Delete the account with its items, key, sessions, second factors and rights.

    The ledger on the disk is written first. Raises OSError where it cannot be written, and DatabaseError where the
    database refuses; the account is then unchanged. After the deletion nothing is raised.
    """
    with erasure_ledger.record_erasure(account.opaque_id), transaction.atomic():
        Erasure.objects.get_or_create(opaque_id=account.opaque_id)
        Session.objects.filter(account=account).delete()
        account.delete()
    # On a full disk this fails, and the next `forget` does it.
    with suppress(DatabaseError):
        vacuum_erased()


def vacuum_erased() -> None:
    """Overwrite deleted rows in SQLite's write-ahead log. SQLite itself overwrites them in the database file."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def recorded_ids() -> set[uuid.UUID]:
    """Return the ids of deleted accounts in the ledger on the disk.

    A deletion that was interrupted counts unless the account still exists. Where the database does not answer it
    counts, since the person asked for it.
    """
    begun = erasure_ledger.unfinished_ids()
    with suppress(DatabaseError):
        begun -= set(Account.objects.filter(opaque_id__in=begun).values_list("opaque_id", flat=True))
    return erasure_ledger.recorded_ids() | begun


def erased_ids() -> set[uuid.UUID]:
    """Return the ids of deleted accounts in the database."""
    return set(Erasure.objects.values_list("opaque_id", flat=True))


def replay_erasures(ids: Iterable[uuid.UUID]) -> int:
    """Delete the accounts with these ids that a backup brought back. Return how many there were."""
    wanted = set(ids) | erased_ids()
    restored = list(Account.objects.filter(opaque_id__in=wanted))
    for account in restored:
        delete_account(account)
    Erasure.objects.bulk_create([Erasure(opaque_id=opaque_id) for opaque_id in wanted], ignore_conflicts=True)
    vacuum_erased()
    return len(restored)

"""Delete what is no longer needed. The command `forget` calls these functions once a day."""

import datetime

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from network.data_rights.account_deletion import delete_account
from network.models import Account, Erasure, Session, current_day

AVERAGE_MONTH = datetime.timedelta(days=30.44)


def purge_sessions() -> int:
    """Delete expired sessions. Return how many there were."""
    return Session.objects.filter(expire_date__lte=timezone.now()).delete()[0]


def purge_idle_accounts() -> int:
    """Delete the accounts that nobody signed in to for `IDLE_MONTHS`. Return how many there were."""
    accounts = list(idle_accounts())
    for account in accounts:
        delete_account(account)
    return len(accounts)


def idle_accounts() -> QuerySet[Account]:
    """Return the accounts that nobody signed in to for `IDLE_MONTHS`."""
    return Account.objects.filter(last_seen_on__lt=current_day() - settings.IDLE_MONTHS * AVERAGE_MONTH)


def purge_erasures() -> int:
    """Delete the ids of deleted accounts that no backup contains any more. Return how many there were.

    The ledger on the disk keeps these ids, which identify nobody.
    """
    oldest = current_day() - datetime.timedelta(days=settings.BACKUP_DAYS + 1)
    return Erasure.objects.filter(erased_on__lt=oldest).delete()[0]


def clear_factor_times() -> int:
    """Clear the times at which second factors were used. Return how many there were."""
    return Authenticator.objects.exclude(last_used_at=None).update(last_used_at=None)


def purge_expired_cache() -> int:
    """Delete expired rows of the database caches, such as counts of attempts. Return how many there were.

    Django's cache deletes expired rows only when it is full.
    """
    deleted = 0
    with connection.cursor() as cursor:
        for cache in settings.CACHES.values():
            table = connection.ops.quote_name(str(cache["LOCATION"]))
            cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [timezone.now()])  # noqa: S608 our own setting
            deleted += cursor.rowcount
    return deleted

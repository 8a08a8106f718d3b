"""What has had its day is forgotten: once a day, by `forget`."""

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
    """Sign-ins and other sessions past their end."""
    return Session.objects.filter(expire_date__lte=timezone.now()).delete()[0]


def purge_idle_accounts() -> int:
    """Accounts that nobody signed in to for `IDLE_MONTHS`."""
    found = list(idle_accounts())
    for account in found:
        delete_account(account)
    return len(found)


def idle_accounts() -> QuerySet[Account]:
    """Return the accounts that nobody signed in to for `IDLE_MONTHS`."""
    return Account.objects.filter(last_seen_on__lt=current_day() - settings.IDLE_MONTHS * AVERAGE_MONTH)


def purge_erasures() -> int:
    """The ids of erased accounts, once no backup can hold these accounts any more. In the file they stay: they tell
    nothing."""
    since = current_day() - datetime.timedelta(days=settings.BACKUP_DAYS + 1)
    return Erasure.objects.filter(erased_on__lt=since).delete()[0]


def clear_factor_times() -> int:
    """The seconds at which second factors were used, as far as no sign-in has wiped them yet."""
    return Authenticator.objects.exclude(last_used_at=None).update(last_used_at=None)


def purge_expired_cache() -> int:
    """Delete what the caches held for limits and has expired; return how much. A cache itself leaves it until there is
    too much."""
    gone = 0
    with connection.cursor() as cursor:
        for cache in settings.CACHES.values():
            table = connection.ops.quote_name(str(cache["LOCATION"]))
            cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [timezone.now()])  # noqa: S608 our own setting
            gone += cursor.rowcount
    return gone

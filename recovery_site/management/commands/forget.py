"""Define the command `forget`, which deletes the data whose retention period is over. It runs once a day."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from network.data_rights import account_deletion, retention
from network.models import Account, current_day
from recovery_site.models import DailyKey
from recovery_site.security import clock_check

# This many accounts may be erased in one run, however few there are.
ALWAYS_ERASABLE = 5

PURGES = {
    "expired sessions": retention.purge_sessions,
    "idle accounts": retention.purge_idle_accounts,
    "ids of erased accounts that no backup contains any more": retention.purge_erasures,
    "times at which a second factor was used": retention.clear_factor_times,
    "counts of guesses": retention.purge_expired_cache,
}


class Command(BaseCommand):
    """Delete expired data."""

    help = (
        "Delete expired sessions, idle accounts, and counts and keys of past days, and print how many of each. The "
        "command stops before anything is deleted if the clock seems to have jumped, or if more than FORGET_AT_MOST "
        "percent of the accounts would be erased."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the option that overrides the checks."""
        parser.add_argument(
            clock_check.OVERRIDE,
            action="store_true",
            help="Go on anyway: the clock is right, and this many accounts are to be erased.",
        )

    def handle(self, *args: Any, anyway: bool, **options: Any) -> None:
        """Check the clock and the number of accounts, then delete."""
        now = timezone.now()
        if not anyway and (problem := clock_check.find_clock_problem(now) or _too_many_accounts()):
            raise CommandError(problem)
        for label, purge in PURGES.items():
            try:
                self.stdout.write(f"{label}: {purge()}")
            except (OSError, DatabaseError) as error:
                raise CommandError(
                    f"{label}: stopped, {type(error).__name__}. Is there space on the disk?"
                ) from None
        DailyKey.objects.filter(day__lt=current_day()).delete()
        account_deletion.vacuum_erased()
        clock_check.record_run(now)


def _too_many_accounts() -> str:
    """Return why the idle accounts are too many to be erased at once, as a message; empty if they are not."""
    idle_count, total = retention.idle_accounts().count(), Account.objects.count()
    if idle_count <= ALWAYS_ERASABLE or idle_count * 100 <= total * settings.FORGET_AT_MOST:
        return ""
    return (
        f"{idle_count} of {total} accounts were idle for {settings.IDLE_MONTHS} months, more than "
        f"{settings.FORGET_AT_MOST} percent (FORGET_AT_MOST). Is the clock right? If they are to be erased, run this "
        f"once with {clock_check.OVERRIDE}. Nothing was erased or deleted."
    )

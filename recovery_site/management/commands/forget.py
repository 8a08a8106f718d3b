"""`forget`: ends what has outlived its day. For cron, once a day."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from network.data_rights import account_deletion, retention
from network.models import Account, current_day
from recovery_site.models import DailyKey
from recovery_site.security import clock

# So many accounts may go in one run, however few there are.
ALWAYS_ACCOUNTS = 5

WHAT = {
    "sessions past their end": retention.purge_sessions,
    "accounts that nobody used": retention.purge_idle_accounts,
    "ids of erased accounts that no backup holds any more": retention.purge_erasures,
    "moments at which a second factor was used": retention.moments_of_factors,
    "counts of guesses": retention.counts_of_guesses,
}


class Command(BaseCommand):
    help = (
        "Forgets sessions, idle accounts, counts and keys of days that are over; prints how many of each. Stops before "
        "anything is gone where the clock seems to have jumped, or where more than FORGET_AT_MOST percent of the "
        "accounts would go."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            clock.OVERRIDE,
            action="store_true",
            help="Go on all the same: the clock is right, and so many accounts are meant to go.",
        )

    def handle(self, *args: Any, anyway: bool, **options: Any) -> None:
        now = timezone.now()
        if not anyway and (why := clock.doubt(now) or too_many()):
            raise CommandError(why)
        for words, forget in WHAT.items():
            try:
                self.stdout.write(f"{words}: {forget()}")
            except (OSError, DatabaseError) as problem:
                raise CommandError(
                    f"{words}: stopped, {type(problem).__name__}. Is there room on the disk?"
                ) from None
        DailyKey.objects.filter(day__lt=current_day()).delete()
        account_deletion.vacuum_erased()
        clock.note_run(now)


def too_many() -> str:
    """Return why the idle accounts are too many to go at once, in words; empty where they are not."""
    idle, every = retention.idle().count(), Account.objects.count()
    if idle <= ALWAYS_ACCOUNTS or idle * 100 <= every * settings.FORGET_AT_MOST:
        return ""
    return (
        f"{idle} of {every} accounts were idle for {settings.IDLE_MONTHS} months, more than {settings.FORGET_AT_MOST} "
        f"percent (FORGET_AT_MOST). Is the clock right? If they are meant to go, call this once with {clock.OVERRIDE}. "
        "Nothing was erased or thrown away."
    )

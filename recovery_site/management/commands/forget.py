"""`forget`: ends what has outlived its day. For cron, once a day."""

from typing import Any

from django.core.management.base import BaseCommand

from network import erasing, forgetting
from network.models import today
from recovery_site.models import DailyKey

WHAT = {
    "sessions past their end": forgetting.sessions,
    "accounts that nobody used": forgetting.idle_accounts,
    "ids of erased accounts that no backup holds any more": forgetting.erasures,
    "moments at which a second factor was used": forgetting.moments_of_factors,
    "counts of guesses": forgetting.counts_of_guesses,
}


class Command(BaseCommand):
    help = "Forgets sessions, idle accounts, counts and keys of days that are over; prints how many of each."

    def handle(self, *args: Any, **options: Any) -> None:
        for words, forget in WHAT.items():
            self.stdout.write(f"{words}: {forget()}")
        DailyKey.objects.filter(day__lt=today()).delete()
        erasing.overwrite()

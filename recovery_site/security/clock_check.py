"""Check that the clock of this machine is plausible before a command erases anything because of its age.

A clock that jumped ahead makes every account look idle and every backup look old. So the daily commands record when
they last ran and compare: a run that seems to be long after the previous one, or before it, stops with a message. Where
no run is recorded yet, the newest dates in the database are used instead, with a longer limit.

Once a run is recorded, dates in the database prove nothing: a sign-in of today was dated by the same clock. The record
is in the database, so after `restore` it is as old as the backup. The first run then needs the override, which is
right: the accounts look as idle as they were at that time.
"""

import datetime

from django.db import DatabaseError
from django.db.models import Max
from django.utils import timezone

from curation.models import Report
from directory.models import Listing, Verification
from network.models import Account, Erasure, Session
from recovery_site.models import LastRun

# After the last recorded run. When a machine was off for longer, its operator has to confirm the clock.
MAX_PAUSE = datetime.timedelta(days=7)
# After the newest date in the database, where no run is recorded yet.
MAX_SILENCE = datetime.timedelta(days=60)
# How far a clock may be set back.
MAX_SET_BACK = datetime.timedelta(days=1)
OVERRIDE = "--anyway"
DATED_FIELDS = (
    (Account, "last_seen_on"), (Session, "signed_in_on"), (Erasure, "erased_on"), (Listing, "created"),
    (Verification, "verified_on"), (Report, "created"),
)  # fmt: skip


def find_clock_problem(now: datetime.datetime, *other_dates: datetime.datetime | None) -> str:
    """Return why the clock seems wrong, as a message for the operator; empty if it seems right.

    `other_dates` are considered besides those in the database, such as the dates of backups.
    """
    previous = last_run()
    if previous is not None:
        previous_text = f"{timezone.localtime(previous):%Y-%m-%d %H:%M}"
        if now < previous - MAX_SET_BACK:
            return _message(now, f"this ran last at {previous_text}, which is later")
        if now > previous + MAX_PAUSE:
            return _message(now, f"this ran last at {previous_text}, {(now - previous).days} days ago")
        return ""
    newest = max((date for date in (newest_date(), *other_dates) if date), default=None)
    if newest is not None and now > newest + MAX_SILENCE:
        days = (now - newest).days
        return _message(now, f"the newest date on this site is {newest:%Y-%m-%d}, {days} days ago")
    return ""


def last_run() -> datetime.datetime | None:
    """Return when a daily command last ran with a plausible clock."""
    return LastRun.objects.filter(pk=LastRun.ONLY_ID).values_list("finished", flat=True).first()


def record_run(now: datetime.datetime) -> None:
    """Record that a daily command ran. Where the database cannot be written, nothing is recorded."""
    try:
        LastRun.objects.update_or_create(pk=LastRun.ONLY_ID, defaults={"finished": now})
    except DatabaseError:
        return


def newest_date() -> datetime.datetime | None:
    """Return the latest date in the rows that people create; midnight UTC where a row has only the day."""
    newest = (model._default_manager.aggregate(newest=Max(name))["newest"] for model, name in DATED_FIELDS)
    return max((_as_datetime(value) for value in newest if value), default=None)


def _as_datetime(value: datetime.date | datetime.datetime) -> datetime.datetime:
    """Return a date as midnight UTC, and a datetime as it is."""
    if isinstance(value, datetime.datetime):
        return value
    return datetime.datetime.combine(value, datetime.time(0), datetime.UTC)


def _message(now: datetime.datetime, reason: str) -> str:
    """Return the message that asks the operator to look at the clock, with the reason."""
    return (
        f"The clock says {timezone.localtime(now):%Y-%m-%d %H:%M}, but {reason}. Has the clock jumped? If it is wrong, "
        f"set it. If it is right, run this once with {OVERRIDE}. Nothing was erased or deleted."
    )

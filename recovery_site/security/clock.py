"""Whether the clock of this machine can be believed, before anything is erased or thrown away by it.

A clock that jumped ahead makes every account look idle and every backup old. So the daily commands note when they last
ran, and compare: a run that seems to come long after the one before, or before it, stops with a message. Where no run
is noted yet, the newest traces of people in the database stand in for it, with more patience.

What comes from the present moment itself, such as a sign-in of today, proves nothing once there is a note: it was dated
by the same clock. The note is in the database. So it is as old as the backup after `restore`, and the first run then
asks for a word, which is right: the accounts look as idle as they were then.
"""

import datetime

from django.db import DatabaseError
from django.db.models import Max
from django.utils import timezone

from curation.models import Report
from directory.models import Listing, Verification
from network.models import Account, Erasure, Session
from recovery_site.models import LastRun

# After the last run that was noted; a machine that was off for longer needs an operator who says that all is well.
LONGEST_PAUSE = datetime.timedelta(days=7)
# After the newest trace, where no run was noted yet.
LONGEST_QUIET = datetime.timedelta(days=60)
# How far the clock may be set back.
SET_BACK = datetime.timedelta(days=1)
OVERRIDE = "--anyway"
TRACES = (
    (Account, "last_seen_on"), (Session, "since"), (Erasure, "day"), (Listing, "created"),
    (Verification, "verified_on"), (Report, "created"),
)  # fmt: skip


def doubt(now: datetime.datetime, *more: datetime.datetime | None) -> str:
    """Return why the clock cannot be believed, in words for the operator; empty where it can.

    `more` are further traces beside those in the database, such as the moments of backups.
    """
    noted = last_run()
    if noted is not None:
        then = f"{timezone.localtime(noted):%Y-%m-%d %H:%M}"
        if now < noted - SET_BACK:
            return _words(now, f"did this last at {then}, which is later")
        if now > noted + LONGEST_PAUSE:
            return _words(now, f"did this last at {then}, {(now - noted).days} days ago")
        return ""
    newest = max((each for each in (newest_trace(), *more) if each), default=None)
    if newest is not None and now > newest + LONGEST_QUIET:
        days = (now - newest).days
        return _words(now, f"has no trace of anybody after {newest:%Y-%m-%d}, {days} days ago")
    return ""


def last_run() -> datetime.datetime | None:
    """Return when a daily command last ran with a clock that was believed."""
    return LastRun.objects.filter(pk=LastRun.ONLY).values_list("at", flat=True).first()


def note_run(now: datetime.datetime) -> None:
    """Note that a daily command ran. On a database that takes no writing nothing is noted."""
    try:
        LastRun.objects.update_or_create(pk=LastRun.ONLY, defaults={"at": now})
    except DatabaseError:
        return


def newest_trace() -> datetime.datetime | None:
    """Return the latest moment of which a row of the database tells, at midnight where it tells the day alone."""
    found = (model._default_manager.aggregate(newest=Max(name))["newest"] for model, name in TRACES)
    return max((_moment(each) for each in found if each), default=None)


def _moment(value: datetime.date | datetime.datetime) -> datetime.datetime:
    if isinstance(value, datetime.datetime):
        return value
    return datetime.datetime.combine(value, datetime.time(0), datetime.UTC)


def _words(now: datetime.datetime, why: str) -> str:
    local = timezone.localtime(now)
    return (
        f"The clock says {local:%Y-%m-%d %H:%M}, and this site {why}. Has the clock jumped? Set it right; if it is "
        f"right, call this once with {OVERRIDE}. Nothing was erased or thrown away."
    )

"""Words that found nothing, counted so that curators learn what is missing, and so that nobody can be told from them.

Kept are the folded words and how often they were typed in a week: no address, no account, no day, no place. What could
be personal is never kept: figures, signs as in e-mail addresses, and more than a few words, since whoever tells a story
may name people. What few people type is never shown.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connections, router, transaction
from django.db.models import F

from directory.models import ZeroResultQuery
from directory.search.parsing.analyzer import folded_words

MOST_WORDS = 4
MOST_LETTERS = 40
MOST_A_WEEK = 1000
WEEKS = 8
# So often must words be typed in a week before a curator sees them.
SHOWN_FROM = 3
# A page does not wait for a count.
PATIENCE_MS = 50


def record_zero_result(text: str, today: datetime.date) -> bool:
    """Counts the words of a search without hits; whether they were counted. A busy database is left alone."""
    folded = countable_words(text)
    if not folded:
        return False
    try:
        with short_lock_timeout(), transaction.atomic(using=router.db_for_write(ZeroResultQuery)):
            return increment_count(folded, today - datetime.timedelta(days=today.weekday()))
    except DatabaseError:
        # Another holds the lock, or the database takes no writing.
        return False


def countable_words(text: str) -> str:
    """The folded words, "" where they may be personal."""
    if not all(sign.isalpha() or sign in " '’-" for sign in text):
        return ""
    found = folded_words(text)
    joined = " ".join(found)
    return joined if 0 < len(found) <= MOST_WORDS and len(joined) <= MOST_LETTERS else ""


def increment_count(folded: str, week: datetime.date) -> bool:
    this_week = ZeroResultQuery.objects.filter(week=week)
    if this_week.filter(words=folded).update(times=F("times") + 1):
        return True
    if this_week.count() >= MOST_A_WEEK:
        return False
    if not this_week.exists():
        purge(week)
    ZeroResultQuery.objects.bulk_create([ZeroResultQuery(words=folded, week=week)], ignore_conflicts=True)
    return True


def purge(week: datetime.date) -> None:
    """Takes out what is older than some weeks, and of the weeks before this one all that too few typed."""
    ZeroResultQuery.objects.filter(week__lt=week - datetime.timedelta(weeks=WEEKS)).delete()
    ZeroResultQuery.objects.filter(week__lt=week, times__lt=SHOWN_FROM).delete()


@contextmanager
def short_lock_timeout() -> Iterator[None]:
    """Within it, a lock that another holds is waited for no longer than `PATIENCE_MS`."""
    connection = connections[router.db_for_write(ZeroResultQuery)]
    short, usual = f"SET lock_timeout = {PATIENCE_MS}", "RESET lock_timeout"
    if connection.vendor == "sqlite":
        seconds = connection.settings_dict["OPTIONS"].get("timeout", 5)
        short, usual = (f"PRAGMA busy_timeout = {ms}" for ms in (PATIENCE_MS, int(seconds * 1000)))
    with connection.cursor() as cursor:
        cursor.execute(short)
        try:
            yield
        finally:
            cursor.execute(usual)

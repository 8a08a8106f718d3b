"""Count the searches that found nothing, so that curators learn what is missing.

A row holds the folded text and how often visitors typed it in one week: no address, no account, no day and no place.
Text that could be personal is not stored: digits, signs as in e-mail addresses, and more than a few words, since a
longer text may name people. Curators do not see what few people typed.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connections, router, transaction
from django.db.models import F

from directory.models import ZeroResultQuery
from directory.search.parsing.analyzer import folded_words

MAX_WORDS = 4
MAX_LETTERS = 40
MAX_ROWS_A_WEEK = 1000
WEEKS_KEPT = 8
# A curator sees a text that was typed at least this often in one week.
MIN_COUNT_SHOWN = 3
# A page does not wait longer than this for the write lock.
LOCK_TIMEOUT_MS = 50


def record_zero_result(text: str, today: datetime.date) -> bool:
    """Count a search text without results, and return whether it was counted.

    The text is not counted while another connection holds the write lock, or while the database is read-only.
    """
    folded = countable_text(text)
    if not folded:
        return False
    try:
        with short_lock_timeout(), transaction.atomic(using=router.db_for_write(ZeroResultQuery)):
            return increment_count(folded, today - datetime.timedelta(days=today.weekday()))
    except DatabaseError:
        return False


def countable_text(text: str) -> str:
    """Return the folded text, or "" where it may be personal."""
    if not all(sign.isalpha() or sign in " '’-" for sign in text):
        return ""
    words = folded_words(text)
    folded = " ".join(words)
    return folded if 0 < len(words) <= MAX_WORDS and len(folded) <= MAX_LETTERS else ""


def increment_count(folded: str, week: datetime.date) -> bool:
    """Add one to the count of a text in the week that begins on this Monday; return False when the week is full."""
    this_week = ZeroResultQuery.objects.filter(week=week)
    if this_week.filter(text=folded).update(count=F("count") + 1):
        return True
    if this_week.count() >= MAX_ROWS_A_WEEK:
        return False
    if not this_week.exists():
        purge_old_rows(week)
    ZeroResultQuery.objects.bulk_create([ZeroResultQuery(text=folded, week=week)], ignore_conflicts=True)
    return True


def purge_old_rows(week: datetime.date) -> None:
    """Delete the rows that are too old, and those of past weeks that too few visitors typed."""
    oldest = week - datetime.timedelta(weeks=WEEKS_KEPT)
    ZeroResultQuery.objects.filter(week__lt=oldest).delete()
    ZeroResultQuery.objects.filter(week__lt=week, count__lt=MIN_COUNT_SHOWN).delete()


@contextmanager
def short_lock_timeout() -> Iterator[None]:
    """Wait at most `LOCK_TIMEOUT_MS` for a lock of another connection while the context lasts."""
    connection = connections[router.db_for_write(ZeroResultQuery)]
    set_short, restore = f"SET lock_timeout = {LOCK_TIMEOUT_MS}", "RESET lock_timeout"
    if connection.vendor == "sqlite":
        seconds = connection.settings_dict["OPTIONS"].get("timeout", 5)
        set_short, restore = (f"PRAGMA busy_timeout = {ms}" for ms in (LOCK_TIMEOUT_MS, int(seconds * 1000)))
    with connection.cursor() as cursor:
        cursor.execute(set_short)
        try:
            yield
        finally:
            cursor.execute(restore)

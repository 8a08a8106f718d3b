"""Freshness: when the facts of a listing need another check, and what follows when nobody checks them.

A listing as a whole passes through four states. It is fresh. It becomes due, and curators see it in a queue. It becomes
overdue, and the public page says so. It becomes stale, and search results show it behind fresher listings. No listing
is hidden because of its age. Some facts inside a listing are perishable: they have shorter lifetimes of their own. Past
its lifetime a fact no longer matches its filter, and the page shows it with the day on which it was known.

A check that names no facts covers all facts. A listing that nobody has checked ages from the day of the copy that it
came from, or else from the day on which it was written here. A listing that a feed keeps up to date does not age before
its first check, since the feed vouches for it and pauses it when it is gone.

All days are dates. The query conditions in this module need the columns of `ListingQuerySet.with_last_check`.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from enum import IntEnum
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.recurrence import LAST_DAY
from directory.kinds.base import PerishableFact
from directory.kinds.registry import kinds
from directory.vocabulary import CheckMethod

if TYPE_CHECKING:
    from directory.models import Listing, Verification

# Days after the due date until the public page warns, and until fresher listings come first.
WARN_AFTER_DAYS = 30
DEMOTE_AFTER_DAYS = 60


class FreshnessState(IntEnum):
    """The states of a listing's freshness, in the order in which they follow each other."""

    FRESH = 0
    DUE = 1
    OVERDUE = 2
    STALE = 3


def perishable_fact(kind: str, key: str) -> PerishableFact:
    """Return a perishable fact of the kind with that slug. Raise LookupError where the kind has no such fact."""
    found = kinds[kind].perishable_fact(key)
    if found is None:
        raise LookupError(f"The kind {kind!r} has no perishable fact {key!r}.")
    return found


def next_due_date(kind: str, on: datetime.date, facts: Iterable[str] = ()) -> datetime.date:
    """Return the day on which facts that were checked on day `on` are due for the next check.

    Without `facts` this is the due date of the whole listing; with them, of the fact that expires first.
    """
    declared = kinds[kind]
    perishable = [declared.perishable_fact(fact) for fact in facts]
    days = [fact.days if fact else declared.due_days for fact in perishable]
    return min(on, LAST_DAY) + datetime.timedelta(days=min(days, default=declared.due_days))


def state_for_due_date(due: datetime.date | None, today: datetime.date) -> FreshnessState:
    """Return the freshness state for a due date, which is None for listings that never become due."""
    days_overdue = (today - due).days if due else -1
    states = (
        (DEMOTE_AFTER_DAYS, FreshnessState.STALE),
        (WARN_AFTER_DAYS, FreshnessState.OVERDUE),
        (0, FreshnessState.DUE),
    )
    return next((state for days, state in states if days_overdue >= days), FreshnessState.FRESH)


def freshness_state(listing: "Listing", today: datetime.date) -> FreshnessState:
    """Return the freshness state of a listing today."""
    return state_for_due_date(check_due_date(listing), today)


def check_due_date(listing: "Listing") -> datetime.date | None:
    """Return the day on which the listing as a whole is due for a check, or None where a feed vouches for it."""
    if check := newest_check(listing.verifications.all()):
        return check.due_on or next_due_date(listing.kind, check.verified_on)
    start = known_since(listing)
    return next_due_date(listing.kind, start) if start else None


def newest_check(checks: Iterable["Verification"], fact: str = "") -> "Verification | None":
    """Return the newest check of the whole listing; with `fact`, the newest one that covers the fact."""
    covering_checks = (check for check in checks if not check.fields or (fact and fact in check.fields))
    return max(covering_checks, key=lambda check: (check.verified_on, check.pk), default=None)


def known_since(listing: "Listing") -> datetime.date | None:
    """Return the day from which unchecked facts of a listing age, or None for one that a feed keeps up to date."""
    if copied := parse_day(listing.provenance.get("*", {}).get("copied", "")):
        return copied
    return None if listing.source else timezone.localdate(listing.created)


def parse_day(text: str) -> datetime.date | None:
    """Return the date in an ISO text, or None where the text is no date."""
    try:
        return datetime.date.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def known_on(listing: "Listing", fact: str) -> datetime.date | None:
    """Return the day on which a perishable fact was last known, or None where a feed vouches for it."""
    if day_field := perishable_fact(listing.kind, fact).day_field:
        day: datetime.date | None = getattr(listing.kind_instance, day_field)
        return day
    check = newest_check(listing.verifications.all(), fact)
    return check.verified_on if check else known_since(listing)


def is_lapsed(listing: "Listing", fact: str, today: datetime.date) -> bool:
    """Return whether a perishable fact is too old to rely on.

    The hours of a country's main hotline never lapse, because that line must not disappear.
    """
    if fact == "hours" and is_main_hotline(listing):
        return False
    day = known_on(listing, fact)
    return day is not None and day < oldest_reliable_day(fact, listing.kind, today)


def oldest_reliable_day(fact: str, kind: str, today: datetime.date) -> datetime.date:
    """Return the earliest day of a perishable fact that may still be relied on today."""
    return today - datetime.timedelta(days=perishable_fact(kind, fact).days)


def is_main_hotline(listing: "Listing") -> bool:
    """Return whether the listing is the main hotline of its country, by `Kind.main_field`."""
    main_field = kinds[listing.kind].main_field
    return bool(main_field) and bool(getattr(listing.kind_instance, main_field))


def is_stale(listing: "Listing", today: datetime.date) -> bool:
    """Return whether fresher listings come first. The main hotline of a country is never stale."""
    return freshness_state(listing, today) == FreshnessState.STALE and not is_main_hotline(listing)


def last_check_conditions(today: datetime.date) -> dict[str, Q]:
    """Return four query conditions, of which each listing meets exactly one.

    They are "never" (the whole was never checked), "overdue", "due" (until the end of the month) and "fresh".
    """
    overdue = check_due_condition(today - datetime.timedelta(days=WARN_AFTER_DAYS))
    due = check_due_condition(last_day_of_month(today))
    checked = Q(checked_on__isnull=False)
    return {"never": ~checked, "overdue": overdue, "due": due & ~overdue, "fresh": checked & ~due}


def last_day_of_month(day: datetime.date) -> datetime.date:
    """Return the last day of the month of `day`."""
    return (day.replace(day=1) + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)


def check_due_condition(by: datetime.date) -> Q:
    """Return the condition for listings that were checked as a whole and are due again by that day."""
    # The conditions test for NULL explicitly, so that their negation selects every other row.
    has_due_date = Q(checked_due__isnull=False, checked_due__lte=by)
    lacks_due_date = Q(checked_due__isnull=True, checked_on__isnull=False)
    return has_due_date | lacks_due_date & _checked_long_ago(by)


def _checked_long_ago(by: datetime.date) -> Q:
    """Return the condition for listings whose last check was so long ago that their kind makes them due by that day."""
    slugs_by_days: defaultdict[int, list[str]] = defaultdict(list)
    for slug, kind in kinds.items():
        slugs_by_days[kind.due_days].append(slug)
    conditions = (
        Q(kind__in=slugs, checked_on__lte=by - datetime.timedelta(days=days))
        for days, slugs in slugs_by_days.items()
    )
    return reduce(or_, conditions)


def freshness_text(listing: "Listing", today: datetime.date) -> str:
    """Return what the public reads about the last check, such as "Checked 3 March 2026 by phone"."""
    check = newest_check(listing.verifications.all())
    is_overdue = freshness_state(listing, today) >= FreshnessState.OVERDUE
    if check is None:
        return (
            _("Not yet confirmed here. It may have changed.") if is_overdue else _("Not yet confirmed here")
        )
    day = date_format(check.verified_on, "DATE_FORMAT")
    if is_overdue:
        return _("Last checked %(day)s. It may have changed.") % {"day": day}
    return _("Checked %(day)s %(how)s") % {"day": day, "how": CheckMethod(check.method).label}


def fact_lines(listing: "Listing", facts: Iterable[str], today: datetime.date) -> list[str]:
    """Return a line for each fact that is too old, or that was checked separately after the whole listing."""
    whole_check = newest_check(listing.verifications.all())
    lines = []
    for fact in facts:
        check = newest_check(listing.verifications.all(), fact)
        if check is whole_check and freshness_state(listing, today) >= FreshnessState.OVERDUE:
            continue  # the line about the whole listing already warns
        if is_lapsed(listing, fact, today) or check is not whole_check:
            lines.append(
                capfirst(
                    f"{perishable_fact(listing.kind, fact).label}: {last_check_text(listing, fact, today)}"
                )
            )
    return lines


def last_check_text(listing: "Listing", fact: str, today: datetime.date) -> str:
    """Return when and how one fact was last checked, such as "checked 3 March 2026 by phone"."""
    check = newest_check(listing.verifications.all(), fact)
    day = known_on(listing, fact)
    day_words = date_format(day, "DATE_FORMAT") if day else ""
    if check is None:
        return _("last known %(day)s. It may have changed.") % {"day": day_words}
    if is_lapsed(listing, fact, today):
        return _("last checked %(day)s. It may have changed.") % {"day": day_words}
    return _("checked %(day)s %(how)s") % {"day": day_words, "how": CheckMethod(check.method).label}


def day_text(day: datetime.date, today: datetime.date) -> str:
    """Return a day such as "3 March", with the year where it is not the current one."""
    return date_format(day, "MONTH_DAY_FORMAT" if day.year == today.year else "DATE_FORMAT")

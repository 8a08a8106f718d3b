"""How the facts of a listing age: when they should be checked again, and what follows when nobody does.

A listing as a whole climbs a ladder: fresh; due, when a curator is reminded; overdue, when the public line says so;
stale, when it stands behind fresher ones. It is never hidden for its age. Fragile facts inside it have shorter lives
of their own; past them they no longer match their filter, and are shown as what they were on their day.

A whole check, one that names no facts, counts for everything. Without one the day of the copy counts that a listing
came from, or else the day on which it was written here. What a feed keeps up to date does not age while nobody has
checked it: the feed speaks for it, and pauses it when it is gone.

All days are dates. `with_last_check` gives the columns that the conditions here ask for.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from enum import IntEnum
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

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

# Days after a listing is due for a check until the public line warns, and until fresher listings come first.
LABEL_AFTER_DAYS = 30
DEMOTE_AFTER_DAYS = 60


class FreshnessState(IntEnum):
    """The rungs of the ladder, in order."""

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


def due_after(kind: str, on: datetime.date, facts: Iterable[str] = ()) -> datetime.date:
    """When something checked on that day is due again: a whole listing, or the first of these facts to age."""
    declared = kinds[kind]
    perishable = [declared.perishable_fact(fact) for fact in facts]
    days = [fact.days if fact else declared.due_days for fact in perishable]
    return min(on, LAST_DAY) + datetime.timedelta(days=min(days, default=declared.due_days))


def state_at(due: datetime.date | None, today: datetime.date) -> FreshnessState:
    """The rung by the day on which a check was due; None is never due."""
    late = (today - due).days if due else -1
    rungs = (
        (DEMOTE_AFTER_DAYS, FreshnessState.STALE),
        (LABEL_AFTER_DAYS, FreshnessState.OVERDUE),
        (0, FreshnessState.DUE),
    )
    return next((state for days, state in rungs if late >= days), FreshnessState.FRESH)


def freshness_state(listing: "Listing", today: datetime.date) -> FreshnessState:
    return state_at(due_on(listing), today)


def due_on(listing: "Listing") -> datetime.date | None:
    """When the listing as a whole should be checked (again); None where a feed speaks for it."""
    if check := newest_check(listing.verifications.all()):
        return check.due_on or due_after(listing.kind, check.verified_on)
    start = known_since(listing)
    return due_after(listing.kind, start) if start else None


def newest_check(checks: Iterable["Verification"], fact: str = "") -> "Verification | None":
    """The newest check of the whole listing; with `fact`, of the whole or of that fact."""
    covering = (check for check in checks if not check.fields or (fact and fact in check.fields))
    return max(covering, key=lambda check: (check.verified_on, check.pk), default=None)


def known_since(listing: "Listing") -> datetime.date | None:
    """The day from which facts that nobody checked here age, or None for what a feed keeps up to date."""
    if copied := parse_day(listing.provenance.get("*", {}).get("copied", "")):
        return copied
    return None if listing.source else timezone.localdate(listing.created)


def parse_day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def known_on(listing: "Listing", fact: str) -> datetime.date | None:
    """The day on which a fragile fact was last known; None where a feed speaks for it."""
    if dated := perishable_fact(listing.kind, fact).day_field:
        day: datetime.date | None = getattr(listing.own, dated)
        return day
    check = newest_check(listing.verifications.all(), fact)
    return check.verified_on if check else known_since(listing)


def is_lapsed(listing: "Listing", fact: str, today: datetime.date) -> bool:
    """Whether a fragile fact is too old to be relied on. A main line's hours never are: it must not disappear."""
    if fact == "hours" and is_main(listing):
        return False
    day = known_on(listing, fact)
    return day is not None and day < oldest_day(fact, listing.kind, today)


def oldest_day(fact: str, kind: str, today: datetime.date) -> datetime.date:
    """The earliest day of a fragile fact that may still be relied on."""
    return today - datetime.timedelta(days=perishable_fact(kind, fact).days)


def is_main(listing: "Listing") -> bool:
    """Return whether the listing is the main line of its country, by `Kind.main_field`."""
    main_field = kinds[listing.kind].main_field
    return bool(main_field) and bool(getattr(listing.own, main_field))


def is_stale(listing: "Listing", today: datetime.date) -> bool:
    """Whether fresher ones come first; never for the main line of a country."""
    return freshness_state(listing, today) == FreshnessState.STALE and not is_main(listing)


def main_condition() -> Q:
    """Return the same as `is_main`, as a condition on listings."""
    main_kinds = [kind for kind in kinds.values() if kind.main_field]
    return reduce(
        or_, (Q(**{f"{kind.accessor}__{kind.main_field}": True}) for kind in main_kinds), Q(pk__in=())
    )


def stale_condition(today: datetime.date) -> Q:
    """The same as `is_stale`, for many."""
    by = today - datetime.timedelta(days=DEMOTE_AFTER_DAYS)
    return (check_due_condition(by) | copy_due_condition(by)) & ~main_condition()


def last_check_conditions(today: datetime.date) -> dict[str, Q]:
    """Every listing in one of four: never checked as a whole, overdue, due until the end of the month, and fresh."""
    overdue = check_due_condition(today - datetime.timedelta(days=LABEL_AFTER_DAYS))
    due = check_due_condition(last_of_month(today))
    checked = Q(checked_on__isnull=False)
    return {"never": ~checked, "overdue": overdue, "due": due & ~overdue, "fresh": checked & ~due}


def last_of_month(day: datetime.date) -> datetime.date:
    return (day.replace(day=1) + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)


def check_due_condition(by: datetime.date) -> Q:
    """Checked as a whole, and due again on that day or before."""
    # Nulls asked for by name, so that the opposite of this holds for every other row.
    dated = Q(checked_due__isnull=False, checked_due__lte=by)
    undated = Q(checked_due__isnull=True, checked_on__isnull=False)
    return dated | undated & condition_by_kind(by, lambda day: Q(checked_on__lte=day))


def copy_due_condition(by: datetime.date) -> Q:
    """Never checked as a whole, and due for it on that day or before."""
    unknown = Q(checked_on__isnull=True)
    written = Q(copied__isnull=True, source="")
    return unknown & condition_by_kind(
        by, lambda day: Q(copied__lte=day.isoformat()) | written & Q(created__date__lte=day)
    )


def condition_by_kind(by: datetime.date, known_by: Any) -> Q:
    """Each kind with its own number of days between being known and being due."""
    slugs_by_days: defaultdict[int, list[str]] = defaultdict(list)
    for slug, kind in kinds.items():
        slugs_by_days[kind.due_days].append(slug)
    conditions = (
        Q(kind__in=slugs) & known_by(by - datetime.timedelta(days=days))
        for days, slugs in slugs_by_days.items()
    )
    return reduce(or_, conditions)


def freshness_text(listing: "Listing", today: datetime.date) -> str:
    """ "Checked 3 March 2026 by phone", or what else the public should know of the last whole check."""
    check = newest_check(listing.verifications.all())
    late = freshness_state(listing, today) >= FreshnessState.OVERDUE
    if check is None:
        return _("Not yet confirmed here. It may have changed.") if late else _("Not yet confirmed here")
    day = date_format(check.verified_on, "DATE_FORMAT")
    if late:
        return _("Last checked %(day)s. It may have changed.") % {"day": day}
    return _("Checked %(day)s %(how)s") % {"day": day, "how": CheckMethod(check.method).label}


def fact_lines(listing: "Listing", facts: Iterable[str], today: datetime.date) -> list[str]:
    """A line for each of these facts that is too old, or was checked apart from the whole after it."""
    whole = newest_check(listing.verifications.all())
    lines = []
    for fact in facts:
        check = newest_check(listing.verifications.all(), fact)
        if check is whole and freshness_state(listing, today) >= FreshnessState.OVERDUE:
            continue  # the line about the whole says it already
        if is_lapsed(listing, fact, today) or check is not whole:
            lines.append(
                capfirst(f"{perishable_fact(listing.kind, fact).label}: {fact_text(listing, fact, today)}")
            )
    return lines


def fact_text(listing: "Listing", fact: str, today: datetime.date) -> str:
    check = newest_check(listing.verifications.all(), fact)
    day = known_on(listing, fact)
    on = date_format(day, "DATE_FORMAT") if day else ""
    if check is None:
        return _("last known %(day)s. It may have changed.") % {"day": on}
    if is_lapsed(listing, fact, today):
        return _("last checked %(day)s. It may have changed.") % {"day": on}
    return _("checked %(day)s %(how)s") % {"day": on, "how": CheckMethod(check.method).label}


def day_text(day: datetime.date, today: datetime.date) -> str:
    """ "3 March", with the year where it is not this one."""
    return date_format(day, "MONTH_DAY_FORMAT" if day.year == today.year else "DATE_FORMAT")

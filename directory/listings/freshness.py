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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.recurrence import LAST_DAY
from directory.vocabulary import CheckMethod

if TYPE_CHECKING:
    from directory.models import Listing, Verification

# Days after a check until the next one is due: lines and meetings change most, and matter most when wrong.
DUE_DAYS = {"hotlines": 90, "support-groups": 182}
DUE_DAYS_ELSE = 365
# Days after that until the public line warns, and until fresher listings come first.
LABEL_AFTER_DAYS = 30
DEMOTE_AFTER_DAYS = 60


@dataclass(frozen=True)
class PerishableFact:
    """A fact that ages faster than its listing."""

    key: str
    label: str | Promise
    days: int
    """How long it may be relied on after the day on which it was known."""
    days_by_kind: Mapping[str, int] = field(default_factory=dict)
    day_field: str = ""
    """The kind's own field that holds its day, where it has one; its value stands in the field named `key`."""

    def lifetime_days(self, kind: str) -> int:
        return self.days_by_kind.get(kind, self.days)


# Which of them a kind has stands in its declaration.
PERISHABLE_FACTS = {
    each.key: each
    for each in (
        PerishableFact("hours", gettext_lazy("hours"), 182, {"hotlines": 90}),
        PerishableFact("meetings", gettext_lazy("meeting times"), 182),
        PerishableFact("join", gettext_lazy("links to join"), 182),
        PerishableFact("accepting", gettext_lazy("accepting new clients"), 60, day_field="accepting_on"),
        PerishableFact("beds", gettext_lazy("free beds"), 7, day_field="beds_on"),
    )
}


class FreshnessState(IntEnum):
    """The rungs of the ladder, in order."""

    FRESH = 0
    DUE = 1
    OVERDUE = 2
    STALE = 3


def due_days(kind: str) -> int:
    return DUE_DAYS.get(kind, DUE_DAYS_ELSE)


def due_after(kind: str, on: datetime.date, facts: Iterable[str] = ()) -> datetime.date:
    """When something checked on that day is due again: a whole listing, or the first of these facts to age."""
    days = [
        PERISHABLE_FACTS[fact].lifetime_days(kind) if fact in PERISHABLE_FACTS else due_days(kind)
        for fact in facts
    ]
    return min(on, LAST_DAY) + datetime.timedelta(days=min(days, default=due_days(kind)))


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
    if dated := PERISHABLE_FACTS[fact].day_field:
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
    return today - datetime.timedelta(days=PERISHABLE_FACTS[fact].lifetime_days(kind))


def is_main(listing: "Listing") -> bool:
    return listing.kind == "hotlines" and bool(listing.own.is_main)


def is_stale(listing: "Listing", today: datetime.date) -> bool:
    """Whether fresher ones come first; never for the main line of a country."""
    return freshness_state(listing, today) == FreshnessState.STALE and not is_main(listing)


MAIN_LINE = Q(hotline__is_main=True)


def stale_condition(today: datetime.date) -> Q:
    """The same as `is_stale`, for many."""
    by = today - datetime.timedelta(days=DEMOTE_AFTER_DAYS)
    return (check_due_condition(by) | copy_due_condition(by)) & ~MAIN_LINE


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
    condition = ~Q(kind__in=DUE_DAYS) & known_by(by - datetime.timedelta(days=DUE_DAYS_ELSE))
    for kind, days in DUE_DAYS.items():
        condition |= Q(kind=kind) & known_by(by - datetime.timedelta(days=days))
    return condition


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
            lines.append(capfirst(f"{PERISHABLE_FACTS[fact].label}: {fact_text(listing, fact, today)}"))
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

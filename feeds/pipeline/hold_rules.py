"""Decide whether an import may proceed without a curator. A feed that loses or changes much at once is held."""

from collections import Counter

from feeds.models import Source
from feeds.pipeline.diff import ImportPlan, ListingChange
from feeds.pipeline.feed_types import feed_type_for

# Up to this many listings a percentage says little: if one of two changes, that is half of them.
MAX_UNCHECKED_LISTINGS = 5
# From this many on, half of what a small feed had is held when it goes missing.
MIN_MISSING_HALF = 3
# Somebody who wants to mislead people would change phone numbers and web addresses, which seldom change in many
# listings at once. For them the source's percentage is divided by this.
CONTACT_DIVISOR = 2
JOIN_FIELDS = ("join_url", "join_phone")


def reason_to_hold(source: Source, plan: ImportPlan) -> str:
    """Return the reason to hold an import, as a sentence for curators, or "" if it may proceed."""
    if feed_type_for(source).needs_review and (
        number := sum(change.alters_page and change.ref in plan.visible for change in plan.changed.values())
    ):
        return f"{number} of its lines that the public sees would change, which a person decides."
    total = len(plan.published)
    if not total:
        return ""
    missing = [ref for ref in plan.missing if ref in plan.published]
    # Nobody is asked a second time about listings that a curator allowed to go missing.
    unconfirmed = sum(1 for ref in missing if ref not in plan.accepted_missing)
    if unconfirmed and len(missing) == total:
        return f"None of its {total} listings is in the feed any more."
    percent = source.max_change_percent
    with_new_contact = sum(1 for change in plan.changed.values() if changes_contact(change))
    for number, all_of_them, noun in (
        (unconfirmed, total, "listings"),
        (removed_meetings(plan), sum(plan.meetings.values()), "meetings"),
    ):
        if is_large_loss(number, all_of_them, percent):
            return f"{number} of {all_of_them} {noun} are missing from the feed; more than {percent} % waits for you."
    for number, event, max_percent in (
        (with_new_contact, "would have another phone number or web address", percent // CONTACT_DIVISOR),
        (len(plan.changed), "would change", percent),
    ):
        if number > MAX_UNCHECKED_LISTINGS and number * 100 > total * max_percent:
            return f"{number} of {total} listings {event}; more than {max_percent} % waits for you."
    return ""


def removed_meetings(plan: ImportPlan) -> int:
    """Return how many meetings would go: those of missing listings, and those that other listings lose.

    Meetings that a listing gains are set off against those that it loses, since sites give meetings new ids. Meetings
    that move to another listing do not go.
    """
    moved = Counter(plan.moved.values())
    gone = sum(
        max(0, plan.meetings.get(ref, 0) - moved[ref])
        for ref in plan.missing
        if ref not in plan.accepted_missing
    )
    for ref, change in plan.changed.items():
        if ref in plan.meetings:
            stay = [pair for meeting, pair in change.meetings.items() if meeting not in plan.moved]
            removed = [before for before, after in stay if after is None]
            added = [after for before, after in stay if before is None]
            gone += max(0, len(removed) - len(added))
    return gone


def is_large_loss(number: int, total: int, percent: int) -> bool:
    """Return whether so many missing ones wait for a curator: above the source's percentage.

    In a small feed a few may go without a question, but not half of all.
    """
    is_many = number > MAX_UNCHECKED_LISTINGS or (number >= MIN_MISSING_HALF and number * 2 >= total)
    return is_many and number * 100 > total * percent


def changes_contact(change: ListingChange) -> bool:
    """Return whether a change alters where people call, join or read. New and removed meetings do not count."""
    return "channels" in change.rows or any(
        before is not None and after is not None and not before.keys().isdisjoint(JOIN_FIELDS)
        for before, after in change.meetings.values()
    )

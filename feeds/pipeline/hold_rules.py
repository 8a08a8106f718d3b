"""Decide whether an import may proceed without a curator. A feed that loses or changes much at once is held."""

from feeds.models import Source
from feeds.pipeline.diff import ImportPlan, ListingChange
from feeds.pipeline.feed_types import feed_type_for

# Up to this many listings a percentage says little: if one of two changes, that is half of them.
MAX_UNCHECKED_LISTINGS = 5
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
    for number, event, max_percent in (
        (unconfirmed, "are missing from the feed", percent),
        (with_new_contact, "would have another phone number or web address", percent // CONTACT_DIVISOR),
        (len(plan.changed), "would change", percent),
    ):
        if number > MAX_UNCHECKED_LISTINGS and number * 100 > total * max_percent:
            return f"{number} of {total} listings {event}; more than {max_percent} % waits for you."
    return ""


def changes_contact(change: ListingChange) -> bool:
    """Return whether a change alters where people call, join or read. New and removed meetings do not count."""
    return "channels" in change.rows or any(
        before is not None and after is not None and not before.keys().isdisjoint(JOIN_FIELDS)
        for before, after in change.meetings.values()
    )

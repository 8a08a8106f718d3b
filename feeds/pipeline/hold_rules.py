"""Whether a run may go ahead by itself. A feed that loses or changes much at once waits for a curator."""

from feeds.models import Source
from feeds.pipeline.diff import ImportPlan, ListingChange
from feeds.pipeline.feed_types import feed_type_for

# Below this many listings a share says little: one of two that moves is half of them.
FEW = 5
# Numbers and web addresses are what somebody would turn who wants to lead people astray, and they seldom change in
# many listings at once: of the source's share, this part of it is enough to wait.
CONTACTS = 2
JOINED_BY = ("join_url", "join_phone")


def reason_to_hold(source: Source, plan: ImportPlan) -> str:
    """In a curator's words, or "" when nothing speaks against it."""
    if feed_type_for(source).reviewed and (
        number := sum(each.alters and each.ref in plan.visible for each in plan.changed.values())
    ):
        return f"{number} of its lines that the public sees would change, which a person decides."
    if not plan.there:
        return ""
    gone = [ref for ref in plan.missing if ref in plan.published]
    # Of what a curator let go missing nobody is asked a second time.
    asked = sum(1 for ref in gone if ref not in plan.agreed)
    if asked and len(gone) == plan.there:
        return f"None of its {plan.there} listings is in the feed any more."
    share = source.max_change_percent
    reached = sum(1 for change in plan.changed.values() if is_reached_otherwise(change))
    for number, what, percent in (
        (asked, "are missing from the feed", share),
        (reached, "would have another phone number or web address", share // CONTACTS),
        (len(plan.changed), "would change", share),
    ):
        if number > FEW and number * 100 > plan.there * percent:
            return f"{number} of {plan.there} listings {what}; more than {percent} % waits for you."
    return ""


def is_reached_otherwise(change: ListingChange) -> bool:
    """Whether people would call, join or read somewhere else than before. A meeting that comes or goes is no sign."""
    return "channels" in change.rows or any(
        before is not None and after is not None and not before.keys().isdisjoint(JOINED_BY)
        for before, after in change.meetings.values()
    )

"""Whether a run may go ahead by itself. A feed that loses or changes much at once waits for a curator."""

from feeds.comparing import Plan
from feeds.models import Source
from feeds.shapes import shape_of

# Below this many listings a share says little: one of two that moves is half of them.
FEW = 5


def reason_to_hold(source: Source, plan: Plan) -> str:
    """In a curator's words, or "" when nothing speaks against it."""
    if shape_of(source).reviewed and (
        number := sum(each.alters and each.ref in plan.visible for each in plan.changed)
    ):
        return f"{number} of its lines that the public sees would change, which a person decides."
    if not plan.there:
        return ""
    gone = sum(1 for ref in plan.missing if ref in plan.published)
    if gone == plan.there:
        return f"None of its {plan.there} listings is in the feed any more."
    for number, what in ((gone, "are missing from the feed"), (len(plan.changed), "would change")):
        if number > FEW and number * 100 > plan.there * source.max_change_percent:
            return f"{number} of {plan.there} listings {what}; more than {source.max_change_percent} % waits for you."
    return ""

"""Define the six steps of the safety plan, with their headings and hints.

The order follows the Safety Planning Intervention (Stanley and Brown, 2012, Cognitive and Behavioral Practice 19):
warning signs; what one can do alone; people and places that distract; people to ask for help; professionals and
hotlines; safer surroundings. A step has no score and no signature, and may stay empty.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from core.i18n import TranslatableText


@dataclass(frozen=True, slots=True)
class PlanStep:
    """Describe one step: its key, heading and hint, and whether it offers the person's people and saved places."""

    key: str
    heading: TranslatableText
    hint: TranslatableText
    people: bool = False
    places: bool = False


STEPS: dict[str, PlanStep] = {
    step.key: step
    for step in (
        PlanStep(
            "signs",
            _("Signs and triggers"),
            _("What do you notice first when it gets hard: in your day, your body, your thoughts?"),
        ),
        PlanStep(
            "coping",
            _("What I can do by myself"),
            _("Small things that have helped for ten minutes."),
        ),
        PlanStep(
            "distract",
            _("People and places that take my mind off it"),
            _("You don’t have to tell anybody why you came."),
            people=True,
            places=True,
        ),
        PlanStep("ask", _("People I can ask for help"), _("Who knows, or could know?"), people=True),
        PlanStep(
            "lines",
            _("Professionals and lines"),
            _("Somebody who answers: a therapist, a doctor, a line."),
            people=True,
            places=True,
        ),
        PlanStep(
            "safer",
            _("Making my surroundings safer"),
            _("What could be out of the house, or harder to reach? Who could help with that?"),
        ),
    )
}


def next_step_key(key: str) -> str:
    """Return the key of the step after this one, or "" after the last."""
    keys = list(STEPS)
    return next(iter(keys[keys.index(key) + 1 :]), "")

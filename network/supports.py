"""The five kinds of support that a network holds: which of them a person has, and a step towards the others."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from directory.cards import Card
from directory.kinds import kinds

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do: a link, or words alone."""

    label: Words
    url: str = ""


@dataclass(frozen=True, slots=True)
class Support:
    """One of the five; `have` is "1" when somebody of this kind is on the list and not paused."""

    key: str
    icon: str
    heading: Words
    names: list[str]
    have: str
    step: Step | None


HEADINGS: dict[str, tuple[str, Words, Words]] = {
    "groups": ("group", _("Support groups"), _("Find a group")),
    "therapy": ("chairs", _("Therapy and care"), _("Find somebody to talk to")),
    "peers": ("peer", _("Peer support"), _("Find somebody who has been there")),
    "people": (
        "family",
        _("My people"),
        _("Family, a friend, a sponsor: one person whom you could call is a start."),
    ),
    "hotlines": ("line", _("Hotlines"), _("Choose a line to have at hand")),
}


def five(cards: Sequence[Card]) -> list[Support]:
    return [support(key, cards) for key in HEADINGS]


def support(key: str, cards: Sequence[Card]) -> Support:
    icon, heading, step = HEADINGS[key]
    slugs = [kind.slug for kind in kinds.supporting(key)]
    names = [card.name for card in cards if card.kind in slugs and not card.paused]
    url = way(key, slugs[0]) if slugs else ""
    return Support(key, icon, heading, names, "1" if names else "0", None if names else Step(step, url))


def way(key: str, slug: str) -> str:
    return reverse("hotlines") if key == "hotlines" else reverse("kind", args=(slug,))

"""The five kinds of support that a network holds: which of them a person has, and a step towards the others."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from directory.kinds.registry import kinds
from directory.listings.cards import Card

Text = str | Promise


@dataclass(frozen=True, slots=True)
class NextStep:
    """Something to do: a link, or words alone."""

    label: Text
    url: str = ""


@dataclass(frozen=True, slots=True)
class Support:
    """One of the five; `have` is "1" when somebody of this kind is on the list and not paused."""

    key: str
    icon: str
    heading: Text
    names: list[str]
    have: str
    step: NextStep


@dataclass(frozen=True, slots=True)
class SupportType:
    """What stands by a window: its icon and name, and the next step while it is dark and once it is lit."""

    icon: str
    heading: Text
    begin: Text
    more: Text


SUPPORT_TYPES: dict[str, SupportType] = {
    "groups": SupportType("group", _("Support groups"), _("Find a group"), _("Find another")),
    "therapy": SupportType("chairs", _("Therapy and care"), _("Find somebody to talk to"), _("Find another")),
    "peers": SupportType("peer", _("Peer support"), _("Find somebody who has been there"), _("Find another")),
    "people": SupportType("family", _("My people"), _("Add a person"), _("Add a person")),
    "hotlines": SupportType(
        "line", _("Hotlines"), _("Choose a line to have at hand"), _("Choose another line")
    ),
}
FIRST_PERSON_HINT = _("Family, a friend, a sponsor: one person whom you could call is a start.")


def support_summary(cards: Sequence[Card], people: Sequence[str], *, signed_in: bool) -> list[Support]:
    """`people`: names of the person's own contacts, which only an account keeps."""
    return [_build_support(key, _names_for(key, cards, people), signed_in=signed_in) for key in SUPPORT_TYPES]


def _names_for(key: str, cards: Sequence[Card], people: Sequence[str]) -> list[str]:
    if key == "people":
        return list(people)
    slugs = [kind.slug for kind in kinds.kinds_for_support(key)]
    return [card.name for card in cards if card.kind in slugs and not card.paused]


def _build_support(key: str, names: list[str], *, signed_in: bool) -> Support:
    kind = SUPPORT_TYPES[key]
    step = NextStep(kind.more if names else kind.begin, next_step_url(key))
    if key == "people" and not signed_in:
        step = NextStep(FIRST_PERSON_HINT)
    return Support(key, kind.icon, kind.heading, names, "1" if names else "0", step)


def next_step_url(key: str) -> str:
    """Where the next step leads."""
    if key == "people":
        return reverse("new_person")
    return kinds.kinds_for_support(key)[0].page_url

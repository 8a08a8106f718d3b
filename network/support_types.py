"""Summarize which of the five types of support a person has saved, with a next step for each."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.i18n import TranslatableText
from directory.kinds.registry import kinds
from directory.listings.cards import Card


@dataclass(frozen=True, slots=True)
class NextStep:
    """Describe something that a person can do next: a text, with a link where there is a page for it."""

    label: TranslatableText
    url: str = ""


@dataclass(frozen=True, slots=True)
class Support:
    """Describe one of the five types as "My network" shows it.

    `names` are the listings or people of this type; `have` is "1" when there is at least one, else "0".
    """

    key: str
    icon: str
    heading: TranslatableText
    names: list[str]
    have: str
    step: NextStep


@dataclass(frozen=True, slots=True)
class SupportType:
    """Define the icon and heading of a type, and the links shown without and with somebody of this type."""

    icon: str
    heading: TranslatableText
    begin: TranslatableText
    more: TranslatableText


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
    """Return the five types of support with what the person has of each.

    `people` holds the names of the person's own contacts, which only an account stores.
    """
    return [_build_support(key, _names_for(key, cards, people), signed_in=signed_in) for key in SUPPORT_TYPES]


def _names_for(key: str, cards: Sequence[Card], people: Sequence[str]) -> list[str]:
    """Return the names of the people, or of the listings that are not paused, for a type of support."""
    if key == "people":
        return list(people)
    slugs = [kind.slug for kind in kinds.kinds_for_support(key)]
    return [card.name for card in cards if card.kind in slugs and not card.paused]


def _build_support(key: str, names: list[str], *, signed_in: bool) -> Support:
    """Return one type of support with its names and its next step."""
    kind = SUPPORT_TYPES[key]
    step = NextStep(kind.more if names else kind.begin, next_step_url(key))
    if key == "people" and not signed_in:
        step = NextStep(FIRST_PERSON_HINT)
    return Support(key, kind.icon, kind.heading, names, "1" if names else "0", step)


def next_step_url(key: str) -> str:
    """Return the address of the page where a person finds support of this type."""
    if key == "people":
        return reverse("new_person")
    return kinds.kinds_for_support(key)[0].page_url

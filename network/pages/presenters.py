"""What a person keeps, in words for pages and paper: people with ways to reach them, steps with what is in them."""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import phone_numbers
from core.fields import lower_first_word
from directory.listings import availability
from directory.listings.availability import AskedAt
from directory.listings.cards import Action, Card, build_cards
from directory.listings.merged_redirects import merge_targets, replace_merged
from network import safety_plan
from network.pages import item_forms
from network.vault.items import Appointment, Goal, Person, Step
from network.vault.store import StoredItem
from network.vault.user_data import UserData


@dataclass(frozen=True, slots=True)
class DisplayItem:
    """Somebody or something of one's own: a name, what else there is to say, and ways to it."""

    name: str
    words: str = ""
    number: str = ""
    actions: list[Action] = field(default_factory=list)
    url: str = ""
    lines: list[tuple[str, str]] = field(default_factory=list)
    lit: bool = False


def person_shown(row: StoredItem[Person]) -> DisplayItem:
    person = row.thing
    lines = [
        (_("Another way"), person.other_way),
        (_("Ask for"), person.ask_for),
        (_("Boundaries"), person.boundaries),
    ]
    return DisplayItem(
        name=person.name,
        words=". ".join(filter(None, (relation(person), person.when))),
        number=person.phone,
        actions=ways_to(person),
        url=reverse("person", args=(row.pk,)),
        lines=[(label, words) for label, words in lines if words],
    )


def relation(person: Person) -> str:
    """In words; nothing where it says nothing."""
    return "" if person.relation == "other" else str(dict(item_forms.RELATIONS).get(person.relation, ""))


def ways_to(person: Person) -> list[Action]:
    """Call and Text, where there is a number in what was written."""
    dial = phone_numbers.dial_string(person.phone).replace("#", "%23")
    if not any(sign.isdigit() for sign in dial):
        return []
    return [
        Action(_("Call %(number)s") % {"number": person.phone}, f"tel:{dial}", "call", person.name),
        Action(_("Text"), f"sms:{dial}", "text", person.name),
    ]


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step as it stands: own lines, then people, then places."""

    number: int
    step: safety_plan.PlanStep
    lines: list[str]
    own: list[DisplayItem]
    gone: int = 0
    """How many places of it are no longer listed."""

    @property
    def empty(self) -> bool:
        return not self.lines and not self.own and not self.gone


def plan_shown(own: UserData, at: AskedAt, *, paper: bool = False) -> list[StepShown]:
    """All six steps, the unwritten ones too; on paper nothing is said that holds for this hour only."""
    people = {str(row.pk): person_shown(row) for row in own.people}
    now = merge_targets(own.places)
    made = {
        card.pk: on_paper(card) if paper else place_shown(card)
        for card in build_cards(replace_merged(own.places, now), at)
    }
    places = made | {old: made[new] for old, new in now.items() if new in made}
    kept = own.steps
    return [
        step_shown(number, step, kept[step.key].thing if step.key in kept else Step(), people, places)
        for number, step in enumerate(safety_plan.STEPS.values(), 1)
    ]


def step_shown(
    number: int,
    step: safety_plan.PlanStep,
    thing: Step,
    people: Mapping[str, DisplayItem],
    places: Mapping[int, DisplayItem],
) -> StepShown:
    there = list(dict.fromkeys(pk for pk in thing.listings if pk in places))
    own = [people[pk] for pk in thing.people if pk in people] + [places[pk] for pk in there]
    lines = [line for line in map(str.strip, thing.text.splitlines()) if line]
    return StepShown(number, step, lines, own, len(thing.listings) - len(there))


def place_shown(card: Card) -> DisplayItem:
    return DisplayItem(
        name=card.name,
        words=when_words(card),
        number=number_of(card),
        actions=card.actions[:2],
        url=card.url,
        lit=card.availability.is_open,
    )


def when_words(card: Card) -> str:
    return ", ".join(
        [f"{card.availability.clock} {card.availability.suffix}".strip(), *card.availability.lines]
    )


def on_paper(card: Card) -> DisplayItem:
    return replace(place_shown(card), words=card.place, lit=False)


def number_of(card: Card) -> str:
    """Its first number to call, or else to text, to be read from paper."""
    calls = [action for action in card.actions if action.href.startswith("tel:")]
    texts = [action for action in card.actions if action.href.startswith("sms:")]
    if calls:
        return re.sub(r"^\D*", "", calls[0].label) or number_in(calls[0])
    return printable_label(texts[0]) if texts else ""


def ways_on_paper(card: Card) -> list[str]:
    """Its ways that a phone takes, with the number in each."""
    return [printable_label(action) for action in card.actions if action.href.startswith(("tel:", "sms:"))]


def printable_label(action: Action) -> str:
    """What its button says, with the number where the button shows none."""
    if any(sign.isdigit() for sign in action.label):
        return action.label
    return f"{action.label} {number_in(action)}"


def number_in(action: Action) -> str:
    """The number of a `tel:` or `sms:` address; what is keyed in after a pause follows a comma."""
    number = unquote(action.href.partition(":")[2].partition("?")[0])
    return ", ".join(part for part in number.split(",") if part)


def without_main_hotline(shown: Iterable[DisplayItem], lines: Iterable[Action]) -> list[DisplayItem]:
    """Without what is the main line itself, which stands beside them anyhow."""
    main = {action.href for action in lines}
    return [each for each in shown if not main & {action.href for action in each.actions}]


@dataclass(frozen=True, slots=True)
class GoalShown:
    clock: str
    iso: str
    words: str
    state: str
    url: str
    parts: list["GoalShown"]


def goals_shown(own: UserData) -> list[GoalShown]:
    """Goals with their milestones below them, and small victories, by the days that the person chose."""
    rows = own.goals
    ids = {str(row.pk) for row in rows if row.thing.what == "goal"}
    tops = [row for row in rows if row.thing.part_of not in ids or row.thing.what == "goal"]
    return [
        goal_shown(
            row,
            [goal_shown(part, []) for part in rows if part not in tops and part.thing.part_of == str(row.pk)],
        )
        for row in tops
    ]


def goal_shown(row: StoredItem[Goal], parts: list[GoalShown]) -> GoalShown:
    goal = row.thing
    day = datetime.date.fromisoformat(goal.on) if goal.on else None
    state = _("It happened.") if goal.done else _("Open. Moving the day is fine.") if goal.on else _("Open.")
    if goal.what == "victory":
        state = _("A small victory.")
    return GoalShown(
        date_format(day, "SHORT_DATE_FORMAT") if day else "",
        goal.on,
        goal.words,
        state,
        reverse("goal", args=(row.pk,)),
        parts,
    )


def appointments_shown(own: UserData) -> list[DisplayItem]:
    """All of the person's own, also what lies beyond the week, by their first day."""
    rows = sorted(own.appointments, key=lambda row: (row.thing.on, row.thing.at))
    return [appointment_shown(row) for row in rows]


def appointment_shown(row: StoredItem[Appointment]) -> DisplayItem:
    thing = row.thing
    day = datetime.date.fromisoformat(thing.on)
    time = availability.time_text(datetime.time.fromisoformat(thing.at))
    date = f"{date_format(day, 'l')} {date_format(day, 'DATE_FORMAT')}"
    rhythm = "" if thing.repeat == "once" else lower_first_word(str(dict(item_forms.REPEATS)[thing.repeat]))
    when = ", ".join(filter(None, (date, time, rhythm)))
    with_whom = ", ".join(filter(None, (thing.with_whom, thing.where)))
    words = ". ".join(filter(None, (when, with_whom)))
    return DisplayItem(name=thing.words, words=words, url=reverse("appointment", args=(row.pk,)))


def first_lines(own: UserData, most: int = 3) -> list[str]:
    """The first things that the person wrote they can do by themselves."""
    step: Any = own.steps.get("coping")
    lines = step.thing.text.splitlines() if step else []
    return [line.strip() for line in lines if line.strip()][:most]

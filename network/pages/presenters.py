"""Present what a person stores, for pages and print: contacts, steps of the plan, goals and appointments."""

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
from network.vault.items import Appointment, Goal, Person, PlanEntry
from network.vault.store import StoredItem
from network.vault.user_data import UserData


@dataclass(frozen=True, slots=True)
class DisplayItem:
    """A contact, listing or appointment for display, with actions such as calling."""

    name: str
    description: str = ""
    phone: str = ""
    actions: list[Action] = field(default_factory=list)
    url: str = ""
    details: list[tuple[str, str]] = field(default_factory=list)
    is_open: bool = False
    lang: str = ""


def present_person(row: StoredItem[Person]) -> DisplayItem:
    """Return a contact as the values that a page shows of it."""
    person = row.item
    details = [
        (_("Another way"), person.other_way),
        (_("Ask for"), person.ask_for),
        (_("Boundaries"), person.boundaries),
    ]
    return DisplayItem(
        name=person.name,
        description=". ".join(filter(None, (_relation_label(person), person.when))),
        phone=person.phone,
        actions=_contact_actions(person),
        url=reverse("person", args=(row.pk,)),
        details=[(label, text) for label, text in details if text],
    )


def _relation_label(person: Person) -> str:
    """Return the label of the relation, or "" for "other", which says nothing."""
    return (
        "" if person.relation == "other" else str(dict(item_forms.RELATION_CHOICES).get(person.relation, ""))
    )


def _contact_actions(person: Person) -> list[Action]:
    """Return the actions to call and to text, when the phone field contains a number."""
    dial = phone_numbers.dial_string(person.phone).replace("#", "%23")
    if not any(sign.isdigit() for sign in dial):
        return []
    return [
        Action(_("Call %(number)s") % {"number": person.phone}, f"tel:{dial}", "call", person.name),
        Action(_("Text"), f"sms:{dial}", "text", person.name),
    ]


@dataclass(frozen=True, slots=True)
class PlanStepDisplay:
    """One step of the plan: the person's lines, then contacts and listings.

    `unlisted_places` counts the listings of the step that are no longer public.
    """

    number: int
    step: safety_plan.PlanStep
    lines: list[str]
    contacts: list[DisplayItem]
    unlisted_places: int = 0

    @property
    def is_empty(self) -> bool:
        """Return whether the person put nothing into the step."""
        return not self.lines and not self.contacts and not self.unlisted_places


def present_plan(user_data: UserData, at: AskedAt, *, paper: bool = False) -> list[PlanStepDisplay]:
    """Return all six steps for display. For print, opening hours are left out, since they hold for today only."""
    people = {str(row.pk): present_person(row) for row in user_data.people}
    merges = merge_targets(user_data.place_ids)
    presented = {
        card.pk: _present_listing_for_print(card) if paper else present_listing(card)
        for card in build_cards(replace_merged(user_data.place_ids, merges), at)
    }
    places = presented | {old: presented[new] for old, new in merges.items() if new in presented}
    entries = user_data.plan_entries
    return [
        _present_step(
            number, step, entries[step.key].item if step.key in entries else PlanEntry(), people, places
        )
        for number, step in enumerate(safety_plan.STEPS.values(), 1)
    ]


def _present_step(
    number: int,
    step: safety_plan.PlanStep,
    item: PlanEntry,
    people: Mapping[str, DisplayItem],
    places: Mapping[int, DisplayItem],
) -> PlanStepDisplay:
    """Return one step of the plan for display."""
    listing_ids = list(dict.fromkeys(pk for pk in item.listings if pk in places))
    contacts = [people[pk] for pk in item.people if pk in people] + [places[pk] for pk in listing_ids]
    lines = [line for line in map(str.strip, item.text.splitlines()) if line]
    return PlanStepDisplay(number, step, lines, contacts, len(item.listings) - len(listing_ids))


def present_listing(card: Card) -> DisplayItem:
    """Return a listing for a person's own pages: its hours as `description`, its first number, at most two actions."""
    return DisplayItem(
        name=card.name,
        description=hours_text(card),
        phone=first_number(card),
        actions=card.actions[:2],
        url=card.url,
        is_open=card.availability.is_open,
        lang=card.lang,
    )


def hours_text(card: Card) -> str:
    """Return when a listing is available, as text."""
    return ", ".join(
        [f"{card.availability.clock} {card.availability.suffix}".strip(), *card.availability.lines]
    )


def _present_listing_for_print(card: Card) -> DisplayItem:
    """Return a listing for print, with its address in place of its hours."""
    return replace(present_listing(card), description=card.place, is_open=False)


def first_number(card: Card) -> str:
    """Return the listing's first number to call, or else to text, for print."""
    calls = [action for action in card.actions if action.href.startswith("tel:")]
    texts = [action for action in card.actions if action.href.startswith("sms:")]
    if calls:
        words = {link.href: link.text for link in card.links}.get(calls[0].href, "")
        return words or re.sub(r"^\D*", "", calls[0].label) or _number_from_link(calls[0])
    return printable_label(texts[0]) if texts else ""


def printable_contacts(card: Card) -> list[str]:
    """Return the texts of a printed page that say how to reach the listing: its meeting, then its numbers."""
    joins = {link.href: f"{link.label}: {link.text}" for link in card.links}
    numbers = [action for action in card.actions if action.href.startswith(("tel:", "sms:"))]
    return [*joins.values(), *(printable_label(each) for each in numbers if each.href not in joins)]


def printable_label(action: Action) -> str:
    """Return the label of an action, with the number where the label has none."""
    if any(sign.isdigit() for sign in action.label):
        return action.label
    return f"{action.label} {_number_from_link(action)}"


def _number_from_link(action: Action) -> str:
    """Return the number of a `tel:` or `sms:` link. Digits to dial after a pause follow a comma."""
    number = unquote(action.href.partition(":")[2].partition("?")[0])
    return ", ".join(part for part in number.split(",") if part)


def without_main_hotline(items: Iterable[DisplayItem], lines: Iterable[Action]) -> list[DisplayItem]:
    """Return the items without the main hotline, which the page shows anyway."""
    main_links = {action.href for action in lines}
    return [item for item in items if not main_links & {action.href for action in item.actions}]


@dataclass(frozen=True, slots=True)
class GoalDisplay:
    """A goal, milestone or small victory for display, with the milestones of a goal.

    `date` is an ISO text, `date_text` the same date in the visitor's language.
    """

    date_text: str
    date: str
    title: str
    state: str
    url: str
    milestones: list["GoalDisplay"]


def present_goals(user_data: UserData) -> list[GoalDisplay]:
    """Return goals with their milestones, and small victories, by date."""
    rows = user_data.goals
    ids = {str(row.pk) for row in rows if row.item.what == "goal"}
    top_level = [row for row in rows if row.item.part_of not in ids or row.item.what == "goal"]
    return [
        _present_goal(
            row,
            [
                _present_goal(milestone, [])
                for milestone in rows
                if milestone not in top_level and milestone.item.part_of == str(row.pk)
            ],
        )
        for row in top_level
    ]


def _present_goal(row: StoredItem[Goal], milestones: list[GoalDisplay]) -> GoalDisplay:
    """Return a goal as the values that a page shows of it."""
    goal = row.item
    day = datetime.date.fromisoformat(goal.on) if goal.on else None
    state = _("It happened.") if goal.done else _("Open. Moving the day is fine.") if goal.on else _("Open.")
    if goal.what == "victory":
        state = _("A small victory.")
    return GoalDisplay(
        date_format(day, "SHORT_DATE_FORMAT") if day else "",
        goal.on,
        goal.words,
        state,
        reverse("goal", args=(row.pk,)),
        milestones,
    )


def present_appointments(user_data: UserData) -> list[DisplayItem]:
    """Return all appointments by their first date, also those beyond this week."""
    rows = sorted(user_data.appointments, key=lambda row: (row.item.on, row.item.at))
    return [_present_appointment(row) for row in rows]


def _present_appointment(row: StoredItem[Appointment]) -> DisplayItem:
    """Return one appointment for display."""
    item = row.item
    day = datetime.date.fromisoformat(item.on)
    time = availability.time_text(datetime.time.fromisoformat(item.at))
    date = f"{date_format(day, 'l')} {date_format(day, 'DATE_FORMAT')}"
    rhythm = (
        "" if item.repeat == "once" else lower_first_word(str(dict(item_forms.REPEAT_CHOICES)[item.repeat]))
    )
    when = ", ".join(filter(None, (date, time, rhythm)))
    with_whom = ", ".join(filter(None, (item.with_whom, item.where)))
    description = ". ".join(filter(None, (when, with_whom)))
    return DisplayItem(name=item.words, description=description, url=reverse("appointment", args=(row.pk,)))


def coping_lines(user_data: UserData, most: int = 3) -> list[str]:
    """Return the first lines of what the person can do by themselves."""
    step: Any = user_data.plan_entries.get("coping")
    lines = step.item.text.splitlines() if step else []
    return [line.strip() for line in lines if line.strip()][:most]

"""The panel above the results where the words speak of a crisis or of a danger: whom to call, and where care is.

It follows from the words and from the lines that ship with the site or were kept by `/now/`. The database is not asked,
so a site without any listing shows it too.
"""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.template_cache import placeholder
from directory.geo.countries import COUNTRIES
from directory.guides.parser import guides
from directory.hotlines import snapshot
from directory.hotlines.crisis_strip import strip_actions, strip_context
from directory.kinds.registry import kinds
from directory.listings.cards import Action
from directory.search.engine import Results
from directory.search.parsing.parsed_query import Danger
from directory.search.query import SearchQuery
from directory.vocabulary import Care

# What lines are for, by their English names and summaries.
POISON = re.compile(r"\bpoison", re.IGNORECASE)
COMPANIONS = re.compile(r"\bus(?:e|es|ing)\b(?: drugs)? alone\b", re.IGNORECASE)

Panel = dict[str, Any]
Address = Callable[[SearchQuery], str]


def build_panel(results: Results, query: SearchQuery, address: Address, *, chosen: str = "") -> Panel | None:
    """Return the template values of the panel about a danger; None where the query names no danger.

    `address` gives the address of a query; `chosen` is the country that was asked for. A danger to life comes before a
    crisis, and a crisis before other dangers.
    """
    if results.danger and results.danger.is_emergency:
        return _emergency_panel(results.danger, chosen)
    if results.crisis:
        return _crisis_panel(chosen, emergency=not results.grief)
    if results.danger is Danger.ALONE:
        return _using_alone_panel(chosen)
    return _withdrawal_panel(results.danger, query, address, chosen) if results.danger else None


def _panel(
    name: str,
    heading: str,
    text: str,
    actions: list[Action],
    *,
    chosen: str = "",
    warning: bool = False,
    brief: bool = False,
) -> Panel:
    """Return the values for the template. The panel is highlighted where each of its actions leads to a person.

    `warning` adds when to call the emergency number, and `brief` makes the panel small.
    """
    number = strip_context(settings.DEFAULT_COUNTRY, chosen=chosen)["emergency"] if warning else None
    return {
        "id": name,
        "brief": brief,
        "leads_to_people": all(action.icon for action in actions),
        "heading": placeholder(heading),
        "text": placeholder(text),
        "actions": actions,
        "warning": number and {"href": placeholder(number.href), "label": placeholder(number.label)},
    }


def _emergency_panel(danger: Danger, chosen: str) -> Panel:
    """Return the panel for a life in danger: the emergency number, poison help and the crisis lines."""
    strip = strip_context(settings.DEFAULT_COUNTRY, chosen=chosen)
    emergency = [strip["emergency"]] if strip["emergency"] else []
    poison = [] if danger is Danger.SEIZURE else line_actions(POISON, abroad=False, chosen=chosen)
    return _panel(
        "crisis-h",
        _("A life may be in danger"),
        _("Call now, even if you are not sure. If you are with somebody, stay with them."),
        [*emergency, *poison, *strip["channels"]],
    )


def _crisis_panel(chosen: str, *, emergency: bool) -> Panel:
    """Return the panel for a crisis: the crisis lines, and the emergency number where `emergency` is true."""
    return _panel(
        "crisis-h",
        _("Someone is there for you right now"),
        _("You do not have to know what to say, and you can hang up at any time."),
        strip_actions(settings.DEFAULT_COUNTRY, chosen=chosen, emergency=emergency),
    )


def _using_alone_panel(chosen: str) -> Panel:
    """Return the panel for somebody who uses alone: lines that stay on the phone meanwhile."""
    return _panel(
        "urgent-h",
        _("Someone can stay on the line while you use"),
        _("Call before you use. If you stop answering, they send help."),
        line_actions(COMPANIONS, abroad=True, chosen=chosen),
    )


def _withdrawal_panel(danger: Danger, query: SearchQuery, address: Address, chosen: str) -> Panel:
    """Return the panel for dangerous withdrawal: searches for detox and hospital care near the same place."""
    heading, words = {
        Danger.SEDATIVES: (
            _("Do not stop these all at once"),
            _("That can cause seizures. A doctor can bring the dose down step by step."),
        ),
        Danger.WITHDRAWAL: (
            _("Withdrawal can be dangerous"),
            _("A doctor or a detox can make it safer. You do not have to do it alone."),
        ),
        Danger.DRINKING: (
            _("Stopping daily drinking all at once can be dangerous"),
            _("A doctor or a detox can make it safer."),
        ),
    }[danger]
    is_brief = danger is Danger.DRINKING
    near = SearchQuery(
        near=query.near, radius=query.radius, metric=query.metric, kinds=kinds.slugs_with_filter("care")
    )
    actions = [
        Action(label, address(near.with_options("care", [care])), "")
        for care, label in ((Care.DETOX, _("Detox")), (Care.HOSPITAL, _("Hospital care")))
    ]
    if is_brief:
        actions[1:] = _withdrawal_guide()
    return _panel("urgent-h", heading, words, actions, chosen=chosen, warning=not is_brief, brief=is_brief)


def _withdrawal_guide() -> list[Action]:
    """Return a link to the guide on withdrawal, in a list that is empty where the guide is missing."""
    guide = guides(get_language() or settings.LANGUAGE_CODE).get("withdrawal")
    return [Action(guide.title, reverse("guide", args=(guide.slug,)), "")] if guide else []


def line_actions(about: re.Pattern[str], *, abroad: bool, chosen: str = "") -> list[Action]:
    """Return one action, such as a call, for each shipped line whose English name or summary matches a pattern.

    The action is the first one of the line as the database has it today. Lines of the chosen country, or else of the
    site's own, come first. `abroad` adds those of other countries, with the name of the country.
    """
    home = chosen or settings.DEFAULT_COUNTRY
    found = [fact for fact in snapshot.bundled_facts() if about.search(f"{fact.name}. {fact.summary}")]
    found = [fact for fact in found if abroad or fact.country == home]
    actions = []
    for fact in sorted(found, key=lambda fact: fact.country != home):
        line = next(
            (each for each in snapshot.load_without_database(fact.country) if each.slug == fact.slug), None
        )
        if line and (ways_to_reach := line.actions()):
            name = line.name if fact.country == home else f"{line.name}, {COUNTRIES[fact.country]}"
            label = _("%(way)s: %(name)s") % {"way": ways_to_reach[0].label, "name": name}
            actions.append(Action(label, ways_to_reach[0].href, ways_to_reach[0].icon))
    return actions

"""Turn exported data into labels and texts for people to read."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.i18n import TranslatableText

ITEM_HEADINGS: dict[str, TranslatableText] = {
    "saved": gettext_lazy("Saved places"),
    "note": gettext_lazy("Notes beside them"),
    "person": gettext_lazy("People"),
    "step": gettext_lazy("Steps of the plan"),
    "goal": gettext_lazy("Goals and victories"),
    "appointment": gettext_lazy("Appointments and check-ins"),
    "zone": gettext_lazy("Time zone"),
}
# A field without a label here is shown under its own name.
FIELD_LABELS: dict[str, TranslatableText] = {
    "ids": gettext_lazy("Places"),
    "listing": gettext_lazy("Place"),
    "listings": gettext_lazy("Places"),
    "labels": gettext_lazy("For when"),
    "text": gettext_lazy("In my words"),
    "name": gettext_lazy("Name"),
    "relation": gettext_lazy("Who it is"),
    "phone": gettext_lazy("Phone"),
    "other_way": gettext_lazy("Another way"),
    "when": gettext_lazy("When"),
    "ask_for": gettext_lazy("What to ask for"),
    "boundaries": gettext_lazy("Boundaries"),
    "first": gettext_lazy("To call first"),
    "key": gettext_lazy("Step"),
    "people": gettext_lazy("People"),
    "what": gettext_lazy("What it is"),
    "words": gettext_lazy("In my words"),
    "on": gettext_lazy("Day"),
    "done": gettext_lazy("Done"),
    "part_of": gettext_lazy("Towards"),
    "with_whom": gettext_lazy("With"),
    "where": gettext_lazy("Where"),
    "at": gettext_lazy("Time"),
    "minutes": gettext_lazy("Minutes"),
    "zone": gettext_lazy("Time zone"),
    "repeat": gettext_lazy("How often"),
    "until": gettext_lazy("Until"),
}
LISTING_FIELDS = {"ids", "listing", "listings"}
ITEM_FIELDS = {"people", "part_of"}


def html_sections(copy: dict[str, Any]) -> list[dict[str, Any]]:
    """Return one section for each type of item: its heading, and its items as pairs of label and text."""
    names = {item["id"]: item.get("name") or item.get("words") or "" for item in copy["kept"]}
    return [
        {
            "heading": heading,
            "entries": [
                item_lines(item, copy["listings"], names) for item in copy["kept"] if item["kind"] == kind
            ],
        }
        for kind, heading in ITEM_HEADINGS.items()
        if any(item["kind"] == kind for item in copy["kept"])
    ]


def item_lines(
    item: dict[str, Any], listings: dict[str, dict[str, str]], names: dict[str, str]
) -> list[tuple[TranslatableText, str]]:
    """Return the label and text of each field of an item that has a value, in their order."""
    pairs = []
    for field, value in item.items():
        if field in ("id", "kind") or value in ("", [], False, 0):
            continue
        pairs.append((FIELD_LABELS.get(field, field), field_text(field, value, listings, names)))
    return pairs


def field_text(field: str, value: Any, listings: dict[str, dict[str, str]], names: dict[str, str]) -> str:
    """Return the value of a field as text, with the names of listings and items in place of their ids."""
    values: Iterable[Any] = value if isinstance(value, list) else [value]
    if field in LISTING_FIELDS:
        unlisted = _("no longer listed here")
        return "\n".join(listings.get(str(pk), {}).get("name", unlisted) for pk in values)
    if field in ITEM_FIELDS:
        return "\n".join(names.get(str(pk), "") for pk in values)
    return _("yes") if value is True else "\n".join(map(str, values))

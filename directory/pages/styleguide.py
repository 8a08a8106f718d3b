"""The page `/styleguide/`, which shows every part of the design while DEBUG is on."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core.htmx import render_page
from core.templatetags.icons import load_symbols
from directory.kinds.registry import kinds
from directory.listings.availability import Availability
from directory.listings.cards import Action, Card

TOKENS = {
    "page-background": "the page",
    "surface": "panels and cards on the page",
    "hairline": "thin lines, never the only sign of anything",
    "border": "borders of controls",
    "text": "text",
    "muted": "secondary text",
    "accent": "links, actions and the selected item",
    "tint": "background of the selected item",
    "available": "somebody can be reached now",
    "available-area": "the same, for larger areas",
    "available-tint": "the same, as a pale background",
    "danger": "danger to life",
    "strip": "background of the crisis strip",
}


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Render the page that shows every part of the design."""
    context = {"tokens": TOKENS.items(), "symbols": sorted(load_symbols()), "cards": example_cards()}
    return render_page(request, "directory/styleguide.html", context)


def example_cards() -> list[Card]:
    """Return an invented card for each state of availability."""
    moments = (
        Availability("now", "6:30", "pm", "2026-03-12T18:30", ["Going on, ends 7:30 pm"]),
        Availability("soon", "7:00", "pm", "2026-03-12T19:00", ["in 25 min"]),
        Availability(
            "later", "9:00", "pm", "2026-03-12T21:00", ["tonight", "Central time", "7:00 pm in Los Angeles"]
        ),
        Availability("open", "Open", lines=["any hour, any day"]),
        Availability("closed", "Closed", lines=["opens tomorrow 8:00 am"]),
        Availability("unsure", "Ask for hours", lines=["9:00 am to 5:00 pm today", "as of 3 March"]),
        Availability("arrangement", "Taking new people", lines=["as of 3 March"]),
        Availability("paused", "Paused", lines=["The lanes are being repaired."]),
    )
    return [example_card(number, moment) for number, moment in enumerate(moments)]


def example_card(number: int, moment: Availability) -> Card:
    """Return the card of an invented listing, to show how cards look."""
    ways = [
        Action("Directions", "geo:37.33,-121.88", "way", "Lantern Group"),
        Action("Call", "tel:+14085550112", "call", "Lantern Group"),
    ]
    kind = next(iter(kinds.values()))
    return Card(
        pk=number,
        slug=f"example-{number}",
        url="#cards",
        kind=kind.slug,
        icon=kind.icon,
        kind_label=f"{kind.name}, AA, open meeting",
        name="Lantern Group",
        lang="",
        sample=True,
        is_national_finder=False,
        availability=moment,
        place="412 Alder Street, San José, 0.8 miles",
        facts="Free. New people welcome, no need to speak. Step-free side door.",
        actions=ways,
        checked="Checked 3 March 2026 by phone",
        paused=moment.state == "paused",
    )

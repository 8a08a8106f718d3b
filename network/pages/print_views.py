"""On paper: the plan on one page, a card that folds to the size of a bank card, and the whole network as a list."""

import io

import qrcode
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe
from qrcode.image.svg import SvgPathImage

from core.site_origin import absolute_url, site_netloc
from directory.kinds.registry import kinds
from directory.listings.availability import AskedAt
from directory.listings.cards import build_cards
from directory.listings.merged_redirects import merge_targets, replace_merged
from directory.pages.context_processors import site_context
from network.decorators import never_store
from network.pages import week
from network.pages.keep_input import private
from network.pages.presenters import (
    first_lines,
    goals_shown,
    number_of,
    person_shown,
    place_shown,
    plan_shown,
    ways_on_paper,
    when_words,
    without_main_hotline,
)
from network.saved.services import SavedListings
from network.vault import user_data
from network.vault.user_data import UserData

# What fits on one face of the card.
MOST_LINES, MOST_PEOPLE, MOST_PLACES = 3, 4, 3


@require_safe
@private
def print_plan(request: HttpRequest) -> HttpResponse:
    own, at = here(request)
    context = {
        "steps": plan_shown(own, at, paper=True),
        "goals": goals_shown(own),
        "today": at.today,
    }
    return render(request, "network/print_plan.html", context)


@require_safe
@private
def print_card(request: HttpRequest) -> HttpResponse:
    own, at = here(request)
    reached = [each for each in build_cards(ids_of(own), at) if not each.paused and number_of(each)]
    lines = [place_shown(each) for each in reached if kinds[each.kind].is_crisis_line]
    others = [place_shown(each) for each in reached if not kinds[each.kind].is_crisis_line]
    context = {
        "lines": without_main_hotline(lines, site_context(request)["crisis"]["lines"])[:MOST_LINES],
        "people": [each for each in [*map(person_shown, own.people), *others] if each.number][:MOST_PEOPLE],
        "helps": first_lines(own),
        "meetings": [
            item for day in week.week(own, ids_of(own), at).days for item in day.items if not item.own
        ][:MOST_PLACES],
        "today": at.today,
        "qr": qr(absolute_url(reverse("now"))),
        "now_words": f"{site_netloc()}{reverse('now')}",
    }
    return render(request, "network/print_card.html", context)


@require_safe
@never_store
def print_list(request: HttpRequest) -> HttpResponse:
    """Also of what is saved on the device, without an account."""
    own, at = here(request)
    stored = SavedListings(request).read()
    notes = user_data.moved_notes(own.notes, merge_targets(own.notes))
    context = {
        "saved": [
            {"card": each, "when": when_words(each), "ways": ways_on_paper(each), "note": notes.get(each.pk)}
            for each in build_cards(stored, at)
        ],
        "people": [person_shown(row) for row in own.people],
        "today": at.today,
    }
    return render(request, "network/print_list.html", context)


def here(request: HttpRequest) -> tuple[UserData, AskedAt]:
    own = user_data.load_user_data(request)
    return own, AskedAt.now_in_zone(own.zone)


def ids_of(own: UserData) -> list[int]:
    return replace_merged(own.saved, merge_targets(own.saved))


def qr(text: str) -> SafeString:
    """A code to scan as SVG, drawn here; it leads to a page that is the same for everyone."""
    drawn = io.BytesIO()
    qrcode.make(text, image_factory=SvgPathImage, border=2).save(drawn)
    return mark_safe(drawn.getvalue().decode().partition("?>")[2].strip())  # noqa: S308 our own drawing

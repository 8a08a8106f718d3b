"""Show pages for print: the plan on one sheet, a wallet card, and the whole network as a list."""

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
from network.pages.keep_input import private_page
from network.pages.presenters import (
    coping_lines,
    first_number,
    hours_text,
    present_goals,
    present_listing,
    present_person,
    present_plan,
    printable_contacts,
    without_main_hotline,
)
from network.saved.services import SavedListings
from network.vault.user_data import UserData, load_user_data, notes_after_merges

# How many fit on one face of the card.
MAX_HOTLINES, MAX_PEOPLE, MAX_MEETINGS = 3, 4, 3


@require_safe
@private_page
def print_plan(request: HttpRequest) -> HttpResponse:
    """Show the plan and the goals for print."""
    user_data, at = _load_user_and_time(request)
    context = {
        "steps": present_plan(user_data, at, paper=True),
        "goals": present_goals(user_data),
        "today": at.today,
    }
    return render(request, "network/print_plan.html", context)


@require_safe
@private_page
def print_card(request: HttpRequest) -> HttpResponse:
    """Show a card that folds to the size of a bank card."""
    user_data, at = _load_user_and_time(request)
    reachable = [
        card
        for card in build_cards(_current_saved_ids(user_data), at)
        if not card.paused and first_number(card)
    ]
    hotlines = [present_listing(card) for card in reachable if kinds[card.kind].is_crisis_line]
    others = [present_listing(card) for card in reachable if not kinds[card.kind].is_crisis_line]
    context = {
        "lines": without_main_hotline(hotlines, site_context(request)["crisis"]["channels"])[:MAX_HOTLINES],
        "people": [item for item in [*map(present_person, user_data.people), *others] if item.phone][
            :MAX_PEOPLE
        ],
        "helps": coping_lines(user_data),
        "meetings": [
            entry
            for day in week.build_week(user_data, _current_saved_ids(user_data), at).days
            for entry in day.entries
            if not entry.is_own
        ][:MAX_MEETINGS],
        "today": at.today,
        "qr": _qr_code_svg(absolute_url(reverse("now"))),
        "now_address": f"{site_netloc()}{reverse('now')}",
    }
    return render(request, "network/print_card.html", context)


@require_safe
@never_store
def print_list(request: HttpRequest) -> HttpResponse:
    """Show saved listings with notes, and the contacts, for print. It works without an account."""
    user_data, at = _load_user_and_time(request)
    saved_ids = SavedListings(request).read()
    notes = notes_after_merges(user_data.notes, merge_targets(user_data.notes))
    context = {
        "saved": [
            {
                "card": card,
                "when": hours_text(card),
                "contacts": printable_contacts(card),
                "note": notes.get(card.pk),
            }
            for card in build_cards(saved_ids, at)
        ],
        "people": [present_person(row) for row in user_data.people],
        "today": at.today,
    }
    return render(request, "network/print_list.html", context)


def _load_user_and_time(request: HttpRequest) -> tuple[UserData, AskedAt]:
    """Return the person's data and the time in their time zone."""
    user_data = load_user_data(request)
    return user_data, AskedAt.now_in_zone(user_data.time_zone)


def _current_saved_ids(user_data: UserData) -> list[int]:
    """Return the ids of the saved listings after merges."""
    return replace_merged(user_data.saved_ids, merge_targets(user_data.saved_ids))


def _qr_code_svg(text: str) -> SafeString:
    """Return a QR code of the text as SVG."""
    drawn = io.BytesIO()
    qrcode.make(text, image_factory=SvgPathImage, border=2).save(drawn)
    return mark_safe(drawn.getvalue().decode().partition("?>")[2].strip())  # noqa: S308 our own drawing

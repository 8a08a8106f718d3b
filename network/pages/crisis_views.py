"""Show the pages for a crisis: the steps after a slip, and the person's own contacts and coping steps."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from directory.kinds.registry import kinds
from directory.listings.availability import AskedAt
from directory.listings.cards import build_cards
from directory.listings.merged_redirects import merge_targets, replace_merged
from directory.pages.context_processors import site_context
from network.decorators import never_store
from network.pages import week
from network.pages.presenters import (
    coping_lines,
    present_listing,
    present_person,
    present_plan,
    without_main_hotline,
)
from network.saved.services import SavedListings
from network.vault.user_data import load_user_data

MAX_PEOPLE = 4


@require_safe
@never_store
def people_and_steps(request: HttpRequest) -> HttpResponse:
    """Show up to four of the person's contacts and their coping steps; none of both without an account.

    With the header `X-Part: personal`, the response is the fragment that a script adds to /now/; otherwise the page.
    """
    user_data = load_user_data(request)
    context = {
        "people": [present_person(row) for row in user_data.people][:MAX_PEOPLE],
        "helps": coping_lines(user_data),
        "signed_in": request.user.is_authenticated,
    }
    is_fragment = request.headers.get("X-Part") == "personal"
    response = render(
        request, "network/_people_and_steps.html" if is_fragment else "network/people_and_steps.html", context
    )
    patch_vary_headers(response, ("X-Part",))
    return response


@require_safe
@never_store
def small_steps(request: HttpRequest) -> HttpResponse:
    """Show five small steps after a slip: safety, somebody now, the next meeting, a contact, and the plan.

    Without an account the page has fewer details.
    """
    user_data = load_user_data(request)
    at = AskedAt.now_in_zone(user_data.time_zone)
    stored = SavedListings(request).stored()
    cards = build_cards(replace_merged(stored, merge_targets(stored)), at)
    lines = [present_listing(card) for card in cards if kinds[card.kind].is_crisis_line and not card.paused]
    meeting = week.next_meeting([card.pk for card in cards], at)
    context = {
        "lines": without_main_hotline(lines, site_context(request)["crisis"]["channels"]),
        "next": meeting,
        "next_text": week.next_entry_text(meeting, at) if meeting else "",
        "people": [present_person(row) for row in user_data.people][:MAX_PEOPLE],
        "steps": [step for step in present_plan(user_data, at) if not step.is_empty],
        "signed_in": request.user.is_authenticated,
    }
    return render(request, "network/small_steps.html", context)

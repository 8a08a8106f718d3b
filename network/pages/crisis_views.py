"""For a hard hour: the few steps after a slip, and what of one's own stands below the page "Now"."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from directory.listings.availability import At
from directory.listings.cards import cards
from directory.listings.merged_redirects import followed, replacements
from directory.pages.context_processors import shared
from network.decorators import personal
from network.pages import week
from network.pages.presenters import besides_the_strip, first_lines, person_shown, place_shown, plan_shown
from network.saved.services import Kept
from network.vault import user_data

MOST_PEOPLE = 4


@require_safe
@personal
def near(request: HttpRequest) -> HttpResponse:
    """My people and my own steps. A page of its own; for the script, the part that stands on "Now"."""
    own = user_data.of(request)
    context = {
        "people": [person_shown(row) for row in own.people][:MOST_PEOPLE],
        "helps": first_lines(own),
        "signed_in": request.user.is_authenticated,
    }
    part = request.headers.get("X-Part") == "own"
    response = render(request, "network/_near.html" if part else "network/near.html", context)
    patch_vary_headers(response, ("X-Part",))
    return response


@require_safe
@personal
def small_steps(request: HttpRequest) -> HttpResponse:
    """Safe? → someone now → the next meeting → my person → the plan. Whoever it is: without an account it says less."""
    own = user_data.of(request)
    at = At.this_moment(own.zone)
    stored = Kept(request).stored()
    found = cards(followed(stored, replacements(stored)), at)
    lines = [place_shown(card) for card in found if card.kind == "hotlines" and not card.paused]
    meeting = week.next_meeting([card.pk for card in found], at)
    context = {
        "lines": besides_the_strip(lines, shared(request)["crisis"]["lines"]),
        "next": meeting,
        "next_words": week.next_words(meeting, at) if meeting else "",
        "people": [person_shown(row) for row in own.people][:MOST_PEOPLE],
        "steps": [step for step in plan_shown(own, at) if not step.empty],
        "signed_in": request.user.is_authenticated,
    }
    return render(request, "network/small_steps.html", context)

"""Handing over a few listings: choosing them, and the page that the address opens. Never notes, people or plan."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from core.same_origin import same_origin
from core.site_origin import absolute_url
from directory.listings.availability import At
from directory.listings.cards import cards
from directory.listings.merged_redirects import followed, replacements
from network.decorators import personal
from network.pages.views import to_my_network
from network.saved import share_links
from network.saved.services import Kept


@personal
@require_safe
def share(request: HttpRequest) -> HttpResponse:
    found = cards(Kept(request).read(), At.this_moment())
    choices = [{"card": card, "code": share_links.int_to_base36(card.pk)} for card in found]
    return render(request, "network/share.html", {"choices": choices, "limit": share_links.LIMIT})


@personal
@require_safe
def shared(request: HttpRequest) -> HttpResponse:
    """The same for everyone who has the address."""
    try:
        asked = share_links.read(request.GET.getlist("l"))
    except share_links.BadLink:
        return render(request, "network/shared.html", {"bad": True, "limit": share_links.LIMIT}, status=400)
    ids = followed(asked, replacements(asked))
    found = cards(ids, At.this_moment())
    context = {
        "cards": found,
        "gone": len(ids) - len(found),
        "code": share_links.SEPARATOR.join(map(share_links.int_to_base36, (card.pk for card in found))),
        "address": absolute_url(share_links.address(reverse("shared"), (card.pk for card in found))),
    }
    return render(request, "network/shared.html", context, status=200 if found else 404)


@personal
@same_origin
@require_POST
def keep_shared(request: HttpRequest) -> HttpResponse:
    """Saves all of a shared list, after what is saved already, as far as there is room."""
    try:
        asked = share_links.read(request.POST.getlist("l"))
    except share_links.BadLink:
        return to_my_network()
    kept = Kept(request)
    for card in cards(followed(asked, replacements(asked)), At.this_moment()):
        kept.add(card.pk)
    return kept.onto(to_my_network())

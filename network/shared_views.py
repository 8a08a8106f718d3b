"""Handing over a few listings: choosing them, and the page that the address opens. Never notes, people or plan."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from directory.cards import cards
from directory.guard import same_origin
from directory.moments import At
from directory.replaced import followed, replacements
from directory.site_origin import absolute_url
from network import sharing
from network.personal import personal
from network.saving import Kept
from network.views import to_my_network


@personal
@require_safe
def share(request: HttpRequest) -> HttpResponse:
    found = cards(Kept(request).read(), At.this_moment())
    choices = [{"card": card, "code": sharing.int_to_base36(card.pk)} for card in found]
    return render(request, "network/share.html", {"choices": choices, "limit": sharing.LIMIT})


@personal
@require_safe
def shared(request: HttpRequest) -> HttpResponse:
    """The same for everyone who has the address."""
    try:
        asked = sharing.read(request.GET.getlist("l"))
    except sharing.BadLink:
        return render(request, "network/shared.html", {"bad": True, "limit": sharing.LIMIT}, status=400)
    ids = followed(asked, replacements(asked))
    found = cards(ids, At.this_moment())
    context = {
        "cards": found,
        "gone": len(ids) - len(found),
        "code": sharing.SEPARATOR.join(map(sharing.int_to_base36, (card.pk for card in found))),
        "address": absolute_url(sharing.address(reverse("shared"), (card.pk for card in found))),
    }
    return render(request, "network/shared.html", context, status=200 if found else 404)


@personal
@same_origin
@require_POST
def keep_shared(request: HttpRequest) -> HttpResponse:
    """Saves all of a shared list, after what is saved already, as far as there is room."""
    try:
        asked = sharing.read(request.POST.getlist("l"))
    except sharing.BadLink:
        return to_my_network()
    kept = Kept(request)
    for card in cards(followed(asked, replacements(asked)), At.this_moment()):
        kept.add(card.pk)
    return kept.onto(to_my_network())

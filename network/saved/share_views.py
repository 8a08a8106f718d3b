"""Choose listings to share, and show a shared list. Notes, people and the plan are never shared."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from core.same_origin import same_origin
from core.site_origin import absolute_url
from directory.listings.availability import AskedAt
from directory.listings.cards import build_cards
from directory.listings.merged_redirects import merge_targets, replace_merged
from network.decorators import never_store
from network.pages.views import redirect_to_my_network
from network.saved import share_links
from network.saved.services import SavedListings


@never_store
@require_safe
def share(request: HttpRequest) -> HttpResponse:
    """Show the form on which a person chooses listings to share."""
    cards = build_cards(SavedListings(request).read(), AskedAt.now_in_zone())
    choices = [{"card": card, "code": share_links.int_to_base36(card.pk)} for card in cards]
    return render(
        request, "network/share.html", {"choices": choices, "limit": share_links.MAX_SHARED_LISTINGS}
    )


@never_store
@require_safe
def shared(request: HttpRequest) -> HttpResponse:
    """Show a shared list. The page is the same for everyone who has the address."""
    try:
        shared_ids = share_links.parse_share_link(request.GET.getlist("l"))
    except share_links.BadLink:
        return render(
            request,
            "network/shared.html",
            {"bad": True, "limit": share_links.MAX_SHARED_LISTINGS},
            status=400,
        )
    ids = replace_merged(shared_ids, merge_targets(shared_ids))
    cards = build_cards(ids, AskedAt.now_in_zone())
    context = {
        "cards": cards,
        "gone": len(ids) - len(cards),
        "code": share_links.ID_SEPARATOR.join(map(share_links.int_to_base36, (card.pk for card in cards))),
        "address": absolute_url(share_links.share_address(reverse("shared"), (card.pk for card in cards))),
    }
    return render(request, "network/shared.html", context, status=200 if cards else 404)


@never_store
@same_origin
@require_POST
def save_shared(request: HttpRequest) -> HttpResponse:
    """Save all listings of a shared list, after what is saved already, until the list is full."""
    try:
        shared_ids = share_links.parse_share_link(request.POST.getlist("l"))
    except share_links.BadLink:
        return redirect_to_my_network()
    saved_listings = SavedListings(request)
    for card in build_cards(replace_merged(shared_ids, merge_targets(shared_ids)), AskedAt.now_in_zone()):
        saved_listings.add(card.pk)
    return saved_listings.apply_to(redirect_to_my_network())

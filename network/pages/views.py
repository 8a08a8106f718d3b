"""The views of "My network": show the page, change the saved list, clear this device, and leave the site quickly."""

from collections.abc import Mapping

from django.conf import settings
from django.contrib.auth import logout
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.same_origin import same_origin
from directory.listings.availability import AskedAt
from directory.listings.merged_redirects import merge_targets, replace_merged
from directory.models import Listing
from network.decorators import never_store
from network.pages import dashboard
from network.saved import cookie
from network.saved.services import MAX_SAVED_LISTINGS, SavedListings
from network.vault.user_data import load_user_data

MOVE_OFFSETS = {"up": -1, "down": 1}
CLEAR_SITE_DATA = '"cache", "cookies", "storage"'


@never_store
@require_safe
def my_network(request: HttpRequest) -> HttpResponse:
    """Show saved listings, the types of support and the week."""
    user_data, signed_in = load_user_data(request), request.user.is_authenticated
    stored = user_data.saved_ids if signed_in else SavedListings(request).stored()
    merges = merge_targets([*stored, *user_data.notes])
    ids = replace_merged(stored, merges)
    at = AskedAt.now_in_zone(user_data.time_zone)
    context = {
        **dashboard.dashboard_context(user_data, ids, merges, at, signed_in=signed_in),
        "undo": _undo_context(request, ids),
        "replaced": _renamed_listings({pk: merges[pk] for pk in stored if pk in merges}),
        "full": len(ids) >= MAX_SAVED_LISTINGS,
        "limit": MAX_SAVED_LISTINGS,
        "signed_in": signed_in,
    }
    return render(request, "network/my_network.html", context)


@never_store
@require_safe
def saved_marks(request: HttpRequest) -> HttpResponse:
    """Return the slugs of saved listings as JSON.

    Shared caches store public pages without the mark "saved"; a script adds it.
    """
    ids = SavedListings(request).read()
    return JsonResponse(
        list(Listing.objects.visible().filter(pk__in=ids).values_list("slug", flat=True)), safe=False
    )


@never_store
@same_origin
@require_POST
def save_listing(request: HttpRequest) -> HttpResponse:
    """Save a listing on the person's list, and answer with a fragment or a redirect."""
    listing, saved_listings = _posted_listing(request), SavedListings(request)
    added = saved_listings.add(listing.pk)
    if _wants_fragment(request):
        # On 409 the script submits the form without htmx, and the page says that the list is full.
        return saved_listings.apply_to(
            _render_save_button(request, listing, is_saved=added, status=200 if added else 409)
        )
    return saved_listings.apply_to(
        redirect_to_my_network(kept=listing.pk) if added else redirect_to_my_network()
    )


@never_store
@same_origin
@require_POST
def unsave_listing(request: HttpRequest) -> HttpResponse:
    """Remove a listing from the saved list, and offer to undo that."""
    listing, saved_listings = _posted_listing(request), SavedListings(request)
    ids = saved_listings.read()
    saved_listings.remove(listing.pk)
    if _wants_fragment(request):
        return saved_listings.apply_to(_render_save_button(request, listing, is_saved=False))
    if listing.pk not in ids:
        return redirect_to_my_network()
    return saved_listings.apply_to(redirect_to_my_network(off=listing.pk, at=ids.index(listing.pk)))


@never_store
@same_origin
@require_POST
def undo_unsave(request: HttpRequest) -> HttpResponse:
    """Put a removed listing back at its former place."""
    listing, saved_listings = _posted_listing(request), SavedListings(request)
    saved_listings.add(listing.pk, _parse_number(request.POST.get("at", "")))
    return saved_listings.apply_to(redirect_to_my_network())


@never_store
@same_origin
@require_POST
def move_listing(request: HttpRequest) -> HttpResponse:
    """Move a listing up or down the saved list."""
    listing, saved_listings = _posted_listing(request), SavedListings(request)
    saved_listings.move(listing.pk, MOVE_OFFSETS.get(request.POST.get("to", ""), 0))
    return saved_listings.apply_to(
        HttpResponseRedirect(f"{reverse('my_network')}#card-{listing.slug}", status=303)
    )


@never_store
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def clear_device(request: HttpRequest) -> HttpResponse:
    """Ask for confirmation, then sign out and delete everything on this device."""
    if request.method != "POST":
        context = {"done": False, "clears_on_exit": cookie.clears_on_exit(request)}
        return render(request, "network/clear_device.html", context)
    sign_out(request)
    response = render(request, "network/clear_device.html", {"done": True})
    cookie.delete_cookie(response)
    cookie.set_clear_on_exit(response, goes=False)
    response.headers["Clear-Site-Data"] = CLEAR_SITE_DATA
    return response


@never_store
@same_origin
@require_POST
def quick_exit_setting(request: HttpRequest) -> HttpResponse:
    """Set whether a quick exit deletes the list on this device."""
    response = HttpResponseRedirect(reverse("clear_device"), status=303)
    cookie.set_clear_on_exit(response, goes=request.POST.get("list") == "goes")
    return response


@never_store
@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out and redirect to a neutral site. The address may be requested repeatedly.

    What is saved on the device stays, unless the person chose otherwise.
    """
    sign_out(request)
    response = HttpResponseRedirect(settings.LEAVE_TO, status=303)
    response.headers["Clear-Site-Data"] = '"cache"'
    if cookie.clears_on_exit(request):
        cookie.delete_cookie(response)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def sign_out(request: HttpRequest) -> None:
    """End the session on the server and in the browser. When the database does not answer, end it in the browser."""
    try:
        logout(request)
    except DatabaseError:
        request.session = type(request.session)()


def _posted_listing(request: HttpRequest) -> Listing:
    """Return the listing that a form names, or the one that it was merged into. Raises Http404."""
    listing = get_object_or_404(Listing.objects.visible(), slug=request.POST.get("listing", ""))
    now = merge_targets([listing.pk]) if listing.replaced_by_id else {}
    return get_object_or_404(Listing, pk=now[listing.pk]) if now else listing


def _renamed_listings(merges: Mapping[int, int]) -> list[dict[str, str]]:
    """Return the former and present name of each merged listing."""
    names = (
        dict(Listing.objects.filter(pk__in={*merges, *merges.values()}).values_list("pk", "name"))
        if merges
        else {}
    )
    return [
        {"before": names[old], "after": names[new]}
        for old, new in merges.items()
        if {old, new} <= names.keys()
    ]


def _render_save_button(
    request: HttpRequest, listing: Listing, *, is_saved: bool, status: int = 200
) -> HttpResponse:
    """Render the save button of a listing as a fragment."""
    context = {"slug": listing.slug, "name": listing.name, "is_saved": is_saved}
    return render(request, "network/_save_button.html", context, status=status)


def redirect_to_my_network(**change: int) -> HttpResponse:
    """Redirect to "My network", with what was changed, so that the page offers to undo it."""
    query = f"?{urlencode(change)}" if change else ""
    return HttpResponseRedirect(reverse("my_network") + query, status=303)


def _wants_fragment(request: HttpRequest) -> bool:
    """Return whether htmx asks for the button alone, to replace it on the page."""
    return bool(request.htmx)  # type: ignore[attr-defined]


def _undo_context(request: HttpRequest, ids: list[int]) -> dict[str, object] | None:
    """Return the last change, when the address names one and the list agrees with it."""
    for change, is_saved in (("kept", True), ("off", False)):
        pk = _parse_number(request.GET.get(change, ""))
        if pk is None or (pk in ids) is not is_saved:
            continue
        if listing := Listing.objects.visible().filter(pk=pk).first():
            at = request.GET.get("at", "")
            return {"name": listing.name, "slug": listing.slug, "is_saved": is_saved, "position": at}
    return None


def _parse_number(text: str) -> int | None:
    """Return a whole number that fits into a database, or None."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None

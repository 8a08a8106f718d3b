import datetime

import pytest
from django.urls import reverse

from directory.models import Listing, Verification
from network.saved.listing_changes import find_changes
from tests.builders import make_listing, make_place
from tests.network.steps import parse_html, post_form

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2031, 5, 6)


def told(listing, today=TODAY):
    fresh = Listing.objects.prefetch_related("verifications").select_related("place")
    return find_changes([fresh.get(pk=listing.pk)], today).get(listing.pk)


def away(**facts):
    return make_listing(status="paused", status_reason="The heating is broken.", **facts)


def test_unchanged_listing_has_no_change():
    listing = make_listing(source="feed", source_ref="1")
    assert told(listing, TODAY.replace(year=2026)) is None


@pytest.mark.parametrize(("status", "words"), [("paused", "paused"), ("closed", "closed")])
def test_paused_and_closed_listings_are_described(status, words):
    assert words in told(make_listing(status=status, status_reason="Why not.")).description


def test_alternative_is_the_nearest_of_the_same_kind():
    listing = away(place=make_place())
    make_listing("treatment", place=make_place())
    make_listing(place=make_place(latitude=38.5, longitude=-121.5))
    make_listing(place=make_place(latitude=37.4))
    nearest = make_listing(place=make_place(latitude=37.34))
    make_listing(status="paused", status_reason="Too.", place=make_place())
    assert told(listing).alternative.pk == nearest.pk


def test_alternative_prefers_shared_concerns_to_distance():
    listing = away(place=make_place(), concerns=("alcohol",))
    make_listing(place=make_place(latitude=37.339), concerns=("gambling",))
    alike = make_listing(place=make_place(latitude=37.4), concerns=("alcohol", "grief"))
    assert told(listing).alternative.pk == alike.pk


@pytest.mark.parametrize("facts", [{"private": True}, {"approximate": True}])
def test_alternative_with_an_inexact_place_is_sorted_by_its_distance(facts):
    listing = away(place=make_place())
    make_listing(place=make_place(latitude=37.8, **facts))
    nearest = make_listing(place=make_place(latitude=37.4))
    assert told(listing).alternative.pk == nearest.pk
    nearer = make_listing(place=make_place(latitude=37.345, **facts))
    assert told(listing).alternative.pk == nearer.pk


def test_narrower_concern_counts_as_shared():
    listing = away(place=make_place(), concerns=("other-drugs",))
    make_listing(place=make_place(latitude=37.339), concerns=("gambling",))
    alike = make_listing(place=make_place(latitude=37.4), concerns=("cannabis",))
    assert told(listing).alternative.pk == alike.pk


def test_alternative_of_an_online_listing_is_online():
    make_listing(modes=("in-person",))
    online = make_listing(modes=("online",))
    assert told(away(modes=("online",))).alternative.pk == online.pk


def test_no_alternative():
    assert told(away()).alternative is None


def test_stale_listing_is_described():
    listing = make_listing()
    Verification.objects.create(listing=listing, verified_on=datetime.date(2026, 1, 1), method="called")
    assert "Call before you go" in told(listing).description


def test_card_shows_the_reason_and_the_alternative(client):
    other, listing = make_listing(place=make_place()), away(place=make_place())
    post_form(client, "save", listing=listing.slug)
    card = parse_html(client.get(reverse("my_network"))).select_one("article")
    assert "The heating is broken." in card.text
    assert card.select_one(".notice a")["href"] == other.get_absolute_url()

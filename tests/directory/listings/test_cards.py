"""The texts and buttons of cards."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from directory.listings.availability import AskedAt
from directory.listings.cards import build_cards, directions_action
from directory.models import Channel, Listing, OpeningInterval, Verification
from tests.builders import make_account, make_group, make_listing, make_meeting, make_place

pytestmark = pytest.mark.django_db


def card_of(listing: Listing, km: float | None = None):
    return build_cards([listing.pk], AskedAt.now_in_zone(), {listing.pk: km} if km else None)[0]


@pytest.mark.parametrize(
    ("kind", "dial", "body", "href"),
    [
        ("call", "988", "", "tel:988"),
        ("text", "741741", "HOME", "sms:741741?&body=HOME"),
        ("text", "988", "", "sms:988"),
        ("call", "+14085550100,,42#", "", "tel:+14085550100,,42%23"),
        ("text", "741741", "HELP & HOPE", "sms:741741?&body=HELP%20%26%20HOPE"),
        ("email", "hello@example.org", "", "mailto:hello@example.org"),
        ("website", "https://example.org/", "", "https://example.org/"),
        ("tty", "+14085550101", "", "tel:+14085550101"),
        ("videophone", "+14085550101", "", "tel:+14085550101"),
        ("videophone", "https://example.org/asl", "", "https://example.org/asl"),
    ],
)
def test_channel_href(kind: str, dial: str, body: str, href: str) -> None:
    channel = Channel(listing=make_listing("hotlines"), type=kind, dial=dial, body=body)
    channel.full_clean()
    assert channel.href == href


@pytest.mark.parametrize(
    ("kind", "dial"),
    [
        ("website", "javascript:alert(1)"), ("website", " JaVa\tscript:x"), ("chat", "//evil.example"),
        ("website", "data:text/html,x"), ("call", "call me"), ("call", "tel:988"), ("text", ""), ("email", "nobody"),
        ("call", "988;phone-context=evil"), ("tty", "https://example.org/"), ("videophone", "javascript:alert(1)"),
        ("videophone", "call me"),
    ],
)  # fmt: skip
def test_channel_clean_refuses_unsafe_address(kind: str, dial: str) -> None:
    with pytest.raises(ValidationError):
        Channel(listing=make_listing("hotlines"), type=kind, dial=dial).full_clean()


def test_channel_href_has_only_known_schemes() -> None:
    """A row may have been written without the form's validation."""
    assert Channel(type="website", dial="javascript:alert(1)").href == ""


def test_checked_text_uses_newest_check(time_machine) -> None:
    time_machine.move_to("2026-03-12T20:00Z")
    listing = make_listing()
    assert card_of(listing).checked == "Not yet confirmed here"
    by = make_account()
    Verification.objects.create(
        listing=listing, verified_by=by, verified_on=datetime.date(2026, 1, 2), method="website"
    )
    Verification.objects.create(
        listing=listing, verified_by=by, verified_on=datetime.date(2026, 3, 3), method="called"
    )
    assert card_of(listing).checked == "Checked 3 March 2026 by phone"


def test_distance_text_is_rounded_for_rough_points() -> None:
    public = make_listing(place=make_place())
    private = make_listing(place=make_place(private=True, area="North side"))
    assert card_of(public, 1.3).place.endswith("0.8 miles")
    assert card_of(private, 1.3).place == "North side, San Jose, CA, about 1 mile"


def test_directions_action_needs_public_point() -> None:
    assert directions_action(make_place()).href.startswith("geo:37.33820,-121.88630")
    for place in (
        make_place(private=True),
        make_place(approximate=True),
        make_place(latitude=None, longitude=None),
        None,
    ):
        assert directions_action(place) is None


def test_paused_card_shows_reason_and_no_actions() -> None:
    group = make_group(status="paused", status_reason="Back in May.")
    make_meeting(group, join_url="https://example.org/")
    card = card_of(group)
    assert (card.availability.clock, card.availability.lines, card.actions) == (
        "Paused",
        ["Back in May."],
        [],
    )


def test_build_cards_keeps_order_and_skips_hidden_listings() -> None:
    first, second, draft = make_listing(), make_listing(), make_listing(status="draft")
    found = build_cards([second.pk, draft.pk, 999_999, first.pk], AskedAt.now_in_zone())
    assert [card.pk for card in found] == [second.pk, first.pk]


@pytest.mark.parametrize(
    "facts",
    [
        {"status": "paused"}, {"status": "nonsense"}, {"name": ""},
    ],
)  # fmt: skip
def test_listing_constraint_refuses_invalid_row(facts: dict) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_listing(**facts)


@pytest.mark.parametrize(
    "facts",
    [
        {"weekday": None}, {"weekday": 7}, {"start": None}, {"zone": ""}, {"minutes": 0}, {"minutes": 1441},
        {"repeat": "monthly"}, {"repeat": "dated", "weekday": None}, {"repeat": "second-week"},
        {"first": datetime.date(2026, 3, 2), "until": datetime.date(2026, 3, 1)},
    ],
)  # fmt: skip
def test_meeting_constraint_refuses_invalid_row(facts: dict) -> None:
    group = make_group()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_meeting(group, **facts)


@pytest.mark.parametrize(
    "facts", [{"latitude": 91}, {"longitude": None}, {"street": "", "city": "", "region": "", "country": ""}]
)
def test_place_constraint_refuses_invalid_row(facts: dict) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_place(**facts)


@pytest.mark.parametrize(
    ("country", "approximate", "words"),
    [
        ("US", False, "0.8 miles"),
        ("GB", True, "about 1 mile"),
        ("DE", False, "1.3 km"),
        ("CA", True, "about 1 km"),
        ("", False, "0.8 miles"),
    ],
)
def test_distance_text_uses_units_of_the_country(country, approximate, words) -> None:
    place = make_place(country=country, approximate=approximate)
    assert card_of(make_listing(place=place), 1.3).place.endswith(words)


def test_load_listings_takes_one_query(django_assert_num_queries) -> None:
    """The number is the same for ten and for twenty listings with hours and meetings."""
    pks: list[int] = []
    for _number in range(2):
        groups = [make_meeting(make_group(place=make_place())).group_id for _each in range(5)]
        pks += [*groups, *(make_clinic().pk for _each in range(5))]
        with django_assert_num_queries(1):
            assert len(build_cards(pks, AskedAt.now_in_zone())) == len(pks)


def make_clinic() -> Listing:
    listing = make_listing("treatment", zone="America/Denver")
    OpeningInterval.objects.create(listing=listing, weekday=1, opens="08:00", closes="17:00")
    return listing

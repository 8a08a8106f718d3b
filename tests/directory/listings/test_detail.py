"""The page of a listing: nearby listings, channels, source and cost."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from directory.listings import nearby
from directory.listings.detail import days_ago_text, group_equal_days, opening_hours_text
from directory.models import Channel, Listing, OpeningInterval
from feeds.models import ImportRun, Source
from tests.builders import make_group, make_listing, make_meeting, make_place

pytestmark = pytest.mark.django_db

HERE = {"latitude": 37.34, "longitude": -121.89}
NINE, FIVE = datetime.time(9), datetime.time(17)


def page_of(client: Client, listing: Listing) -> BeautifulSoup:
    return BeautifulSoup(client.get(listing.get_absolute_url()).content, "html.parser")


def fact(page: BeautifulSoup, term: str) -> BeautifulSoup:
    return page.find("dt", string=term).find_next_sibling("dd")


def town(kind: str = "support-groups") -> dict[str, Listing]:
    """Make a listing, others at the same address, nearby, far away, of another kind, and with a private address."""
    house = make_place(name="Lantern House", street="88 Lantern Row", **HERE)
    places = {
        "this": house,
        "same": house,
        "near": make_place(name="Tin Kettle Hall", latitude=37.36, longitude=-121.89),
        "nearer": make_place(name="Moth Gallery", latitude=37.35, longitude=-121.89),
        "far": make_place(latitude=38.9, longitude=-121.89),
        "private": make_place(latitude=37.345, longitude=-121.89, private=True),
    }
    found = {name: make_group(slug=name, name=name.title(), place=place) for name, place in places.items()}
    found["other kind"] = make_listing("therapists", slug="other", place=places["nearer"])
    return found


def test_nearby_listings_are_sorted_by_distance() -> None:
    also, near = nearby.nearby_listings(town()["this"])
    assert [each["name"] for each in also] == ["Same"]
    assert [each["name"] for each in near] == ["Nearer", "Near"]
    assert near[0]["details"] == "Moth Gallery, 0.7 miles"


def test_nearby_listings_are_empty_for_private_address() -> None:
    assert nearby.nearby_listings(town()["private"]) == ([], [])


def test_nearby_listings_without_point_have_same_place() -> None:
    house = make_place(latitude=None, longitude=None)
    this, other = (make_group(slug=slug, name=slug, place=house) for slug in ("this", "other"))
    also, near = nearby.nearby_listings(this)
    assert [each["name"] for each in also] == [other.name]
    assert near == []


@pytest.mark.parametrize("around", [10, 20])
def test_page_query_count_is_limited(client: Client, django_assert_max_num_queries, around: int) -> None:
    """These pages need most queries: a group from a feed, a group with hours, and a therapist with hours."""
    source = Source.objects.create(slug="north", name="North", format="meeting-guide")
    ImportRun.objects.create(source=source, address="north.json")
    place = make_place(**HERE)
    fed = make_group(slug="fed", place=place, source="north", provenance={"*": {"source": "North"}})
    timed = make_group(slug="timed", place=place, zone="America/Los_Angeles")
    office = make_listing("therapists", slug="office", place=place, zone="America/Los_Angeles")
    for listing in (fed, timed, office):
        OpeningInterval.objects.create(listing=listing, weekday=0, opens=NINE, closes=FIVE)
    for number in range(around):
        make_meeting(fed)
        make_group(slug=f"around-{number}", place=place)
    for listing in (fed, timed, office):
        client.get(listing.get_absolute_url())
        with django_assert_max_num_queries(6):
            assert client.get(listing.get_absolute_url()).status_code == 200


def test_channels_link_to_their_address(client: Client) -> None:
    listing = make_listing("therapists", slug="vale")
    Channel.objects.create(listing=listing, type="call", dial="+14085550100", display="408-555-0100")
    assert fact(page_of(client, listing), "Call").a["href"] == "tel:+14085550100"


def join_links(client: Client, group: Listing) -> list[tuple[str, str]]:
    """Return the links to join beside the meetings of the week, with the text that a screen reader reads."""
    page = BeautifulSoup(client.get(group.get_absolute_url()).content, "html.parser")
    return [(str(link["href"]), link.get_text(" ", strip=True)) for link in page.select(".week a[href]")]


def test_meetings_with_different_links_show_their_own(client: Client) -> None:
    group = make_group(modes=("online",))
    make_meeting(group, weekday=0, join_url="https://meet.example.org/monday")
    make_meeting(group, weekday=2, join_phone="+14085550100,,1#")
    make_meeting(group, weekday=3, join_url="javascript:alert(1)")
    assert sorted(join_links(client, group)) == [
        ("https://meet.example.org/monday", "Join meet.example.org/monday Mon 7:00 pm"),
        ("tel:+14085550100,,1%23", "Dial in (408) 555-0100, then 1 and # Wed 7:00 pm"),
    ]


def test_link_of_all_meetings_is_said_once_above_the_week(client: Client) -> None:
    group = make_group(modes=("online",))
    for day in (0, 2):
        make_meeting(group, weekday=day, join_url="https://meet.example.org/all")
    assert join_links(client, group) == []
    [link] = page_of(client, group).select(".join a")
    assert link.get_text(" ", strip=True) == "Join meet.example.org/all"


def test_source_line_names_feed_and_corrections(client: Client) -> None:
    source = Source.objects.create(slug="north", name="North County", format="meeting-guide")
    run = ImportRun.objects.create(source=source, address="north.json")
    ImportRun.objects.filter(pk=run.pk).update(started_at=run.started_at - datetime.timedelta(days=2))
    provenance = {"*": {"source": "North County"}, "name": {"corrected_by": "1", "when": "2026-03-01"}}
    group = make_group(source="north", provenance=provenance)
    assert "From North County, read 2 days ago; name corrected here." in page_of(client, group).text


def test_source_line_ignores_failed_run(client: Client) -> None:
    source = Source.objects.create(slug="north", name="North County", format="meeting-guide")
    ImportRun.objects.create(source=source, address="north.json", error="no answer")
    group = make_group(source="north", provenance={"*": {"source": "North County"}})
    assert "From North County." in page_of(client, group).text


@pytest.mark.parametrize(
    ("days", "words"), [(0, "today"), (1, "1 day ago"), (30, "30 days ago"), (31, "on 3 March 2026")]
)
def test_days_ago_text(days: int, words: str) -> None:
    assert days_ago_text(days, datetime.date(2026, 3, 3)) == words


def test_group_equal_days_joins_consecutive_days() -> None:
    assert group_equal_days([(0, "a"), (1, "a"), (2, "b"), (4, "b")]) == [
        (0, 1, "a"),
        (2, 2, "b"),
        (4, 4, "b"),
    ]
    listing = make_listing("therapists", zone="America/Los_Angeles")
    for day in range(5):
        OpeningInterval.objects.create(listing=listing, weekday=day, opens=NINE, closes=FIVE)
    assert opening_hours_text(listing) == "Monday to Friday, 9:00 am to 5:00 pm"


@pytest.mark.parametrize(
    ("zone", "name"), [("America/Denver", "Mountain time"), ("Europe/Madrid", "Madrid time"), ("", "")]
)
def test_hours_on_the_page_name_their_zone(client: Client, zone: str, name: str) -> None:
    listing = make_listing("therapists", zone=zone)
    OpeningInterval.objects.create(listing=listing, weekday=0, opens=NINE, closes=FIVE)
    lines = fact(page_of(client, listing), "Hours").text.split("\n")
    assert lines == ["Monday, 9:00 am to 5:00 pm", *([f"Times are in {name}."] if name else [])]


def test_page_says_not_given_for_unknown_facts(client: Client) -> None:
    assert fact(page_of(client, make_listing("therapists")), "Hours").text == "Not given"
    group_page = page_of(client, make_group(place=make_place()))
    assert fact(group_page, "Who can come").text == "Not given"
    # A group has meetings instead of hours.
    assert "Hours" not in [term.text for term in group_page.find_all("dt")]

"""The card cache: each change shows on the next request, and texts about time change on the minute."""

import datetime
import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client

from core.recurrence import Hours, Interval, Repeat, Rule, next_occurrence, occurrence_in_progress
from directory.listings import availability, card_cache
from directory.listings.availability import AskedAt
from directory.listings.cards import build_cards
from directory.models import (
    Channel,
    HoursException,
    Listing,
    OpeningInterval,
    Organization,
    Place,
    Verification,
)
from groups.models import Meeting, SupportGroup
from tests.builders import make_group, make_listing, make_meeting, make_place

pytestmark = pytest.mark.django_db

ZONES = ("America/Los_Angeles", "Asia/Kathmandu", "Australia/Lord_Howe", "Europe/London")


@pytest.fixture
def group(time_machine) -> SupportGroup:
    time_machine.move_to("2026-03-12T20:00Z", tick=False)
    organization = Organization.objects.create(name="Bay Intergroup")
    group = make_group(slug="lantern", name="Lantern Group", place=make_place(), organization=organization)
    make_meeting(group, weekday=3, start=datetime.time(18, 30))
    Channel.objects.create(listing=group, type="call", dial="+14085550101", display="408-555-0101")
    return group


def card(client: Client, address: str = "/find/") -> str:
    found = BeautifulSoup(client.get(address).content, "html.parser").select_one(
        "article[data-listing=lantern]"
    )
    return re.sub(r"\s+", " ", found.decode()) if found else ""


def sql(statement: str) -> Callable[[SupportGroup], object]:
    def run(group: SupportGroup) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


def on(group: SupportGroup, **changes: object) -> object:
    return Listing.objects.filter(pk=group.pk).update(**changes)


CHANGES = {
    "name": (lambda group: on(group, name="Candle Group"), "Candle Group"),
    "phone": (lambda group: Channel.objects.update(dial="+14085550102", display="408-555-0102"), "408-555-0102"),
    "phone added": (
        lambda group: Channel.objects.create(listing=group, type="text", dial="741741", display="741741"), "741741"
    ),
    "phone by SQL": (sql("UPDATE directory_channel SET display = '408-555-0103'"), "408-555-0103"),
    "meeting": (lambda group: Meeting.objects.update(start=datetime.time(19, 45)), "7:45"),
    "meeting added": (lambda group: make_meeting(group, weekday=3, start=datetime.time(13, 5)), "1:05"),
    "check": (
        lambda group: Verification.objects.create(
            listing=group, verified_on=datetime.date(2026, 3, 3), method="called"
        ),
        "Checked 3 March 2026 by phone",
    ),
    "place": (lambda group: Place.objects.update(name="Elm Hall"), "Elm Hall"),
    "another place": (lambda group: on(group, place=make_place(name="Birch Hall")), "Birch Hall"),
    "fellowship": (lambda group: SupportGroup.objects.update(fellowship="smart"), "SMART Recovery"),
    "cost": (lambda group: on(group, cost_note="Two dollars"), "Two dollars."),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_change_shows_on_next_request(client: Client, group: SupportGroup, what: str) -> None:
    change, words = CHANGES[what]
    assert words not in card(client)
    assert card(client) == card(client) != ""
    change(group)
    assert words in card(client)


def test_renamed_organization_shows_on_next_request(client: Client) -> None:
    organization = Organization.objects.create(name="Bay Intergroup")
    make_listing(slug="lantern", organization=organization)
    assert "Bay Intergroup" in card(client)
    Organization.objects.update(name="Coast Intergroup")
    assert "Coast Intergroup" in card(client)


def test_changed_hours_show_on_next_request(client: Client, time_machine) -> None:
    time_machine.move_to("2026-03-12T20:00Z", tick=False)
    listing = make_listing("treatment", slug="lantern", zone="America/Los_Angeles")
    Verification.objects.create(listing=listing, verified_on=datetime.date(2026, 3, 3), method="called")
    assert "Open" not in card(client)
    opens, closes = datetime.time(9), datetime.time(17)
    OpeningInterval.objects.create(listing=listing, weekday=3, opens=opens, closes=closes)
    assert "until 5:00 pm" in card(client)
    HoursException.objects.create(listing=listing, date=datetime.date(2026, 3, 12))
    assert "Closed" in card(client)


@pytest.mark.parametrize("status", ["paused", "closed", "draft", "in-review"])
def test_hidden_listing_disappears_on_next_request(client: Client, group: SupportGroup, status: str) -> None:
    assert card(client)
    on(group, status=status, status_reason="The roof is being mended.")
    assert card(client) == ""
    on(group, status="published", status_reason="")
    assert "Lantern Group" in card(client)


def test_deleted_listing_disappears_on_next_request(client: Client, group: SupportGroup) -> None:
    assert card(client)
    Listing.objects.all().delete()
    assert card(client) == ""


def test_listing_without_version_is_not_cached(group: SupportGroup) -> None:
    """A listing has no version while the index is behind; then each request reads it again."""
    at = AskedAt.now_in_zone()
    assert "Lantern" in card_cache.render_cards([group.pk], {}, at, {})[0][1]
    on(group, name="Candle Group")
    assert "Candle" in card_cache.render_cards([group.pk], {}, at, {})[0][1]


def test_countdown_and_distance_are_current(client: Client, group: SupportGroup, time_machine) -> None:
    assert "tonight" in card(client)
    time_machine.move_to("2026-03-13T01:05Z", tick=False)
    assert "in 25 min" in card(client)
    time_machine.move_to("2026-03-13T01:06:30Z", tick=False)
    assert "in 23 min" in card(client)
    time_machine.move_to("2026-03-13T01:31Z", tick=False)
    assert "Going on" in card(client)
    near, far = (card(client, f"/find/?near={point}") for point in ("37.34,-121.89", "37.40,-121.89"))
    assert re.search(r"0\.\d miles", near)
    assert re.search(r"4\.\d miles", far)
    assert "miles" not in card(client)


def test_languages_and_zones_have_separate_cards(client: Client, group: SupportGroup) -> None:
    english, spanish = card(client), card(client, "/es/find/")
    assert "Save" in english
    assert "Save" not in spanish
    assert card(client) == english
    Listing.objects.update(place=None)
    Meeting.objects.update(modes=("online",))
    assert "New York" in card(client, "/find/?near=10001")
    assert "New York" not in card(client)


def test_meetings_that_were_asked_for_have_separate_cards(group: SupportGroup) -> None:
    """The same listing is found as a meeting in person and as one online."""
    make_meeting(
        group, weekday=4, modes=("online",), name="By screen", join_url="https://meet.example.org/one"
    )
    at, versions = AskedAt.now_in_zone(), {group.pk: 1}
    online = replace(at, meeting_choices=(("mode", ("online",)),))
    for _time in range(2):
        [(_state, plain)] = card_cache.render_cards([group.pk], versions, at, {group.pk: 2.0})
        [(_state, found)] = card_cache.render_cards([group.pk], versions, online, {group.pk: 2.0})
        assert ("By screen" in plain, "miles" in plain, "Directions" in plain) == (False, True, True)
        assert ("By screen" in found, "miles" in found, "Directions" in found) == (True, False, False)
        assert 'href="https://meet.example.org/one"' in found


def test_cached_card_equals_fresh_card(group: SupportGroup) -> None:
    at, versions = AskedAt.now_in_zone(), dict.fromkeys([group.pk], 1)
    for _time in range(2):
        [(state, html)] = card_cache.render_cards([group.pk], versions, at, {group.pk: 2.0})
        [made] = build_cards([group.pk], at, {group.pk: 2.0})
        assert state == made.availability.state
        assert html == card_cache.template_cache.render_cached("directory/_card.html", {"card": made})


def test_cache_size_is_limited(monkeypatch) -> None:
    monkeypatch.setattr(card_cache, "MOST_KEPT", 3)
    pks = [make_listing().pk for _number in range(5)]
    assert len(card_cache.render_cards(pks, dict.fromkeys(pks, 1), AskedAt.now_in_zone(), {})) == 5
    assert len(card_cache._cache) == 3


def test_page_query_count_is_constant(client: Client, django_assert_max_num_queries) -> None:
    """Twenty cards take as many queries as ten, whether they are cached or not."""
    for _number in range(2):
        for _each in range(10):
            make_meeting(make_group(place=make_place()))
        client.get("/find/")
        card_cache._cache.clear()
        for _time in range(2):
            with django_assert_max_num_queries(4):
                client.get("/find/")


def test_availability_is_unchanged_before_valid_until(db) -> None:
    """Random rules and hours at random moments: nothing changes before `valid_until`, or before the
    quarter of an hour at which days can change."""
    random = Random(12)
    told = 0
    for _number in range(400):
        zone = random.choice(ZONES)
        make = random.choice([by_rules, by_hours])(random, zone)
        now = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC) + datetime.timedelta(
            seconds=random.randrange(40 * 24 * 60 * 60)
        )
        moment = make(AskedAt(now, ""))
        lasts = min(moment.valid_until, (now.timestamp() // 900 + 1) * 900) - now.timestamp()
        assert lasts > 0
        for share in (0.3, 0.7, 0.999):
            later = now + datetime.timedelta(seconds=lasts * share)
            told += moment.state in ("now", "soon", "open")
            assert make(AskedAt(later, "")) == moment, (now, later)
    assert told > 100


def clock_time(random: Random) -> datetime.time:
    return datetime.time(random.randrange(24), random.randrange(60))


def by_rules(random: Random, zone: str) -> Callable[[AskedAt], availability.Availability]:
    rules = [
        Rule(
            zone, Repeat.WEEKLY, clock_time(random), random.choice([30, 60, 75]), weekday=random.randrange(7)
        )
        for _number in range(random.choice([1, 1, 30]))
    ]

    def make(at: AskedAt) -> availability.Availability:
        going_on = [found for rule in rules if (found := occurrence_in_progress(rule, at.now))]
        coming = [found for rule in rules if (found := next_occurrence(rule, at.now))]
        return availability.occurrence_availability(
            min(going_on, key=lambda each: each.end.timestamp(), default=None),
            min(coming, key=lambda each: each.start.timestamp(), default=None),
            AskedAt(at.now, zone),
        )

    return make


def by_hours(random: Random, zone: str) -> Callable[[AskedAt], availability.Availability]:
    spans = tuple(Interval(weekday, clock_time(random), clock_time(random)) for weekday in range(7))
    return lambda at: availability.hours_availability(Hours(zone, spans), "", AskedAt(at.now, zone))


def test_card_shows_the_meeting_that_matches_the_filters(client: Client, group: SupportGroup) -> None:
    """The filters come from a choice or from words. If no meeting matches, the card shows the next one."""
    make_meeting(group, weekday=5, start=datetime.time(9, 15))
    plain = card(client)
    assert "6:30" in plain
    assert "9:15" in card(client, "/find/?day=sat")
    assert "9:15" in card(client, "/support-groups/?time=morning")
    assert "9:15" in card(client, "/find/?q=saturday")
    assert "6:30" in card(client, "/find/?q=lantern")
    assert "6:30" in card(client, "/find/?day=today")
    assert card(client) == plain
    group.name = "Saturday Night Fever Group"
    group.save()
    assert "6:30" in card(client, "/find/?q=night+fever")

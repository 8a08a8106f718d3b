"""The availability that a card shows."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from directory.kinds.registry import kinds
from directory.listings import cards
from directory.listings.availability import AskedAt
from directory.models import HoursException, OpeningInterval
from directory.search.meeting_filters import part_of_day
from groups.models import Meeting
from groups.week import week_schedule
from tests.builders import make_group, make_listing, make_meeting

LA = ZoneInfo("America/Los_Angeles")
THURSDAY = 3
NOW = datetime.datetime(2026, 3, 12, 18, 35, tzinfo=LA)

pytestmark = pytest.mark.django_db


def at(zone: str = "America/Los_Angeles") -> AskedAt:
    return AskedAt(NOW, zone)


def availability_of(asker: str = "America/Los_Angeles", **facts) -> tuple[str, str, list[str]]:
    group = make_group()
    make_meeting(group, **{"weekday": THURSDAY, **facts})
    moment = kinds["support-groups"].availability(group, at(asker))
    return moment.state, f"{moment.clock} {moment.suffix}", moment.lines


@pytest.mark.parametrize(
    ("facts", "state", "lines"),
    [
        ({"start": datetime.time(18)}, "now", ["Going on, ends 7:00 pm"]),
        ({"start": datetime.time(19)}, "soon", ["in 25 min"]),
        ({"start": datetime.time(21)}, "later", ["tonight"]),
        ({"start": datetime.time(7), "weekday": 4}, "later", ["tomorrow"]),
        ({"start": datetime.time(7), "weekday": 1}, "later", ["Tuesday"]),
        ({"start": datetime.time(18), "repeat": "monthly", "weeks": ("3",)}, "later", ["Thursday 19 March"]),
    ],
)  # fmt: skip
def test_availability_of_meeting(facts: dict, state: str, lines: list[str]) -> None:
    assert (availability_of(**facts)[0], availability_of(**facts)[2]) == (state, lines)


def test_zone_lines_name_visitors_weekday_if_it_differs() -> None:
    _state, _clock, lines = availability_of(start=datetime.time(9), weekday=5, zone="Asia/Tokyo")
    assert lines == ["tomorrow", "Tokyo time", "Friday 5:00 pm in Los Angeles"]


def test_actions_join_the_next_meeting() -> None:
    group = make_group()
    make_meeting(group, weekday=0, join_url="https://example.org/monday", join_phone="+14085550100")
    thursday = {"join_url": "https://example.org/thursday", "join_phone": "+14085550101,,42#"}
    make_meeting(group, weekday=THURSDAY, start=datetime.time(18), **thursday)
    ways = kinds["support-groups"].actions(group, at())
    assert [way.href for way in ways] == ["https://example.org/thursday", "tel:+14085550101,,42%23"]


def test_zone_lines_name_zone_and_visitors_time() -> None:
    _state, clock, lines = availability_of(start=datetime.time(22), zone="America/New_York")
    assert clock == "10:00 pm", "a meeting keeps the clock of its own zone"
    assert lines == ["in 25 min", "Eastern time", "7:00 pm in Los Angeles"]
    assert availability_of("America/New_York", start=datetime.time(19))[2][1:] == [
        "Pacific time",
        "10:00 pm in New York",
    ]


def test_meeting_past_midnight_is_in_progress_the_next_day() -> None:
    late = make_group()
    make_meeting(late, weekday=2, start=datetime.time(23), minutes=120)
    after_midnight = AskedAt(datetime.datetime(2026, 3, 12, 0, 30, tzinfo=LA), "America/Los_Angeles")
    moment = kinds["support-groups"].availability(late, after_midnight)
    assert (moment.state, moment.iso) == ("now", "2026-03-11T23:00:00-07:00")


def test_ongoing_group_shows_no_times() -> None:
    state, clock, lines = availability_of(repeat="ongoing", weekday=None, start=None)
    assert (state, clock.strip(), lines) == ("now", "On now", ["round the clock"])


def test_group_without_meetings_says_ask_for_times() -> None:
    assert kinds["support-groups"].availability(make_group(), at()).clock == "Ask for times"


def test_hours_exception_applies_to_always_open_listing() -> None:

    line = make_listing("hotlines", zone="America/Los_Angeles", always_open=True)
    assert cards.listing_availability(line, at()).clock == "Open"
    HoursException.objects.create(listing=line, date=NOW.date(), note="Holiday")
    assert cards.listing_availability(type(line).objects.get(), at()).clock == "Closed"


def test_hours_availability_open_closed_and_unknown() -> None:
    line = make_listing("hotlines", zone="America/Los_Angeles")
    assert cards.listing_availability(line, at()).clock == "By arrangement", "unknown hours are not guessed"
    OpeningInterval.objects.create(listing=line, weekday=THURSDAY, opens="09:00", closes="17:00")
    OpeningInterval.objects.create(listing=line, weekday=4, opens="09:00", closes="17:00")
    closed = cards.listing_availability(type(line).objects.get(), at())
    assert (closed.clock, closed.is_open, closed.lines) == ("Closed", False, ["opens tomorrow 9:00 am"])
    OpeningInterval.objects.create(listing=line, weekday=THURSDAY, opens="18:00", closes="01:00")
    opened = cards.listing_availability(type(line).objects.get(), at())
    assert (opened.clock, opened.is_open, opened.lines) == ("Open", True, ["until 1:00 am"])


@pytest.mark.parametrize(
    ("zone", "lines"),
    [
        ("America/Los_Angeles", ["opens tomorrow 9:00 am"]),
        ("America/New_York", ["opens tomorrow 9:00 am", "Eastern time", "6:00 am in Los Angeles"]),
        ("Asia/Tokyo", ["opens tomorrow 9:00 am", "Tokyo time", "Friday 5:00 pm in Los Angeles"]),
        ("Europe/London", ["opens tomorrow 9:00 am", "London time", "2:00 am in Los Angeles"]),
    ],
)
def test_closed_listing_names_its_zone(zone: str, lines: list[str]) -> None:
    line = make_listing("hotlines", zone=zone)
    local = NOW.astimezone(ZoneInfo(zone)).date()
    weekday = (local + datetime.timedelta(days=1)).weekday()
    OpeningInterval.objects.create(listing=line, weekday=weekday, opens="09:00", closes="09:30")
    closed = cards.listing_availability(line, at())
    assert (closed.clock, closed.lines) == ("Closed", lines)


@pytest.mark.parametrize(("closed_days", "text"), [(6, "Thursday 19 March"), (5, "Wednesday")])
def test_next_opening_shows_its_date_from_a_week_ahead(closed_days: int, text: str) -> None:
    line = make_listing("hotlines", zone="America/Los_Angeles")
    for weekday in range(7):
        OpeningInterval.objects.create(listing=line, weekday=weekday, opens="09:00", closes="17:00")
    for days in range(1, closed_days + 1):
        date = NOW.date() + datetime.timedelta(days=days)
        HoursException.objects.create(listing=line, date=date, note="Holiday")
    closed = cards.listing_availability(type(line).objects.get(), at())
    assert closed.lines == [f"opens {text} 9:00 am"]


def test_week_schedule_has_seven_days_and_each_meeting_once() -> None:
    group = make_group()
    make_meeting(group, weekday=THURSDAY, start=datetime.time(7), name="Early birds")
    make_meeting(group, weekday=THURSDAY, start=datetime.time(23, 30), minutes=60)
    make_meeting(group, weekday=2, repeat="second-week", first=datetime.date(2026, 3, 11))
    week = week_schedule(list(Meeting.objects.all()), at())
    assert [len(day.items) for day in week.days] == [2, 0, 0, 0, 0, 0, 0], "every second week is not this one"
    assert [item.clock for item in week.days[0].items] == ["7:00", "11:30"]
    assert [item.when for item in week.later] == ["next on 25 March, every second Wednesday"]
    assert week.shared == "All meetings: 60 minutes"
    assert week.days[0].today
    assert "Pacific" in week.note


@pytest.mark.parametrize(
    ("hour", "part"), [(4, "morning"), (11, "midday"), (17, "evening"), (21, "night"), (3, "night")]
)
def test_part_of_day_starts_at_its_hour(hour: int, part: str) -> None:
    assert part_of_day(hour) == part

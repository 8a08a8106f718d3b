import datetime
import uuid

import pytest
from django.urls import reverse

from directory.listings.availability import AskedAt
from network.pages import week
from network.vault import store
from network.vault.items import Appointment
from network.vault.user_data import UserData
from tests.builders import make_account, make_group, make_meeting, make_place

# A Tuesday noon in Los Angeles.
NOW = datetime.datetime(2031, 5, 6, 19, tzinfo=datetime.UTC)
AT = AskedAt(NOW, "America/Los_Angeles")


def shown(*appointments, saved=(), at=AT):
    rows = [store.StoredItem(uuid.uuid4(), 1, each) for each in appointments]
    return week.build_week(UserData(rows), list(saved), at)


def starts(made):
    return [item.start.strftime("%a %H:%M") for day in made.days for item in day.entries]


def appointment(**facts):
    usual = {"words": "Call Dev", "on": "2031-05-06", "at": "12:30", "zone": "America/Los_Angeles"}
    return Appointment(**{**usual, **facts})


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, ["Tue 12:30"]),
        ({"on": "2031-05-13"}, []),
        ({"on": "2031-05-05"}, []),
        ({"repeat": "weekly", "on": "2031-04-29"}, ["Tue 12:30"]),
        ({"repeat": "second-week", "on": "2031-04-29"}, []),
        ({"repeat": "second-week", "on": "2031-04-22"}, ["Tue 12:30"]),
        ({"repeat": "monthly", "on": "2031-04-01"}, ["Tue 12:30"]),
        ({"repeat": "monthly", "on": "2031-04-08"}, []),
        (
            {"repeat": "daily", "on": "2031-05-08"},
            ["Thu 12:30", "Fri 12:30", "Sat 12:30", "Sun 12:30", "Mon 12:30"],
        ),
        ({"repeat": "daily", "on": "2031-05-01", "until": "2031-05-07"}, ["Tue 12:30", "Wed 12:30"]),
        ({"repeat": "weekly", "on": "2031-04-29", "until": "2031-05-05"}, []),
        ({"at": "23:30", "zone": "America/New_York"}, ["Tue 20:30"]),
        ({"at": "01:30", "zone": "Asia/Tokyo", "on": "2031-05-07"}, ["Tue 09:30"]),
        ({"zone": "Nowhere/At_All"}, []),
        ({"at": ""}, []),
    ],
)
def test_appointment_occurs_on_its_days(db, facts, expected):
    assert starts(shown(appointment(**facts))) == expected


@pytest.mark.parametrize(("on", "nth"), [("2031-05-06", 1), ("2031-05-27", 4), ("2031-05-29", -1)])
def test_fifth_weekday_of_a_month_counts_as_the_last(on, nth):
    assert week.week_of_month(datetime.date.fromisoformat(on)) == nth


@pytest.mark.django_db
def test_week_merges_meetings_and_appointments():
    saved, other = make_group(name="Lantern Group"), make_group()
    make_meeting(saved, weekday=1, start=datetime.time(19))
    make_meeting(saved, weekday=2, start=datetime.time(9), active=False)
    make_meeting(saved, repeat="ongoing", start=None, weekday=None)
    make_meeting(other, weekday=1)
    made = shown(appointment(at="20:00"), appointment(at="18:00"), saved=[saved.pk])
    assert [entry.title for entry in made.days[0].entries] == ["Call Dev", "Lantern Group", "Call Dev"]
    assert starts(made) == ["Tue 18:00", "Tue 19:00", "Tue 20:00"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "detail"),
    [
        ({}, "In person, Elm Hall, 1 Invented Street, San Jose"),
        ({"modes": ("online",), "join_url": "https://meet.example.org/wed"}, "Online, meet.example.org/wed"),
        (
            {"modes": ("phone",), "join_phone": "+14085550100,,869126579#"},
            "By phone, (408) 555-0100, then the meeting id 869 126 579 and #",
        ),
        (
            {"modes": ("in-person", "online"), "join_url": "https://meet.example.org/both"},
            "In person and online, Elm Hall, 1 Invented Street, San Jose, meet.example.org/both",
        ),
        ({"modes": ("online",)}, "Online"),
    ],
)
def test_meeting_of_the_week_says_where_it_is(facts, detail):
    group = make_group(name="Lantern Group", modes=("in-person",), place=make_place(name="Elm Hall"))
    make_meeting(group, weekday=1, start=datetime.time(19), name="מפגש", **facts)
    [entry] = shown(saved=[group.pk]).days[0].entries
    assert (entry.title, entry.meeting_name, entry.meeting_lang) == ("Lantern Group", "מפגש", "he")
    assert entry.detail == detail


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "short"),
    [
        ({}, "Elm Hall"),
        ({"modes": ("in-person", "online"), "join_url": "https://meet.example.org/both"}, "Elm Hall"),
        ({"modes": ("online",), "join_url": "https://meet.example.org/wed"}, "meet.example.org/wed"),
        ({"modes": ("phone",), "join_phone": "+14085550100"}, "(408) 555-0100"),
        ({"modes": ("online",)}, ""),
    ],
)
def test_wallet_card_says_shortly_where_a_meeting_is(facts, short):
    group = make_group(modes=("in-person",), place=make_place(name="Elm Hall"))
    make_meeting(group, weekday=1, start=datetime.time(19), **facts)
    [entry] = shown(saved=[group.pk]).days[0].entries
    assert entry.short_detail == short


@pytest.mark.django_db
def test_paused_group_is_not_in_the_week():
    group = make_group(meetings=7, status="paused", status_reason="Moving")
    assert starts(shown(saved=[group.pk])) == []


def test_next_entry_is_in_progress_or_first(db):
    made = shown(appointment(at="11:30"), appointment(at="09:00", words="Over"))
    assert (made.next_entry.title, made.next_text) == ("Call Dev", "Going on now")
    made = shown(appointment(at="12:30"))
    assert made.next_text == "in 30 min"
    assert shown().next_entry is None


def test_week_uses_the_persons_time_zone(db):
    made = shown(appointment(at="20:00"), at=AskedAt(NOW, "Asia/Tokyo"))
    assert (starts(made), made.days[0].weekday, made.zone_note) == (
        ["Wed 12:00"],
        "Wed",
        "Times are in Tokyo time.",
    )


def test_week_handles_a_clock_change(db):
    """Los Angeles, 9 March 2031: 02:30 does not exist; it is 03:30 by then."""
    at = AskedAt(datetime.datetime(2031, 3, 8, 20, tzinfo=datetime.UTC), "America/Los_Angeles")
    assert starts(shown(appointment(on="2031-03-09", at="02:30"), at=at)) == ["Sun 03:30"]


@pytest.mark.django_db
def test_appointment_after_this_week_is_listed(client):
    account = make_account()
    client.force_login(account)
    store.save_item(
        account, uuid.uuid4(), appointment(on="2041-05-06", words="See the dentist"), store.UNSAVED_VERSION
    )
    assert "See the dentist" in client.get(reverse("week")).content.decode()

"""How often a meeting takes place is always said in words."""

import datetime

import pytest
from django.utils import translation

from groups.models import Meeting
from groups.rhythm import rhythm_text
from tests.builders import make_group, make_meeting

TUESDAY = 1


@pytest.mark.parametrize(
    ("fields", "english", "spanish"),
    [
        ({"repeat": "weekly"}, "", ""),
        ({"repeat": "dated", "first": datetime.date(2026, 3, 10)}, "once, on 10 March 2026",
         "una vez, el 10 de marzo de 2026"),
        ({"repeat": "monthly", "weeks": ("2",)}, "second Tuesday of the month", "segundo martes del mes"),
        ({"repeat": "monthly", "weeks": ("1",)}, "first Tuesday of the month", "primer martes del mes"),
        ({"repeat": "monthly", "weeks": ("2", "4")}, "second and fourth Tuesday of the month",
         "segundo y cuarto martes del mes"),
        ({"repeat": "monthly", "weeks": ("-1", "1", "3")}, "first, third and last Tuesday of the month",
         "primer, tercer y último martes del mes"),
        ({"repeat": "second-week"}, "every second Tuesday", "un martes de cada dos"),
        ({"repeat": "ongoing", "weekday": None}, "round the clock", "a toda hora"),
    ],
)  # fmt: skip
def test_rhythm_in_words(fields, english, spanish):
    meeting = Meeting(**{"weekday": TUESDAY, **fields})
    assert rhythm_text(meeting) == english
    with translation.override("es"):
        assert rhythm_text(meeting) == spanish


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "Tuesday 19:00 Newcomers"),
        ({"repeat": "monthly", "weeks": ("2",)}, "second Tuesday of the month 19:00 Newcomers"),
        ({"repeat": "monthly", "weeks": ("-1",), "name": ""}, "last Tuesday of the month 19:00"),
        ({"repeat": "second-week", "name": ""}, "every second Tuesday 19:00"),
        ({"repeat": "dated", "weekday": None, "first": datetime.date(2026, 3, 10)},
         "once, on 10 March 2026 19:00 Newcomers"),
        ({"repeat": "ongoing", "weekday": None, "start": None, "name": ""}, "round the clock"),
    ],
)  # fmt: skip
def test_the_admin_names_a_meeting_by_its_rhythm(fields, text):
    usual = {"weekday": TUESDAY, "start": datetime.time(19), "name": "Newcomers"}
    assert str(Meeting(**{**usual, **fields})) == text


@pytest.mark.django_db
@pytest.mark.parametrize("day", range(1, 29))
def test_page_names_the_rhythm_on_every_day_of_the_month(client, time_machine, day):
    group = make_group()
    make_meeting(group, weekday=TUESDAY, repeat="monthly", weeks=("2",))
    time_machine.move_to(datetime.datetime(2026, 9, day, 18, tzinfo=datetime.UTC))
    page = client.get(group.get_absolute_url()).content.decode()
    assert page.count("second Tuesday of the month") == 1
    assert "once a month" not in page


@pytest.mark.django_db
def test_each_meeting_names_its_zone_where_they_differ(client):
    group = make_group(modes=("online",))
    for weekday, start, zone in (
        (0, datetime.time(12), "America/New_York"),
        (0, datetime.time(19), "America/Los_Angeles"),
        (1, datetime.time(9), "Australia/Sydney"),
    ):
        make_meeting(group, weekday=weekday, start=start, zone=zone)
    page = client.get(group.get_absolute_url()).content.decode()
    week = page[page.index('class="week"') :]
    for zone in ("Eastern time", "Pacific time", "Sydney time"):
        assert zone in week
    assert "Times are in" not in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("מפגש 12 הצעדים", '<bdi lang="he">'),
        ("جلسه ۱۲ گام", '<bdi lang="fa">'),
        ("Встреча 12 шагов", '<bdi lang="ru">'),
        ("Noon Step 12", "<bdi>"),
    ],
)
def test_name_of_a_meeting_keeps_its_own_direction(client, name, expected):
    group = make_group()
    make_meeting(group, name=name)
    assert f"{expected}{name}</bdi>" in client.get(group.get_absolute_url()).content.decode()

"""Calendar files: an independent reader must find the times that `core.recurrence` gives."""

import datetime
import itertools
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client
from icalendar import Calendar

from core import recurrence
from core.recurrence import Repeat, Rule
from groups.calendars import CalendarEntry, calendar_file
from tests.builders import make_group, make_listing, make_meeting, make_place

PACIFIC = "America/Los_Angeles"
SEVEN = datetime.time(19, 0)
RULES = {
    "weekly": Rule(PACIFIC, Repeat.WEEKLY, SEVEN, 60, weekday=6),
    "every second week": Rule(PACIFIC, Repeat.SECOND_WEEK, SEVEN, 60, weekday=1, first=datetime.date(2026, 1, 15)),
    "third of the month": Rule("Europe/Berlin", Repeat.MONTHLY, SEVEN, 60, weekday=3, weeks=(3,)),
    "second and fourth of the month": Rule("Europe/Berlin", Repeat.MONTHLY, SEVEN, 60, weekday=3, weeks=(2, 4)),
    "fourth and last of the month": Rule("Europe/Berlin", Repeat.MONTHLY, SEVEN, 60, weekday=0, weeks=(4, -1)),
    "last of the month": Rule("Asia/Kolkata", Repeat.MONTHLY, SEVEN, 60, weekday=0, weeks=(-1,)),
    "past midnight": Rule(PACIFIC, Repeat.WEEKLY, datetime.time(23, 30), 90, weekday=6),
    "until": Rule(PACIFIC, Repeat.WEEKLY, SEVEN, 60, weekday=2, until=datetime.date(2026, 2, 25)),
    "dated": Rule(PACIFIC, Repeat.DATED, SEVEN, 60, first=datetime.date(2026, 7, 4)),
}  # fmt: skip


def events(content: bytes) -> list:
    return Calendar.from_ical(content).walk("VEVENT")


def events_of_rule(rule: Rule, **facts: object) -> bytes:
    return calendar_file([CalendarEntry(uid="one", rule=rule, title="Lantern, Group", **facts)], year=2026)


def expand_event(event) -> list[datetime.datetime]:
    """Return the first starts of an event, by a simple reading of its rule: day by day at the same wall clock time."""
    start, rule = event.decoded("dtstart"), event.get("rrule")
    if rule is None:
        return [start]
    fits = weekly(start, rule) if rule["FREQ"] == ["WEEKLY"] else monthly(rule)
    days = (start + datetime.timedelta(days=number) for number in range(400))
    until = rule.get("UNTIL", [datetime.datetime.max.replace(tzinfo=datetime.UTC)])[0]
    return [day for day in days if fits(day) and day <= until]


def weekly(start: datetime.datetime, rule):
    every = 7 * int(rule.get("INTERVAL", [1])[0])
    return lambda day: (day.date() - start.date()).days % every == 0


def monthly(rule):
    texts = [str(text) for text in rule["BYDAY"]]
    weeks = [int(text[:-2]) for text in texts]
    weekday = ("MO", "TU", "WE", "TH", "FR", "SA", "SU").index(texts[0][-2:])

    def fits(day: datetime.datetime) -> bool:
        week = datetime.timedelta(days=7)
        is_last = (day + week).month != day.month
        return day.weekday() == weekday and ((day.day - 1) // 7 + 1 in weeks or (is_last and -1 in weeks))

    return fits


@pytest.mark.parametrize("name", RULES)
def test_calendar_file_matches_rule(name: str) -> None:
    rule = RULES[name]
    begins = datetime.datetime(2026, 1, 1, tzinfo=ZoneInfo(rule.zone))
    expected = [each.start for each in itertools.islice(recurrence.occurrences_after(rule, begins), 10)]
    (event,) = events(events_of_rule(rule))
    assert [each.isoformat() for each in expand_event(event)[:10]] == [each.isoformat() for each in expected]
    assert event.decoded("duration") == datetime.timedelta(minutes=rule.minutes)


def test_calendar_file_contains_zone() -> None:
    content = events_of_rule(RULES["weekly"])
    assert b"DTSTART;TZID=America/Los_Angeles:" in content
    (zone,) = Calendar.from_ical(content).walk("VTIMEZONE")
    assert zone["TZID"] == PACIFIC
    assert {str(each["TZOFFSETTO"].to_ical()) for each in zone.subcomponents} == {"-0800", "-0700"}


def test_calendar_file_skips_ongoing_and_past_entries() -> None:
    assert events(events_of_rule(Rule(PACIFIC, Repeat.ONGOING, datetime.time(0), 60))) == []
    over = Rule(PACIFIC, Repeat.WEEKLY, SEVEN, 60, weekday=1, until=datetime.date(2020, 1, 1))
    assert events(events_of_rule(over)) == []


def test_calendar_file_has_skipped_days() -> None:
    (event,) = events(events_of_rule(RULES["weekly"], skipped=(datetime.date(2026, 12, 27),)))
    assert event.decoded("exdate").dts[0].dt.date() == datetime.date(2026, 12, 27)


@pytest.fixture
def lantern():
    place = make_place(name="Lantern House", street="88 Lantern Row", city="San Jose")
    group = make_group(slug="lantern", name="Lantern Group", place=place)
    make_meeting(group, join_url="https://example.org/join")
    make_meeting(group, weekday=4, active=False)
    return group


@pytest.mark.django_db
def test_calendar_has_meetings_of_group(client: Client, lantern) -> None:
    answer = client.get("/listing/lantern.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = events(answer.content)
    assert (event["summary"], event["location"]) == (
        "Lantern Group",
        "Lantern House, 88 Lantern Row, San Jose",
    )
    assert event["url"] == f"{settings.SITE_ORIGIN}/listing/lantern/"
    page = client.get("/listing/lantern/").content.decode()
    assert 'href="/listing/lantern.ics"' in page
    assert 'href="/listing/lantern.ics?title=plain"' in page


@pytest.mark.django_db
def test_plain_calendar_does_not_name_group(client: Client, lantern) -> None:
    answer = client.get("/listing/lantern.ics?title=plain")
    assert b"antern G" not in answer.content
    assert b"House" not in answer.content
    assert "lantern" not in answer.headers["Content-Disposition"]
    (event,) = events(answer.content)
    assert (event["summary"], event["location"]) == ("Appointment", "88 Lantern Row, San Jose")


@pytest.mark.django_db
def test_calendar_answers_304_for_known_etag(client: Client, lantern) -> None:
    first = client.get("/listing/lantern.ics")
    tag = first.headers["ETag"]
    assert client.get("/listing/lantern.ics", headers={"If-None-Match": tag}).status_code == 304
    weak = {"If-None-Match": f'"another", W/{tag}'}
    assert client.get("/listing/lantern.ics", headers=weak).status_code == 304
    lantern.meetings.update(start=datetime.time(6, 30))
    changed = client.get("/listing/lantern.ics", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


@pytest.mark.django_db
def test_calendar_is_404_for_hidden_group_and_other_kinds(client: Client, lantern) -> None:
    lantern.status = "draft"
    lantern.save()
    make_listing("therapists", slug="vale")
    assert client.get("/listing/lantern.ics").status_code == 404
    assert client.get("/listing/vale.ics").status_code == 404

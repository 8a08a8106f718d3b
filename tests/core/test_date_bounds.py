"""Dates that people, feeds and copies give lie between 1900 and 2200, and no date breaks a calendar file.

Row of the safety matrix: I2.
"""

import datetime

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.urls import reverse
from icalendar import Calendar

from core.fields import validate_day
from core.recurrence import Repeat, Rule
from directory.models import HoursException, OpeningInterval, Verification
from feeds.formats.helplines import parser
from groups.calendars import CalendarEntry, calendar_file
from groups.models import Meeting
from network.pages.item_forms import AppointmentForm, GoalForm
from tests.builders import make_account, make_curator, make_group, make_listing, make_meeting
from tests.directory.admin.test_admin import change
from tests.network.steps import fill_in_and_save

OURS = {"curation", "directory", "feeds", "groups", "network", "recovery_site"}
TOO_FAR = ["9999-12-31", "2201-01-01", "1899-12-31", "0001-01-01"]
IN_REACH = ["1900-01-01", "2026-02-28", "2200-12-31"]


def day_fields():
    return [
        field
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for field in model._meta.local_fields
        if type(field) is models.DateField
    ]


def test_every_date_field_has_bounds():
    fields = day_fields()
    assert len(fields) > 12
    assert [str(field) for field in fields if validate_day not in field.validators] == []


@pytest.mark.parametrize("field", day_fields(), ids=str)
@pytest.mark.parametrize("text", TOO_FAR)
def test_model_rejects_date_out_of_bounds(field, text):
    with pytest.raises(ValidationError):
        field.clean(text, None)


@pytest.mark.parametrize("field", day_fields(), ids=str)
def test_model_accepts_date_within_bounds(field):
    for text in IN_REACH:
        assert field.clean(text, None) == datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("form", "name"), [(AppointmentForm, "on"), (AppointmentForm, "until"), (GoalForm, "on")]
)
def test_date_fields_of_personal_forms_have_bounds(form, name):
    field = form.base_fields[name]
    assert (field.widget.attrs["min"], field.widget.attrs["max"]) == ("1900-01-01", "2200-12-31")
    for text in TOO_FAR:
        with pytest.raises(ValidationError, match="between 1900 and 2200"):
            field.clean(text)
    assert [field.clean(text) for text in IN_REACH] == IN_REACH


@pytest.mark.django_db
@pytest.mark.parametrize("day", TOO_FAR)
def test_appointment_out_of_bounds_is_rejected_and_input_kept(client, day):
    client.force_login(make_account())
    given = {"words": "Call Dev", "at": "09:00", "minutes": "30", "repeat": "weekly", "on": "2026-12-01"}
    for name in ("on", "until"):
        answer = fill_in_and_save(client, reverse("new_appointment"), **(given | {name: day}))
        assert (answer.status_code < 500, "Call Dev" in answer.content.decode()) == (True, True)
        assert "between 1900 and 2200" in answer.content.decode()
    assert client.get(reverse("week_calendar")).status_code == 200


@pytest.mark.django_db
def test_admin_rejects_dates_out_of_bounds(client):
    make_curator(client)
    group, therapist = make_group(meetings=1), make_listing()
    line = make_listing("hotlines")
    for row, name in (
        (group, "meetings-0-first"), (group, "meetings-0-until"), (therapist, "accepting_on"),
        (line, "exceptions-0-date"),
    ):  # fmt: skip
        for day in TOO_FAR:
            answer = change(client, row, **{name: day})
            assert "between 1900 and 2200" in answer.content.decode(), (name, day)
    assert not HoursException.objects.exists()


@pytest.mark.django_db
def test_csv_file_with_date_out_of_bounds_is_rejected(client):
    make_curator(client)
    make_listing(slug="one")
    file = SimpleUploadedFile("a.csv", b"slug,accepting_on\none,9999-12-31\n")
    look = client.post("/admin/directory/therapist/upload/", {"file": file})
    [problem] = look.context["preview"].problems
    assert (problem.column, "between 1900 and 2200" in problem.reason) == ("accepting_on", True)


@pytest.mark.parametrize("day", TOO_FAR)
def test_hotline_feed_omits_date_out_of_bounds(day):
    problems = parser._Problems(1, "a")
    assert parser._parse_copied({"copied": day, "copied_is": "read"}, problems) is None
    assert parser._parse_copied({"copied": "2026-11-20", "copied_is": "read"}, problems) is not None


# ---- Calendar files ----


EXTREMES = [None, datetime.date.min, datetime.date(1899, 12, 31), datetime.date(1970, 1, 1), datetime.date(2026, 3, 2),
            datetime.date(2200, 12, 31), datetime.date(2201, 1, 1), datetime.date.max]  # fmt: skip
ZONES = ("America/Los_Angeles", "Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kathmandu", "UTC")


def rules():
    for zone in ZONES:
        for repeat in Repeat:
            for first in EXTREMES:
                for until in EXTREMES:
                    try:
                        yield Rule(
                            zone,
                            repeat,
                            datetime.time(23, 59),
                            1440,
                            weekday=0,
                            weeks=(-1,),
                            first=first,
                            until=until,
                        )
                    except ValueError:
                        continue


def test_calendar_file_with_any_dates_is_valid(figure):
    written = 0
    for number, rule in enumerate(rules()):
        content = calendar_file([CalendarEntry(uid=str(number), rule=rule, title="x")], year=2026)
        for event in Calendar.from_ical(content).walk("VEVENT"):
            written += 1
            assert 1900 <= event["DTSTART"].dt.year <= 2201
            assert all(until.year <= 2201 for until in event.get("RRULE", {}).get("UNTIL", ()))
    figure("I2", f"{number + 1} rules at the ends of the calendar, {written} events", must="0 broken files")


@pytest.mark.django_db
@pytest.mark.parametrize("repeat", ["weekly", "second-week", "monthly", "dated"])
@pytest.mark.parametrize("day", [datetime.date.max, datetime.date.min])
def test_pages_render_with_dates_stored_before_the_bounds(client, repeat, day):
    """A second meeting keeps its place in the file."""
    group = make_group()
    make_meeting(group)
    meeting = make_meeting(group, weekday=2, weeks=("1",), repeat=repeat, first=datetime.date(2026, 1, 1))
    for name in ("first", "until"):
        Meeting.objects.filter(pk=meeting.pk).update(**{name: day})
        answer = client.get(f"/listing/{group.slug}.ics")
        assert answer.status_code == 200
        assert b"BYDAY=MO" in answer.content
        assert client.get(group.get_absolute_url()).status_code == 200
        assert client.get("/support-groups/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("day", [datetime.date.max, datetime.date.min])
def test_search_works_with_any_stored_date(client, day):
    """Each date of a listing, as it may have come in before such dates were refused."""
    therapist, house, line = (
        make_listing(name="Ann"),
        make_listing("recovery-housing"),
        make_listing("hotlines"),
    )
    type(therapist).objects.update(accepting="yes", accepting_on=day)
    type(house).objects.update(beds=2, beds_on=day)
    HoursException.objects.create(listing=line, date=day)
    OpeningInterval.objects.create(listing=line, weekday=0, opens="09:00", closes="17:00")
    type(line).objects.update(zone="UTC")
    for listing in (therapist, house, line):
        Verification.objects.create(listing_id=listing.pk, verified_on=day, due_on=day, method="called")
        Verification.objects.create(listing_id=listing.pk, verified_on=day, method="called", fields=["hours"])
        assert client.get(listing.get_absolute_url()).status_code == 200
    for address in (
        "/",
        "/find/?q=ann",
        "/therapists/?accepting=1",
        "/recovery-housing/?beds=1",
        "/hotlines/",
        "/now/",
    ):
        assert client.get(address).status_code == 200, address
    make_curator(client)
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/directory/therapist/").status_code == 200

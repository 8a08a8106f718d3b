import uuid

import icalendar
import pytest
from django.urls import reverse

from network.vault import store
from network.vault.items import Appointment
from tests.builders import make_account, make_group, make_meeting, make_place
from tests.network.steps import post_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    account = make_account()
    client.force_login(account)
    group = make_group(name="Lantern Group", place=make_place(name="Harbor House"))
    make_meeting(group)
    post_form(client, "save", listing=group.slug)
    for repeat in ("once", "daily"):
        thing = Appointment(
            "Call Dev", "Dev", "By the river", "2041-05-06", "12:30", 30, "Europe/Madrid", repeat
        )
        store.save_item(account, uuid.uuid4(), thing, store.UNSAVED_VERSION)
    return client


def events(client, query=""):
    answer = client.get(reverse("week_calendar") + query)
    assert answer["Content-Type"].startswith("text/calendar")
    assert answer["Content-Disposition"] == 'attachment; filename="dates.ics"'
    assert answer["Cache-Control"] == "no-store"
    return answer.content.decode(), icalendar.Calendar.from_ical(answer.content).walk("VEVENT")


def test_calendar_is_plain_by_default(member):
    text, found = events(member)
    assert {str(each["SUMMARY"]) for each in found} == {"Appointment"}
    for word in ("Lantern", "Dev", "river", "Harbor", "listing", "Steady Group"):
        assert word not in text


def test_calendar_with_names_has_meetings_and_appointments(member):
    _text, found = events(member, "?title=full")
    assert sorted({str(each["SUMMARY"]) for each in found}) == ["Call Dev", "Lantern Group"]
    assert len(found) == 1 + 1 + 7
    once = next(each for each in found if str(each["SUMMARY"]) == "Call Dev" and "RRULE" not in each)
    assert once["DTSTART"].dt.isoformat() == "2041-05-06T12:30:00+02:00"


def test_calendar_entries_have_unique_ids(member):
    _text, found = events(member)
    assert len({str(each["UID"]) for each in found}) == len(found)


def test_calendar_requires_signing_in(client):
    assert client.get(reverse("week_calendar")).status_code == 302

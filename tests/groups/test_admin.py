"""Meetings in the admin: each with its own facts, in the zone of the group's place."""

import datetime

import pytest
from bs4 import BeautifulSoup

from directory.models import Place
from groups.models import Meeting, SupportGroup
from tests.builders import make_curator, make_group, make_meeting, make_place
from tests.directory.admin.test_admin import add, address, change, messages_of
from tests.directory.admin.test_derived_facts import BROOKLYN, formset_errors

pytestmark = [pytest.mark.django_db, pytest.mark.one_database("pages and forms of the admin")]
NOON = {"meetings-0-weekday": "0", "meetings-0-start": "12:00"}


@pytest.fixture
def curator(client):
    return make_curator(client)


@pytest.fixture
def brooklyn():
    return make_place(**BROOKLYN, latitude=40.69, longitude=-73.99, zone="America/New_York")


def rows(*meetings):
    """Return the fields of these meetings, which are given as dictionaries of typed values."""
    fields = {
        f"meetings-{number}-{name}": value
        for number, row in enumerate(meetings)
        for name, value in row.items()
    }
    repeats = {f"meetings-{number}-repeat": "weekly" for number in range(len(meetings))}
    active = {f"meetings-{number}-active": "on" for number in range(len(meetings))}
    return {**repeats, **active, **fields, "meetings-TOTAL_FORMS": str(len(meetings))}


def test_group_in_brooklyn_meets_at_its_own_noon(client, curator, brooklyn):
    answer = add(client, SupportGroup, name="Noon", place=str(brooklyn.pk), **NOON)
    meeting = Meeting.objects.get()
    assert (meeting.zone, meeting.zone_derived, meeting.group.zone) == (
        "America/New_York",
        True,
        "America/New_York",
    )
    assert any("America/New_York" in text for text in messages_of(client.get(answer["Location"])))


def test_zone_of_a_new_meeting_is_proposed_from_the_place(client, curator, brooklyn):
    group = make_group(meetings=1, place=brooklyn, zone="America/New_York")
    page = BeautifulSoup(client.get(address(SupportGroup, "change", group.pk)).content, "html.parser")
    assert page.select_one("#id_meetings-1-zone")["value"] == "America/New_York"
    assert page.select_one("#id_meetings-0-zone")["value"] == "America/Los_Angeles"


def test_proposed_zone_follows_a_place_chosen_in_the_same_form(client, curator, brooklyn):
    group = make_group(place=make_place(), zone="America/Los_Angeles")
    change(client, group, place=str(brooklyn.pk), **NOON)
    assert Meeting.objects.get().zone == "America/New_York"


def test_chosen_zone_stays(client, curator, brooklyn):
    add(
        client,
        SupportGroup,
        name="Noon",
        place=str(brooklyn.pk),
        **NOON,
        **{"meetings-0-zone": "Europe/London"},
    )
    meeting = Meeting.objects.get()
    assert (meeting.zone, meeting.zone_derived) == ("Europe/London", False)


def test_derived_zones_follow_a_new_place_and_chosen_ones_stay(client, curator, brooklyn):
    group = make_group(place=make_place(), zone="America/Los_Angeles")
    derived = make_meeting(group, zone_derived=True)
    chosen = make_meeting(group, zone="America/Denver", weekday=1)
    change(client, group, place=str(brooklyn.pk))
    derived.refresh_from_db()
    chosen.refresh_from_db()
    assert (derived.zone, chosen.zone) == ("America/New_York", "America/Denver")


def test_emptied_zone_is_derived_again(client, curator, brooklyn):
    group = make_group(meetings=1, place=brooklyn, zone="America/New_York")
    change(client, group, **{"meetings-0-zone": ""})
    meeting = Meeting.objects.get()
    assert (meeting.zone, meeting.zone_derived) == ("America/New_York", True)


def test_meeting_without_any_zone_is_refused_and_kept(client, curator):
    facts = {**NOON, "meetings-0-note": "Ring twice."}
    answer = add(client, SupportGroup, name="Noon", country="CA", **facts)
    assert any("Give the time zone" in text for text in formset_errors(answer, "meetings"))
    page = BeautifulSoup(answer.content, "html.parser")
    assert page.select_one("#id_meetings-0-note")["value"] == "Ring twice."
    assert page.select_one("#id_meetings-0-start")["value"] == "12:00"
    assert not SupportGroup.objects.exists()


def test_facts_of_a_meeting_are_entered_beside_its_time(client, curator):
    facts = {
        "weekday": "2",
        "start": "19:00",
        "modes": ["online"],
        "formats": ["open", "discussion"],
        "languages": ["es"],
        "audiences": ["women"],
        "access": ["step-free"],
        "attendance_slips": "yes",
        "note": "The room opens at 6:45.",
    }
    assert add(client, SupportGroup, name="Dawn", **rows(facts)).status_code == 302
    meeting = Meeting.objects.get()
    assert (meeting.modes, meeting.formats, meeting.languages) == (
        ("online",),
        ("discussion", "open"),
        ("es",),
    )
    assert (meeting.audiences, meeting.access) == (("women",), ("step-free",))
    assert (meeting.attendance_slips, meeting.note) == ("yes", "The room opens at 6:45.")
    page = BeautifulSoup(client.get(address(SupportGroup, "change", meeting.group_id)).content, "html.parser")
    lines = [line.get_text() for line in page.select("#meetings-0 details.chosen summary")]
    assert lines[0] == "How one takes part: Online"
    assert lines[3] == "Especially for: Women"
    assert [line.get_text() for line in page.select("#meetings-1 details.chosen summary")][:2] == [
        "How one takes part: as the group’s",
        "Format: none given",
    ]


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [
        ("(605) 555-0123 ext 12", "+16055550123,,12"),
        ("1-646-555-0123 ID: 869 126 579", "+16465550123,,869126579#"),
        ("605-555-0123 access code 555444#", "+16055550123,,555444#"),
        ("+16055550123,,869126579#", "+16055550123,,869126579#"),
    ],
)
def test_dial_in_text_becomes_dialable(client, curator, typed, dialled):
    add(client, SupportGroup, name="Dawn", **rows({"weekday": "0", "start": "07:00", "join_phone": typed}))
    assert Meeting.objects.get().join_phone == dialled


@pytest.mark.parametrize("typed", ["555-0123", "see website", "Call Tom 605-555-0123"])
def test_dial_in_text_without_a_number_is_refused_and_kept(client, curator, typed):
    answer = add(
        client, SupportGroup, name="Dawn", **rows({"weekday": "0", "start": "07:00", "join_phone": typed})
    )
    assert any("No telephone can dial this" in text for text in formset_errors(answer, "meetings"))
    assert typed in answer.content.decode()


@pytest.mark.parametrize(("start", "minutes"), [("00:00", "1440"), ("23:00", "1439")])
def test_24_hours_on_all_days_asks_for_round_the_clock(client, curator, start, minutes):
    days = [{"weekday": str(day), "start": start, "minutes": minutes} for day in range(7)]
    answer = add(client, SupportGroup, name="Marathon", **rows(*days))
    assert any("Round the clock" in text for text in formset_errors(answer, "meetings"))
    assert add(client, SupportGroup, name="Marathon", **rows(*days[:6])).status_code == 302
    assert Meeting.objects.filter(start=datetime.time.fromisoformat(start)).count() == 6


def test_untouched_new_row_is_no_meeting(client, curator, brooklyn):
    group = make_group(meetings=1, place=brooklyn, zone="America/New_York")
    assert change(client, group, name="Again").status_code == 302
    assert Meeting.objects.count() == 1


def test_group_entered_by_hand_is_found_near_its_zip_at_its_own_time(client, curator):
    add(client, Place, **BROOKLYN)
    facts = {
        "name": "Noon",
        "status": "published",
        "modes": ["in-person"],
        "place": str(Place.objects.get().pk),
    }
    add(client, SupportGroup, **facts, **NOON)
    page = client.get("/find/", {"near": "11201", "kind": "support-groups"}).content.decode()
    assert "Noon" in page
    assert "Times are in Eastern" in client.get("/listing/noon/").content.decode()

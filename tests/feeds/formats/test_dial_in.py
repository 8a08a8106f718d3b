"""Dial-in texts as feeds write them: the number and the meeting's id, without passwords. All numbers are invented."""

import pytest

from feeds.formats.dial_in import dial_string
from tests.feeds.rows import one, read

TEXTS = [
    ("1-646-555-0123 ID: 869 126 579 Password: 1", "+16465550123,,869126579#"),
    ("(605) 555-0123 x77", "+16055550123,,77"),
    ("605.555.0123; PIN 1", "+16055550123"),
    ("tel:+1 605 555 0123", "+16055550123"),
    ("*67 605 555 0123", "+16055550123"),
    ("(605) 555-0123 access 555444#", "+16055550123,,555444#"),
    ("605-555-0123 access code 555444#", "+16055550123,,555444#"),
    ("605-555-0123 Access Code: 555444", "+16055550123,,555444#"),
    ("605-555-0123, access code is 555444, PIN 12", "+16055550123,,555444#"),
    ("(605) 555-0123 or (605) 555-0199", "+16055550123"),
    ("605-555-0123 / 605-555-0199 ID 555 444", "+16055550123,,555444#"),
    ("605-555-0123\nMeeting ID: 869 1265 7901\nPasscode: gull", "+16055550123,,86912657901#"),
    ("Meeting ID 869 1265 7901, dial 605-555-0123", "+16055550123,,86912657901#"),
    ("+1 605 555 0123,,869126579#,,,,*123456#", "+16055550123,,869126579#"),
    ("+16055550123,,869126579#,,#,,085392#", "+16055550123,,869126579#"),
    ("+16055550123,,869126579,,085392", "+16055550123,,869126579"),
    ("+16055550123,,869126579#,,#,,Q2xlYW4rR3VsbA09#", "+16055550123,,869126579#"),
    ("+16055550123,,", "+16055550123"),
    ("605-555-0123 ext. 12", "+16055550123,,12"),
    ("605-555-0123 extension 12", "+16055550123,,12"),
    ("605-555-0123 x123456#", "+16055550123,,123456#"),
    ("605-555-0123 555444#", "+16055550123,,555444#"),
    ("Dial in: 605-555-0123 Code 555444#", "+16055550123,,555444#"),
    ("Call (605) 555-0123, then enter code 555444 #", "+16055550123,,555444#"),
    ("+1 605 555 0123 US (New York)", "+16055550123"),
    ("605-555-0123 (toll free) Conference ID: 555444", "+16055550123,,555444#"),
    ("605-555-0123 participant code 555444#", "+16055550123,,555444#"),
    ("605-555-0123 ID: 555444 Participant ID: 9", "+16055550123,,555444#"),
    ("605-555-0123 Host PIN: 9876", "+16055550123"),
    ("605-555-0123 pw IN-HARMONY", "+16055550123"),
    ("605-555-0123 clave 5544", "+16055550123"),
    ("Teléfono 605-555-0123 código de acceso 555444", "+16055550123,,555444#"),
    ("tel:*67-605-555-0123", "+16055550123"),
    ("*82 (605) 555-0123", "+16055550123"),
    ("0044 20 7946 0958", "+442079460958"),
    ("+44 20 7946 0958 ID 555 444", "+442079460958,,555444#"),
]
# No number, only a part of one, or a number that may be a person's.
NO_DIAL_IN = [
    "", "none", "see website", "555-0123", "ID: 869 126 579", "PIN 1", "Call Tom 605-555-0123 code tide",
    "Ana 605-555-0123", "605-555-0123 ask for Tom", "605-555-0123, gull@example.org", "+11", "1" * 40,
    "*67", "tel:", None, ["605-555-0123"], 12,
]  # fmt: skip


@pytest.mark.parametrize(("text", "dialled"), TEXTS)
def test_number_and_meeting_id_are_read(text: str, dialled: str) -> None:
    assert dial_string(text, "US") == dialled


@pytest.mark.parametrize("text", NO_DIAL_IN)
def test_what_is_no_dial_in_number_gives_nothing(text: object) -> None:
    assert dial_string(text, "US") == ""


@pytest.mark.parametrize(
    ("region", "text", "dialled"),
    [
        ("GB", "020 7946 0958, ID 555444", "+442079460958,,555444#"),
        ("IE", "01 555 0123", "+35315550123"),
        ("AU", "(02) 5550 0123", "+61255500123"),
        ("", "605-555-0123", "6055550123"),
        ("", "1-605-555-0123", "+16055550123"),
        ("", "020 7946 0958", "02079460958"),
    ],
)
def test_number_gets_the_country_code_of_the_address(region: str, text: str, dialled: str) -> None:
    assert dial_string(text, region) == dialled


@pytest.mark.parametrize(
    ("address", "dialled"),
    [
        ("12 Quay St, Port Willow, OR 97000, USA", "+16055550123"),
        ("12 Quay St, Port Willow, OR 97000", "+16055550123"),
        ("", "6055550123"),
    ],
)
def test_row_without_a_country_keeps_the_number_as_it_is_written(address: str, dialled: str) -> None:
    assert one(formatted_address=address, conference_phone="(605) 555-0123").join_phone == dialled


@pytest.mark.parametrize(
    ("text", "fields"), [("Call Tom 605-555-0123", ["conference_phone"]), ("N/A", []), ("605-555-0123", [])]
)
def test_text_that_cannot_be_read_is_named_in_the_report(text: str, fields: list[str]) -> None:
    parsed = read({"name": "Dawn", "day": 1, "time": "07:00", "slug": "dawn", "conference_phone": text})
    assert [problem.field for problem in parsed.problems if not problem.rejected] == fields
    assert "Tom" not in repr(parsed)


def test_notes_about_link_and_number_are_read_once_and_without_secrets() -> None:
    meeting = one(
        notes="Use the glass door. The room opens at 6:45.",
        conference_url_notes="The room opens at 6:45.\nPassword: gull",
        conference_phone_notes="Press *6 to speak. PIN 9",
    )
    assert meeting.notes == "Use the glass door. The room opens at 6:45.\nPress *6 to speak."
    assert one(conference_url_notes="The room opens at 6:45.").notes == "The room opens at 6:45."


@pytest.mark.parametrize(
    ("notes", "modes"),
    [
        ("Phone Only- no face to face", ("phone",)),
        ("Beginners welcome. Phone meeting only.", ("phone",)),
        ("By telephone only", ("phone",)),
        ("Chips / Phone only", ("phone",)),
        ("Solo por teléfono", ("phone",)),
        ("Questions by phone only", ("in-person",)),
        ("No phones, in person only", ("in-person",)),
        ("Use the phone only in the hall", ("in-person",)),
    ],
)
def test_note_says_that_people_meet_by_phone_alone(notes: str, modes: tuple[str, ...]) -> None:
    meeting = one(notes=notes)
    assert (meeting.modes, meeting.notes) == (modes, notes)


def test_stated_attendance_comes_before_the_note() -> None:
    assert one(notes="Phone only", attendance_option="in_person").modes == ("in-person",)
    assert one(notes="Phone only", conference_url="https://zoom.us/j/123456789").modes == (
        "in-person",
        "online",
    )

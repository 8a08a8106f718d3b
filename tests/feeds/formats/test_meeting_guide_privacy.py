"""What must not come out of the Meeting Guide parser: names, phones, e-mails, passwords, handles."""

import pytest

from tests.feeds.rows import LEAK, PRIVATE, SECRETS, TEXT_FIELDS, a_row, one, one_group, place, read

# Joining from afar


@pytest.mark.parametrize(
    ("url", "cleaned"),
    [
        ("https://zoom.us/j/123456789?pwd=Q2xlYW4", "https://zoom.us/j/123456789"),
        ("https://us02web.zoom.us/j/123456789?pwd=abc&Tide1", "https://us02web.zoom.us/j/123456789"),
        ("https://zoom.us/j/123456789&pwd=abc", "https://zoom.us/j/123456789"),
        ("https://zoom.us/j/123456789%3Fpwd=abc", "https://zoom.us/j/123456789"),
        ("https://zoom.us/j/123456789#success", "https://zoom.us/j/123456789"),
        ("https://zoom.us/j/123456789&amp;sa=D&amp;usg=AFQ", "https://zoom.us/j/123456789"),
        ("https://zoom.us/j/123456789%20", "https://zoom.us/j/123456789"),
        ("zoom.us/j/123456789", "https://zoom.us/j/123456789"),
        ("https://zoom.us/j/123456789 Password: tide", "https://zoom.us/j/123456789"),
        ("https://teams.live.com/meet/987?p=tide", "https://teams.live.com/meet/987"),
        ("https://meet.example.org/room?id=7&password=tide", "https://meet.example.org/room?id=7"),
        ("https://meet.example.org/room?email=a%40b.org", "https://meet.example.org/room"),
        ("http://meet.example.org/dawn", "http://meet.example.org/dawn"),
        ("javascript:alert(1)", ""),
        ("ftp://example.org/x", ""),
        ("mailto:tide@example.org", ""),
        ("https://user:tide@example.org/", ""),
        ("http://127.0.0.1/x", ""),
        ("http://[::1", ""),
        ("https://localhost/x", ""),
        ("https://example.org:99999/", ""),
        ("https://venmo.com/tide", ""),
        ("https://wa.me/15035550100", ""),
        ("https://spiritualprogress", ""),
        ("see website", ""),
        (123456789, ""),
        (["https://zoom.us/j/1"], ""),
    ],
)
def test_conference_url_is_public_and_without_password(url, cleaned):
    assert one(conference_url=url).join_url == cleaned


@pytest.mark.parametrize(
    ("phone", "dialled"),
    [
        ("+15035550100,,530851127#,,#,,085392#", "+15035550100,,530851127#"),
        ("+15035550100,,530851127#,,,,,#074962#", "+15035550100,,530851127#"),
        ("+15035550100,,530851127#,,,,*123456#", "+15035550100,,530851127#"),
        ("+15035550100,,530851127,,085392", "+15035550100,,530851127"),
        ("+15035550100,,", "+15035550100"),
        ("(503) 555-0100", "+15035550100"),
        ("503-555-0100 x123456#", "+15035550100,,123456#"),
        ("Call Tom 503-555-0100 code tide", ""),
        ("+11", ""),
        ("1" * 40, ""),
        (None, ""),
    ],
)
def test_conference_phone_ends_with_the_meeting_id(phone, dialled):
    assert one(conference_phone=phone).join_phone == dialled


def test_video_address_in_the_notes_is_used_where_no_other_is_given():
    meeting = one(
        conference_url=None, notes="Zoom: https://zoom.us/j/123456789?pwd=tide\r\nUse the side door."
    )
    assert meeting.join_url == "https://zoom.us/j/123456789"
    assert meeting.notes == "Zoom: https://zoom.us/j/123456789\nUse the side door."
    assert one(notes="More at https://example.org/about").join_url == ""


# Text and privacy


@pytest.mark.parametrize(
    ("notes", "shown"),
    [
        ("Use the side door.\r\rMasks welcome.\r\n", "Use the side door.\nMasks welcome."),
        ("Hall open <br>daily&nbsp;&amp; Sunday\t\t  ", "Hall open\ndaily & Sunday"),
        (" \t\r\n ", ""),
        ("<script>tide()</script>Side \x00door", "Side door"),
        ("Business meeting: 2nd Sunday @ 5 pm.", "Business meeting: 2nd Sunday @ 5 pm."),
        ("No password needed. All welcome.", "No password needed. All welcome."),
        ("Big Book Text Study, 10804 119 Street", "Big Book Text Study, 10804 119 Street"),
        ("Began 2021-06-21. Chips.", "Began 2021-06-21. Chips."),
        ("Side door. Contact Tom S. 503-555-0100. Chips.", "Side door. Chips."),
        ("Side door. Call Tom at 555-0100 for the code. Chips.", "Side door. Chips."),
        ("Side door. Ask for Tom. Chips.", "Side door. Chips."),
        ("Side door. Text (503) 555 0100! Chips.", "Side door. Chips."),
        ("Tom Sailor\n503.555.0100\nSide door", "Side door"),
        ("Secretary: Tom\nSide door", "Side door"),
        ("Write to tom.sailor@example.org. Chips.", "Chips."),
        ("Write to tom (at) example (dot) org. Chips.", "Chips."),
        ("Write to tom at example dot org. Chips.", "Chips."),
        ("Meeting ID: 876 2552 2653\nPasscode: tide\nChips.", "Chips."),
        ("Zoom password is Tide7. Chips.", "Chips."),
        ("pwd tide. Chips.", "Chips."),
        ("PW: Tide7\nChips.", "Chips."),
        ("Passcode:\nTide\nChips.", "Chips."),
        ("Contraseña: marea. Chips.", "Chips."),
        ("Dial 503-555-0100 with code 4321. Chips.", "Chips."),
        ("+44 20 7946 0958 for help. Chips.", "Chips."),
        ("Give by Venmo @port-willow. Chips.", "Chips."),
        ("Join https://zoom.us/j/123456789?pwd=tide now", "Join https://zoom.us/j/123456789 now"),
        ("Chat https://wa.me/15035550100 now", "Chat now"),
    ],
)
def test_notes_are_plain_and_without_people(notes, shown):
    assert one(notes=notes).notes == shown
    assert place(location_notes=notes).notes == shown
    assert one_group(group_notes=notes).notes == shown


@pytest.mark.parametrize("field", sorted(PRIVATE))
def test_private_field_never_comes_out(field):
    assert not [secret for secret in SECRETS if secret in repr(read(a_row(**{field: PRIVATE[field]})))]


@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_contact_written_into_any_field_never_comes_out(field):
    for value in (LEAK, [LEAK], f"Dawn Patrol\n{LEAK}"):
        shown = repr(read(a_row(**{field: value})))
        assert not [secret for secret in SECRETS[1:] if secret.casefold() in shown.casefold()], shown


def test_reason_quotes_a_short_plain_value_only():
    assert read(a_row(time="25:61")).problems[0].reason == "The time “25:61” could not be read."
    assert read(a_row(time="Zebulon 503-555-0100")).problems[0].reason == "The time could not be read."

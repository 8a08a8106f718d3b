"""Invented Meeting Guide rows, and short ways to read them."""

import json

from feeds.formats.meeting_guide.parser import parse
from feeds.records import GroupRecord, MeetingRecord, Parsed, PlaceRecord

ROOM = "https://zoom.us/j/123456789"

SECRETS = (
    "Zebulon",
    "Quillfeather",
    "5035550",
    "503-555-0",
    "(503)",
    "example.org",
    "tide-pool",
    "Tidepool7",
)
PRIVATE = {
    **{f"contact_{n}_name": "Zebulon" for n in (1, 2, 3)},
    **{f"contact_{n}_email": "zebulon@example.org" for n in (1, 2, 3)},
    **{f"contact_{n}_phone": "503-555-0101" for n in (1, 2, 3)},
    "author": "Zebulon Quillfeather",
    "feedback_emails": ["zebulon@example.org"],
    "feedback_url": "mailto:zebulon@example.org",
    "email": "zebulon@example.org",
    "phone": "503-555-0102",
    "last_contact": "Zebulon 2021",
    "venmo": "@tide-pool",
    "square": "$tide-pool",
    "paypal": "tide-pool",
    "homegroup_online": "Tidepool7",
    "mailing_address": "Zebulon Quillfeather, PO Box 1",
    "entity": "Zebulon Quillfeather Intergroup",
    "entity_email": "zebulon@example.org",
    "entity_phone": "503-555-0103",
    "entity_location": "Zebulon Quillfeather",
    "entity_url": "https://example.org",
    "conference_url": "https://zoom.us/j/123456789?pwd=Tidepool7",
    "conference_url_notes": "Password: Tidepool7, ask Zebulon",
    "conference_phone": "+19715550100,,123456789#,,,,*Tidepool7#",
    "conference_phone_notes": "PIN Tidepool7, ask Zebulon",
    "url": "https://staging.example.org/zebulon",
    "edit_url": "https://example.org/zebulon",
    "append": "Zebulon",
}  # fmt: skip
LEAK = "Contact Zebulon Q. at 503-555-0104 or zebulon@example.org, password: Tidepool7"
TEXT_FIELDS = (
    "slug", "name", "group", "notes", "group_notes", "location_notes", "location", "formatted_address",
    "address", "city", "state", "postal_code", "country", "region", "day", "time", "end_time", "timezone",
    "types", "website", "attendance_option", "approximate", "latitude", "coordinates", "conference_url",
    "conference_phone",
)  # fmt: skip


def a_row(**overrides):
    row = {
        "slug": "harbor-lights",
        "name": "Harbor Lights",
        "day": 1,
        "time": "18:30",
        "types": ["O"],
        "location": "Grange Hall",
        "formatted_address": "12 Quay St, Port Willow, OR 97000, USA",
    }
    return {key: value for key, value in (row | overrides).items() if value is not ...}


def read(*rows, fellowship="") -> Parsed:
    return parse(json.dumps(list(rows)).encode(), fellowship=fellowship)


def meetings_of(parsed: Parsed) -> list[MeetingRecord]:
    return [meeting for group in parsed.records for meeting in group.meetings]


def one_group(**overrides) -> GroupRecord:
    parsed = read(a_row(**overrides))
    assert len(parsed.records) == 1, parsed.problems
    return parsed.records[0]


def one(**overrides) -> MeetingRecord:
    group = one_group(**overrides)
    assert len(group.meetings) == 1
    return group.meetings[0]


def place(**overrides) -> PlaceRecord:
    found = one_group(**overrides).place
    assert found
    return found


def rejections(*rows) -> list[tuple[int, str, str]]:
    return [(found.row, found.id, found.field) for found in read(*rows).problems if found.rejected]

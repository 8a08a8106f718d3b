"""The short forms of the demo town's data files."""

import datetime

import pytest

from demo import shorthand
from groups.models import Meeting

WEDNESDAY = datetime.date(2026, 3, 4)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mon", [0]),
        ("mon,fri", [0, 4]),
        ("wed-fri", [2, 3, 4]),
        ("daily", [0, 1, 2, 3, 4, 5, 6]),
    ],
)
def test_parse_weekdays(text, expected) -> None:
    assert shorthand.parse_weekdays(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tue 19:00 60", {"repeat": "weekly", "weekday": 1, "start": datetime.time(19), "minutes": 60}),
        ("tue 19:00", {"minutes": None}),
        ("5th thu 17:30", {"repeat": "monthly", "weeks": ("5",), "weekday": 3}),
        ("2nd+4th mon 19:00", {"repeat": "monthly", "weeks": ("2", "4"), "weekday": 0}),
        ("last fri 20:15", {"repeat": "monthly", "weeks": ("-1",)}),
        ("fortnight wed 20:00", {"repeat": "second-week", "first": WEDNESDAY}),
        ("fortnight tue 20:00", {"repeat": "second-week", "first": datetime.date(2026, 3, 10)}),
        ("once +9 15:00", {"repeat": "dated", "first": datetime.date(2026, 3, 13), "weekday": 4}),
        ("always", {"repeat": "ongoing", "start": None}),
        ("sat 10:00 open skills online", {"formats": ("open", "skills"), "modes": ("online",)}),
        ("sat 10:00 suspended", {"active": False}),
        ("sat 10:00 open = Big room // Ring twice.", {"name": "Big room", "note": "Ring twice."}),
        ("sat 10:00 for:women for:trans in:es", {"audiences": ("trans", "women"), "languages": ("es",)}),
        ("sat 10:00 slips:no access:captions", {"attendance_slips": "no", "access": ("captions",)}),
        ("sat 10:00 open zone:Asia/Tokyo = A: b", {"zone": "Asia/Tokyo", "name": "A: b", "audiences": None}),
    ],
)
def test_parse_meetings_recurrence(text, expected) -> None:
    (fields,) = shorthand.parse_meetings(text, WEDNESDAY)
    assert {key: fields.get(key) for key in expected} == expected
    assert Meeting(**{"zone": "America/Los_Angeles", **fields}).rule


def test_parse_meetings_returns_link_and_code_for_the_loader() -> None:
    (fields,) = shorthand.parse_meetings("sun 20:00 online link:east code:869126579", WEDNESDAY)
    assert (fields["link"], fields["code"]) == ("east", "869126579")


@pytest.mark.parametrize(
    "text",
    [
        "someday 10:00",
        "mon 25:00",
        "mon 10:00 opne",
        "once soon 10:00",
        "mon-xyz 10:00",
        "mon 10:00 for:nobody",
        "mon 10:00 in:xx",
        "mon 10:00 zone:",
        "mon 10:00 whom:women",
    ],
)
def test_parse_meetings_rejects_invalid_text(text) -> None:
    with pytest.raises(ValueError, match=r".+"):
        list(shorthand.parse_meetings(text, WEDNESDAY))


def test_parse_opening_and_exception() -> None:
    opened = list(shorthand.parse_opening("fri,sat 11:00-01:00"))
    assert [(each["weekday"], each["closes"]) for each in opened] == [
        (4, datetime.time(1)),
        (5, datetime.time(1)),
    ]
    closed = shorthand.parse_exception("+8 closed Staff day", WEDNESDAY)
    assert closed == {"date": datetime.date(2026, 3, 12), "opens": None, "closes": None, "note": "Staff day"}
    assert shorthand.parse_exception("+1 12:00-16:00 Short day", WEDNESDAY)["closes"] == datetime.time(16)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("call", ("call", "", "")),
        ("call Ask for Sam.", ("call", "", "Ask for Sam.")),
        ("text=HELLO Any word.", ("text", "HELLO", "Any word.")),
    ],
)
def test_parse_channel(text, expected) -> None:
    assert shorthand.parse_channel(text) == expected

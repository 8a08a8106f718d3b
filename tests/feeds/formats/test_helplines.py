"""Helplines JSON: what a line says is kept, what is wrong is named, and what is written reads back the same."""

import datetime
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.formats.helplines.parser import parse
from feeds.formats.helplines.writer import render
from feeds.records import ChannelRecord, HoursRecord, LineRecord, NotAFeed, ParsedLines

CALL = {"type": "call", "dial": "+15555550100", "display": "+1 555 555 0100"}
ROW: dict[str, Any] = {
    "slug": "xx-night-line",
    "name": "Night Line",
    "country": "US",
    "summary": "Listens at night.",
    "main": True,
    "channels": [
        CALL,
        {"type": "text", "dial": "55501", "display": "55501", "body": "HI", "note": "In English."},
    ],
    "concerns": ["family", "alcohol"],
    "audiences": ["teens"],
    "languages": ["es", "en"],
    "payment": ["free"],
    "hours": [
        {"days": ["sat", "fri"], "opens": "20:00", "closes": "02:00"},
        {"days": ["mon"], "opens": "09:00", "closes": "24:00"},
    ],
    "zone": "America/Chicago",
    "hours_note": "Not on holidays.",
    "who_answers": "Volunteers.",
    "happens": ["They listen.", " ", "They call back."],
    "website": "https://example.org/line",
    "source": "https://example.org/?p=1",
    "copied": "2026-03-04",
    "copied_is": "read",
    "page_date": "2017-06-05",
    "deaf_access": "Dial 711 for a relay operator.",
}


def file_of(*rows: object, **about: object) -> bytes:
    return json.dumps({"format": "helplines", "version": 1, "lines": list(rows), **about}).encode()


def read(*rows: object) -> ParsedLines:
    return parse(file_of(*rows))


def one(**changes: object) -> LineRecord:
    (record,) = read({**ROW, **changes}).records
    return record


def said(**changes: object) -> list[tuple[str, bool]]:
    """The fields of the problems of one changed line, with whether it was rejected."""
    return [(problem.field, problem.rejected) for problem in read({**ROW, **changes}).problems]


def test_line_keeps_all_that_it_says() -> None:
    parsed = read(ROW)
    assert (parsed.rows, parsed.problems) == (1, [])
    assert parsed.records == [
        LineRecord(
            ref="xx-night-line",
            name="Night Line",
            channels=(
                ChannelRecord("call", "+15555550100", "+1 555 555 0100"),
                ChannelRecord("text", "55501", "55501", "HI", "In English."),
            ),
            country="US",
            summary="Listens at night.",
            main=True,
            concerns=("alcohol", "family"),
            audiences=("teens",),
            languages=("en", "es"),
            payment=("free",),
            hours=(
                HoursRecord(0, datetime.time(9), datetime.time(0)),
                HoursRecord(4, datetime.time(20), datetime.time(2)),
                HoursRecord(5, datetime.time(20), datetime.time(2)),
            ),
            zone="America/Chicago",
            hours_note="Not on holidays.",
            who_answers="Volunteers.",
            happens=("They listen.", "They call back."),
            website="https://example.org/line",
            source="https://example.org/?p=1",
            copied=datetime.date(2026, 3, 4),
            copied_is="read",
            page_date="2017-06-05",
            deaf_access="Dial 711 for a relay operator.",
        )
    ]


def test_line_needs_but_a_slug_a_name_and_a_way_to_reach_it() -> None:
    parsed = read({"slug": "a", "name": "A", "channels": [{"type": "call", "dial": "113"}]})
    assert parsed.records == [LineRecord(ref="a", name="A", channels=(ChannelRecord("call", "113", "113"),))]
    assert parsed.problems == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<!doctype html>",
        b"[]",
        b"42",
        b"not json",
        b"[" * 100_000,
        b'{"lines": []}',
        b'{"format": "meetings", "version": 1, "lines": [{}]}',
        file_of(),
        file_of(ROW, version=2),
        file_of(ROW, version=True),
        file_of(ROW, version="1"),
        file_of(ROW, lines={"a": ROW}),
        b'{"format": "helplines", "version": 1}\n{"lines": []}',
    ],
    ids=lambda data: repr(data[:30]),
)
def test_file_that_is_no_list_of_lines_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(NotAFeed) as refused:
        parse(data)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slug": ""}, "slug"),
        ({"slug": "Not A Slug"}, "slug"),
        ({"slug": "a--b"}, "slug"),
        ({"slug": 7}, "slug"),
        ({"slug": "a" * 121}, "slug"),
        ({"name": " "}, "name"),
        ({"name": None}, "name"),
        ({"country": "usa"}, "country"),
        ({"country": "us"}, "country"),
        ({"country": None}, "country"),
        ({"channels": []}, "channels"),
        ({"channels": {"type": "call", "dial": "113"}}, "channels"),
        ({"channels": None}, "channels"),
    ],
)
def test_line_that_reaches_nobody_is_rejected(changes: dict[str, object], field: str) -> None:
    parsed = read({**ROW, **changes})
    assert parsed.records == []
    assert [(problem.field, problem.rejected) for problem in parsed.problems] == [(field, True)]


def test_line_that_is_no_object_is_rejected() -> None:
    parsed = read("113", None, ROW)
    assert [record.ref for record in parsed.records] == ["xx-night-line"]
    assert [(problem.row, problem.rejected) for problem in parsed.problems] == [(1, True), (2, True)]


def test_second_line_of_a_slug_is_rejected() -> None:
    parsed = read(ROW, {**ROW, "name": "Another"})
    assert [record.name for record in parsed.records] == ["Night Line"]
    assert [(problem.row, problem.field, problem.rejected) for problem in parsed.problems] == [
        (2, "slug", True)
    ]


@pytest.mark.parametrize(
    "channel",
    [
        "113",
        None,
        {},
        {"type": "fax", "dial": "113"},
        {"type": ["call"], "dial": "113"},
        {"type": "call", "dial": 113},
        {"type": "call", "dial": "tel:113"},
        {"type": "call", "dial": "555-0100"},
        {"type": "call", "dial": "+1 555 555 0100"},
        {"type": "call", "dial": "5555550100"},
        {"type": "call", "dial": "+0155555550"},
        {"type": "call", "dial": "١١٣"},
        {"type": "call", "dial": "113\n"},
        {"type": "call", "dial": "113", "display": "114"},
        {"type": "call", "dial": "113", "display": "Call us"},
        {"type": "call", "dial": "+15555550100", "display": "555-0101"},
        {"type": "call", "dial": "+15555550100", "display": "0"},
        {"type": "text", "dial": "https://example.org/"},
        {"type": "chat", "dial": "113"},
        {"type": "chat", "dial": "javascript:alert(1)"},
        {"type": "chat", "dial": "https://user:pass@example.org/"},
        {"type": "website", "dial": "http://localhost/"},
        {"type": "app", "dial": "example.org/app"},
        {"type": "email", "dial": "someone at example.org"},
        {"type": "email", "dial": "mailto:someone@example.org"},
    ],
    ids=repr,
)
def test_way_that_cannot_be_used_is_left_out_and_said(channel: object) -> None:
    assert said(channels=[channel, CALL]) == [("channels", False)]
    assert one(channels=[channel, CALL]).channels == (ChannelRecord(*CALL.values()),)


def test_line_may_answer_on_whatsapp() -> None:
    channel = {"type": "app", "dial": "https://wa.me/6555550100", "display": "5555 0100"}
    assert one(channels=[channel]).channels == (ChannelRecord("app", channel["dial"], "5555 0100"),)


@pytest.mark.parametrize("kind", ["chat", "website"])
def test_whatsapp_address_is_no_page(kind: str) -> None:
    assert said(channels=[{"type": kind, "dial": "https://wa.me/6555550100"}, CALL]) == [("channels", False)]


@pytest.mark.parametrize(
    ("dial", "display"),
    [
        ("988", "9-8-8"),
        ("116123", "116 123"),
        ("+15555550100", "1-555-555-0100"),
        ("+15555550100", "(555) 555-0100"),
        ("+15555550100", "555-KLK-0100"),
        ("+4415555501001", "01555 550 1001"),
        ("*4141", "*4141"),
    ],
)
def test_number_may_be_shown_as_people_write_it(dial: str, display: str) -> None:
    (channel,) = one(channels=[{"type": "call", "dial": dial, "display": display}]).channels
    assert (channel.dial, channel.display) == (dial, display)


@pytest.mark.parametrize(
    ("kind", "dial", "display"),
    [
        ("tty", "+15555550100", "1-555-555-0100"),
        ("videophone", "+15555550100", "1-555-555-0100"),
        ("videophone", "https://example.org/asl", "example.org/asl"),
    ],
)
def test_ways_of_deaf_people_are_taken(kind: str, dial: str, display: str) -> None:
    assert one(channels=[{"type": kind, "dial": dial, "display": display}]).channels == (
        ChannelRecord(kind, dial, display),
    )


@pytest.mark.parametrize(
    ("kind", "dial", "display"),
    [
        ("tty", "https://example.org/asl", "example.org"),
        ("tty", "+15555550100", "1-555-555-0199"),
        ("videophone", "+15555550100", "1-555-555-0199"),
        ("videophone", "asl", "asl"),
    ],
)
def test_wrong_ways_of_deaf_people_are_left_out(kind: str, dial: str, display: str) -> None:
    channel = {"type": kind, "dial": dial, "display": display}
    assert said(channels=[channel, CALL]) == [("channels", False)]


def test_word_to_send_is_for_texts_alone() -> None:
    assert one(channels=[{**CALL, "body": "HELLO"}]).channels[0].body == ""


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"concerns": ["alcohol", "chess"]}, "concerns"),
        ({"languages": "en"}, "languages"),
        ({"payment": [["free"]]}, "payment"),
        ({"website": "example.org"}, "website"),
        ({"source": "ftp://example.org/"}, "source"),
        ({"source": 7}, "source"),
        ({"zone": "EST"}, "zone"),
        ({"zone": None}, "zone"),
        ({"hours": "always"}, "hours"),
        ({"hours": [{"days": [], "opens": "09:00", "closes": "17:00"}]}, "hours"),
        ({"hours": [{"days": ["mon"], "opens": "9", "closes": "17:00"}]}, "hours"),
        ({"hours": [{"days": ["mon"], "opens": "09:00", "closes": "25:00"}]}, "hours"),
        ({"hours": [{"days": ["monday"], "opens": "09:00", "closes": "17:00"}]}, "hours"),
        ({"hours": [{"days": [["mon"]], "opens": "09:00", "closes": "17:00"}]}, "hours"),
        ({"always_open": True}, "hours"),
        ({"copied": "4 March 2026", "page_date": ""}, "copied"),
        ({"copied": "2026-02-30", "page_date": ""}, "copied"),
        ({"copied_is": "guessed", "page_date": ""}, "copied"),
        ({"copied_is": "", "page_date": ""}, "copied"),
        ({"copied_is": "dated"}, "page_date"),
        ({"page_date": 2017}, "page_date"),
        ({"page_date": "2017-02-30"}, "page_date"),
        ({"page_date": "2026-03-05"}, "page_date"),
        ({"page_date": "17"}, "page_date"),
    ],
)
def test_field_that_cannot_be_read_is_said_and_the_line_stays(changes: dict[str, object], field: str) -> None:
    assert said(**changes) == [(field, False)]
    assert one(**changes).name == "Night Line"


def test_hours_without_a_zone_are_none() -> None:
    record = one(zone="Nowhere/Town")
    assert (record.hours, record.zone) == ((), "")


def test_line_with_hours_is_not_always_open() -> None:
    assert not one(always_open=True).always_open
    assert one(always_open=True, hours=[], zone="").always_open
    assert not one(always_open="yes", hours=[], zone="").always_open


def test_field_that_stands_twice_is_said() -> None:
    row = json.dumps(ROW).replace('"main": true', '"main": true, "main": false')
    parsed = parse(f'{{"format": "helplines", "version": 1, "lines": [{row}]}}'.encode())
    assert [problem.rejected for problem in parsed.problems] == [False]
    assert not parsed.records[0].main


def test_unknown_field_is_passed_over() -> None:
    assert said(mood="calm") == []


def test_markup_and_hidden_signs_go() -> None:
    assert one(name="<b>Night</b>\u202e Line", summary="a\x00b").name == "Night Line"


# Anything at all

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
CHANNELS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["call", "text", "chat", "email", "website", "videophone", "tty"])
            | ANY_JSON,
            "dial": st.sampled_from(["113", "+15555550100", "https://example.org/", "a@example.org"])
            | ANY_JSON,
            "display": st.text() | ANY_JSON,
            "body": st.text() | ANY_JSON,
            "note": st.text() | ANY_JSON,
        },
    )
    | ANY_JSON,
    max_size=4,
)
HOURS = st.lists(
    st.fixed_dictionaries(
        {
            "days": st.lists(st.sampled_from(["mon", "sat", "sun"]), max_size=3) | ANY_JSON,
            "opens": st.sampled_from(["00:00", "09:30"]) | ANY_JSON,
            "closes": st.sampled_from(["02:00", "24:00"]) | ANY_JSON,
        }
    ),
    max_size=4,
)
TEXTS = (
    "slug",
    "name",
    "country",
    "summary",
    "hours_note",
    "who_answers",
    "website",
    "source",
    "copied",
    "copied_is",
    "page_date",
    "deaf_access",
)
ROWS = st.fixed_dictionaries(
    {},
    optional={
        **{key: st.just(ROW.get(key)) | st.text() | ANY_JSON for key in TEXTS},
        **{
            key: st.just(ROW.get(key)) | ANY_JSON
            for key in ("concerns", "languages", "happens", "main", "zone")
        },
        "always_open": st.booleans() | ANY_JSON,
        "channels": CHANNELS | ANY_JSON,
        "hours": HOURS | ANY_JSON,
    },
)


@given(st.lists(ROWS | ANY_JSON, min_size=1, max_size=4))
def test_any_lines_are_read_or_named_and_read_back_the_same(rows: list[object]) -> None:
    parsed = read(*rows)
    rejected = {problem.row for problem in parsed.problems if problem.rejected}
    assert len(parsed.records) + len(rejected) == parsed.rows == len(rows)
    if parsed.records:
        again = parse(render(parsed.records))
        assert (again.records, again.problems) == (parsed.records, [])


def test_written_line_says_nothing_empty() -> None:
    (line,) = json.loads(
        render([LineRecord(ref="a", name="A", channels=(ChannelRecord("call", "113", "113"),))])
    )["lines"]
    assert line == {"slug": "a", "name": "A", "channels": [{"type": "call", "dial": "113", "display": "113"}]}


def test_written_hours_stand_together() -> None:
    (line,) = json.loads(render(read(ROW).records))["lines"]
    assert line["hours"] == [
        {"days": ["mon"], "opens": "09:00", "closes": "00:00"},
        {"days": ["fri", "sat"], "opens": "20:00", "closes": "02:00"},
    ]

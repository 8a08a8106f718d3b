"""The Meeting Guide parser over whole files: containers, groups, anything at all, and real feeds."""

import codecs
import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.formats import PARSERS
from feeds.formats.meeting_guide.parser import parse
from feeds.records import NotAFeed, Parsed
from tests.feeds.rows import (
    PRIVATE,
    ROOM,
    TEXT_FIELDS,
    a_row,
    meetings_of,
    one,
    one_group,
    read,
)

# The file as a whole


def test_meeting_guide_is_a_known_format():
    assert PARSERS["meeting-guide"] is parse


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \n",
        b"\xef\xbb\xbf",
        b"<!doctype html><title>Not found</title>",
        b"not json",
        b"[]",
        b'{"records": []}',
        b'{"meetings": {}}',
        b'{"error": "no key"}',
        b"42",
        b'"meetings"',
        b"null",
        b"NaN",
        b'[{"slug": "a"}] trailing',
        b"[" * 100_000,
        b'[{"name":' * 100_000,
        b"\xff\xfe\x00",
        b"\xff\xfe\x00\xd8",
    ],
    ids=lambda data: repr(data[:20]),
)
def test_file_that_is_no_feed_is_refused_in_one_line(data):
    with pytest.raises(NotAFeed) as refused:
        parse(data)
    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value)


ROWS = json.dumps([a_row(name="Café Ñandú")], ensure_ascii=False)


@pytest.mark.parametrize(
    "data",
    [
        ROWS.encode(),
        codecs.BOM_UTF8 + ROWS.encode(),
        ROWS.encode("utf-16"),
        ROWS.encode("utf-16-be"),
        ROWS.encode("utf-32"),
        ROWS.encode("cp1252"),
        json.dumps({"records": [{"id": "rec1", "fields": json.loads(ROWS)[0]}]}).encode(),
        json.dumps({"meetings": json.loads(ROWS), "formats": []}).encode(),
        (ROWS[1:-1] + "\n" + json.dumps(a_row(slug="other", day=2)) + "\n").encode(),
        ROWS.replace("Café", "\\n Café").replace("\\n", "\n").encode(),
    ],
    ids=[
        "utf-8",
        "bom",
        "utf-16",
        "utf-16-be",
        "utf-32",
        "cp1252",
        "airtable",
        "meetings",
        "lines",
        "raw newline",
    ],
)
def test_container_and_encoding_are_seen_through(data):
    assert "Café Ñandú" in {meeting.name for meeting in meetings_of(parse(data))}


def test_airtable_record_id_stands_in_for_a_missing_slug():
    data = {"records": [{"id": "recAbc123", "fields": a_row(slug=None)}]}
    assert meetings_of(parse(json.dumps(data).encode()))[0].ref == "recAbc123"


def test_odd_json_values_cost_a_row_or_a_field_and_no_more():
    whole = json.dumps([a_row()])
    huge = whole.replace('"day": 1', '"day": ' + "9" * 5000)
    assert [found.field for found in parse(huge.encode()).problems] == ["day"]
    assert len(meetings_of(parse(whole.replace("}", ', "latitude": NaN, "longitude": 1e999}').encode()))) == 1
    assert [found.field for found in parse(whole.replace('"day": 1', '"day": NaN').encode()).problems] == [
        "day"
    ]
    assert meetings_of(parse(whole.replace("Lights", "\\ud800Lights").encode()))[0].name == "Harbor Lights"
    assert parse(b'[null, 3, [], "x"]').rows == 4
    assert {found.row for found in parse(b'[null, 3, [], "x"]').problems if found.rejected} == {1, 2, 3, 4}


def test_key_that_stands_twice_is_told():
    parsed = parse(json.dumps([a_row()]).replace('"day": 1', '"day": 3, "day": 1').encode())
    assert [(found.field, found.rejected) for found in parsed.problems] == [("day", False)]
    assert meetings_of(parsed)[0].weekday == 0


def test_unknown_fellowship_is_the_callers_mistake():
    with pytest.raises(ValueError, match="elks"):
        read(a_row(), fellowship="elks")


def test_rows_of_one_group_at_one_place_become_one_record():
    parsed = read(
        a_row(slug="a", name="Dawn Patrol", day=1, group="Harbor Group", types=["O", "X"]),
        a_row(slug="b", name="Dusk Patrol", day=2, group="HARBOR GROUP", types=["C", "W"]),
        a_row(
            slug="c",
            name="Dusk Patrol",
            day=2,
            group="Harbor Group",
            formatted_address="9 Elm St, Bay, OR, USA",
        ),
    )
    assert [[meeting.ref for meeting in group.meetings] for group in parsed.records] in (
        [["a", "b"], ["c"]],
        [["c"], ["a", "b"]],
    )
    both = max(parsed.records, key=lambda group: len(group.meetings))
    assert [(meeting.audiences, meeting.access) for meeting in both.meetings] == [
        ((), ("step-free",)),
        (("women",), ()),
    ]


def test_rows_without_a_group_go_by_the_meetings_name_without_its_status():
    parsed = read(
        a_row(slug="a"), a_row(slug="b", day=2, name="HARBOR LIGHTS (Suspended)", group="District 4")
    )
    assert [meeting.active for meeting in parsed.records[0].meetings] == [True, False]
    assert len(parsed.records) == 1


def test_group_ref_is_readable_and_leaves_numeric_ids_aside():
    first, again = one_group(id=1, group_id=7), one_group(id=2, group_id=8, slug="other", day=4)
    assert first.ref == again.ref
    assert first.ref.startswith("harbor-lights-")
    assert len(one_group(name="Long " * 60).ref) <= 89
    assert one_group(name="早い鳥").ref.startswith("group-")
    assert one_group(formatted_address="9 Elm St, Bay, OR, USA").ref != first.ref


def test_group_ref_outlives_a_completed_postal_code():
    assert one_group().ref == one_group(formatted_address="12 Quay St, Port Willow, OR").ref


def test_same_name_day_time_and_link_twice_is_one_meeting():
    twice = {"conference_url": ROOM, "attendance_option": "hybrid"}
    parsed = read(a_row(slug="b", end_time="19:30", **twice), a_row(slug="a", notes="Ring twice.", **twice))
    (meeting,) = meetings_of(parsed)
    assert (meeting.ref, meeting.minutes, meeting.notes) == ("a", 60, "Ring twice.")
    (problem,) = parsed.problems
    assert (problem.row, problem.id, problem.rejected, problem.merged) == (1, "b", False, True)
    assert "Duplicate of a" in problem.reason


def test_slug_used_twice_still_gives_each_meeting_a_ref_of_its_own():
    refs = [meeting.ref for meeting in meetings_of(read(a_row(), a_row(day=2), a_row(day=[3, 4])))]
    assert len(set(refs)) == 4


@pytest.mark.parametrize("slug", [254, "4711", "recRnT5GAH6lbuI0c", "women%E2%80%99s-group"])
def test_slug_is_kept_as_text(slug):
    assert one(slug=slug).ref == str(slug)


def test_missing_slug_gives_a_ref_that_notes_do_not_change():
    assert one(slug=...).ref == one(slug=None, notes="New door").ref != one(slug=None, day=5).ref


def shuffled_rows() -> list[dict[str, object]]:
    names = ["Dawn", "Dusk", "Dawn (ONLINE)", "Noon & Tea"]
    streets = ["1 Elm St, Bay, OR, USA", "2 Elm St, Bay, OR, USA", "Bay, OR, USA"]
    return [
        a_row(
            slug=f"row-{number % 37}",
            name=names[number % 4],
            day=number % 7,
            formatted_address=streets[number % 3],
            group=["Bay Group", None, "Bay group"][number % 3],
            location=["Hall", "The Hall", ...][number % 3],
            latitude=45 + number % 2,
            longitude=-122,
            types=[["O"], ["C", "W"], "onl"][number % 3],
            notes=["", "Side door", "Front door"][number % 3],
        )
        for number in range(120)
    ]


def test_order_of_the_rows_changes_nothing():
    rows = shuffled_rows()
    first = read(*rows)
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        again = read(*rows)
        assert again.records == first.records
        assert sorted(p.reason for p in again.problems) == sorted(p.reason for p in first.problems)


# Anything at all

WORDS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", " ", "0", "Mon", "9:30", "24:00", "yes", "<b>", "&#xD800;", "\ud800", "http://[", "a@b.c"]
    ),
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WORDS)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3)
)
KEYS = st.sampled_from(
    [*TEXT_FIELDS, *PRIVATE, "longitude", "regions", "sub_region", "county", "fields", "id"]
)


@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=12) | VALUES, min_size=1, max_size=6))
def test_any_json_gives_records_or_problems(rows):
    parsed = parse(json.dumps(rows).encode())
    assert parsed.rows == len(rows)
    assert len({meeting.ref for meeting in meetings_of(parsed)}) == len(meetings_of(parsed))
    repr(parsed).encode()  # nothing that a database would choke on
    json.dumps(repr(parsed)).encode()
    assert not [
        text
        for text in texts_of(parsed)
        if any("\ud800" <= char <= "\udfff" or char == "\0" for char in text)
    ]


@given(st.dictionaries(KEYS, VALUES, max_size=8))
def test_any_fields_over_a_good_row_give_a_meeting_or_a_problem(fields):
    parsed = read(a_row(**fields))
    assert meetings_of(parsed) or [found for found in parsed.problems if found.rejected]


def texts_of(parsed: Parsed) -> list[str]:
    groups = [(group.ref, group.name, group.notes, group.website) for group in parsed.records]
    places = [(g.place.name, g.place.street, g.place.city, g.place.notes) for g in parsed.records if g.place]
    slots = [(m.ref, m.name, m.notes, m.join_url, *m.codes) for m in meetings_of(parsed)]
    problems = [(found.id, found.field, found.reason) for found in parsed.problems]
    return [text for texts in [*groups, *places, *slots, *problems] for text in texts]


REAL_FEEDS = Path(__file__).resolve().parents[4] / "shared" / "data" / "meeting-guide"


def real_feeds() -> list[Path]:
    return sorted(REAL_FEEDS.glob("*.json")) if REAL_FEEDS.is_dir() else []


@pytest.mark.skipif(not real_feeds(), reason="no shared data: real feeds do not lie beside this checkout")
@pytest.mark.parametrize("path", real_feeds(), ids=lambda path: path.stem)
def test_real_feed_accounts_for_each_row(path):
    rows = json.loads(path.read_bytes())
    parsed = parse(path.read_bytes(), fellowship="aa")
    listed = {meeting.ref.split(":")[0] for meeting in meetings_of(parsed)}
    told = {found.row for found in parsed.problems if found.rejected or found.merged}
    assert parsed.rows == len(rows)
    assert not [
        row["slug"]
        for number, row in enumerate(rows, 1)
        if str(row["slug"]) not in listed and number not in told
    ]
    assert "REDACTED" not in repr(parsed)
    assert "pwd=" not in repr(parsed)


@pytest.mark.skipif(not real_feeds(), reason="no shared data: real feeds do not lie beside this checkout")
def test_san_jose_has_its_670_meetings():
    parsed = parse((REAL_FEEDS / "aasanjose-feed.json").read_bytes(), fellowship="aa")
    assert (parsed.rows, len(meetings_of(parsed))) == (670, 670)
    assert sum(not meeting.active for meeting in meetings_of(parsed)) == 129
    assert not [found for found in parsed.problems if found.rejected]

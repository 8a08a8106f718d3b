"""Which rows are one group, and which are the same meeting."""

import random
from typing import Any

import pytest

from tests.feeds.rows import ROOM, a_row, meetings_of, read

ELM = "9 Elm St, Port Willow, OR 97000, USA"
OTHER_ROOM = "https://zoom.us/j/987654321"


def groups(*rows: dict[str, Any]) -> set[tuple[str, tuple[str, ...]]]:
    """Return the name and the slugs of each group, the same in any order of the rows."""
    found = read(*rows)
    shuffled = random.Random(3).sample(rows, len(rows))
    assert read(*shuffled).records == found.records
    assert len({group.ref for group in found.records}) == len(found.records)
    return {(group.name, tuple(sorted(meeting.ref for meeting in group.meetings))) for group in found.records}


def numbered(*facts: dict[str, Any]) -> list[dict[str, Any]]:
    """Return rows with the slugs "a", "b" and so on, on different days."""
    return [a_row(**{"slug": "abcdefg"[day], "day": day, **each}) for day, each in enumerate(facts)]


NIGHT, DAWN = {"name": "Puffin Night"}, {"name": "Puffin Dawn"}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # The feed's own id
        ([NIGHT | {"group_id": 7}, DAWN | {"group_id": 7}], {("Puffin Dawn", ("a", "b"))}),
        ([NIGHT | {"group_id": 7}, NIGHT | {"group_id": 8}], {("Puffin Night", ("a",)), ("Puffin Night", ("b",))}),
        (
            [NIGHT | {"group_id": 7, "group": "Puffins"}, DAWN | {"group_id": "7", "group": "Puffins"}],
            {("Puffins", ("a", "b"))},
        ),
        ([NIGHT | {"group_id": 7}, NIGHT], {("Puffin Night", ("a", "b"))}),
        ([NIGHT | {"group_id": 0}, DAWN | {"group_id": 0}], {("Puffin Night", ("a",)), ("Puffin Dawn", ("b",))}),
        ([NIGHT | {"group_id": None}, DAWN | {"group_id": ""}], {("Puffin Night", ("a",)), ("Puffin Dawn", ("b",))}),
        # An id with several names is that of something else
        (
            [NIGHT | {"group_id": 1, "group": "Puffins"}, NIGHT | {"group_id": 1, "group": "Gannets"}],
            {("Puffins", ("a",)), ("Gannets", ("b",))},
        ),
        # So is the id of a district
        (
            [NIGHT | {"group_id": 3, "group": "District 07"}, DAWN | {"group_id": 3, "group": "District 07"}],
            {("Puffin Night", ("a",)), ("Puffin Dawn", ("b",))},
        ),
        # The group's name, else the meeting's
        ([NIGHT | {"group": "Puffins"}, DAWN | {"group": "PUFFINS"}], {("PUFFINS", ("a", "b"))}),
        ([NIGHT, DAWN], {("Puffin Night", ("a",)), ("Puffin Dawn", ("b",))}),
        ([NIGHT, NIGHT], {("Puffin Night", ("a", "b"))}),
        ([NIGHT | {"group": "D27"}, DAWN | {"group": "D27"}], {("Puffin Night", ("a",)), ("Puffin Dawn", ("b",))}),
        # Always with the place
        ([NIGHT | {"group_id": 7}, NIGHT | {"group_id": 7, "formatted_address": ELM}],
         {("Puffin Night", ("a",)), ("Puffin Night", ("b",))}),
        ([NIGHT, NIGHT | {"formatted_address": ELM}], {("Puffin Night", ("a",)), ("Puffin Night", ("b",))}),
    ],
)  # fmt: skip
def test_rows_of_one_group(rows: list[dict[str, Any]], expected: set[tuple[str, tuple[str, ...]]]) -> None:
    assert groups(*numbered(*rows)) == expected


NOWHERE = {"formatted_address": ..., "location": ..., "conference_url": ROOM}
TOWN = NOWHERE | {"formatted_address": "Port Willow, OR, USA"}
OTHER_TOWN = NOWHERE | {"formatted_address": "Astoria, OR, USA"}


@pytest.mark.parametrize(
    ("names", "where", "is_joined"),
    [
        ({"group": "Puffins"}, NOWHERE, True),
        ({"group": "Puffins"}, TOWN, True),
        ({"group": "Puffins"}, OTHER_TOWN, False),
        ({"group": "Puffins"}, NOWHERE | {"region": "Online"}, True),
        ({"group_id": 7}, NOWHERE, True),
        ({"group_id": 7}, OTHER_TOWN, True),
        ({}, NOWHERE, False),
        ({}, OTHER_TOWN, False),
        ({"group": "Puffins"}, {"formatted_address": ELM}, False),
    ],
)
def test_row_without_an_address_joins_the_group_that_it_names(
    names: dict[str, Any], where: dict[str, Any], is_joined: bool
) -> None:
    rows = numbered(NIGHT | names, NIGHT | names | where)
    assert len(groups(*rows)) == (1 if is_joined else 2)
    if is_joined:
        (group,) = read(*rows).records
        assert group.place
        assert group.place.street == "12 Quay St"
        assert {meeting.ref: meeting.modes for meeting in group.meetings} == {
            "a": ("in-person",),
            "b": ("online",),
        }


def test_row_without_an_address_joins_the_place_with_the_most_rows() -> None:
    rows = numbered(*[{"group": "Puffins"} | each for each in ({}, {"formatted_address": ELM}, {}, NOWHERE)])
    assert {len(slugs) for _name, slugs in groups(*rows)} == {3, 1}


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("D31 / GSO #161837", "D31 / GSO #161837"),
        ("00123456", "00123456"),
        ("Group #123456", "Group #123456"),
        ("District 4", "District 4"),
        ("N/A", ""),
        ("Puffins", ""),
        ("Group 867-5309", ""),
        (None, ""),
    ],
)
def test_code_is_kept_as_the_number_of_the_group(given: str | None, number: str) -> None:
    (group,) = read(a_row(group=given)).records
    assert group.number == number


# Which rows are the same meeting

BASE = {
    "name": "Puffin Night", "group": "Puffins", "day": 1, "time": "07:00", "timezone": "America/Los_Angeles",
    "conference_url": ROOM, "conference_phone": "+15035550100",
}  # fmt: skip


@pytest.mark.parametrize(
    "facts",
    [
        {"timezone": "America/New_York"},
        {"conference_url": OTHER_ROOM},
        {"conference_url": None},
        {"conference_phone": "+15035550199"},
        {"types": ["O", "W"]},
        {"types": ["C"]},
        {"types": []},
        {"day": 2},
        {"time": "07:30"},
        {"name": "Puffin Men"},
        {"notes": "First Monday of the month only."},
        {"formatted_address": ELM},
    ],
)
def test_rows_that_differ_in_one_of_these_are_different_meetings(facts: dict[str, Any]) -> None:
    parsed = read(a_row(slug="a", **BASE), a_row(slug="b", **{**BASE, **facts}))
    assert len(meetings_of(parsed)) == 2
    assert not any(problem.merged for problem in parsed.problems)


@pytest.mark.parametrize(
    ("facts", "kept"),
    [
        ({"end_time": "08:00"}, {"minutes": 60}),
        ({"notes": "Ring twice."}, {"notes": "Ring twice."}),
        ({"types": ["O", "D"]}, {"formats": ("discussion", "open")}),
        ({"types": ["O", "S"]}, {"languages": ("es",)}),
        ({"types": ["O", "POA"]}, {"attendance_slips": "yes"}),
        ({"types": ["O", "BA"]}, {"access": ("childcare",)}),
        ({"timezone": None}, {"zone": "America/Los_Angeles"}),
        ({"conference_url": f"{ROOM}?pwd=1"}, {"join_url": ROOM}),
        ({"name": "PUFFIN NIGHT"}, {"name": "Puffin Night"}),
    ],
)
def test_rows_that_agree_in_these_are_one_meeting(facts: dict[str, Any], kept: dict[str, Any]) -> None:
    for first, second in (({}, facts), (facts, {})):
        parsed = read(a_row(slug="a", **{**BASE, **first}), a_row(slug="b", **{**BASE, **second}))
        (meeting,) = meetings_of(parsed)
        folded = {name: getattr(meeting, name) for name in kept}
        assert folded == kept or folded == {"name": "PUFFIN NIGHT"}
        assert [problem.merged for problem in parsed.problems if problem.field == "slug"] == [True]


def test_three_rows_of_one_name_and_time_are_three_meetings() -> None:
    rows = [
        a_row(slug="a", **{**BASE, "timezone": "America/New_York"}),
        a_row(slug="b", **{**BASE, "conference_url": OTHER_ROOM}),
        a_row(slug="c", **{**BASE, "conference_url": f"{OTHER_ROOM}1", "types": ["S"]}),
    ]
    assert len(meetings_of(read(*rows))) == 3


def test_closed_meeting_and_one_for_women_at_the_same_time_are_two() -> None:
    rows = [
        a_row(slug="a", day=3, time="12:00", types=["C"]),
        a_row(slug="b", day=3, time="12:00", types=["O", "W"]),
    ]
    assert [(m.formats, m.audiences) for m in meetings_of(read(*rows))] == [
        (("closed",), ()),
        (("open",), ("women",)),
    ]


def test_other_end_of_a_repeated_row_is_named() -> None:
    parsed = read(a_row(slug="a", end_time="19:30"), a_row(slug="b", end_time="20:00"))
    assert [
        problem.reason.endswith("Its end time differs and is left out.") for problem in parsed.problems
    ] == [True]


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"website": "https://gannets.example.org/"}, "website"), ({"location": "The Grange"}, "location")],
)
def test_fact_in_which_most_rows_of_a_group_differ_is_named(facts: dict[str, Any], field: str) -> None:
    same = {"website": "https://puffins.example.org/"}
    parsed = read(*numbered(same, same, same | facts))
    assert [(problem.row, problem.field) for problem in parsed.problems] == [(3, field)]

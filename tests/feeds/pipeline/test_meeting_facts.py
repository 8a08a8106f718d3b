"""Each meeting keeps the facts of its own row; its group has what all of its meetings say."""

from typing import Any

import pytest

from feeds.models import ImportRun, Source
from feeds.pipeline import rollback
from feeds.pipeline import run as pipeline_run
from groups.models import Meeting, SupportGroup
from tests.builders import make_account
from tests.feeds.sample import row

pytestmark = pytest.mark.django_db


def group_rows(*types: list[str], **facts: Any) -> list[dict[str, Any]]:
    """Rows of one group, on Monday, Tuesday and so on, with these types."""
    return [
        row(1, slug=f"day-{day}", name="Lantern", group="Lantern", day=day, types=each, **facts)
        for day, each in enumerate(types, start=1)
    ]


def facts_of_meetings(name: str) -> list[Any]:
    return list(Meeting.objects.order_by("weekday").values_list(name, flat=True))


def facts_of_group(*names: str) -> tuple[Any, ...]:
    return SupportGroup.objects.values_list(*names).get()


def test_four_meetings_of_one_group_keep_their_own_facts(import_rows: Any) -> None:
    import_rows(group_rows(["O", "D"], ["C", "W"], ["O", "S"], ["C", "M"]))
    assert facts_of_meetings("formats") == [("discussion", "open"), ("closed",), ("open",), ("closed",)]
    assert facts_of_meetings("audiences") == [(), ("women",), (), ("men",)]
    assert facts_of_meetings("languages") == [(), (), ("es",), ()]
    assert facts_of_group("audiences", "languages") == ((), ())


@pytest.mark.parametrize(
    ("types", "audiences", "languages"),
    [
        ([["W"], ["W"]], ("women",), ()),
        ([["W", "LGBTQ"], ["W"]], ("women",), ()),
        ([["W"], []], (), ()),
        ([["S", "EN"], ["S"], ["S", "W"]], (), ("es",)),
        ([["W", "TC"], ["M"]], ("men",), ()),
        ([["W", "TC"], ["W", "TC"]], ("women",), ()),
        ([["RUS"]], (), ("ru",)),
    ],
)
def test_group_has_what_all_its_active_meetings_say(
    import_rows: Any, types: list[list[str]], audiences: tuple[str, ...], languages: tuple[str, ...]
) -> None:
    import_rows(group_rows(*types))
    assert facts_of_group("audiences", "languages") == (audiences, languages)
    assert len(facts_of_meetings("audiences")) == len(types)


@pytest.mark.parametrize(
    ("types", "of_group", "of_meetings"),
    [
        ([["X"], []], ("step-free",), [(), ()]),
        ([["X"], ["OUT"]], ("outdoors", "step-free"), [(), ()]),
        ([["BA"], []], (), [("childcare",), ()]),
        ([["BA"], ["BA"]], ("childcare",), [(), ()]),
        ([["X", "BA"], ["FF"]], ("step-free",), [("childcare", "step-free"), ("fragrance-free", "step-free")]),
        (
            [["BA", "CF"], ["BA"], ["X", "BA"]],
            ("childcare", "step-free"),
            [("childcare", "children", "step-free"), (), ()],
        ),
    ],
)  # fmt: skip
def test_access_is_of_the_place_or_of_the_meeting(
    import_rows: Any, types: list[list[str]], of_group: tuple[str, ...], of_meetings: list[tuple[str, ...]]
) -> None:
    import_rows(group_rows(*types))
    assert facts_of_group("access") == (of_group,)
    assert facts_of_meetings("access") == of_meetings


@pytest.mark.parametrize(
    ("types", "of_group", "of_meetings"),
    [
        ([["POA"], ["POA"]], "yes", ["yes", "yes"]),
        ([["POA"], []], "", ["yes", ""]),
        ([[], []], "", ["", ""]),
        ([["POA"], ["TC"]], "yes", ["yes", ""]),
    ],
)
def test_slips_are_signed_where_the_row_says_so(
    import_rows: Any, types: list[list[str]], of_group: str, of_meetings: list[str]
) -> None:
    import_rows(group_rows(*types))
    assert facts_of_group("attendance_slips") == (of_group,)
    assert facts_of_meetings("attendance_slips") == of_meetings


def test_mode_is_of_the_meeting_and_the_group_has_all(import_rows: Any) -> None:
    rows = group_rows([], [], [])
    rows[1] |= {"attendance_option": "online", "conference_url": "https://zoom.us/j/1"}
    rows[2] |= {"attendance_option": "hybrid", "conference_url": "https://zoom.us/j/1"}
    import_rows(rows)
    assert facts_of_meetings("modes") == [("in-person",), ("online",), ("in-person", "online")]
    assert facts_of_group("modes") == (("in-person", "online"),)


def test_changed_fact_changes_that_meeting_alone(import_rows: Any) -> None:
    import_rows(group_rows(["O"], ["O"]))
    ids = facts_of_meetings("public_id")
    run = import_rows(group_rows(["O"], ["O", "W", "POA", "BA", "S"]))
    assert (run.updated, facts_of_meetings("audiences")) == (1, [(), ("women",)])
    assert facts_of_meetings("attendance_slips") == ["", "yes"]
    rollback.undo_run(run, by=make_account())
    assert facts_of_meetings("audiences") == [(), ()]
    assert facts_of_meetings("access") == [(), ()]
    assert facts_of_meetings("public_id") == ids


def test_facts_of_a_held_run_come_with_its_release(import_rows: Any) -> None:
    import_rows([row(number) for number in range(30)])
    types = ["C", "W", "S", "POA", "BA"]
    held = import_rows([row(number, types=types) for number in range(30)])
    assert held.state == ImportRun.State.HELD
    pipeline_run.release_run(held, by=make_account())
    assert set(facts_of_meetings("audiences")) == {("women",)}
    assert set(Meeting.objects.values_list("languages", "attendance_slips")) == {(("es",), "yes")}
    assert SupportGroup.objects.filter(attendance_slips="yes").count() == 30


# The source's defaults


def test_language_of_the_source_is_for_rows_that_name_none(import_rows: Any) -> None:
    import_rows(group_rows([], ["S"]))
    Source.objects.update(language="en")
    assert import_rows(group_rows([], ["S"])).updated == 1, "the same file is parsed again"
    assert facts_of_meetings("languages") == [("en",), ("es",)]
    assert facts_of_group("languages") == ((),)


ONLINE = {
    "attendance_option": "online", "conference_url": "https://zoom.us/j/1", "formatted_address": "", "latitude": None,
    "longitude": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "zone"),
    [
        ({}, "America/Denver"),
        ({"timezone": "Asia/Tokyo"}, "Asia/Tokyo"),
        ({"formatted_address": "Athens, Greece"}, "Europe/Athens"),
        ({"formatted_address": "12 Elm St, Peoria, IL 61602, USA"}, "America/Chicago"),
    ],
)
def test_zone_of_the_source_comes_after_the_address(
    import_rows: Any, facts: dict[str, Any], zone: str
) -> None:
    import_rows([row(1)])
    Source.objects.update(zone="America/Denver", max_change_percent=100)
    import_rows([row(1), row(2, slug="online", name="Far Light", **{**ONLINE, **facts})])
    assert Meeting.objects.get(source_ref="online").zone == zone


def test_row_without_any_zone_is_rejected_by_its_number(import_rows: Any) -> None:
    run = import_rows([row(1), row(2, slug="online", name="Far Light", **ONLINE)])
    assert run.rejected == [], "other rows say the zone"
    SupportGroup.objects.all().delete()
    Source.objects.all().delete()
    run = import_rows([row(2, slug="daily", day=[1, 2, 3], **ONLINE)])
    assert [(each["row"], each["id"]) for each in run.rejected] == [(1, "daily")]
    assert (run.rows, run.used, run.merged) == (1, 0, 0)


# Places


@pytest.mark.parametrize(
    ("facts", "approximate", "has_point"),
    [
        ({"latitude": 37.34, "longitude": -121.88}, False, True),
        ({"latitude": 37.34, "longitude": 121.88}, True, True),
        ({"latitude": -121.88, "longitude": 37.34}, True, True),
        ({"latitude": 37.34, "longitude": 0}, True, True),
        ({"latitude": None, "longitude": None}, True, True),
        ({"formatted_address": "1 Elm St, San Jose, CA, USA", "latitude": 51.5, "longitude": -0.1}, True, True),
        ({"formatted_address": "1 Elm St, Nosuchtown, CA, USA", "latitude": None}, False, False),
        ({"formatted_address": "1 Elm St, Reading", "latitude": None}, False, False),
    ],
)  # fmt: skip
def test_place_without_a_fitting_point_gets_that_of_its_address(
    import_rows: Any, facts: dict[str, Any], approximate: bool, has_point: bool
) -> None:
    import_rows([row(1, **facts)])
    place = SupportGroup.objects.get().place
    assert place
    assert (place.approximate, place.latitude is not None) == (approximate, has_point)
    if has_point:
        assert (round(place.latitude), round(place.longitude)) == (37, -122)


NOTES = "Step-free, elevator."


def building(number: int, place_notes: str | None, **facts: Any) -> dict[str, Any]:
    where = {"formatted_address": "1 Elm St, San Jose, CA 95112, USA", "location": "Grange Hall"}
    return row(number, **{"location_notes": place_notes, "latitude": 37.34, **where, **facts})


def test_location_notes_that_differ_in_one_building_belong_to_the_groups(import_rows: Any) -> None:
    rows = [building(1, NOTES), building(2, "Ring at the back."), building(3, None)]
    import_rows(rows)
    groups = SupportGroup.objects.order_by("name")
    assert [group.description for group in groups] == [NOTES, "Ring at the back.", ""]
    assert {group.place.notes for group in groups} == {""}
    assert len({group.place_id for group in groups}) == 1
    assert import_rows(rows[::-1]).unchanged == 3


def test_location_notes_that_all_groups_say_are_of_the_place(import_rows: Any) -> None:
    import_rows([building(1, NOTES), building(2, NOTES, group_notes="We bring cake.")])
    groups = SupportGroup.objects.order_by("name")
    assert [group.description for group in groups] == ["", "We bring cake."]
    assert {group.place.notes for group in groups} == {NOTES}


def test_location_notes_that_differ_in_one_group_belong_to_its_meetings(import_rows: Any) -> None:
    same = {"name": "Lantern"}
    import_rows(
        [building(1, NOTES, **same), building(2, "Room 4.", notes="Ring.", **same), building(3, None, **same)]
    )
    assert facts_of_meetings("note") == [NOTES, "Ring.\nRoom 4.", ""]
    group = SupportGroup.objects.get()
    assert (group.description, group.place.notes) == ("", "")


def test_all_notes_of_a_row_are_read(import_rows: Any) -> None:
    notes = {
        "notes": "Bring a chair.", "conference_url_notes": "The room opens at 6:45.",
        "conference_phone_notes": "Press star to speak.", "group_notes": "We bring cake.",
    }  # fmt: skip
    import_rows([building(1, "Ring twice.", **notes)])
    group = SupportGroup.objects.get()
    assert facts_of_meetings("note") == ["Bring a chair.\nThe room opens at 6:45.\nPress star to speak."]
    assert (group.description, group.place.notes) == ("We bring cake.", "Ring twice.")


def test_note_that_is_too_long_is_cut_and_named(import_rows: Any) -> None:
    run = import_rows([row(1, notes="Ring the bell twice. " * 120)])
    assert len(facts_of_meetings("note")[0]) == 2000
    assert [(each["row"], each["reason"][:5]) for each in run.notes] == [(1, "notes")]


# The report


def test_rows_add_up_and_a_group_without_set_times_counts_as_one(import_rows: Any) -> None:
    run = import_rows(
        [
            row(1, slug="second"),
            row(1, slug="first"),
            row(2, day=9),
            row(3, day=None, time=None, types=["W"]),
            row(4, day=[1, 3]),
        ]
    )
    assert (run.rows, run.used, run.merged, len(run.rejected)) == (5, 3, 1, 1)
    assert (run.listings, run.meetings, Meeting.objects.count()) == (3, 4, 3)
    report = pipeline_run.run_report(run)
    assert report["rows"] == report["used"] + report["merged"] + len(report["rejected"])
    assert {each["row"] for each in report["notes"]} == {1, 4}


ALL = range(30)


@pytest.mark.parametrize(
    "feed",
    [
        [row(number) for number in ALL],
        [row(number) for number in range(15)],
        [row(number, time="08:00") for number in ALL],
        [row(number) for number in range(28)],
        [*(row(number) for number in range(27)), row(40), row(41, day=9), row(26, slug="again")],
        [row(99)],
        [*(row(number) for number in range(29)), row(29, group="Renamed")],
    ],
)  # fmt: skip
def test_dry_run_says_what_the_run_says(import_rows: Any, feed: list[dict[str, Any]]) -> None:
    import_rows([row(number) for number in ALL])
    for _time in range(2):
        before = list(Meeting.objects.order_by("pk").values())
        dry = import_rows(feed, dry_run=True)
        assert dry.pk is None
        assert list(Meeting.objects.order_by("pk").values()) == before
        assert pipeline_run.run_report(dry) == pipeline_run.run_report(import_rows(feed))

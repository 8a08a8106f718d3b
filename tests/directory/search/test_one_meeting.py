"""All filters on facts of a meeting must hold for one and the same meeting of a group."""

import datetime
from typing import Any

import pytest

from directory.geo.geocoding import GeoPoint
from directory.listings.availability import AskedAt
from directory.search import engine
from directory.search.query import SearchQuery
from groups.models import SupportGroup
from tests.builders import make_group, make_meeting, make_place

pytestmark = pytest.mark.django_db

# Tuesday noon in Los Angeles.
NOW = datetime.datetime(2027, 3, 2, 20, 0, tzinfo=datetime.UTC)
AT = AskedAt(NOW, "America/Los_Angeles")
SAN_JOSE = GeoPoint("San Jose", 37.34, -121.89, "America/Los_Angeles", "", "US")
FAR = {"latitude": 45.52, "longitude": -122.68}


def search(q: str = "", spot: GeoPoint | None = None, **chosen: str) -> engine.Results:
    choices = tuple((key, tuple(values.split(","))) for key, values in chosen.items())
    query = SearchQuery(q=q, kinds=("support-groups",), chosen=choices, near=spot.label if spot else "")
    return engine.search(query, spot=spot, at=AT)


def finds(group: SupportGroup, *args: Any, **chosen: str) -> bool:
    return group.pk in search(*args, **chosen).ids


@pytest.fixture
def group() -> SupportGroup:
    """A group whose meetings differ in everything that a meeting can say."""
    group = make_group(name="Elm Street")
    facts: tuple[dict[str, Any], ...] = (
        {"weekday": 0, "modes": ("in-person",), "formats": ("open", "discussion"), "audiences": ("women",)},
        {
            "weekday": 1,
            "modes": ("online",),
            "formats": ("closed",),
            "languages": ("es",),
            "start": datetime.time(7),
        },
        {"weekday": 3, "modes": ("phone",), "formats": ("closed", "speaker"), "audiences": ("men",)},
        {
            "weekday": 5,
            "modes": ("in-person", "online"),
            "attendance_slips": "yes",
            "languages": ("en", "es"),
        },
    )
    for number, each in enumerate(facts):
        make_meeting(group, name=f"Puffin {number}", **each)
    return group


@pytest.mark.parametrize(
    "chosen",
    [
        {"day": "mon", "audience": "women"},
        {"day": "thu", "audience": "men", "mode": "phone"},
        {"day": "tue", "language": "es", "time": "morning", "format": "closed"},
        {"day": "sat", "mode": "in-person", "slips": "1", "language": "en"},
        {"day": "sat", "mode": "online", "language": "es"},
        {"audience": "women,men", "format": "speaker"},
        {"day": "mon,thu", "format": "open"},
    ],
)
def test_facts_of_one_meeting_are_found_together(group, chosen: dict[str, str]) -> None:
    found = search(**chosen)
    assert found.ids == (group.pk,)
    for key, values in chosen.items():
        assert max(found.counts[key][value] for value in values.split(",")) == 1


@pytest.mark.parametrize(
    "chosen",
    [
        {"day": "thu", "audience": "women"},
        {"day": "mon", "audience": "men"},
        {"day": "tue", "mode": "in-person"},
        {"day": "mon", "mode": "online"},
        {"day": "mon", "format": "closed"},
        {"audience": "women", "language": "es"},
        {"slips": "1", "format": "closed"},
        {"time": "morning", "audience": "men"},
        {"mode": "phone", "language": "es"},
        {"day": "sat", "audience": "women", "mode": "in-person"},
    ],
)
def test_facts_of_different_meetings_are_not_found_together(group, chosen: dict[str, str]) -> None:
    assert search(**chosen).total == 0
    # Every one of them alone is found, and the counts with the others left out say so.
    for key, value in chosen.items():
        assert finds(group, **{key: value})
        others = {name: other for name, other in chosen.items() if name != key}
        assert search(**others).counts[key][value] == 0


def test_words_mean_facts_of_one_meeting(group) -> None:
    make_meeting(make_group(name="Oak Street"), weekday=3, audiences=("women",))
    assert group.pk in search("women monday").ids
    assert group.pk not in search("women thursday").ids
    assert (
        group.pk in search("women thursday", day="mon").ids or not search("women thursday", day="mon").total
    )
    assert group.pk not in search("men", day="mon").ids


def test_empty_facts_are_those_of_the_group() -> None:
    group = make_group(name="Elm Street", languages=("es",), audiences=("women",), attendance_slips="yes")
    make_meeting(group, weekday=0)
    make_meeting(group, weekday=1, languages=("en",), audiences=("men",), attendance_slips="no")
    assert finds(group, day="mon", language="es", audience="women", slips="1")
    assert not finds(group, day="tue", language="es")
    assert not finds(group, day="tue", audience="women")
    assert not finds(group, day="tue", slips="1")
    assert finds(group, day="tue", language="en", audience="men")


def test_meetings_that_say_nothing_are_counted() -> None:
    group = make_group(name="Elm Street", meetings=3)
    found = search(day="mon")
    assert found.ids == (group.pk,)
    assert {key: sum(found.counts[key].values()) for key in ("format", "language", "audience", "slips")} == {
        "format": 0, "language": 0, "audience": 0, "slips": 0,
    }  # fmt: skip


def test_suspended_meetings_say_nothing() -> None:
    group = make_group(name="Elm Street")
    make_meeting(group, weekday=0, audiences=("women",), active=False)
    make_meeting(group, weekday=1, audiences=("men",))
    assert not finds(group, audience="women")
    assert finds(group, audience="men")


def test_listing_without_meetings_has_the_facts_itself() -> None:
    group = make_group(name="Elm Street", languages=("es",), audiences=("women",), modes=("online",))
    assert finds(group, language="es", audience="women", mode="online")
    assert not finds(group, language="es", audience="men")


def test_meeting_out_of_reach_is_not_found() -> None:
    group = make_group(name="Elm Street", place=make_place(**FAR))
    make_meeting(group, weekday=2, modes=("online",))
    make_meeting(group, weekday=3, modes=("in-person",))
    assert finds(group, spot=SAN_JOSE)
    assert finds(group, spot=SAN_JOSE, day="wed")
    assert not finds(group, spot=SAN_JOSE, day="thu")
    counts = search(spot=SAN_JOSE).counts
    assert (counts["day"]["wed"], counts["day"]["thu"]) == (1, 0)
    assert (counts["mode"]["online"], counts["mode"]["in-person"]) == (1, 0)


@pytest.mark.parametrize(
    ("first", "second", "chosen"),
    [
        ({"audiences": ("women",)}, {"audiences": ("men",)}, {"audience": "men"}),
        ({"modes": ("online",)}, {"modes": ("in-person",)}, {"mode": "in-person"}),
        ({}, {"languages": ("es",)}, {"language": "es"}),
    ],
)
def test_soonest_is_the_meeting_that_fits(first, second, chosen) -> None:
    """A group is sorted by the meeting that was found, not by an earlier one that does not fit."""
    late, early = make_group(name="Late"), make_group(name="Early")
    make_meeting(late, weekday=1, start=datetime.time(13), **first)
    make_meeting(late, weekday=4, **second)
    make_meeting(early, weekday=3, **second)
    assert search(**chosen).ids == (early.pk, late.pk)
    assert search().ids == (late.pk, early.pk)


def test_names_and_notes_of_meetings_are_found() -> None:
    group = make_group(name="Elm Street")
    make_meeting(group, name="Puffin Night", note="Use the glass door.")
    other = make_group(name="Oak Street", description="Puffin")
    assert list(search("puffin").ids) == [group.pk, other.pk]
    assert search('"puffin night"').ids == (group.pk,)
    assert search("glass").ids == (group.pk,)
    group.meetings.update(active=False)
    assert search("puffin").ids == (other.pk,)

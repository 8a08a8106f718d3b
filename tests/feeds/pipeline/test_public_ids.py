"""A meeting keeps its public id at imports, when its group changes, and when an import is undone."""

from typing import Any

import pytest

from feeds.models import ImportRun, Source
from feeds.pipeline import rollback
from feeds.pipeline import run as pipeline_run
from feeds.pipeline.public_ids import derive_public_id
from groups.models import PUBLIC_ID_LENGTH, Meeting, SupportGroup
from tests.builders import make_account
from tests.feeds.sample import row

pytestmark = pytest.mark.django_db

GROUP = {"name": "Lantern", "group": "Lantern"}
OTHER_STREET = "7 Elm Street, San Jose, CA 95112, USA"


def club(*days: int, **facts: Any) -> list[dict[str, Any]]:
    return [row(1, slug=f"day-{day}", day=day, **{**GROUP, **facts}) for day in days]


def ids() -> dict[str, str]:
    return dict(Meeting.objects.values_list("source_ref", "public_id"))


def import_freely(import_rows: Any, feed: list[dict[str, Any]]) -> ImportRun:
    """Import a feed however much it changes."""
    Source.objects.update(max_change_percent=100)
    run = import_rows(feed)
    if run.state == ImportRun.State.HELD:
        return pipeline_run.release_run(run, by=make_account()).run
    return run


def test_public_id_belongs_to_the_source_and_its_id_there() -> None:
    one, other = Source(slug="one"), Source(slug="other")
    found = {derive_public_id(source, ref) for source in (one, other) for ref in ("a", "b", "a:1")}
    assert len(found) == 6
    assert {len(each) for each in found} == {PUBLIC_ID_LENGTH}
    assert derive_public_id(one, "a") == derive_public_id(Source(slug="one"), "a")


@pytest.mark.parametrize(
    "facts",
    [
        {"time": "08:00"},
        {"name": "Lantern Light"},
        {"types": ["C", "W"]},
        {"group": "Beacon"},
        {"formatted_address": OTHER_STREET},
        {"group": "Beacon", "formatted_address": OTHER_STREET, "time": "08:00"},
        {"group": "D27", "name": "Beacon"},
    ],
)
def test_meeting_keeps_its_public_id_when_its_row_changes(import_rows: Any, facts: dict[str, Any]) -> None:
    import_rows(club(1, 2))
    before = ids()
    run = import_freely(import_rows, club(1, 2, **facts))
    assert ids() == before
    assert Meeting.objects.count() == 2
    rollback.undo_run(run, by=make_account())
    assert ids() == before
    group = SupportGroup.objects.get()
    assert (group.name, group.meetings.count()) == ("Lantern", 2)
    assert {meeting.start.hour for meeting in group.meetings.all()} == {19}
    import_freely(import_rows, club(1, 2, **facts))
    assert ids() == before


def test_group_that_is_split_and_joined_again_keeps_the_ids(import_rows: Any) -> None:
    import_rows(club(1, 2, 3))
    before = ids()
    split = [*club(1), *club(2, 3, group="Beacon")]
    run = import_freely(import_rows, split)
    assert {group.name: group.meetings.count() for group in SupportGroup.objects.all()} == {
        "Lantern": 1,
        "Beacon": 2,
    }
    assert ids() == before
    assert import_freely(import_rows, split).unchanged == 2
    rollback.undo_run(run, by=make_account())
    assert {group.name: group.meetings.count() for group in SupportGroup.objects.all()} == {"Lantern": 3}
    import_freely(import_rows, split)
    import_freely(import_rows, club(1, 2, 3))
    assert ids() == before
    assert SupportGroup.objects.get(name="Lantern").meetings.count() == 3


def test_meeting_moves_between_groups_that_both_stay(import_rows: Any) -> None:
    other = row(9, slug="other", name="Beacon", group="Beacon", formatted_address=row(1)["formatted_address"])
    import_rows([*club(1, 2), other])
    before = ids()
    moved = [*club(1), *club(2, group="Beacon"), other]
    run = import_freely(import_rows, moved)
    assert ids() == before
    assert {group.name: group.meetings.count() for group in SupportGroup.objects.all()} == {
        "Lantern": 1,
        "Beacon": 2,
    }
    rollback.undo_run(run, by=make_account())
    assert {group.name: group.meetings.count() for group in SupportGroup.objects.all()} == {
        "Lantern": 2,
        "Beacon": 1,
    }
    assert ids() == before


def test_meeting_that_disappears_and_returns_has_the_same_id(import_rows: Any) -> None:
    import_rows(club(1, 2))
    before = ids()
    run = import_freely(import_rows, club(1))
    assert ids().keys() == {"day-1"}
    rollback.undo_run(run, by=make_account())
    assert ids() == before
    import_freely(import_rows, club(1))
    import_freely(import_rows, club(1, 2))
    assert ids() == before


def test_import_that_is_undone_and_repeated_gives_the_same_ids(import_rows: Any) -> None:
    run = import_rows(club(1, 2))
    before = ids()
    rollback.undo_run(run, by=make_account())
    assert ids() == {}
    import_rows(club(1, 2))
    assert ids() == before


def test_id_that_is_taken_is_not_given_twice(import_rows: Any) -> None:
    import_rows(club(1))
    taken = derive_public_id(Source.objects.get(), "day-2")
    Meeting.objects.update(public_id=taken)
    import_rows(club(1, 2))
    assert len(set(ids().values())) == 2
    assert ids()["day-1"] == taken


def test_renamed_group_is_no_loss_of_meetings(import_rows: Any) -> None:
    import_rows([*club(1, 2, 3, 4, 5, 6), *(row(number) for number in range(20, 50))])
    run = import_rows([*club(1, 2, 3, 4, 5, 6, group="Beacon"), *(row(number) for number in range(20, 50))])
    assert (run.state, run.created) == (ImportRun.State.APPLIED, 1)


def test_meetings_that_a_curator_corrected_stay_where_they_are(import_rows: Any) -> None:
    import_rows(club(1, 2))
    group = SupportGroup.objects.get()
    group.provenance["meetings"] = {"corrected_by": "1", "when": "2026-03-01"}
    group.save()
    import_freely(import_rows, club(1, 2, group="Beacon"))
    assert {each.name: each.meetings.count() for each in SupportGroup.objects.all()} == {
        "Lantern": 2,
        "Beacon": 2,
    }

"""A run is compared, held, released, interrupted, resumed and undone."""

import datetime
import random
from typing import Any

import pytest
import time_machine

from feeds.models import ImportRun, RunChange, Source
from feeds.pipeline import apply, rollback
from feeds.pipeline import run as pipeline_run
from groups.models import Meeting, SupportGroup
from tests.builders import make_account
from tests.feeds.sample import row, rows
from tests.feeds.state import digest

pytestmark = pytest.mark.django_db

ALL = range(1, 31)


def test_import_does_not_depend_on_row_order(import_rows: Any) -> None:
    import_rows(rows(*ALL))
    first = digest()
    SupportGroup.objects.all().delete()
    shuffled = rows(*ALL)
    random.Random(7).shuffle(shuffled)
    import_rows(shuffled)
    assert digest() == first


@pytest.mark.parametrize(
    ("feed", "words"),
    [
        (rows(*range(1, 20)), "11 of 30 listings are missing"),
        ([*rows(*range(1, 20)), *rows(*range(20, 31), name="Seized")], "missing"),
        (rows(*ALL, time="03:00"), "30 of 30 listings would change"),
        (rows(99), "None of its 30 listings"),
    ],
)
def test_run_with_many_changes_is_held(import_rows: Any, feed: list[dict[str, Any]], words: str) -> None:
    import_rows(rows(*ALL))
    before = digest()
    run = import_rows(feed)
    assert (run.state, digest()) == (ImportRun.State.HELD, before)
    assert words in run.hold_reason
    assert (run.listings, run.meetings) == (30, 30)
    assert pipeline_run.run_report(run)["held"] == run.hold_reason
    assert run.differences, "the difference is shown to whoever decides"


def club(*numbers: int) -> list[dict[str, Any]]:
    """Rows of one club that meets at ten times on each day of the week, by the number of the meeting."""
    return [
        row(
            1,
            slug=f"club-{number}",
            name="Club",
            group="Club",
            day=number % 7,
            time=f"{8 + number // 7:02d}:00",
        )
        for number in numbers
    ]


def test_half_of_the_meetings_of_one_group_is_held(import_rows: Any) -> None:
    import_rows(club(*range(70)))
    assert SupportGroup.objects.count() == 1
    run = import_rows(club(*range(35)))
    assert run.state == ImportRun.State.HELD
    assert "35 of 70 meetings are missing" in run.hold_reason
    assert Meeting.objects.count() == 70
    pipeline_run.release_run(run, by=make_account())
    assert Meeting.objects.count() == 35
    assert import_rows(club(*range(34))).state == ImportRun.State.APPLIED, "one meeting may go"


def test_meetings_with_new_ids_are_not_missing(import_rows: Any) -> None:
    import_rows(club(*range(70)))
    renamed = [{**each, "slug": f"new-{each['slug']}"} for each in club(*range(70))]
    assert "missing" not in import_rows(renamed).hold_reason


@pytest.mark.parametrize(
    ("before", "after", "is_held"),
    [(6, 3, True), (6, 4, False), (5, 2, True), (4, 1, True), (2, 1, False), (3, 2, False), (10, 5, True)],
)
def test_half_of_a_small_feed_is_held(import_rows: Any, before: int, after: int, is_held: bool) -> None:
    import_rows(rows(*range(1, before + 1)))
    run = import_rows(rows(*range(1, after + 1)))
    assert (run.state == ImportRun.State.HELD) is is_held


@pytest.mark.parametrize("percent", [50, 100])
def test_hold_percentage_comes_from_the_source(import_rows: Any, percent: int) -> None:
    import_rows(rows(*ALL))
    Source.objects.update(max_change_percent=percent)
    assert import_rows(rows(*range(1, 20))).state == ImportRun.State.APPLIED


def test_held_run_is_released_or_dismissed(import_rows: Any) -> None:
    curator = make_account()
    import_rows(rows(*ALL))
    held = import_rows(rows(*ALL, time="20:30"))
    pipeline_run.dismiss_run(held, by=curator)
    with pytest.raises(pipeline_run.FeedImportError):
        pipeline_run.release_run(held, by=curator)
    assert {meeting.start.hour for meeting in Meeting.objects.all()} == {19}
    outcome = pipeline_run.release_run(import_rows(rows(*ALL, time="20:30")), by=curator)
    assert (outcome.run.state, outcome.run.updated) == (ImportRun.State.APPLIED, 30)
    assert {meeting.start.hour for meeting in Meeting.objects.all()} == {20}


def test_accepted_missing_listings_are_retired_without_a_hold(import_rows: Any) -> None:
    import_rows(rows(*ALL))
    rest = rows(*range(1, 20))
    pipeline_run.release_run(import_rows(rest), by=make_account())
    assert SupportGroup.objects.filter(status="published").count() == 30, (
        "missing from one run is not gone yet"
    )
    assert import_rows(rest[1:]).state == ImportRun.State.APPLIED
    assert SupportGroup.objects.filter(status="paused").count() == 11
    assert import_rows(rest[12:]).state == ImportRun.State.HELD, "others are asked about as ever"


def test_missing_rest_of_a_source_is_held(import_rows: Any) -> None:
    """Of 30 listings a curator let 25 go; the last five alone would be too few to wait."""
    import_rows(rows(*ALL))
    pipeline_run.release_run(import_rows(rows(*range(1, 6))), by=make_account())
    assert "None of its 30 listings" in import_rows(rows(99)).hold_reason


def test_held_run_replaces_an_older_one(import_rows: Any) -> None:
    import_rows(rows(*ALL))
    first, second = import_rows(rows(*ALL, time="20:30")), import_rows(rows(*ALL, time="21:30"))
    first.refresh_from_db()
    assert (first.state, first.held_listings, second.state) == (
        ImportRun.State.DISMISSED,
        None,
        ImportRun.State.HELD,
    )


class Interruption(Exception):
    """The machine dies."""


def interrupt_after(monkeypatch: pytest.MonkeyPatch, batches: int) -> None:
    """Lets so many batches be written and then dies inside the next one, as late as possible."""
    write = apply.PlanWriter.write_batch
    left = [batches]

    def batch(self: Any, *args: Any) -> None:
        if not left[0]:
            real, apply.ImportRun.save = (
                apply.ImportRun.save,
                lambda *a, **k: (_ for _ in ()).throw(Interruption()),
            )
            try:
                write(self, *args)
            finally:
                apply.ImportRun.save = real
        left[0] -= 1
        write(self, *args)

    monkeypatch.setattr(apply.PlanWriter, "write_batch", batch)


@pytest.mark.parametrize("batches", range(9))
def test_interrupted_run_ends_like_a_complete_one(
    import_rows: Any, monkeypatch: pytest.MonkeyPatch, batches: int
) -> None:
    """Three rounds: all new; some changed, some missing; some missing twice. The second and third are cut short."""
    monkeypatch.setattr(apply, "BATCH_SIZE", 2)
    rounds = [
        rows(*range(1, 13)),
        [*rows(*range(1, 9), time="07:00"), *rows(13)],
        [*rows(*range(1, 9), time="07:00"), *rows(13)],
    ]

    def cut_short(feed: list[dict[str, Any]]) -> ImportRun | None:
        """None when the run died; the run itself when it was over before that."""
        with monkeypatch.context() as patch:
            interrupt_after(patch, batches)
            try:
                return import_rows(feed)
            except Interruption:
                assert ImportRun.objects.filter(state=ImportRun.State.APPLYING).count() == 1
                return None

    def all_rounds(cut: int | None) -> tuple[str, list[dict[str, Any]]]:
        SupportGroup.objects.all().delete()
        Source.objects.all().delete()
        reports = []
        for number, feed in enumerate(rounds):
            Source.objects.update(max_change_percent=100)
            run = cut_short(feed) if number == cut else None
            reports.append(pipeline_run.run_report(run or import_rows(feed)))
        return digest(), reports

    whole, told = all_rounds(None)
    for cut in range(3):
        state, reports = all_rounds(cut)
        assert state == whole
        assert reports == told, "counts are those of the whole run"


def test_missing_listing_is_paused_then_closed(import_rows: Any) -> None:
    def status() -> tuple[str, str]:
        group = SupportGroup.objects.get(name="Group 30")
        return group.status, group.status_reason

    rest = rows(*range(1, 30))
    with time_machine.travel(datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC), tick=False) as clock:
        import_rows(rows(*ALL))
        import_rows(rest)
        assert status() == ("published", "")
        assert import_rows(rest).retired == 1
        assert status() == ("paused", "No longer in its source.")
        clock.shift(datetime.timedelta(days=89))
        import_rows(rest)
        assert status()[0] == "paused"
        clock.shift(datetime.timedelta(days=2))
        import_rows(rest)
        assert status()[0] == "closed"
        import_rows(rows(*ALL))
        assert status() == ("published", "")
        assert import_rows(rest).retired == 0, "back means that counting begins anew"


def test_identical_file_is_not_compared_again(import_rows: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first = pipeline_run.run_report(import_rows(rows(*ALL)))
    with monkeypatch.context() as patch:
        patch.setattr(pipeline_run, "compare_feed", lambda *_: pytest.fail("compared again"))
        again = pipeline_run.run_report(import_rows(rows(*ALL)))
    assert again == {**first, "created": 0, "unchanged": 30}
    rollback.undo_run(ImportRun.objects.order_by("pk")[0], by=make_account())
    assert import_rows(rows(*ALL)).created == 30, "what was taken back may come again"


def test_identical_file_is_compared_after_another_file(import_rows: Any) -> None:
    import_rows(rows(*ALL))
    changed = import_rows([*rows(*range(1, 30)), row(30, time="06:00")])
    rollback.undo_run(changed, by=make_account())
    assert import_rows([*rows(*range(1, 30)), row(30, time="06:00")]).updated == 1


def test_expired_listing_is_closed_without_a_new_feed(import_rows: Any) -> None:
    rest = rows(*range(1, 30))
    with time_machine.travel(datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC), tick=False) as clock:
        for feed in (rows(*ALL), rest, rest):
            import_rows(feed)
        clock.shift(datetime.timedelta(days=91))
        pipeline_run._record_not_modified(Source.objects.get(), "https://example.org/feed.json")
    assert SupportGroup.objects.get(name="Group 30").status == "closed"


def test_new_group_updates_an_existing_place(import_rows: Any) -> None:
    """The group that met there is gone, so that nobody else would."""
    import_rows(rows(*ALL))
    feed = [*rows(*range(1, 30)), row(30, slug="other", name="Another", latitude=37.4)]
    assert import_rows(feed).created == 1
    assert SupportGroup.objects.get(name="Another").place.latitude == pytest.approx(37.4)
    assert import_rows(feed[::-1]).updated == 0


def test_merged_listing_is_not_changed(import_rows: Any) -> None:
    import_rows(rows(*ALL))
    keep, gone = SupportGroup.objects.order_by("pk")[:2]
    SupportGroup.objects.filter(pk=gone.pk).update(
        status="closed", status_reason="The same.", replaced_by=keep
    )
    import_rows(rows(*ALL))
    gone.refresh_from_db()
    assert (gone.status, gone.replaced_by_id) == ("closed", keep.pk)


def test_undo_restores_the_state_before_the_run(import_rows: Any) -> None:
    curator = make_account()
    import_rows(rows(*ALL))
    before = digest()
    run = import_rows(
        [*rows(*range(1, 4), time="07:00", notes="Moved.", website=""), *rows(*range(4, 30)), *rows(99)]
    )
    assert digest() != before
    assert rollback.undo_run(run, by=curator) == 5
    assert digest() == before
    with pytest.raises(rollback.UndoError):
        rollback.undo_run(run, by=curator)


@pytest.mark.parametrize("joins", ["a new group", "a group that moves"])
def test_undo_restores_a_place(import_rows: Any, joins: str) -> None:
    """The group that met there is gone from the feed; another tells its place anew."""
    import_rows(rows(*ALL))
    before = digest()
    other = (
        {"slug": "other", "name": "Another"}
        if joins == "a new group"
        else {"slug": "meeting-29", "name": "Group 29"}
    )
    there = {**row(30, latitude=37.4), **other}
    run = import_rows([*rows(*range(1, 29 if joins == "a group that moves" else 30)), there])
    assert SupportGroup.objects.get(name="Group 30").place.latitude == pytest.approx(37.4)
    rollback.undo_run(run, by=make_account())
    assert SupportGroup.objects.get(name="Group 30").place.latitude == pytest.approx(37.303)
    assert digest() == before


def test_undo_is_limited_to_the_last_run(import_rows: Any) -> None:
    first = import_rows(rows(*ALL))
    import_rows(
        rows(
            *ALL,
        ),
    )
    second = import_rows(rows(*range(1, 30)) + rows(30, time="06:00"))
    assert not RunChange.objects.filter(run=first).exists()
    with pytest.raises(rollback.UndoError):
        rollback.undo_run(first, by=make_account())
    assert rollback.undo_run(second, by=make_account()) == 1


def test_undo_of_a_first_run_deletes_all(import_rows: Any) -> None:
    rollback.undo_run(import_rows(rows(*ALL)), by=make_account())
    assert not SupportGroup.objects.exists()

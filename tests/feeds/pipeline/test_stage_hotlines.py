"""Lines come in through the same door as meetings, and nothing of them reaches the public without a person.

Row of the safety matrix: C4.
"""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directory.listings import services
from directory.models import Channel, Listing
from directory.models.hotline import Hotline
from directory.reference_data.loader import load_hotlines
from feeds.models import ImportRun
from feeds.pipeline import apply, rollback
from feeds.pipeline import run as pipeline_run
from feeds.pipeline.feed_types import NOT_IN_SOURCE
from network.models import Account
from tests.builders import make_account
from tests.feeds.state import facts

pytestmark = pytest.mark.django_db


def row(number: int = 1, **changes: Any) -> dict[str, Any]:
    """An invented line."""
    return {
        "slug": f"xx-lantern-{number}",
        "name": f"Lantern Line {number}",
        "country": "US",
        "summary": "Listens at night.",
        "channels": [
            {"type": "call", "dial": f"+1555555010{number}", "display": f"+1 555 555 010{number}"},
            {"type": "text", "dial": "55501", "display": "55501", "body": "HI", "note": "In English."},
        ],
        "concerns": ["alcohol"],
        "languages": ["en", "es"],
        "hours": [{"days": ["sat", "fri"], "opens": "20:00", "closes": "02:00"}],
        "zone": "America/Chicago",
        "happens": ["They listen.", "They call back."],
        "website": "https://www.example.org/line",
        "source": "https://example.org/about",
        "copied": "2026-03-04",
        "copied_is": "read",
    } | changes


def rows(*numbers: int, **changes: Any) -> list[dict[str, Any]]:
    return [row(number, **changes) for number in numbers]


def other_phone(number: int) -> dict[str, Any]:
    return row(number, channels=[{"type": "call", "dial": "+15555550199", "display": "+1 555 555 0199"}])


def write_feed(tmp_path: Path, feed: list[dict[str, Any]]) -> str:
    path = tmp_path / "lines.json"
    path.write_text(json.dumps({"format": "helplines", "version": 1, "lines": feed}))
    return str(path)


@pytest.fixture
def import_rows(tmp_path: Path):
    def import_rows(feed: list[dict[str, Any]], **options: Any) -> ImportRun:
        return pipeline_run.import_feed(
            "helplines", write_feed(tmp_path, feed), "Sample Lines", **options
        ).run

    return import_rows


@pytest.fixture
def curator() -> Account:
    return make_account()


def publish_all(by: Account) -> None:
    services.publish_listings(Listing.objects.filter(source="sample-lines"), by=by)


def state() -> list[Any]:
    lines = Hotline.objects.order_by("source_ref").prefetch_related("channels", "intervals")
    return [
        [
            facts(line),
            [facts(each) for each in line.channels.all()],
            [facts(each) for each in line.intervals.all()],
        ]
        for line in lines
    ]


def numbers() -> list[str]:
    return list(Channel.objects.filter(type="call").order_by("dial").values_list("dial", flat=True))


def test_new_hotlines_wait_for_review(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = write_feed(tmp_path, [row(), row(2, channels=[])])
    call_command("import_feed", "helplines", where, source="Sample Lines", json=True)
    report = json.loads(capsys.readouterr().out)
    (rejected,) = report.pop("rejected")
    assert (rejected["row"], rejected["id"]) == (2, "xx-lantern-2")
    assert report == {
        "rows": 2, "used": 1, "merged": 0, "meetings": 0, "listings": 1, "created": 1, "updated": 0, "unchanged": 0,
        "retired": 0, "notes": [], "held": None,
    }  # fmt: skip
    line = Hotline.objects.get()
    assert (line.slug, line.kind, line.status, line.zone) == (
        "xx-lantern-1",
        "hotlines",
        "in-review",
        "America/Chicago",
    )
    assert (line.steps, line.modes) == (["They listen.", "They call back."], ("phone",))
    assert [(way.type, way.dial, way.display) for way in line.channels.all()] == [
        ("call", "+15555550101", "+1 555 555 0101"),
        ("text", "55501", "55501"),
        ("website", "https://www.example.org/line", "example.org"),
    ]
    assert [(each.weekday, each.opens.hour, each.closes.hour) for each in line.intervals.all()] == [
        (4, 20, 2),
        (5, 20, 2),
    ]
    assert not Listing.objects.visible().exists()


def test_second_import_writes_nothing_but_its_record(import_rows: Any) -> None:
    import_rows(rows(1, 2))
    before = state()
    with CaptureQueriesContext(connection) as queries:
        run = import_rows(rows(2, 1))
    writes = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert (run.unchanged, run.created, run.updated) == (2, 0, 0)
    assert [sql for sql in writes if "feeds_" not in sql] == []
    assert state() == before


def test_import_of_an_export_changes_nothing(tmp_path: Path, curator: Account) -> None:
    load_hotlines()
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    call_command("export_feed", "helplines", out=first, stdout=io.StringIO())
    Listing.objects.all().delete()
    run = pipeline_run.import_feed("helplines", str(first), "Another directory").run
    assert run.created == run.rows == Hotline.objects.count() > 0
    assert run.rejected == run.notes == []
    services.publish_listings(Listing.objects.all(), by=curator)
    call_command("export_feed", "helplines", out=second, stdout=io.StringIO())
    assert first.read_bytes() == second.read_bytes()


def test_unpublished_hotline_follows_its_source(import_rows: Any) -> None:
    import_rows(rows(1, 2))
    run = import_rows(
        [other_phone(1), row(2, summary="Listens.", hours=[], always_open=True, copied="2026-04-05")]
    )
    assert (run.hold_reason, run.updated) == ("", 2)
    assert numbers() == ["+15555550102", "+15555550199"]
    line = Hotline.objects.get(source_ref="xx-lantern-2")
    assert (line.summary, line.always_open, line.intervals.count()) == ("Listens.", True, 0)
    assert line.provenance["*"]["copied"] == "2026-04-05"
    import_rows([other_phone(1), row(2, source="", copied="", copied_is="")])
    line.refresh_from_db()
    assert line.provenance["*"] == {"source": "Sample Lines"}


@pytest.mark.parametrize("hide", [None, services.pause_listings], ids=["published", "paused"])
def test_change_of_a_public_hotline_is_held(import_rows: Any, curator: Account, hide: Any) -> None:
    import_rows(rows(1, 2))
    publish_all(curator)
    if hide:
        hide(Listing.objects.all(), reason="Moving house.", by=curator)
    before = state()
    run = import_rows([other_phone(1), row(2)])
    assert run.state == ImportRun.State.HELD
    assert run.hold_reason == "1 of its lines that the public sees would change, which a person decides."
    assert {each["field"] for each in run.differences} == {"channels"}
    assert state() == before


def test_new_copy_date_is_held(import_rows: Any, curator: Account) -> None:
    import_rows(rows(1))
    publish_all(curator)
    assert import_rows([row(copied="2026-09-09")]).state == ImportRun.State.HELD


def test_held_change_is_released_and_undone(import_rows: Any, curator: Account) -> None:
    import_rows(rows(1, 2))
    publish_all(curator)
    before = state()
    changed = row(2, hours=[{"days": ["mon"], "opens": "09:00", "closes": "17:00"}], copied="2026-05-06")
    held = import_rows([other_phone(1), changed])
    done = pipeline_run.release_run(held, by=curator).run
    assert (done.updated, done.state) == (2, ImportRun.State.APPLIED)
    assert numbers() == ["+15555550102", "+15555550199"]
    assert Hotline.objects.get(source_ref="xx-lantern-2").intervals.get().weekday == 0
    assert rollback.undo_run(done, by=curator) == 2
    assert state() == before


def test_undo_publishes_nothing(import_rows: Any, curator: Account) -> None:
    run = import_rows(rows(1, 2))
    services.pause_listings(
        Listing.objects.filter(source_ref="xx-lantern-1"), reason="Moving house.", by=curator
    )
    with services.record_revision(
        Hotline.objects.get(source_ref="xx-lantern-2"), by=curator, comment="Looked at."
    ):
        Hotline.objects.get(source_ref="xx-lantern-2").save()
    rollback.undo_run(run, by=curator)
    assert dict(Hotline.objects.values_list("source_ref", "status")) == {
        "xx-lantern-1": "closed",
        "xx-lantern-2": "draft",
    }


def test_correction_outlives_the_import(import_rows: Any, curator: Account) -> None:
    import_rows(rows(1))
    line = Hotline.objects.get()
    line.channels.filter(type="call").update(dial="+15555550177")
    services.mark_corrected(line, ("channels",), by=curator)
    publish_all(curator)
    run = import_rows([other_phone(1)])
    assert (run.hold_reason, run.unchanged) == ("", 1)
    assert numbers() == ["+15555550177"]


def test_published_hotline_stays_when_missing(import_rows: Any, curator: Account) -> None:
    import_rows(rows(1, 2))
    publish_all(curator)
    for _time in range(3):
        run = import_rows(rows(1))
        assert [each["id"] for each in run.notes] == ["xx-lantern-2"]
        assert (run.hold_reason, run.retired) == ("", 0)
    assert set(Hotline.objects.values_list("status", flat=True)) == {"published"}


def test_hotline_in_review_is_retired_and_returns(import_rows: Any) -> None:
    import_rows(rows(1, 2))
    assert import_rows(rows(1)).retired == 0
    run = import_rows(rows(1))
    gone = Hotline.objects.get(source_ref="xx-lantern-2")
    assert (run.retired, run.listings, gone.status, gone.status_reason) == (1, 1, "draft", NOT_IN_SOURCE)
    import_rows(rows(1, 2))
    gone.refresh_from_db()
    assert (gone.status, gone.status_reason, gone.provenance["*"].get("missed")) == ("in-review", "", None)


def test_unparsed_row_is_not_missing(import_rows: Any) -> None:
    import_rows(rows(1, 2))
    for _time in range(3):
        run = import_rows([row(1), row(2, country="United States")])
    assert (run.retired, run.listings, len(run.rejected)) == (0, 2, 1)


def test_empty_feed_changes_nothing(import_rows: Any, curator: Account) -> None:
    import_rows(rows(1, 2))
    publish_all(curator)
    before = state()
    assert import_rows([]).state == ImportRun.State.HELD
    assert import_rows(rows(3)).state == ImportRun.State.HELD
    assert state() == before


def test_reference_data_is_no_feed_source(tmp_path: Path) -> None:
    load_hotlines()
    before = state()
    with pytest.raises(CommandError, match="facts that come with this site"):
        call_command("import_feed", "helplines", write_feed(tmp_path, rows(1)), source="Facts")
    assert state() == before


def test_same_slug_in_two_sources_gives_two_listings(tmp_path: Path, import_rows: Any) -> None:
    import_rows(rows(1))
    pipeline_run.import_feed("helplines", write_feed(tmp_path, [other_phone(1)]), "Other Lines")
    assert numbers() == ["+15555550101", "+15555550199"]
    assert Hotline.objects.values("slug").distinct().count() == 2


def test_dry_run_writes_nothing(import_rows: Any) -> None:
    import_rows(rows(1))
    before = state()
    run = import_rows([other_phone(1), row(2)], dry_run=True)
    assert (run.created, run.updated, run.pk) == (1, 1, None)
    assert state() == before
    assert ImportRun.objects.count() == 1


def test_interrupted_run_ends_like_a_complete_one(import_rows: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apply, "BATCH_SIZE", 2)
    feed = rows(*range(1, 8))
    import_rows(feed)
    whole = state()
    Listing.objects.all().delete()
    ImportRun.objects.all().delete()
    write = apply.PlanWriter.write_batch

    def interrupted_write(self: Any, *given: Any) -> None:
        if self.run.created == 4:
            raise KeyboardInterrupt
        write(self, *given)

    with monkeypatch.context() as patch:
        patch.setattr(apply.PlanWriter, "write_batch", interrupted_write)
        with pytest.raises(KeyboardInterrupt):
            import_rows(feed)
    assert Hotline.objects.count() == 4
    assert import_rows(feed).created == 7
    assert state() == whole

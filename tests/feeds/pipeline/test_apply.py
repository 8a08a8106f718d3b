"""A feed comes in once, changes only what differs, and says what it did."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directory.listings import services
from directory.models import Listing, Place
from feeds.models import ImportRun, Source
from groups.models import Meeting, SupportGroup
from tests.builders import make_account

pytestmark = pytest.mark.django_db


def row(**facts: Any) -> dict[str, Any]:
    """An invented row: a Monday meeting in San José."""
    defaults = {
        "slug": "lantern-monday", "name": "Lantern Group", "day": 1, "time": "19:00", "end_time": "20:15",
        "types": ["O", "D", "X"], "formatted_address": "412 Alder Street, San Jose, CA 95112, USA",
        "latitude": 37.34, "longitude": -121.88,
    }  # fmt: skip
    return {**defaults, **facts}


def run(tmp_path: Path, capsys: Any, *rows: dict[str, Any], **options: Any) -> dict[str, Any]:
    path = tmp_path / "feed.json"
    path.write_text(json.dumps(rows))
    call_command("import_feed", "meeting-guide", str(path), source="Sample Intergroup", json=True, **options)
    return json.loads(capsys.readouterr().out)


def test_import_stores_group_place_and_meetings(tmp_path: Path, capsys: Any) -> None:
    report = run(tmp_path, capsys, row(), row(slug="lantern-friday", day=5, types=["C"]), fellowship="aa")
    group = SupportGroup.objects.get()
    assert report == {
        "rows": 2, "used": 2, "merged": 0, "meetings": 2, "listings": 1, "created": 1, "updated": 0, "unchanged": 0,
        "retired": 0, "rejected": [], "notes": [], "held": None,
    }  # fmt: skip
    assert (group.name, group.kind, group.fellowship, group.status) == (
        "Lantern Group",
        "support-groups",
        "aa",
        "published",
    )
    assert (group.place.street, group.place.city) == ("412 Alder Street", "San Jose")
    meeting = Meeting.objects.get(source_ref="lantern-monday")
    assert (meeting.weekday, meeting.minutes, meeting.zone, meeting.zone_derived) == (
        0,
        75,
        "America/Los_Angeles",
        True,
    )


def test_second_import_writes_nothing_but_its_record(tmp_path: Path, capsys: Any) -> None:
    rows = [
        row(),
        row(
            slug="online", name="Far Light", conference_url="https://zoom.us/j/1", attendance_option="online"
        ),
    ]
    run(tmp_path, capsys, *rows)
    with CaptureQueriesContext(connection) as queries:
        report = run(tmp_path, capsys, *reversed(rows))
    writes = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert report["unchanged"] == 2
    assert [sql for sql in writes if "feeds_" not in sql] == []
    assert ImportRun.objects.count() == 2


def test_changed_field_is_the_only_change(tmp_path: Path, capsys: Any) -> None:
    run(tmp_path, capsys, row())
    before = SupportGroup.objects.get()
    report = run(tmp_path, capsys, row(time="18:30"))
    assert report["updated"] == 1
    assert Meeting.objects.get().start.hour == 18
    assert SupportGroup.objects.get().slug == before.slug


def test_correction_outlives_the_import(tmp_path: Path, capsys: Any) -> None:
    run(tmp_path, capsys, row())
    group = SupportGroup.objects.get()
    group.name, group.provenance["name"] = "Lantern, upstairs", {"corrected_by": "1", "when": "2026-03-01"}
    group.save()
    report = run(tmp_path, capsys, row(types=["C"]))
    assert report["updated"] == 1
    assert SupportGroup.objects.get().name == "Lantern, upstairs"


def test_status_that_a_curator_chose_stays(tmp_path: Path, capsys: Any) -> None:
    run(tmp_path, capsys, row())
    SupportGroup.objects.update(status="closed", status_reason="The building burnt down.")
    run(tmp_path, capsys, row())
    assert SupportGroup.objects.get().status == "closed"


def test_listing_missing_twice_is_paused_until_it_reappears(tmp_path: Path, capsys: Any) -> None:
    other = row(slug="other", name="Other Group", formatted_address="9 Elm Street, San Jose, CA 95112, USA")
    run(tmp_path, capsys, row(), other)
    assert run(tmp_path, capsys, other)["retired"] == 0
    report = run(tmp_path, capsys, other)
    gone = SupportGroup.objects.get(name="Lantern Group")
    assert (report["retired"], report["listings"], gone.status, gone.status_reason) == (
        1,
        1,
        "paused",
        "No longer in its source.",
    )
    run(tmp_path, capsys, row(), other)
    gone.refresh_from_db()
    assert (gone.status, gone.status_reason) == ("published", "")


def website_channels(group: SupportGroup) -> list[tuple[str, str]]:
    return list(group.channels.values_list("type", "dial"))


def test_website_becomes_a_channel(tmp_path: Path, capsys: Any) -> None:
    run(tmp_path, capsys, row(website="lantern.example.org/meetings"))
    group = SupportGroup.objects.get()
    assert website_channels(group) == [("website", "https://lantern.example.org/meetings")]
    assert run(tmp_path, capsys, row(website="https://lantern.example.org/meetings"))["unchanged"] == 1
    assert run(tmp_path, capsys, row(website="https://beacon.example.org/"))["updated"] == 1
    assert website_channels(group) == [("website", "https://beacon.example.org/")]
    assert run(tmp_path, capsys, row(website="mailto:somebody@example.org"))["updated"] == 1
    assert website_channels(group) == []


def test_website_that_a_curator_corrected_stays(tmp_path: Path, capsys: Any) -> None:
    run(tmp_path, capsys, row(website="https://lantern.example.org/"))
    group = SupportGroup.objects.get()
    group.channels.update(dial="https://corrected.example.org/")
    services.mark_corrected(group, ["channels"], by=make_account())
    report = run(tmp_path, capsys, row(website="https://beacon.example.org/"))
    assert (report["unchanged"], website_channels(group)) == (
        1,
        [("website", "https://corrected.example.org/")],
    )


UNREADABLE = {"time": "half past nine-ish"}


def test_unparsed_listing_is_not_missing(tmp_path: Path, capsys: Any) -> None:
    rows = [row(), *(row(slug=f"other-{n}", name=f"Other {n}") for n in range(3))]
    run(tmp_path, capsys, *rows)
    for _time in range(3):
        report = run(tmp_path, capsys, row(**UNREADABLE), *rows[1:])
        assert (report["retired"], report["listings"], report["unchanged"], len(report["rejected"])) == (
            0,
            4,
            4,
            1,
        )
    group = SupportGroup.objects.get(name="Lantern Group")
    assert (group.status, group.provenance["*"]) == ("published", {"source": "Sample Intergroup"})


def test_unparsed_meeting_stays(tmp_path: Path, capsys: Any) -> None:
    both = {"day": [1, 3]}
    run(tmp_path, capsys, row(**both), row(slug="lantern-friday", day=5))
    report = run(tmp_path, capsys, row(**both, **UNREADABLE), row(slug="lantern-friday", day=5, time="18:00"))
    assert (report["updated"], report["meetings"]) == (1, 3)
    report = run(tmp_path, capsys, row(slug="lantern-friday", day=5, time="18:00"))
    assert (report["updated"], report["meetings"]) == (1, 1)


def test_unparsed_retired_listing_stays_retired(tmp_path: Path, capsys: Any) -> None:
    other = row(slug="other", name="Other")
    run(tmp_path, capsys, row(), other)
    run(tmp_path, capsys, other)
    run(tmp_path, capsys, other)
    report = run(tmp_path, capsys, row(**UNREADABLE), other)
    assert (report["listings"], SupportGroup.objects.get(name="Lantern Group").status) == (1, "paused")


def test_dry_run_reports_and_saves_nothing(tmp_path: Path, capsys: Any) -> None:
    report = run(tmp_path, capsys, row(), dry_run=True)
    assert report["created"] == 1
    assert not Listing.objects.exists()
    assert not Place.objects.exists()
    assert not Source.objects.exists()
    run(tmp_path, capsys, row())
    report = run(tmp_path, capsys, row(name="Renamed", group="Lantern Group"), dry_run=True)
    assert SupportGroup.objects.get().name == "Lantern Group"
    assert ImportRun.objects.count() == 1


def test_inactive_group_is_paused_with_a_reason(tmp_path: Path, capsys: Any) -> None:
    report = run(tmp_path, capsys, row(attendance_option="inactive"))
    group = SupportGroup.objects.get()
    assert (group.status, bool(group.status_reason), report["meetings"]) == ("paused", True, 1)


def test_online_group_gets_no_place(tmp_path: Path, capsys: Any) -> None:
    run(tmp_path, capsys, row(attendance_option="online", conference_url="https://zoom.us/j/1?pwd=secret"))
    group = SupportGroup.objects.get()
    assert (group.place, group.modes) == (None, ("online",))
    assert "secret" not in Meeting.objects.get().join_url


def test_rejected_row_does_not_stop_the_others(tmp_path: Path, capsys: Any) -> None:
    report = run(tmp_path, capsys, row(), row(slug="odd", name="Odd", day=9))
    assert report["listings"] == 1
    assert [(entry["row"], entry["id"]) for entry in report["rejected"]] == [(2, "odd")]


@pytest.mark.parametrize("content", ["", "{", "<!doctype html><p>Sorry", "null", "42", '"text"', "\x00\x01"])
def test_invalid_file_gives_one_line_and_changes_nothing(tmp_path: Path, capsys: Any, content: str) -> None:
    run(tmp_path, capsys, row())
    path = tmp_path / "bad.json"
    path.write_text(content)
    with pytest.raises(CommandError) as stopped:
        call_command("import_feed", "meeting-guide", str(path), source="Sample Intergroup")
    assert len(str(stopped.value).splitlines()) == 1
    assert SupportGroup.objects.get().status == "published"
    assert ImportRun.objects.count() == 1


@pytest.mark.parametrize(
    "where", ["/nowhere/feed.json", "ftp://example.org/x", "http://127.0.0.1/x", "http://u:p@example.org/"]
)
def test_unreachable_feed_gives_one_line(where: str) -> None:
    with pytest.raises(CommandError) as stopped:
        call_command("import_feed", "meeting-guide", where, source="Sample")
    assert len(str(stopped.value).splitlines()) == 1


def test_groups_at_one_address_share_a_place(tmp_path: Path, capsys: Any) -> None:
    rows = [
        row(),
        row(slug="harbor", name="Harbor Group", day=2, latitude=37.3401),
        row(slug="night", name="Night Group", day=3, latitude=None, longitude=None, location_notes="Ring."),
    ]
    run(tmp_path, capsys, *rows)
    assert Place.objects.get().latitude == 37.3401, "that of the first id with a point"
    for again in (rows, rows[::-1]):
        assert run(tmp_path, capsys, *again)["unchanged"] == 3


@pytest.mark.parametrize("where", [{"latitude": 37.3, "longitude": -121.8}, {"postal_code": "95112"}])
def test_empty_place_does_not_stop_the_import(tmp_path: Path, capsys: Any, where: dict) -> None:
    nowhere = {"formatted_address": "", "latitude": None, "longitude": None, "attendance_option": "in_person"}
    run(tmp_path, capsys, row(), row(slug="bare", name="Bare Group", **{**nowhere, **where}))
    assert SupportGroup.objects.get(name="Bare Group").place is None
    assert {remark["id"].split("-")[0] for remark in ImportRun.objects.get().notes} == {"bare"}


def test_unknown_country_is_left_out(tmp_path: Path, capsys: Any) -> None:
    run(tmp_path, capsys, row(formatted_address="", address="Gedimino 1", city="Vilnius", country="Atlantis"))
    assert Place.objects.get().country == ""


def test_link_that_is_too_long_is_left_out(tmp_path: Path, capsys: Any) -> None:
    run(tmp_path, capsys, row(conference_url="https://meet.example.org/" + "a" * 600))
    assert Meeting.objects.get().join_url == ""


def test_place_that_a_curator_corrected_stays(tmp_path: Path, capsys: Any) -> None:
    run(tmp_path, capsys, row())
    group, place = SupportGroup.objects.get(), Place.objects.get()
    place.street = "412 Alder Street, rear"
    place.save()
    services.mark_corrected(group, ("place",), by=make_account())
    moved = row(latitude=37.35), row(slug="new", name="New Group", day=4, latitude=37.35)
    run(tmp_path, capsys, *moved)
    assert run(tmp_path, capsys, *moved)["unchanged"] == 2
    place.refresh_from_db()
    assert (place.street, place.latitude) == ("412 Alder Street, rear", 37.34)
    assert {each.place for each in SupportGroup.objects.all()} == {place}


def test_listing_published_by_a_curator_is_not_retired(tmp_path: Path, capsys: Any) -> None:
    """Nor would it come back by itself, since its status is the curator's."""
    others = [row(slug=f"other-{number}", name=f"Other {number}") for number in range(9)]
    run(tmp_path, capsys, row(), *others)
    group, curator = SupportGroup.objects.get(name="Lantern Group"), make_account()
    services.pause_listings([group], reason="Away", by=curator)
    services.publish_listings([group], by=curator)
    for _run in range(3):
        run(tmp_path, capsys, *others)
    group.refresh_from_db()
    assert group.status == "published"


def test_nothing_personal_is_stored(tmp_path: Path, capsys: Any) -> None:
    canary = "zzcanary"
    personal = {
        "contact_1_name": canary, "contact_1_email": f"{canary}@example.org", "contact_1_phone": "+1 408 555 0142",
        "email": f"{canary}@example.org", "phone": "408-555-0142", "venmo": f"@{canary}", "author": canary,
        "conference_url": f"https://zoom.us/j/123?pwd={canary}", "conference_url_notes": f"Password: {canary}",
        "notes": f"Call Pat at 408-555-0142. Passcode: {canary}",
    }  # fmt: skip
    run(tmp_path, capsys, row(**personal))
    stored = [
        str(list(model.objects.values())) for model in (SupportGroup, Meeting, Place, Source, ImportRun)
    ]
    assert not any(canary in text or "0142" in text for text in stored)

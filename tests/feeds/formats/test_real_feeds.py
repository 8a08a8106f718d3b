"""Real feeds, where they lie beside the checkout: what a source publishes comes in, and comes in once."""

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from directory.listings import services
from feeds.fetch import client
from feeds.formats.json_rows import parse_rows
from feeds.formats.meeting_guide.types import parse_types
from feeds.models import ImportRun, Source
from feeds.pipeline import run as pipeline_run
from groups.models import Meeting, SupportGroup
from tests.builders import make_account
from tests.feeds.state import digest

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data"
MEETING_GUIDE = FOLDER / "meeting-guide"
FEEDS = sorted([*MEETING_GUIDE.glob("*.json*"), *FOLDER.glob("other-meetings/*-tsml.json")])
PAIRS = [("nepaaa-feed-a", "nepaaa-feed-b"), ("aasanjose-feed-2019", "aasanjose-feed")]
MOST_REJECTED = 0.05

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FEEDS, reason="no shared data: real feeds do not lie beside this checkout"),
]


def run(feed: Path, capsys: Any, source: str = "") -> dict[str, Any]:
    call_command("import_feed", "meeting-guide", str(feed), source=source or feed.stem, json=True)
    return json.loads(capsys.readouterr().out)


def rows_stored() -> int:
    """Rows that the directory holds; one of several days is several meetings, with the day behind a colon."""
    refs = Meeting.objects.values_list("source_ref", flat=True)
    return len({ref.rpartition(":")[0] or ref for ref in refs})


@pytest.mark.parametrize("feed", FEEDS or [FOLDER], ids=lambda feed: feed.stem)
def test_real_feed_comes_in_once(feed: Path, capsys: Any, figure) -> None:
    first, second = run(feed, capsys), run(feed, capsys)
    stored, rejected = rows_stored(), len({row["row"] for row in first["rejected"]})
    figure(
        feed.name,
        f"{first['rows']} rows = {stored} stored + {first['merged']} merged + {rejected} rejected; "
        f"{first['meetings']} meetings of {first['listings']} groups",
        must="rejected at most 5%",
    )
    assert first["rows"] == stored + first["merged"] + rejected
    assert rejected <= first["rows"] * MOST_REJECTED
    assert first["listings"] == first["created"] > 0
    assert first["meetings"] == Meeting.objects.count() > 0
    assert (second["created"], second["updated"], second["retired"]) == (0, 0, 0)
    assert second["unchanged"] == first["created"]
    assert not SupportGroup.objects.filter(name="").exists()


@pytest.mark.parametrize("feed", FEEDS or [FOLDER], ids=lambda feed: feed.stem)
def test_order_of_a_real_feed_makes_no_difference(feed: Path, capsys: Any, tmp_path: Path) -> None:
    run(feed, capsys, "Sample")
    first = digest()
    SupportGroup.objects.all().delete()
    Source.objects.all().delete()
    rows = parse_rows(client.read_feed(str(feed)).data)
    shuffled = tmp_path / "shuffled.json"
    shuffled.write_text(json.dumps(random.Random(7).sample(rows, len(rows))))
    run(shuffled, capsys, "Sample")
    assert digest() == first


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[1])
def test_two_states_of_a_source_follow_one_another(pair: tuple[str, str], capsys: Any, figure) -> None:
    """The second state changes much, so that it waits, and a curator lets it through. What is missing is retired by the
    second run without it, of which nobody is asked again, and what was corrected stays as it was set."""
    before, after = (MEETING_GUIDE / f"{name}.json" for name in pair)
    curator = make_account()
    first, _other = run(before, capsys, "Sample"), run(after, capsys, "Other")
    sample = SupportGroup.objects.filter(source="sample")
    had, has = refs(sample), refs(SupportGroup.objects.filter(source="other"))
    missing = refs(sample.filter(status="published")) - has
    group = sample.filter(source_ref__in=had & has).order_by("source_ref")[0]
    group.description = "Ring twice."
    group.save()
    services.mark_corrected(group, ["description"], by=curator)
    held = run(after, capsys, "Sample")["held"]
    assert "are missing from the feed" in held
    second = let_through(curator)
    assert (second.created, second.retired) == (len(has - had), 0)
    assert second.updated > 0
    third = run(after, capsys, "Sample")
    figure(
        f"{pair[0]}, {pair[1]}",
        f"{first['created']} created; then {held!r} {second.created} created, {second.updated} updated; "
        f"{third['retired']} retired by the next run",
        must="created, updated, held, retired by rule",
    )
    assert (third["held"], third["created"], third["updated"], third["retired"]) == (None, 0, 0, len(missing))
    assert refs(sample.filter(status="paused", status_reason="No longer in its source.")) == missing
    group.refresh_from_db()
    assert group.description == "Ring twice."


def refs(groups: Any) -> set[str]:
    return set(groups.values_list("source_ref", flat=True))


def let_through(curator: Any) -> ImportRun:
    return pipeline_run.release_run(ImportRun.objects.get(state=ImportRun.State.HELD), by=curator).run


def test_san_jose_stores_every_meeting(capsys: Any) -> None:
    report = run(MEETING_GUIDE / "aasanjose-feed.json", capsys)
    assert (report["rows"], report["meetings"], report["rejected"]) == (670, 670, [])


AL_ANON = "alanonma-tsml"


def types_of_rows(feed: Path) -> dict[str, set[str]]:
    """Return what the types of each row mean, by its slug, as "facet:value"; slugs that stand twice are left out."""
    fellowship = "al-anon" if feed.stem == AL_ANON else "aa"
    rows = [row for row in parse_rows(client.read_feed(str(feed)).data) if isinstance(row, dict)]
    slugs = Counter(str(row.get("slug")) for row in rows)
    return {
        str(row["slug"]): set(parse_types(row.get("types"), fellowship=fellowship).means)
        for row in rows
        if slugs[str(row.get("slug"))] == 1
    }


def facts_of(meeting: Meeting) -> set[str]:
    """Return the facts that a meeting states itself, as "facet:value"."""
    return {
        f"{facet}:{value}"
        for facet, values in (
            ("audience", meeting.audiences), ("language", meeting.languages), ("format", meeting.formats),
        )
        for value in values
    }  # fmt: skip


@pytest.mark.parametrize("feed", FEEDS or [FOLDER], ids=lambda feed: feed.stem)
def test_each_meeting_of_a_real_feed_has_the_types_of_its_own_row(feed: Path, capsys: Any, figure) -> None:
    fellowship = "al-anon" if feed.stem == AL_ANON else "aa"
    call_command(
        "import_feed", "meeting-guide", str(feed), source=feed.stem, fellowship=fellowship, json=True
    )
    report = json.loads(capsys.readouterr().out)
    assert report["rows"] == report["used"] + report["merged"] + len(report["rejected"])
    expected, compared, wrong = types_of_rows(feed), 0, []
    merged = {
        note["reason"].split()[3].rstrip(":") for note in report["notes"] if "Duplicate of" in note["reason"]
    }
    for meeting in Meeting.objects.select_related("group"):
        slug = meeting.source_ref
        slug = slug if slug in expected else slug.rpartition(":")[0]
        if slug not in expected or meeting.source_ref in merged:
            continue
        compared += 1
        means = {each for each in expected[slug] if each.startswith(("audience:", "language:", "format:"))}
        if facts_of(meeting) != means:
            wrong.append((slug, facts_of(meeting) ^ means))
        for name in ("audiences", "languages", "attendance_slips"):
            if meeting.active and not getattr(meeting, name) and meeting.own_or_group(name):
                wrong.append((slug, f"{name} of the group"))
        slips = meeting.attendance_slips == "yes"
        if slips != ("slips:yes" in expected[slug]):
            wrong.append((slug, "slips"))
    figure(f"{feed.name}, types", f"{compared} meetings, {len(wrong)} wrong", must="0 wrong")
    assert wrong == []
    assert compared >= 0.9 * report["used"]
    call_command("import_feed", "meeting-guide", str(feed), source=feed.stem, dry_run=True, json=True)
    again = json.loads(capsys.readouterr().out)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, report["created"])
    assert again["notes"] == report["notes"]

"""`export_feed`: what is published goes out whole, reads back the same, and replaces a file at once."""

import datetime
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from directory.models import Channel, OpeningInterval
from directory.reference_data.loader import load_hotlines
from directory.reference_data.parser import read_hotlines
from feeds.export.hotlines import EXPORTED_RECORDS, exported_hotlines
from feeds.formats import WRITERS
from feeds.formats.helplines import parser
from tests.builders import make_listing

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[3]


def make_line(**facts):
    listing = make_listing("hotlines", **facts)
    Channel.objects.create(listing=listing, type="call", dial="55501", display="55501")
    return listing


def exported() -> list[dict]:
    out = StringIO()
    call_command("export_feed", "helplines", stdout=out)
    return json.loads(out.getvalue())["lines"]


def test_every_written_format_has_records() -> None:
    assert WRITERS.keys() == EXPORTED_RECORDS.keys()


def test_export_parses_to_the_same_records() -> None:
    load_hotlines()
    parsed = parser.parse(WRITERS["helplines"](exported_hotlines()))
    assert parsed.problems == []
    assert parsed.records == exported_hotlines()
    assert len(parsed.records) == len(read_hotlines())


def test_export_contains_the_fields() -> None:
    load_hotlines()
    facts = {fact.slug: fact for fact in read_hotlines()}
    for line in exported_hotlines():
        fact = facts[line.ref]
        assert (line.name, line.country, line.website, line.source) == (
            fact.name, fact.country, fact.website, fact.source,
        )  # fmt: skip
        assert [(way.type, way.dial) for way in line.channels] == [
            (way.type, way.dial) for way in fact.channels
        ]
        assert (line.copied, line.copied_is, line.happens) == (
            fact.copied,
            fact.copied_is,
            fact.what_to_expect,
        )
        assert len(line.hours) == sum(len(row.days) for row in fact.hours)


@pytest.mark.parametrize(
    "facts", [{"status": "draft"}, {"status": "paused", "status_reason": "Moved."}, {"sample": True}]
)
def test_export_leaves_out_unpublished_lines(facts: dict) -> None:
    make_line(slug="ours")
    make_line(slug="not-ours", **facts)
    assert [line["slug"] for line in exported()] == ["ours"]


def test_export_leaves_out_hours_without_a_zone() -> None:
    listing = make_line(zone="")
    OpeningInterval.objects.create(
        listing=listing, weekday=0, opens=datetime.time(9), closes=datetime.time(17)
    )
    assert "hours" not in exported()[0]


def test_export_query_count_is_constant(django_assert_num_queries) -> None:
    for number in (10, 20):
        for _ in range(10):
            make_line()
        with django_assert_num_queries(3):
            assert len(exported_hotlines()) == number


def test_export_replaces_a_file_atomically(tmp_path: Path) -> None:
    make_line(slug="ours", name="Línea")
    path = tmp_path / "lines.json"
    path.write_text("old")
    call_command("export_feed", "helplines", out=path)
    assert "Línea" in path.read_text(encoding="utf-8")
    assert [each.name for each in tmp_path.iterdir()] == ["lines.json"]


def test_export_to_a_missing_folder_gives_one_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="could not be written"):
        call_command("export_feed", "helplines", out=tmp_path / "missing" / "lines.json")


def test_documented_example_parses_without_problems() -> None:
    text = (ROOT / "docs" / "helplines.md").read_text(encoding="utf-8")
    example = text.split("```json\n")[1].split("```")[0]
    parsed = parser.parse(example.encode())
    assert parsed.problems == []
    assert json.loads(WRITERS["helplines"](parsed.records)) == json.loads(example)


def test_documentation_names_each_field() -> None:
    text = (ROOT / "docs" / "helplines.md").read_text(encoding="utf-8")
    make_line()
    written = WRITERS["helplines"](parser.parse(text.split("```json\n")[1].split("```")[0].encode()).records)
    (line,) = json.loads(written)["lines"]
    missing = [key for key in [*line, *line["channels"][1]] if f"`{key}`" not in text]
    assert missing == []

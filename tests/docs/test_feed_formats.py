"""The tables of formats in the publishers' guide are what the commands read and write."""

from feeds.formats import PARSERS, WRITERS
from feeds.models import ImportRun
from feeds.pipeline.feed_types import FEED_TYPES
from feeds.pipeline.run import run_report
from tests.docs.tables import described, differences, document, names, table

DOCS = "docs/publishers.md"


def test_import_formats_are_described_and_exist():
    written = described(DOCS, "## Formats that are imported")
    place = "feeds/formats/__init__.py (PARSERS)"
    assert differences(PARSERS, written, code=place, docs=f"{DOCS} (Formats that are imported)") == []


def test_each_import_format_names_the_kind_that_it_brings():
    rows = table(DOCS, "## Formats that are imported")
    assert {names(row[0])[0]: names(row[1])[0] for row in rows} == {
        name: feed_type.kind for name, feed_type in FEED_TYPES.items()
    }


def test_export_formats_are_described_and_exist():
    written = described(DOCS, "## Formats that are exported")
    place = "feeds/formats/__init__.py (WRITERS)"
    assert differences(WRITERS, written, code=place, docs=f"{DOCS} (Formats that are exported)") == []


def test_keys_of_the_report_are_described_and_exist():
    text = document(DOCS).partition("`--json` prints one object:")[2].partition(". ")[0]
    written = [name for name in names(text.replace("\n", " ")) if name not in ("row", "id", "reason")]
    place = "feeds/pipeline/run.py (run_report)"
    assert differences(run_report(ImportRun()), written, code=place, docs=f"{DOCS} (--json)") == []

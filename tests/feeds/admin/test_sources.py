import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from feeds.admin.sources import MAX_ROWS
from feeds.models import ImportRun, Source
from tests.builders import make_curator

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    source = Source.objects.create(slug="example", name="Example", format="meeting-guide")
    rejected = [
        {"row": number, "id": f"m{number}", "reason": "time: “<b>noon</b>” is no time"}
        for number in range(1, MAX_ROWS + 3)
    ]
    return ImportRun.objects.create(source=source, rows=9, created=7, rejected=rejected)


def page_of(client, run):
    response = client.get(reverse("admin:feeds_importrun_change", args=(run.pk,)))
    return BeautifulSoup(response.content, "html.parser")


def test_run_shows_its_rejected_rows_as_a_table(client, run):
    make_curator(client)
    page = page_of(client, run)
    rows = page.select(".field-rejected_rows tbody tr")
    assert len(rows) == MAX_ROWS
    assert [cell.get_text() for cell in rows[0].select("td")] == ["1", "m1", "time: “<b>noon</b>” is no time"]
    assert "2 more are not shown" in page.select_one(".field-rejected_rows").get_text()
    assert page.select_one(".field-noted_rows .readonly").get_text() == "None."


def test_run_is_read_only(client, run):
    make_curator(client, is_superuser=True)
    assert not page_of(client, run).select("#content [name=_save], #content input:not([type=hidden])")
    for name in ("change", "delete"):
        assert (
            client.post(reverse(f"admin:feeds_importrun_{name}", args=(run.pk,)), {"rows": 1}).status_code
            == 403
        )
    run.refresh_from_db()
    assert run.rows == 9


def test_list_counts_rejected_rows(client, run):
    make_curator(client)
    page = BeautifulSoup(client.get(reverse("admin:feeds_importrun_changelist")).content, "html.parser")
    assert page.select_one("td.field-left_out").get_text() == str(len(run.rejected))


def change(client, source, **fields):
    """What the form of a source answers; on success `source` is as it is then."""
    given = {"name": source.name, "format": source.format, "address": source.address, "enabled": "on"}
    page = reverse("admin:feeds_source_change", args=(source.pk,))
    response = client.post(page, {**given, "refresh_hours": 24, "max_change_percent": 20, **fields})
    source.refresh_from_db()
    return BeautifulSoup(response.content, "html.parser")


def test_source_keeps_its_slug(client, run):
    make_curator(client, is_superuser=True)
    change(client, run.source, name="Other", slug="other")
    assert (run.source.name, run.source.slug, run.source.refresh_hours) == ("Other", "example", 24)


def test_changed_source_loses_its_validators(client, run):
    make_curator(client, is_superuser=True)
    Source.objects.update(etag='"1"', last_modified="Thu, 01 Jan 2026 00:00:00 GMT")
    change(client, run.source, fellowship="aa")
    assert (run.source.fellowship, run.source.etag, run.source.last_modified) == ("aa", "", "")


@pytest.mark.parametrize(
    "address", ["/etc/passwd", "file:///etc/passwd", "http://127.0.0.1/", "https://me:pw@example.org/"]
)
def test_admin_accepts_only_web_addresses(client, run, address):
    make_curator(client, is_superuser=True)
    page = change(client, run.source, address=address)
    assert page.select_one(".field-address .errorlist")
    assert run.source.address == ""


def test_path_from_the_command_line_is_kept(client, run):
    make_curator(client, is_superuser=True)
    Source.objects.update(address="/srv/feeds/example.json")
    run.source.refresh_from_db()
    change(client, run.source, refresh_hours=0, owner="Example Intergroup")
    assert (run.source.address, run.source.owner) == ("/srv/feeds/example.json", "Example Intergroup")


def test_curator_cannot_change_a_source(client, run):
    make_curator(client)
    change(client, run.source, name="Other")
    assert run.source.name == "Example"

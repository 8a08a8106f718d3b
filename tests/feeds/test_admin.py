import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from feeds.admin import SHOWN_ROWS
from feeds.models import ImportRun, Source
from tests.builders import make_curator

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    source = Source.objects.create(slug="example", name="Example", format="meeting-guide")
    rejected = [
        {"row": number, "id": f"m{number}", "reason": "time: “<b>noon</b>” is no time"}
        for number in range(1, SHOWN_ROWS + 3)
    ]
    return ImportRun.objects.create(source=source, rows=9, created=7, rejected=rejected)


def page_of(client, run):
    response = client.get(reverse("admin:feeds_importrun_change", args=(run.pk,)))
    return BeautifulSoup(response.content, "html.parser")


def test_run_shows_its_rejected_rows_as_a_table(client, run):
    make_curator(client)
    page = page_of(client, run)
    rows = page.select(".field-rejected_rows tbody tr")
    assert len(rows) == SHOWN_ROWS
    assert [cell.get_text() for cell in rows[0].select("td")] == ["1", "m1", "time: “<b>noon</b>” is no time"]
    assert "2 more are not shown" in page.select_one(".field-rejected_rows").get_text()
    assert page.select_one(".field-remarked_rows .readonly").get_text() == "None."


def test_run_is_read_and_never_changed(client, run):
    make_curator(client, is_superuser=True)
    assert not page_of(client, run).select("#content [name=_save], #content input:not([type=hidden])")
    for name in ("change", "delete"):
        assert (
            client.post(reverse(f"admin:feeds_importrun_{name}", args=(run.pk,)), {"rows": 1}).status_code
            == 403
        )
    run.refresh_from_db()
    assert run.rows == 9


def test_list_counts_what_was_left_out(client, run):
    make_curator(client)
    page = BeautifulSoup(client.get(reverse("admin:feeds_importrun_changelist")).content, "html.parser")
    assert page.select_one("td.field-left_out").get_text() == str(len(run.rejected))


def test_source_keeps_its_slug(client, run):
    make_curator(client, is_superuser=True)
    page = reverse("admin:feeds_source_change", args=(run.source.pk,))
    client.post(page, {"name": "Other", "slug": "other", "format": "meeting-guide"})
    run.source.refresh_from_db()
    assert (run.source.name, run.source.slug) == ("Other", "example")

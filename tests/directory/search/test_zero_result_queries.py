"""Searches without results are counted by the week, and the counts identify nobody."""

import datetime

import pytest
from django.db import OperationalError, connection

from directory.models import ZeroResultQuery
from directory.search import zero_result_queries
from tests.builders import make_curator, make_listing

pytestmark = pytest.mark.django_db
WEDNESDAY = datetime.date(2026, 3, 4)
MONDAY = datetime.date(2026, 3, 2)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Équine Therapy", "equine therapy"),
        ("horse-riding", "horse riding"),
        ("men’s shed", "mens shed"),
        ("408-555-0101", ""),
        ("room 12", ""),
        ("sam@example.org", ""),
        ("https://example.org", ""),
        ("my neighbor John drinks all day", ""),
        ("x" * 41, ""),
        ("", ""),
        ("💜", ""),
        ("a\0b", ""),
    ],
)
def test_personal_text_is_not_stored(text, folded) -> None:
    assert zero_result_queries.countable_text(text) == folded


def test_same_words_are_one_row_a_week() -> None:
    for text in ("Equine therapy", "EQUINE  THERAPY", "équine therapy"):
        assert zero_result_queries.record_zero_result(text, WEDNESDAY)
    (row,) = ZeroResultQuery.objects.all()
    assert (row.text, row.week, row.count) == ("equine therapy", MONDAY, 3)


def test_row_holds_only_text_week_and_count() -> None:
    assert [field.name for field in ZeroResultQuery._meta.get_fields()] == ["id", "text", "week", "count"]


def test_rows_of_a_week_are_limited(monkeypatch) -> None:
    monkeypatch.setattr(zero_result_queries, "MAX_ROWS_A_WEEK", 2)
    assert [zero_result_queries.record_zero_result(text, WEDNESDAY) for text in ("a", "b", "c", "a")] == [
        True,
        True,
        False,
        True,
    ]
    assert ZeroResultQuery.objects.count() == 2


def test_purge_deletes_old_and_rare_rows() -> None:
    ZeroResultQuery.objects.create(text="long ago", week=MONDAY - datetime.timedelta(weeks=9), count=50)
    ZeroResultQuery.objects.create(text="once", week=MONDAY - datetime.timedelta(weeks=1), count=1)
    ZeroResultQuery.objects.create(text="often", week=MONDAY - datetime.timedelta(weeks=1), count=3)
    zero_result_queries.record_zero_result("equine", WEDNESDAY)
    assert set(ZeroResultQuery.objects.values_list("text", flat=True)) == {"often", "equine"}


def test_busy_database_records_nothing(monkeypatch) -> None:
    def busy(*_args):
        raise OperationalError("database is locked")

    monkeypatch.setattr(zero_result_queries, "increment_count", busy)
    assert zero_result_queries.record_zero_result("equine", WEDNESDAY) is False


def test_short_lock_timeout_restores_the_usual_one() -> None:
    query = "PRAGMA busy_timeout" if connection.vendor == "sqlite" else "SHOW lock_timeout"

    def lock_timeout():
        with connection.cursor() as cursor:
            cursor.execute(query)
            return str(cursor.fetchone()[0])

    usual = lock_timeout()
    with zero_result_queries.short_lock_timeout():
        assert lock_timeout().startswith(str(zero_result_queries.LOCK_TIMEOUT_MS))
    assert lock_timeout() == usual


def test_only_a_first_page_without_results_and_filters_is_counted(client) -> None:
    make_listing(name="Equine Friends", languages=("en",))
    for address in (
        "/find/?q=zzyzx",
        "/find/?q=equine",
        "/find/?q=equine&language=es",
        "/find/?q=zzyzx&page=2",
    ):
        client.get(address)
    assert list(ZeroResultQuery.objects.values_list("text", "count")) == [("zzyzx", 1)]


def test_admin_shows_only_texts_typed_often(client) -> None:
    ZeroResultQuery.objects.create(text="seldom typed", week=MONDAY, count=2)
    ZeroResultQuery.objects.create(text="often typed", week=MONDAY, count=3)
    make_curator(client)
    page = client.get("/admin/directory/zeroresultquery/").content.decode()
    assert "often typed" in page
    assert "seldom typed" not in page

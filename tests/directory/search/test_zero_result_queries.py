"""Words that found nothing are counted by the week, and nobody can be told from them."""

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
    ("text", "kept"),
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
def test_what_may_be_personal_is_not_kept(text, kept) -> None:
    assert zero_result_queries.countable_words(text) == kept


def test_the_same_words_are_one_row_a_week() -> None:
    for text in ("Equine therapy", "EQUINE  THERAPY", "équine therapy"):
        assert zero_result_queries.record_zero_result(text, WEDNESDAY)
    (row,) = ZeroResultQuery.objects.all()
    assert (row.words, row.week, row.times) == ("equine therapy", MONDAY, 3)


def test_nothing_but_words_week_and_count_is_kept() -> None:
    assert [field.name for field in ZeroResultQuery._meta.get_fields()] == ["id", "words", "week", "times"]


def test_the_table_is_bounded(monkeypatch) -> None:
    monkeypatch.setattr(zero_result_queries, "MOST_A_WEEK", 2)
    assert [zero_result_queries.record_zero_result(text, WEDNESDAY) for text in ("a", "b", "c", "a")] == [
        True,
        True,
        False,
        True,
    ]
    assert ZeroResultQuery.objects.count() == 2


def test_old_weeks_go_and_of_past_ones_what_few_typed() -> None:
    ZeroResultQuery.objects.create(words="long ago", week=MONDAY - datetime.timedelta(weeks=9), times=50)
    ZeroResultQuery.objects.create(words="once", week=MONDAY - datetime.timedelta(weeks=1), times=1)
    ZeroResultQuery.objects.create(words="often", week=MONDAY - datetime.timedelta(weeks=1), times=3)
    zero_result_queries.record_zero_result("equine", WEDNESDAY)
    assert set(ZeroResultQuery.objects.values_list("words", flat=True)) == {"often", "equine"}


def test_a_busy_database_is_left_alone(monkeypatch) -> None:
    def busy(*_args):
        raise OperationalError("database is locked")

    monkeypatch.setattr(zero_result_queries, "increment_count", busy)
    assert zero_result_queries.record_zero_result("equine", WEDNESDAY) is False


def test_patience_is_short_and_goes_back_to_what_it_was() -> None:
    asked = "PRAGMA busy_timeout" if connection.vendor == "sqlite" else "SHOW lock_timeout"

    def patience():
        with connection.cursor() as cursor:
            cursor.execute(asked)
            return str(cursor.fetchone()[0])

    usual = patience()
    with zero_result_queries.short_lock_timeout():
        assert patience().startswith(str(zero_result_queries.PATIENCE_MS))
    assert patience() == usual


def test_a_search_that_finds_nothing_is_counted_and_one_that_finds_or_narrows_is_not(client) -> None:
    make_listing(name="Equine Friends", languages=("en",))
    for address in (
        "/find/?q=zzyzx",
        "/find/?q=equine",
        "/find/?q=equine&language=es",
        "/find/?q=zzyzx&page=2",
    ):
        client.get(address)
    assert list(ZeroResultQuery.objects.values_list("words", "times")) == [("zzyzx", 1)]


def test_curators_see_only_what_several_typed(client) -> None:
    ZeroResultQuery.objects.create(words="seldom typed", week=MONDAY, times=2)
    ZeroResultQuery.objects.create(words="often typed", week=MONDAY, times=3)
    make_curator(client)
    page = client.get("/admin/directory/zeroresultquery/").content.decode()
    assert "often typed" in page
    assert "seldom typed" not in page

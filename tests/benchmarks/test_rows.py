"""The made-up rows are the same in each run, the models accept them, and their phone numbers belong to nobody."""

import re

import pytest
from django.db import connection, models

from benchmarks.fill_database import insert_rows, update_statistics
from benchmarks.rows import BATCH, MODEL_FIELDS, Rows, RowWriter, kind_shares
from directory.kinds.registry import kinds
from directory.models import Channel, Listing
from groups.models import Meeting
from tests.builders import make_listing

SIZE = 400
# Reading the words and towns takes seconds.
pytestmark = pytest.mark.xdist_group("made-up rows")


@pytest.fixture(scope="module")
def writer() -> RowWriter:
    return RowWriter()


@pytest.fixture(scope="module")
def rows(writer: RowWriter) -> Rows:
    return writer.batch(1, SIZE)


def test_same_seed_gives_the_same_rows(rows: Rows) -> None:
    assert RowWriter().batch(1, SIZE) == rows


def test_every_kind_of_the_registry_has_a_share() -> None:
    assert set(kind_shares()) == set(kinds)


def test_small_database_begins_a_larger_one(writer: RowWriter, rows: Rows) -> None:
    larger = writer.batch(1, SIZE + 100)
    assert all(larger[model][1][: len(each)] == each for model, (_names, each) in rows.items())


def test_further_batch_goes_on_and_differs(writer: RowWriter, rows: Rows) -> None:
    further = writer.batch(BATCH + 1, 10)[Listing][1]
    assert [row[0] for row in further] == [*range(BATCH + 1, BATCH + 11)]
    assert [row[3] for row in further] != [row[3] for row in rows[Listing][1][:10]]


def test_batch_must_begin_where_another_ends(writer: RowWriter) -> None:
    with pytest.raises(ValueError, match="begins where one ends"):
        writer.batch(2, 10)


def test_a_quarter_are_groups_and_first_values_are_frequent(writer: RowWriter) -> None:
    listings = writer.batch(1, BATCH)[Listing][1]
    groups = sum(row[1] == "support-groups" for row in listings)
    assert 0.23 < groups / BATCH < 0.27
    alcohol, anything = (sum(f"|{value}|" in row[9] for row in listings) for value in ("alcohol", "any"))
    assert alcohol > 3 * anything > 0


@pytest.mark.django_db
def test_models_accept_the_rows(rows: Rows) -> None:
    for model, (names, each) in rows.items():
        insert_rows(model, names, each)
    update_statistics()
    connection.check_constraints()
    listings = list(Listing.objects.select_related("place", *kinds.accessors()))
    assert len(listings) == SIZE
    assert {listing.kind for listing in listings} == set(kinds)
    for listing in listings:
        listing.kind_instance.full_clean(
            validate_unique=False, validate_constraints=False, exclude=["listing_ptr"]
        )
    for meeting in Meeting.objects.all():
        assert meeting.rule.zone
    # The next listing gets a key of its own.
    assert make_listing().pk > SIZE


@pytest.mark.parametrize("model", MODEL_FIELDS)
def test_named_fields_are_the_models_own(model: type[models.Model]) -> None:
    assert set(MODEL_FIELDS[model]) <= {field.attname for field in model._meta.local_concrete_fields}


def test_phone_numbers_belong_to_nobody(rows: Rows) -> None:
    numbers = [row[2] for row in rows[Channel][1] if row[1] in ("call", "text")]
    assert len(numbers) > SIZE / 2
    assert all(re.fullmatch(r"\+1\d{3}55501\d\d", number) for number in numbers)

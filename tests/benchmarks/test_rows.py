"""The made-up base: the same rows each time, rows that the models accept, and numbers that belong to nobody."""

import re

import pytest
from django.db import connection, models

from benchmarks.filling import insert, settle
from benchmarks.rows import BATCH, FIELDS, Rows, Writer
from directory.kinds.registry import kinds
from directory.models import Channel, Listing
from groups.models import Meeting
from tests.builders import make_listing

SIZE = 400


@pytest.fixture(scope="module")
def writer() -> Writer:
    return Writer()


@pytest.fixture(scope="module")
def rows(writer: Writer) -> Rows:
    return writer.batch(1, SIZE)


def test_same_seed_gives_the_same_rows(rows: Rows) -> None:
    assert Writer().batch(1, SIZE) == rows


def test_small_base_begins_a_larger_one(writer: Writer, rows: Rows) -> None:
    larger = writer.batch(1, SIZE + 100)
    assert all(larger[model][1][: len(each)] == each for model, (_names, each) in rows.items())


def test_further_batch_goes_on_and_differs(writer: Writer, rows: Rows) -> None:
    further = writer.batch(BATCH + 1, 10)[Listing][1]
    assert [row[0] for row in further] == [*range(BATCH + 1, BATCH + 11)]
    assert [row[3] for row in further] != [row[3] for row in rows[Listing][1][:10]]


def test_batch_begins_where_one_ends(writer: Writer) -> None:
    with pytest.raises(ValueError, match="begins where one ends"):
        writer.batch(2, 10)


def test_a_quarter_are_groups_and_places_are_skewed(writer: Writer) -> None:
    listings = writer.batch(1, BATCH)[Listing][1]
    groups = sum(row[1] == "support-groups" for row in listings)
    assert 0.23 < groups / BATCH < 0.27
    alcohol, anything = (sum(f"|{value}|" in row[9] for row in listings) for value in ("alcohol", "any"))
    assert alcohol > 3 * anything > 0


@pytest.mark.django_db
def test_models_accept_the_rows(rows: Rows) -> None:
    for model, (names, each) in rows.items():
        insert(model, names, each)
    settle()
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


@pytest.mark.parametrize("model", FIELDS)
def test_named_fields_are_the_models_own(model: type[models.Model]) -> None:
    assert set(FIELDS[model]) <= {field.attname for field in model._meta.local_concrete_fields}


def test_numbers_belong_to_nobody(rows: Rows) -> None:
    dialled = [row[2] for row in rows[Channel][1] if row[1] in ("call", "text")]
    assert len(dialled) > SIZE / 2
    assert all(re.fullmatch(r"\+1\d{3}55501\d\d", number) for number in dialled)

"""Triggers record every change of the data that the search reads, and a reader misses none of them."""

import datetime

import pytest
from django.apps import apps
from django.db import OperationalError, connection

from directory.kinds.registry import kinds
from directory.models import (
    Change,
    Channel,
    HoursException,
    Listing,
    OpeningInterval,
    Organization,
    Place,
    SynonymEntry,
    Verification,
)  # fmt: skip
from directory.search.index import change_log, triggers
from groups.models import Meeting, SupportGroup
from tests.builders import make_group, make_listing, make_meeting, make_place

pytestmark = [pytest.mark.django_db, pytest.mark.every_case]
DAY = datetime.date(2026, 3, 3)
WATCHED = (
    Listing, Channel, OpeningInterval, HoursException, Verification, Place, Organization, SynonymEntry, Meeting,
    *(kind.model for kind in kinds.values()),
)  # fmt: skip


def recorded_by(act) -> set[int | None]:
    before = Change.objects.order_by("-sequence").values_list("sequence", flat=True).first() or 0
    act()
    return set(Change.objects.filter(sequence__gt=before).values_list("listing_id", flat=True))


def test_every_table_that_the_search_reads_has_triggers() -> None:
    """On SQLite, a migration that creates a table again drops its triggers, and must create them again."""
    tables = {model._meta.db_table for model in WATCHED}
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        existing = {name for (name,) in cursor.fetchall()}
    expected = {triggers.trigger_name(table, event)[:63] for table in tables for event in triggers.EVENTS}
    assert expected - existing == set()


def test_related_rows_are_recorded() -> None:
    group = make_group()
    made = (
        lambda: make_meeting(group),
        lambda: Channel.objects.create(listing=group, type="call", dial="988"),
        lambda: OpeningInterval.objects.create(
            listing=group, weekday=1, opens=datetime.time(9), closes=datetime.time(17)
        ),
        lambda: HoursException.objects.create(listing=group, date=DAY),
        lambda: Verification.objects.create(listing=group, verified_on=DAY, method="called"),
    )
    for make in made:
        assert recorded_by(make) == {group.pk}
    for model, key in ((Meeting, "group"), (Channel, "listing"), (OpeningInterval, "listing")):
        assert recorded_by(model.objects.filter(**{key: group.pk}).delete) == {group.pk}, model


@pytest.mark.parametrize("slug", list(kinds))
def test_own_row_of_each_kind_is_recorded(slug: str) -> None:
    listing = make_listing(slug)
    table = kinds[slug].model._meta.db_table
    with connection.cursor() as cursor:
        recorded = recorded_by(lambda: cursor.execute(f"UPDATE {table} SET listing_ptr_id = listing_ptr_id"))
    assert recorded == {listing.pk}


def test_bulk_update_records_each_listing() -> None:
    pks = {make_listing().pk for _number in range(3)}
    assert recorded_by(lambda: Listing.objects.update(summary="Other")) == pks


def test_place_and_organization_record_their_listings() -> None:
    place, organization = make_place(), Organization.objects.create(name="Some")
    pks = {make_listing(place=place, organization=organization).pk for _number in range(2)}
    make_listing()
    assert recorded_by(lambda: Place.objects.filter(pk=place.pk).update(city="Elsewhere")) == pks
    assert recorded_by(lambda: Organization.objects.update(name="Other")) == pks


def test_moved_meeting_records_both_groups() -> None:
    one, other = make_group(), make_group()
    meeting = make_meeting(one)
    assert recorded_by(lambda: Meeting.objects.filter(pk=meeting.pk).update(group=other)) == {
        one.pk,
        other.pk,
    }


def test_synonym_is_recorded_without_a_listing() -> None:
    assert recorded_by(lambda: SynonymEntry.objects.create(phrases="xyzzy", meanings="kind=hotlines")) == {
        None
    }


def test_reader_sees_each_change_once() -> None:
    make_listing()
    start = change_log.current_position()
    listing = make_listing()
    found = change_log.changes_since(start)
    assert found is not None
    assert listing.pk in found.listings
    again = change_log.changes_since(found.position)
    assert again is not None
    assert (again.listings, again.synonyms) == (frozenset(), False)


def test_reader_without_its_row_must_read_everything_again() -> None:
    make_listing()
    start = change_log.current_position()
    make_listing()
    Change.objects.filter(sequence=start.sequence).delete()
    assert change_log.changes_since(start) is None


def test_row_of_another_database_with_the_same_number_differs() -> None:
    make_listing()
    start = change_log.current_position()
    Change.objects.filter(sequence=start.sequence).update(nonce=start.nonce + 1)
    assert change_log.changes_since(start) is None


def test_row_that_becomes_visible_late_is_not_missed() -> None:
    """On PostgreSQL a longer transaction may have the lower number and the later commit; on SQLite none overlap."""
    start = change_log.current_position()
    listing = make_listing()
    seen = change_log.changes_since(start)
    assert seen is not None
    number = start.sequence - 1 if connection.vendor == "postgresql" else seen.position.sequence + 1
    Change.objects.create(sequence=number, listing_id=777, nonce=1, transaction_id=2**61)
    found = change_log.changes_since(seen.position)
    assert found is not None
    assert found.listings == {777}
    assert listing.pk in seen.listings


def test_all_models_of_listings_are_watched() -> None:
    assert {model for model in apps.get_models() if issubclass(model, Listing)} <= set(WATCHED)
    assert SupportGroup in WATCHED


@pytest.mark.django_db(transaction=True)
def test_broken_connection_is_opened_again(monkeypatch) -> None:
    """Django does not check the connection first, so the first query may fail."""
    listing = make_listing()
    position = change_log.current_position()
    listing.save()
    fetch_rows, calls = change_log._fetch_rows, []

    def fail_once(*arguments):
        calls.append(arguments)
        if len(calls) == 1:
            raise OperationalError
        return fetch_rows(*arguments)

    monkeypatch.setattr(change_log, "_fetch_rows", fail_once)
    found = change_log.changes_since(position)
    assert found is not None
    assert found.listings == {listing.pk}
    assert len(calls) == 2

"""Each migration after the first can be applied to a filled database and taken back."""

import datetime

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from directory.models import Change
from groups.models import Meeting
from tests.builders import make_group

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.every_case]


@pytest.fixture
def migrate():
    """Return a function that migrates the app to a migration and returns its models; at the end all are applied."""

    def migrate_to(name):
        executor = MigrationExecutor(connection)
        executor.migrate([("groups", name)])
        return executor.loader.project_state([("groups", name)]).apps

    yield migrate_to
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes("groups"))


def test_weeks_of_month_up_and_down(migrate):
    group = make_group()
    old = migrate("0002_search_triggers").get_model("groups", "Meeting")
    shared = {"group_id": group.pk, "start": datetime.time(19), "zone": "America/Chicago"}
    for nth in (1, 4, -1):
        old.objects.create(repeat="monthly", weekday=nth % 7, nth=nth, **shared)
    old.objects.create(repeat="weekly", weekday=2, **shared)
    new = migrate("0003_weeks_of_month").get_model("groups", "Meeting")
    rows = new.objects.order_by("pk").values_list("repeat", "weeks")
    assert list(rows) == [("monthly", ("1",)), ("monthly", ("4",)), ("monthly", ("-1",)), ("weekly", ())]
    new.objects.filter(weeks__has="4").update(weeks=("2", "4"))
    old = migrate("0002_search_triggers").get_model("groups", "Meeting")
    rows = old.objects.order_by("pk").values_list("repeat", "nth")
    assert list(rows) == [("monthly", 1), ("monthly", 2), ("monthly", -1), ("weekly", None)]


def test_public_ids_up_and_down(migrate):
    group = make_group()
    old = migrate("0003_weeks_of_month").get_model("groups", "Meeting")
    for hour in (7, 12, 19):
        old.objects.create(group_id=group.pk, weekday=1, start=datetime.time(hour), zone="America/Chicago")
    new = migrate("0004_meeting_facts").get_model("groups", "Meeting")
    ids = set(new.objects.values_list("public_id", flat=True))
    assert len(ids) == new.objects.count()
    assert {len(each) for each in ids} == {12}
    new.objects.update(languages=("es",), attendance_slips="yes")
    old = migrate("0003_weeks_of_month").get_model("groups", "Meeting")
    assert old.objects.count() == len(ids)


def test_group_number_and_long_notes_up_and_down(migrate):
    group = make_group()
    new = migrate("0005_group_number")
    new.get_model("groups", "SupportGroup").objects.update(group_number="GSO #123456")
    meetings = new.get_model("groups", "Meeting").objects
    for note in ("Ring twice. " * 100, "Use the glass door."):
        meetings.create(
            group_id=group.pk,
            public_id=note[:8],
            weekday=1,
            start=datetime.time(19),
            zone="America/Chicago",
            note=note,
        )
    old = migrate("0004_meeting_facts").get_model("groups", "Meeting")
    assert sorted(map(len, old.objects.values_list("note", flat=True))) == [19, 500]
    again = migrate("0005_group_number")
    assert again.get_model("groups", "SupportGroup").objects.get().group_number == ""


def test_changes_are_still_noted_after_a_migration(migrate):
    group = make_group()
    migrate("0002_search_triggers")
    migrate("0005_group_number")
    Change.objects.all().delete()
    Meeting.objects.create(group=group, weekday=1, start=datetime.time(19), zone="America/Chicago")
    Meeting.objects.update(note="Use the glass door.")
    assert set(Change.objects.values_list("listing_id", flat=True)) == {group.pk}

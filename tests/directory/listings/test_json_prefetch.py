"""`prefetch_json` loads the same rows as Django's own prefetching."""

import datetime
from typing import Any

import pytest
from django.db.models import Model

from directory.kinds.registry import kinds
from directory.listings.json_prefetch import prefetch_json
from directory.models import HoursException, Listing, OpeningInterval, Verification
from tests.builders import make_group, make_listing, make_meeting

pytestmark = pytest.mark.django_db
PATHS = ("channels", "verifications", "intervals", "exceptions", "supportgroup__meetings")


@pytest.fixture
def listings() -> None:
    line = make_listing("hotlines", name="Harbor Line", zone="America/Denver")
    for position, (way, dial) in enumerate(
        (("text", "555111"), ("call", "+15555550100"), ("website", "https://a.example"))
    ):
        line.channels.create(type=way, dial=dial, display='a "b" ñ\n', body="HOME", position=2 - position)
    OpeningInterval.objects.create(listing=line, weekday=3, opens="09:30", closes="17:00")
    OpeningInterval.objects.create(listing=line, weekday=1, opens="08:00", closes="00:00")
    HoursException.objects.create(listing=line, date="2026-12-25")
    HoursException.objects.create(listing=line, date="2026-12-24", opens="10:00", closes="12:00", note="Eve")
    day = datetime.date(2026, 3, 3)
    for fields in ([], ["hours", "phone"]):
        Verification.objects.create(listing=line, verified_on=day, method="called", fields=fields, due_on=day)
    group = make_group(name="Lantern Group")
    for weekday in (4, 0):
        make_meeting(group, weekday=weekday, modes=("online", "phone"), codes=["O", "X1"], minutes=None)
    make_meeting(group, repeat="ongoing", weekday=6, start=None, active=False)
    make_listing("therapists", name="Nothing beside it")


def prefetched_listings() -> list[Listing]:
    return prefetch_json(Listing.objects.select_related(*kinds.accessors()).order_by("pk"), PATHS)


def related_values(listing: Listing) -> dict[str, list[dict[str, Any]]]:
    group = getattr(listing, "supportgroup", None)
    beside = {name: getattr(listing, name).all() for name in PATHS[:4]}
    beside |= {"meetings": group.meetings.all()} if group else {}
    return {name: [facts_of(row) for row in rows] for name, rows in beside.items()}


def facts_of(row: Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_prefetch_json_equals_prefetch_related(listings) -> None:
    plain = Listing.objects.select_related(*kinds.accessors()).order_by("pk").prefetch_related(*PATHS[:4])
    wanted = [related_values(listing) for listing in plain]
    assert [related_values(listing) for listing in prefetched_listings()] == wanted
    assert sum(map(len, wanted[0].values())) == 9


def test_prefetch_json_takes_one_query(listings, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        for listing in prefetched_listings():
            related_values(listing)
            assert all(each.listing is listing for each in listing.channels.all())

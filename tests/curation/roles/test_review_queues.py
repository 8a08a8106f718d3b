"""Queues of listings count the right ones, and their addresses open exactly these."""

import datetime

import pytest

from curation.models import CuratorRegion
from curation.roles import review_queues
from directory.models import OpeningInterval, Region, Verification
from tests.builders import make_account, make_curator, make_group, make_listing, make_place

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 3, 12)


@pytest.fixture(autouse=True)
def on_a_thursday_in_march(time_machine) -> None:
    time_machine.move_to("2026-03-12T20:00Z")


def record_check(listing, days_ago: int, *fields: str) -> None:
    on = TODAY - datetime.timedelta(days=days_ago)
    dues = {"hotlines": 90, "support-groups": 182}
    again = on + datetime.timedelta(days=dues.get(listing.kind, 365))
    Verification.objects.create(
        listing=listing, verified_on=on, method="called", fields=list(fields), due_on=again
    )


def queues_of(curator) -> dict[str, review_queues.WorkQueue]:
    return {queue.key: queue for queue in review_queues.listing_queues(curator)}


def listed_ids(client, queue) -> set[int]:
    """Return the ids in the list that a queue opens."""
    return {listing.pk for listing in client.get(queue.url).context["cl"].result_list}


def make_listings_of_all_states() -> dict[str, list[int]]:
    """Make listings in each state, and return their ids by the key of their queue; "" for none."""
    lines = {"never-hotlines": [], "due-hotlines": [], "overdue-hotlines": [], "": []}
    for days, key in ((300, "overdue"), (120, "overdue"), (119, "due"), (90, "due"), (71, "due"), (70, "")):
        line = make_listing("hotlines")
        record_check(line, days)
        lines[f"{key}-hotlines" if key else ""].append(line.pk)
    part = make_listing("hotlines", created=datetime.datetime(2026, 1, 2, 8, tzinfo=datetime.UTC))
    record_check(part, 1, "hours")
    lines["never-hotlines"] = [make_listing("hotlines").pk, part.pk]
    return lines


def test_queues_of_checks_open_what_they_count(client) -> None:
    made = make_listings_of_all_states()
    curator = make_curator(client)
    found = queues_of(curator)
    for key, pks in made.items():
        if key:
            assert (found[key].count, listed_ids(client, found[key])) == (len(pks), set(pks)), key


def test_queue_of_listings_in_review(client) -> None:
    made = {make_listing("hotlines", status="in-review").pk for _ in range(2)}
    make_listing("hotlines", status="draft")
    queue = queues_of(make_curator(client))["review-hotlines"]
    assert (queue.count, listed_ids(client, queue)) == (2, made)


def test_oldest_day_of_a_queue(client) -> None:
    make_listings_of_all_states()
    found = queues_of(make_curator(client))
    assert found["overdue-hotlines"].oldest == TODAY - datetime.timedelta(days=300 - 90)
    assert found["due-hotlines"].oldest == TODAY - datetime.timedelta(days=119 - 90)
    assert found["never-hotlines"].oldest == datetime.date(2026, 1, 2)


def test_each_kind_has_its_own_intervals(client) -> None:
    for kind in ("hotlines", "support-groups", "therapists"):
        record_check(make_listing(kind), 220)
    found = queues_of(make_curator(client))
    assert {"overdue-hotlines", "overdue-support-groups"} <= set(found)
    assert "overdue-therapists" not in found
    assert str(found["overdue-support-groups"].label) == "Overdue: support groups"


def test_unpublished_listings_wait_for_no_check(client) -> None:
    for status in ("draft", "in-review", "paused", "closed"):
        record_check(make_listing("hotlines", status=status, status_reason="Away."), 400)
    found = queues_of(make_curator(client))
    assert found.pop("review-hotlines").count == 1
    assert {queue.count for queue in found.values()} == {0}


def test_empty_queues_are_listed_once(client) -> None:
    found = review_queues.listing_queues(make_curator(client))
    assert [queue.key for queue in found] == ["review", "overdue", "due", "never", "no-point", "no-zone"]
    assert {(queue.count, queue.oldest) for queue in found} == {(0, None)}


def test_queue_of_listings_without_a_point(client) -> None:
    nowhere = make_group(modes=("in-person",))
    rough = make_group(modes=("in-person", "online"), place=make_place(latitude=None, longitude=None))
    make_group(modes=("in-person",), place=make_place())
    make_group(modes=("online",))
    queue = queues_of(make_curator(client))["no-point-support-groups"]
    assert (queue.count, listed_ids(client, queue)) == (2, {nowhere.pk, rough.pk})


def test_queue_of_listings_without_a_zone(client) -> None:
    lines = [make_listing("treatment", zone=zone) for zone in ("", "America/Los_Angeles")]
    for line in lines:
        for weekday in (0, 1):
            OpeningInterval.objects.create(
                listing=line, weekday=weekday, opens=datetime.time(9), closes=datetime.time(17)
            )
    make_listing("treatment", zone="")
    queue = queues_of(make_curator(client))["no-zone-treatment"]
    assert (queue.count, listed_ids(client, queue)) == (1, {lines[0].pk})


def test_queues_are_limited_to_the_curators_regions(client) -> None:
    south, north = (Region.objects.create(name=name, country="US") for name in ("South", "North"))
    for region in (south, north, None):
        record_check(make_listing("hotlines", region=region), 200)
    curator = make_curator(client)
    assert queues_of(curator)["overdue-hotlines"].count == 3
    CuratorRegion.objects.create(curator=curator, region=south)
    assert queues_of(curator)["overdue-hotlines"].count == 1


def test_queues_leave_out_kinds_without_permission() -> None:
    make_listings_of_all_states()
    assert {queue.count for queue in review_queues.listing_queues(make_account(is_staff=True))} == {0}


def test_queries_do_not_grow_with_kinds_or_listings(client, django_assert_num_queries) -> None:
    curator = make_curator(client)
    record_check(make_listing("hotlines"), 1000)
    review_queues.listing_queues(curator)  # has the permissions read
    for kind in ("hotlines", "therapists", "treatment"):
        for _number in range(5):
            record_check(make_listing(kind), 1000)
    with django_assert_num_queries(7):
        review_queues.listing_queues(curator)

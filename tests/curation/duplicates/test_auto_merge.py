"""Identical listings are merged without a curator; those that differ in anything a visitor acts on are not."""

import datetime
import io
from typing import Any

import pytest
from django.core.management import call_command
from reversion.models import Version

from curation.duplicates import merge
from curation.models import LikelyDuplicate
from directory.listings import provenance
from directory.models import Channel, Listing
from groups.models import SupportGroup
from tests.builders import make_account, make_group, make_listing, make_meeting, make_place
from tests.curation.duplicates.pairs import stored_values

pytestmark = pytest.mark.django_db
Decision = LikelyDuplicate.Decision


def make_feed_group(source: str, **facts: Any) -> SupportGroup:
    """Make a published group with two meetings and a website, as a feed brings it."""
    place = make_place(street="412 Alder Street", source=source, source_ref="1")
    defaults = {
        "name": "Lantern Group", "source": source, "source_ref": "lantern", "fellowship": "aa",
        "modes": ("in-person",), "place": place,
    }  # fmt: skip
    group = make_group(meetings=2, **{**defaults, **facts})
    Channel.objects.create(listing=group, type="website", dial="https://lantern.example.org/")
    return group


def run_find_doubles() -> str:
    out = io.StringIO()
    call_command("find_doubles", stdout=out)
    return out.getvalue()


def test_identical_are_merged_and_the_older_is_kept(client: Any) -> None:
    one, other = make_feed_group("north"), make_feed_group("south", name="LANTERN  group")
    assert "1 identical and merged, 0 to decide" in run_find_doubles()
    other.refresh_from_db()
    assert (other.status, other.replaced_by_id) == ("closed", one.pk)
    pair = LikelyDuplicate.objects.get()
    assert (pair.decision, pair.decided_by) == (Decision.MERGED, None)
    assert pair.decided_on is not None
    assert client.get(other.get_absolute_url())["Location"] == one.get_absolute_url()
    assert "this site" in " ".join(provenance.provenance_lines(other))
    assert Version.objects.get_for_object(other).first().revision.user is None
    assert "0 identical and merged, 0 to decide" in run_find_doubles()


def test_kept_listing_gets_what_it_lacks() -> None:
    one = make_feed_group("north")
    make_feed_group("south", description="Up the stairs.")
    run_find_doubles()
    one.refresh_from_db()
    assert one.description == "Up the stairs."


def test_three_identical_listings_become_one() -> None:
    first = make_feed_group("north")
    others = [make_feed_group("south"), make_feed_group("west")]
    assert "2 identical and merged, 0 to decide" in run_find_doubles()
    kept = Listing.objects.filter(pk__in=[each.pk for each in others])
    assert {each.replaced_by_id for each in kept} == {first.pk}


def test_unmerged_pair_is_left_to_curators() -> None:
    one, other = make_feed_group("north"), make_feed_group("south")
    before = stored_values(one, other)
    run_find_doubles()
    merge.undo_merge(LikelyDuplicate.objects.get(), by=make_account())
    assert stored_values(one, other) == before
    assert "0 identical and merged, 1 to decide" in run_find_doubles()


def test_pair_marked_as_different_is_not_merged() -> None:
    make_feed_group("north"), make_feed_group("south")
    LikelyDuplicate.objects.create(
        first=Listing.objects.order_by("pk")[0],
        second=Listing.objects.order_by("pk")[1],
        decision=Decision.DIFFERENT,
    )
    assert "0 identical" in run_find_doubles()


def another_name(group: SupportGroup) -> None:
    Listing.objects.filter(pk=group.pk).update(name="Lantern Groups")


def another_address(group: SupportGroup) -> None:
    group.place.street = "412 Alder Street, Suite 4"
    group.place.save()


def another_time(group: SupportGroup) -> None:
    group.meetings.filter(weekday=1).update(start=datetime.time(19, 30))


def another_zone(group: SupportGroup) -> None:
    group.meetings.update(zone="America/Chicago")


def one_time_more(group: SupportGroup) -> None:
    make_meeting(group, weekday=5)


def another_phone(group: SupportGroup) -> None:
    Channel.objects.create(listing=group, type="call", dial="+15555550101")


def another_mode(group: SupportGroup) -> None:
    Listing.objects.filter(pk=group.pk).update(modes=("in-person", "online"))


def another_fellowship(group: SupportGroup) -> None:
    SupportGroup.objects.filter(pk=group.pk).update(fellowship="na")


def the_same_source(group: SupportGroup) -> None:
    Listing.objects.filter(pk=group.pk).update(source="north", source_ref="other")


def written_here(group: SupportGroup) -> None:
    Listing.objects.filter(pk=group.pk).update(source="", source_ref="")


def in_review(group: SupportGroup) -> None:
    Listing.objects.filter(pk=group.pk).update(status="in-review")


@pytest.mark.parametrize(
    "difference",
    [
        another_name, another_address, another_time, another_zone, one_time_more, another_phone, another_mode,
        another_fellowship, the_same_source, written_here, in_review,
    ],
)  # fmt: skip
def test_almost_identical_listings_are_not_merged(difference: Any) -> None:
    one, other = make_feed_group("north"), make_feed_group("south")
    difference(other)
    before = stored_values(one, other)
    assert "1 new, 0 not alike any more, 0 identical and merged, 1 to decide" in run_find_doubles()
    assert stored_values(one, other) == before


def online(source: str, **facts: Any) -> Listing:
    listing = make_listing(
        name="Far Light", source=source, source_ref="far", modes=("phone",), country="US", **facts
    )
    Channel.objects.create(listing=listing, type="call", dial="+15555550101")
    return listing


def test_listings_without_address_need_the_same_number() -> None:
    _one, other = online("north"), online("south")
    Channel.objects.filter(listing=other).update(dial="+15555550102")
    assert "0 identical" in run_find_doubles()
    Channel.objects.filter(listing=other).update(dial="1 (555) 555-0101")
    assert "1 identical" in run_find_doubles()


def test_crisis_lines_are_left_to_curators() -> None:
    for source in ("north", "south"):
        online(source, kind="hotlines")
    assert "0 identical and merged, 1 to decide" in run_find_doubles()

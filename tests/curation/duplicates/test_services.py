"""Likely doubles are found over all sources, for reasons that a curator can read, and kept until somebody decides."""

import datetime
import io

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from curation.duplicates import services, similarity
from curation.duplicates.services import find_duplicates, store_duplicates
from curation.duplicates.similarity import ContactKey
from curation.models import CuratorRegion, LikelyDuplicate
from curation.roles.roles import publisher_group
from directory.models import Channel, Listing, Region
from tests.builders import make_account, make_group, make_listing, make_meeting, make_place
from tests.curation.duplicates.pairs import make_pair

pytestmark = pytest.mark.django_db
Decision = LikelyDuplicate.Decision


def found(*listings, among=None):
    """The reasons for this pair; nothing when it was not found."""
    pks = sorted(listing.pk for listing in listings)
    return next((pair.reasons for pair in find_duplicates(among) if [pair.first, pair.second] == pks), [])


def group(name, source="", meets=(0, 19), **facts):
    made = make_group(name=name, source=source, **facts)
    if meets:
        make_meeting(made, weekday=meets[0], start=datetime.time(meets[1]))
    return made


def reachable(dial, kind="call", listing_kind="therapists", **facts):
    listing = make_listing(listing_kind, **facts)
    Channel.objects.create(listing=listing, type=kind, dial=dial)
    return listing


# ---- The same place and time ----


def test_same_address_and_time_is_a_double_between_sources():
    one = group(
        "Lantern", "one", place=make_place(street="12 Main St., Suite 4", latitude=None, longitude=None)
    )
    other = group("Harbor", "two", place=make_place(street="12 MAIN STREET", latitude=None, longitude=None))
    assert found(one, other) == ["Both meet at 12 Main St., Suite 4, San Jose: Monday 19:00."]


@pytest.mark.parametrize(("north", "is_found"), [(0.0005, True), (0.0007, False)], ids=["55 m", "78 m"])
def test_points_within_sixty_metres_are_one_place(north, is_found):
    one = group("Lantern", "one", place=make_place(street=""))
    other = group("Harbor", "two", place=make_place(street="9 Side Street", latitude=37.3382 + north))
    assert bool(found(one, other)) is is_found
    if is_found:
        assert found(one, other) == ["They meet 56 metres apart: Monday 19:00."]


@pytest.mark.parametrize("latitude", [-54.8, 0.0, 37.3382, 69.6])
@pytest.mark.parametrize("east", [-1, 1])
def test_neighbours_are_found_across_the_cells_of_the_grid(latitude, east):
    """55 metres east or west, wherever the border of a cell lies."""
    import math

    step = east * 55 / 111_195 / math.cos(math.radians(latitude))
    for part in range(7):
        longitude = -121.88 + part * step / 7
        one = facts(1, point=(latitude, longitude))
        other = facts(2, point=(latitude, longitude + step))
        assert (1, 2) in set(similarity.nearby_pairs([one, other], None))


def facts(pk, **given):
    slots = {similarity.Slot("0", "19:00", 0): "Monday 19:00"}
    usual = {
        "pk": pk, "kind": "support-groups", "family": "groups", "source": str(pk), "sample": False, "fellowship": "",
        "name": "", "words": (), "town": "", "town_words": "", "address": "", "address_words": "", "point": None,
        "slots": slots, "ways": {},
    }  # fmt: skip
    return similarity.ComparedFacts(**{**usual, **given})


def test_rough_point_is_no_place():
    one = group("Lantern", "one", place=make_place(street="", approximate=True))
    other = group("Harbor", "two", place=make_place(street="", approximate=True))
    assert not found(one, other)


@pytest.mark.parametrize("meets", [(0, 20), (1, 19)], ids=["hour", "day"])
def test_other_time_at_the_same_place_is_no_double(meets):
    place = make_place()
    assert not found(group("Lantern", "one", place=place), group("Harbor", "two", place=place, meets=meets))


def test_first_and_third_monday_are_two():
    place = make_place()
    one, other = make_group(name="Lantern", place=place), make_group(name="Harbor", place=place)
    make_meeting(one, repeat="monthly", nth=1)
    make_meeting(other, repeat="monthly", nth=3)
    assert not found(one, other)


def test_two_fellowships_in_one_house_are_two():
    place = make_place()
    one = group("Lantern", "one", place=place, fellowship="aa")
    other = group("Harbor", "two", place=place, fellowship="na")
    assert not found(one, other)


def test_one_source_needs_two_reasons():
    place = make_place()
    one, other = group("Lantern", "one", place=place), group("Harbor", "one", place=place)
    assert not found(one, other)
    again = group("Lantern Group", "one", place=place)
    assert len(found(one, again)) == 2


# ---- The same phone, page, link ----


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("+14085550101", "4085550101", "call"),
        ("+14085550101", "14085550101", "text"),
        ("help@example.org", "Help@Example.org", "email"),
        ("https://www.example.org/groups/", "http://example.org/groups", "website"),
        ("https://zoom.example/j/123456?pwd=a", "https://zoom.example/j/123456", "video"),
    ],
)
def test_same_way_is_a_double_across_kinds(one, other, kind):
    pair = reachable(one, kind, name="Anna Lane"), reachable(other, kind, "treatment", name="Hope House")
    assert len(found(*pair)) == 1
    assert found(*pair)[0].startswith("The same ")


def test_short_code_belongs_to_a_country():
    for dial in ("988", "741741"):
        assert not found(reachable(dial, name="Lantern"), reachable(dial, "text", name="Harbor"))


def test_switchboard_says_nothing():
    listings = [
        reachable("4085550101", name=f"{word} office") for word in ("Elm", "Oak", "Ash", "Yew", "Fir")
    ]
    assert found(*listings[:2]) == ["The same phone: 4085550101."]
    reachable("4085550101", name="Bay office")
    assert not found(*listings[:2])


@pytest.mark.parametrize(
    ("one", "other"), [("4085550101,,12", "4085550101,,13"), ("4085550101,,12", "4085550101")]
)
def test_two_extensions_are_two(one, other):
    assert not found(reachable(one, name="Lantern"), reachable(other, name="Harbor"))


def test_same_link_to_join_is_a_double():
    one, other = make_group(name="Lantern", source="one"), make_group(name="Harbor", source="two")
    make_meeting(one, join_url="https://zoom.example/j/99?pwd=x")
    make_meeting(other, weekday=3, join_url="https://zoom.example/j/99")
    assert found(one, other) == ["The same page: zoom.example/j/99."]


@pytest.mark.parametrize("dial", ["https://[", "https://", "tel:", "", "https://[::1"])
def test_way_that_cannot_be_read_is_none(dial):
    assert similarity.contact_key("website", dial) is None
    assert similarity.contact_key("call", dial) is None


def test_way_is_the_same_however_it_is_written():
    assert (
        similarity.contact_key("call", "0014085550101")
        == similarity.contact_key("text", "(408) 555-0101")
        == similarity.contact_key("tty", "408 555 0101")
        == similarity.contact_key("videophone", "+14085550101")
        == ContactKey("phone", "4085550101")
    )
    assert similarity.contact_key("videophone", "https://a.example/asl") == similarity.contact_key(
        "chat", "https://a.example/asl"
    )


# ---- Near names ----


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sunrise Group", "Sunrise"),
        ("Sunrise Group", "SUNRIZE GROUP"),
        ("Hope House, Inc.", "Hope House"),
        ("Café Serenity", "Cafe Serenity"),
        ("New Beginnings", "Newbeginnings"),
        ("Easier Way Group (San Jose)", "Easier Way Group"),
        ("The Back to Basics", "Back to Basics Chips"),
    ],
)
def test_near_names_in_a_town(one, other):
    pair = [make_listing("treatment", name=name, place=make_place()) for name in (one, other)]
    assert len(found(*pair)) == 1
    assert found(*pair)[0].lower().endswith("the same name in san jose.")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Monday Night Men", "Friday Night Men"),
        ("Men's Step Study", "Women's Step Study"),
        ("Step Study 1", "Step Study 2"),
        ("Sunrise", "Sunset"),
        ("Step Study", "Men's Step Study"),
        ("***", "###"),
    ],
)
def test_names_that_tell_two_apart(one, other):
    pair = [make_listing("treatment", name=name, place=make_place()) for name in (one, other)]
    assert not found(*pair)


def test_same_name_in_another_town_or_state_is_another():
    one = make_listing("treatment", name="Hope House", place=make_place(city="Portland", region="OR"))
    same = make_listing("treatment", name="Hope House", place=make_place(city="portland", region="Oregon"))
    other = make_listing("treatment", name="Hope House", place=make_place(city="Portland", region="ME"))
    assert found(one, same) == ["The same name in Portland."]
    assert not found(one, other)


def test_same_name_of_another_kind_is_another():
    place = make_place()
    one, other = (
        make_listing("hotlines", name="Hope", place=place),
        make_listing("self-help", name="Hope", place=place),
    )
    assert not found(one, other)
    therapist, clinic = (make_listing(kind, name="Hope", place=place) for kind in ("therapists", "treatment"))
    assert found(therapist, clinic)


def test_same_name_elsewhere_at_another_time_is_another():
    one = group("Serenity", "one", place=make_place())
    elsewhere = make_place(street="400 Far Road", latitude=37.4)
    assert not found(one, group("Serenity", "two", place=elsewhere, meets=(3, 7)))
    moved = group("Serenity", "three", place=elsewhere)
    assert found(one, moved) == ["The same name in San Jose."]


# ---- What is left out ----


@pytest.mark.parametrize("facts", [{"status": "closed", "status_reason": "Over."}, {"sample": True}], ids=str)
def test_closed_and_sample_listings_are_left_out(facts):
    one = make_listing(name="Hope House", place=make_place())
    other = make_listing(name="Hope House", place=make_place())
    assert found(one, other)
    Listing.objects.filter(pk=other.pk).update(**facts)
    assert not found(one, other)


def test_only_pairs_with_given_listings():
    one, two, three, four = (
        make_listing(name=name, place=make_place()) for name in ("Hope", "Hope", "Light", "Light")
    )
    pairs = [(pair.first, pair.second) for pair in find_duplicates([two])]
    assert pairs == [(one.pk, two.pk)]
    assert len(find_duplicates()) == 2
    assert (three.pk, four.pk) in [(pair.first, pair.second) for pair in find_duplicates()]


def test_finding_asks_the_same_number_of_questions_for_many(django_assert_num_queries):
    for number in range(10):
        reachable(f"408555010{number}")
    with django_assert_num_queries(4):
        find_duplicates()
    for number in range(20):
        reachable(f"40855501{number + 10}")
    with django_assert_num_queries(4):
        find_duplicates()


# ---- Keeping them ----


def alike_pair():
    return [make_listing(name="Hope House", place=make_place()) for _ in range(2)]


def test_found_pairs_wait_for_a_decision():
    alike_pair()
    assert store_duplicates() == (1, 0, 1)
    assert store_duplicates() == (0, 0, 1)
    assert LikelyDuplicate.objects.get().reasons == ["The same name in San Jose."]


@pytest.mark.parametrize("decision", [Decision.APART, Decision.MERGED])
def test_decided_pair_stays_decided(decision):
    make_pair(*alike_pair(), decision=decision, reasons=["Then."])
    assert store_duplicates() == (0, 0, 0)
    double = LikelyDuplicate.objects.get()
    assert (double.decision, double.reasons) == (decision, ["Then."])


def test_pair_that_is_not_alike_any_more_is_taken_off():
    one, _other = alike_pair()
    store_duplicates()
    Listing.objects.filter(pk=one.pk).update(name="Lighthouse")
    assert store_duplicates() == (0, 1, 0)


def test_search_for_some_leaves_the_other_pairs_alone():
    make_pair(make_listing(name="Elm"), make_listing(name="Oak"))
    one, _other = alike_pair()
    assert store_duplicates([one]) == (1, 0, 2)


def test_reasons_are_brought_up_to_date():
    one, other = alike_pair()
    store_duplicates()
    for listing in (one, other):
        Channel.objects.create(listing=listing, type="call", dial="4085550101")
    store_duplicates()
    assert LikelyDuplicate.objects.get().reasons == [
        "The same phone: 4085550101.",
        "The same name in San Jose.",
    ]


def test_command_is_quiet_when_nobody_watches():
    alike_pair()
    out, err = io.StringIO(), io.StringIO()
    call_command("find_doubles", stdout=out, stderr=err)
    assert (
        out.getvalue()
        == "Likely doubles: 1 new, 0 not alike any more, 0 identical and merged, 1 to decide.\n"
    )
    assert err.getvalue() == ""


def test_command_shows_progress_on_a_terminal():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    alike_pair()
    err = Terminal()
    call_command("find_doubles", stdout=io.StringIO(), stderr=err)
    assert "1 of 1 pairs compared" in err.getvalue()


# ---- The queue ----


def make_publisher():
    account = make_account()
    account.groups.add(publisher_group())
    return account


def test_queue_counts_what_waits_and_opens_the_oldest():
    curator = make_publisher()
    assert [(each.count, each.oldest) for each in services.queues(curator)] == [(0, None)]
    make_pair(*alike_pair(), decision=Decision.APART)
    newer = make_pair(*alike_pair())
    older = make_pair(*alike_pair(), found_at=newer.found_at - datetime.timedelta(days=9))
    [queue] = services.queues(curator)
    assert queue.count == 2
    assert (timezone.localdate() - queue.oldest).days in (8, 9, 10)
    assert queue.url == reverse("admin:curation_likelyduplicate_change", args=(older.pk,))


def test_pair_of_which_one_was_closed_waits_no_longer():
    one, other = alike_pair()
    make_pair(one, other)
    Listing.objects.filter(pk=other.pk).update(status="closed", status_reason="Over.")
    assert services.queues(make_publisher())[0].count == 0


def test_curator_with_regions_sees_pairs_within_them():
    ours = Region.objects.create(name="Ours", country="US")
    theirs = Region.objects.create(name="Theirs", country="US")
    curator = make_publisher()
    pairs = [make_pair(make_listing(region=one), make_listing(region=other)) for one, other in
             ((ours, ours), (ours, theirs), (theirs, theirs), (ours, None))]  # fmt: skip
    assert services.queues(curator)[0].count == 4
    CuratorRegion.objects.create(curator=curator, region=ours)
    assert list(services.visible_pairs(curator)) == pairs[:1]


def test_next_pair_goes_round():
    first, second, third = (make_pair(*alike_pair()) for _ in range(3))
    curator = make_publisher()
    assert services.next_pair(curator) == first
    assert services.next_pair(curator, first) == second
    assert services.next_pair(curator, third) == first
    LikelyDuplicate.objects.exclude(pk=third.pk).delete()
    assert services.next_pair(curator, third) is None

"""Likely duplicates are found over all sources, with reasons in words, and stored until a curator decides."""

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


def match_reasons(*listings, among=None):
    """Return the reasons for this pair; none when it was not found."""
    pks = sorted(listing.pk for listing in listings)
    return next((pair.reasons for pair in find_duplicates(among) if [pair.first, pair.second] == pks), [])


def make_meeting_group(name, source="", meets=(0, 19), **facts):
    made = make_group(name=name, source=source, **facts)
    if meets:
        make_meeting(made, weekday=meets[0], start=datetime.time(meets[1]))
    return made


def make_reachable(dial, kind="call", listing_kind="therapists", **facts):
    listing = make_listing(listing_kind, **facts)
    Channel.objects.create(listing=listing, type=kind, dial=dial)
    return listing


# ---- The same place and time ----


def test_find_same_address_and_time_in_two_sources():
    one = make_meeting_group(
        "Lantern", "one", place=make_place(street="12 Main St., Suite 4", latitude=None, longitude=None)
    )
    other = make_meeting_group(
        "Harbor", "two", place=make_place(street="12 MAIN STREET", latitude=None, longitude=None)
    )
    assert match_reasons(one, other) == ["Both meet at 12 Main St., Suite 4, San Jose: Monday 19:00."]


@pytest.mark.parametrize(("north", "is_found"), [(0.0005, True), (0.0007, False)], ids=["55 m", "78 m"])
def test_find_points_within_sixty_metres(north, is_found):
    one = make_meeting_group("Lantern", "one", place=make_place(street=""))
    other = make_meeting_group(
        "Harbor", "two", place=make_place(street="9 Side Street", latitude=37.3382 + north)
    )
    assert bool(match_reasons(one, other)) is is_found
    if is_found:
        assert match_reasons(one, other) == ["They meet 56 metres apart: Monday 19:00."]


@pytest.mark.parametrize("latitude", [-54.8, 0.0, 37.3382, 69.6])
@pytest.mark.parametrize("east", [-1, 1])
def test_nearby_pairs_across_cell_borders(latitude, east):
    """Two points 55 metres apart are found wherever the border of a cell lies between them."""
    import math

    step = east * 55 / 111_195 / math.cos(math.radians(latitude))
    for part in range(7):
        longitude = -121.88 + part * step / 7
        one = make_facts(1, point=(latitude, longitude))
        other = make_facts(2, point=(latitude, longitude + step))
        assert (1, 2) in set(similarity.nearby_pairs([one, other], None))


def make_facts(pk, **given):
    slots = {similarity.MeetingSlot("0", "19:00"): "Monday 19:00"}
    usual = {
        "pk": pk, "kind": "support-groups", "need": "groups", "source": str(pk), "sample": False, "fellowship": "",
        "name": "", "name_words": (), "town_key": "", "town_name": "", "address_key": "", "address_text": "",
        "point": None, "slots": slots, "contacts": {},
    }  # fmt: skip
    return similarity.ComparedFacts(**{**usual, **given})


def test_find_ignores_approximate_points():
    one = make_meeting_group("Lantern", "one", place=make_place(street="", approximate=True))
    other = make_meeting_group("Harbor", "two", place=make_place(street="", approximate=True))
    assert not match_reasons(one, other)


@pytest.mark.parametrize("meets", [(0, 20), (1, 19)], ids=["hour", "day"])
def test_find_ignores_other_time_at_the_same_place(meets):
    place = make_place()
    assert not match_reasons(
        make_meeting_group("Lantern", "one", place=place),
        make_meeting_group("Harbor", "two", place=place, meets=meets),
    )


def test_find_tells_first_and_third_monday_apart():
    place = make_place()
    one, other = make_group(name="Lantern", place=place), make_group(name="Harbor", place=place)
    make_meeting(one, repeat="monthly", weeks=("1",))
    make_meeting(other, repeat="monthly", weeks=("3",))
    assert not match_reasons(one, other)


def test_find_tells_two_fellowships_apart():
    place = make_place()
    one = make_meeting_group("Lantern", "one", place=place, fellowship="aa")
    other = make_meeting_group("Harbor", "two", place=place, fellowship="na")
    assert not match_reasons(one, other)


def test_find_needs_two_reasons_within_one_source():
    place = make_place()
    one, other = (
        make_meeting_group("Lantern", "one", place=place),
        make_meeting_group("Harbor", "one", place=place),
    )
    assert not match_reasons(one, other)
    again = make_meeting_group("Lantern Group", "one", place=place)
    assert len(match_reasons(one, again)) == 2


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
def test_find_same_contact_across_kinds(one, other, kind):
    pair = (
        make_reachable(one, kind, name="Anna Lane"),
        make_reachable(other, kind, "treatment", name="Hope House"),
    )
    assert len(match_reasons(*pair)) == 1
    assert match_reasons(*pair)[0].startswith("The same ")


def test_find_ignores_short_codes():
    for dial in ("988", "741741"):
        assert not match_reasons(
            make_reachable(dial, name="Lantern"), make_reachable(dial, "text", name="Harbor")
        )


def test_find_ignores_switchboards():
    listings = [
        make_reachable("4085550101", name=f"{word} office") for word in ("Elm", "Oak", "Ash", "Yew", "Fir")
    ]
    assert match_reasons(*listings[:2]) == ["The same phone: 4085550101."]
    make_reachable("4085550101", name="Bay office")
    assert not match_reasons(*listings[:2])


@pytest.mark.parametrize(
    ("one", "other"), [("4085550101,,12", "4085550101,,13"), ("4085550101,,12", "4085550101")]
)
def test_find_tells_extensions_apart(one, other):
    assert not match_reasons(make_reachable(one, name="Lantern"), make_reachable(other, name="Harbor"))


def test_find_same_link_to_join():
    one, other = make_group(name="Lantern", source="one"), make_group(name="Harbor", source="two")
    make_meeting(one, join_url="https://zoom.example/j/99?pwd=x")
    make_meeting(other, weekday=3, join_url="https://zoom.example/j/99")
    assert match_reasons(one, other) == ["The same page: zoom.example/j/99."]


@pytest.mark.parametrize("dial", ["https://[", "https://", "tel:", "", "https://[::1"])
def test_contact_key_of_unreadable_values_is_none(dial):
    assert similarity.contact_key("website", dial) is None
    assert similarity.contact_key("call", dial) is None


def test_contact_key_is_the_same_in_all_forms():
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
def test_find_near_names_in_one_town(one, other):
    pair = [make_listing("treatment", name=name, place=make_place()) for name in (one, other)]
    assert len(match_reasons(*pair)) == 1
    assert match_reasons(*pair)[0].lower().endswith("the same name in san jose.")


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
def test_find_ignores_distinct_names(one, other):
    pair = [make_listing("treatment", name=name, place=make_place()) for name in (one, other)]
    assert not match_reasons(*pair)


def test_find_ignores_same_name_in_another_town_or_state():
    one = make_listing("treatment", name="Hope House", place=make_place(city="Portland", region="OR"))
    same = make_listing("treatment", name="Hope House", place=make_place(city="portland", region="Oregon"))
    other = make_listing("treatment", name="Hope House", place=make_place(city="Portland", region="ME"))
    assert match_reasons(one, same) == ["The same name in Portland."]
    assert not match_reasons(one, other)


def test_find_ignores_same_name_for_another_need():
    place = make_place()
    one, other = (
        make_listing("hotlines", name="Hope", place=place),
        make_listing("self-help", name="Hope", place=place),
    )
    assert not match_reasons(one, other)
    therapist, clinic = (make_listing(kind, name="Hope", place=place) for kind in ("therapists", "treatment"))
    assert match_reasons(therapist, clinic)


def test_find_ignores_same_name_at_another_place_and_time():
    one = make_meeting_group("Serenity", "one", place=make_place())
    elsewhere = make_place(street="400 Far Road", latitude=37.4)
    assert not match_reasons(one, make_meeting_group("Serenity", "two", place=elsewhere, meets=(3, 7)))
    moved = make_meeting_group("Serenity", "three", place=elsewhere)
    assert match_reasons(one, moved) == ["The same name in San Jose."]


# ---- What is left out ----


@pytest.mark.parametrize("facts", [{"status": "closed", "status_reason": "Over."}, {"sample": True}], ids=str)
def test_find_leaves_out_closed_and_sample_listings(facts):
    one = make_listing(name="Hope House", place=make_place())
    other = make_listing(name="Hope House", place=make_place())
    assert match_reasons(one, other)
    Listing.objects.filter(pk=other.pk).update(**facts)
    assert not match_reasons(one, other)


def test_find_with_listings_returns_only_their_pairs():
    one, make_two_groups, three, four = (
        make_listing(name=name, place=make_place()) for name in ("Hope", "Hope", "Light", "Light")
    )
    pairs = [(pair.first, pair.second) for pair in find_duplicates([make_two_groups])]
    assert pairs == [(one.pk, make_two_groups.pk)]
    assert len(find_duplicates()) == 2
    assert (three.pk, four.pk) in [(pair.first, pair.second) for pair in find_duplicates()]


def test_find_takes_four_queries_for_any_number(django_assert_num_queries):
    for number in range(10):
        make_reachable(f"408555010{number}")
    with django_assert_num_queries(4):
        find_duplicates()
    for number in range(20):
        make_reachable(f"40855501{number + 10}")
    with django_assert_num_queries(4):
        find_duplicates()


# ---- Keeping them ----


def make_alike_listings():
    return [make_listing(name="Hope House", place=make_place()) for _ in range(2)]


def test_store_creates_open_pairs_once():
    make_alike_listings()
    assert store_duplicates() == (1, 0, 1)
    assert store_duplicates() == (0, 0, 1)
    assert LikelyDuplicate.objects.get().reasons == ["The same name in San Jose."]


@pytest.mark.parametrize("decision", [Decision.DIFFERENT, Decision.MERGED])
def test_store_keeps_decided_pairs(decision):
    make_pair(*make_alike_listings(), decision=decision, reasons=["Then."])
    assert store_duplicates() == (0, 0, 0)
    pair = LikelyDuplicate.objects.get()
    assert (pair.decision, pair.reasons) == (decision, ["Then."])


def test_store_deletes_pairs_no_longer_alike():
    one, _other = make_alike_listings()
    store_duplicates()
    Listing.objects.filter(pk=one.pk).update(name="Lighthouse")
    assert store_duplicates() == (0, 1, 0)


def test_store_for_some_listings_keeps_other_pairs():
    make_pair(make_listing(name="Elm"), make_listing(name="Oak"))
    one, _other = make_alike_listings()
    assert store_duplicates([one]) == (1, 0, 2)


def test_store_updates_reasons():
    one, other = make_alike_listings()
    store_duplicates()
    for listing in (one, other):
        Channel.objects.create(listing=listing, type="call", dial="4085550101")
    store_duplicates()
    assert LikelyDuplicate.objects.get().reasons == [
        "The same phone: 4085550101.",
        "The same name in San Jose.",
    ]


def test_command_shows_no_progress_without_a_terminal():
    make_alike_listings()
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

    make_alike_listings()
    err = Terminal()
    call_command("find_doubles", stdout=io.StringIO(), stderr=err)
    assert "1 of 1 pairs compared" in err.getvalue()


# ---- The queue ----


def make_publisher():
    account = make_account()
    account.groups.add(publisher_group())
    return account


def test_queue_counts_open_pairs_and_opens_the_oldest():
    curator = make_publisher()
    assert [(each.count, each.oldest) for each in services.duplicate_queues(curator)] == [(0, None)]
    make_pair(*make_alike_listings(), decision=Decision.DIFFERENT)
    newer = make_pair(*make_alike_listings())
    older = make_pair(*make_alike_listings(), found_at=newer.found_at - datetime.timedelta(days=9))
    [queue] = services.duplicate_queues(curator)
    assert queue.count == 2
    assert (timezone.localdate() - queue.oldest).days in (8, 9, 10)
    assert queue.url == reverse("admin:curation_likelyduplicate_change", args=(older.pk,))


def test_queue_leaves_out_pairs_with_a_closed_listing():
    one, other = make_alike_listings()
    make_pair(one, other)
    Listing.objects.filter(pk=other.pk).update(status="closed", status_reason="Over.")
    assert services.duplicate_queues(make_publisher())[0].count == 0


def test_queue_is_limited_to_the_curators_regions():
    ours = Region.objects.create(name="Ours", country="US")
    theirs = Region.objects.create(name="Theirs", country="US")
    curator = make_publisher()
    pairs = [make_pair(make_listing(region=one), make_listing(region=other)) for one, other in
             ((ours, ours), (ours, theirs), (theirs, theirs), (ours, None))]  # fmt: skip
    assert services.duplicate_queues(curator)[0].count == 4
    CuratorRegion.objects.create(curator=curator, region=ours)
    assert list(services.visible_pairs(curator)) == pairs[:1]


def test_next_pair_starts_again_after_the_last():
    first, second, third = (make_pair(*make_alike_listings()) for _ in range(3))
    curator = make_publisher()
    assert services.next_pair(curator) == first
    assert services.next_pair(curator, first) == second
    assert services.next_pair(curator, third) == first
    LikelyDuplicate.objects.exclude(pk=third.pk).delete()
    assert services.next_pair(curator, third) is None

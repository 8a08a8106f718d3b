import datetime

import pytest
from reversion.models import Revision, Version

from directory.listings import services
from directory.models import Channel, Listing, Verification
from tests.builders import make_account, make_group, make_listing

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 3, 3)


@pytest.fixture
def curator():
    return make_account("calm-heron-1")


def comments(listing):
    versions = Version.objects.get_for_object(listing.kind_instance).select_related("revision")
    return [version.revision.comment for version in versions]


def test_publish_listings_counts_changes(curator):
    drafts = [make_listing("hotlines", status="draft"), make_group(status="in-review")]
    assert services.publish_listings([*drafts, make_listing()], by=curator) == 2
    assert {Listing.objects.get(pk=each.pk).status for each in drafts} == {"published"}


def test_publish_listings_clears_reason(curator):
    paused = make_listing(status="paused", status_reason="Moving house.")
    services.publish_listings([paused], by=curator)
    assert Listing.objects.get(pk=paused.pk).status_reason == ""


@pytest.mark.parametrize(
    ("act", "status"), [(services.pause_listings, "paused"), (services.close_listings, "closed")]
)
def test_pause_and_close_store_reason(curator, act, status):
    listing = make_listing()
    assert act(Listing.objects.all(), reason=" Closed for the summer. ", by=curator) == 1
    listing.refresh_from_db()
    assert (listing.status, listing.status_reason) == (status, "Closed for the summer.")


@pytest.mark.parametrize("act", [services.pause_listings, services.close_listings])
def test_pause_and_close_need_a_reason(curator, act):
    listing = make_listing()
    with pytest.raises(ValueError, match="reason"):
        act([listing], reason="  ", by=curator)
    listing.refresh_from_db()
    assert listing.status == "published"


def test_services_change_all_or_none(curator):
    good, broken = make_listing(status="draft"), make_listing(status="draft")
    Listing.objects.filter(pk=broken.pk).update(kind="hotlines")
    broken.kind = "hotlines"
    with pytest.raises(Listing.DoesNotExist):
        services.publish_listings([good, broken], by=curator)
    good.refresh_from_db()
    assert good.status == "draft"
    assert not Revision.objects.exists()


def test_services_add_one_revision_for_each_listing(curator):
    listings = [make_listing(status="draft"), make_listing(status="draft")]
    Channel.objects.create(listing=listings[0], type="call", dial="4085550101")
    services.publish_listings(listings, by=curator)
    assert comments(listings[0]) == ["Published.", "As it was before the first change here."]
    newest = Version.objects.get_for_object(listings[0]).first().revision
    assert newest.user == curator
    assert sorted(version.content_type.model for version in newest.version_set.all()) == [
        "channel",
        "listing",
        "therapist",
    ]


def test_revision_has_state_after_change(curator):
    listing = make_listing(status="draft")
    services.publish_listings([listing], by=curator)
    statuses = [version.field_dict["status"] for version in Version.objects.get_for_object(listing)]
    assert statuses == ["published", "draft"]


def test_record_verification_stores_account_day_and_method(curator):
    line, therapist = make_listing("hotlines"), make_listing()
    number = services.record_verification(
        [line, therapist],
        method="called",
        verified_on=DAY,
        by=curator,
        fields=("name",),
        note="Spoke to the desk.",
    )
    assert number == 2
    check = Verification.objects.get(listing=line)
    assert (check.verified_by, check.verified_on, check.method, check.fields) == (
        curator,
        DAY,
        "called",
        ["name"],
    )
    assert check.note == "Spoke to the desk."
    assert comments(line)[0] == "Checked by phone."


@pytest.mark.parametrize(("kind", "months"), [("hotlines", 3), ("support-groups", 6), ("therapists", 12)])
def test_record_verification_sets_due_date(curator, kind, months):
    listing = make_listing(kind)
    services.record_verification([listing], method="website", verified_on=DAY, by=curator)
    assert round((listing.verifications.get().due_on - DAY).days / 30.4) == months


@pytest.mark.parametrize(
    ("kind", "fields", "days"),
    [("hotlines", ["hours"], 90), ("therapists", ["hours"], 182), ("therapists", ["hours", "accepting"], 60),
     ("recovery-housing", ["beds"], 7), ("support-groups", ["join"], 182), ("therapists", ["name"], 365)],
)  # fmt: skip
def test_record_verification_of_facts_is_due_with_shortest_lifetime(curator, kind, fields, days):
    listing = make_listing(kind)
    services.record_verification([listing], method="called", verified_on=DAY, by=curator, fields=fields)
    assert (listing.verifications.get().due_on - DAY).days == days


@pytest.mark.parametrize(
    ("before", "fields", "after"),
    [
        ({"accepting": "yes", "accepting_on": datetime.date(2026, 1, 1)}, ["accepting"], DAY),
        ({"accepting": "no", "accepting_on": datetime.date(2026, 1, 1)}, [], DAY),
        (
            {"accepting": "yes", "accepting_on": datetime.date(2026, 1, 1)},
            ["hours"],
            datetime.date(2026, 1, 1),
        ),
        ({"accepting": "yes", "accepting_on": datetime.date(2026, 4, 1)}, [], datetime.date(2026, 4, 1)),
        ({"accepting": ""}, ["accepting"], None),
    ],
)
def test_record_verification_dates_perishable_fact(curator, before, fields, after):
    therapist = make_listing(**before)
    services.record_verification([therapist], method="called", verified_on=DAY, by=curator, fields=fields)
    therapist.refresh_from_db()
    assert therapist.accepting_on == after


def test_record_verification_dates_free_beds(curator):
    for beds in (0, 2):
        house = make_listing("recovery-housing", beds=beds, beds_on=datetime.date(2026, 2, 1))
        services.record_verification([house], method="called", verified_on=DAY, by=curator, fields=["beds"])
        house.refresh_from_db()
        assert house.beds_on == DAY
    assert Version.objects.get_for_object(house).first().field_dict["beds_on"] == DAY


def test_record_verification_refuses_unknown_method(curator):
    with pytest.raises(ValueError, match="guessed"):
        services.record_verification([make_listing()], method="guessed", verified_on=DAY, by=curator)
    assert not Verification.objects.exists()


def test_mark_corrected_keeps_other_provenance(curator, time_machine):
    time_machine.move_to("2026-03-04T05:00Z")
    group = make_group(source="example", provenance={"*": {"source": "Example"}, "summary": {"run": 4}})
    services.mark_corrected(group, ("name", "summary", "meetings"), by=curator)
    mark = {"corrected_by": str(curator.pk), "when": "2026-03-03"}
    group.refresh_from_db()
    assert group.provenance == {
        "*": {"source": "Example"},
        "name": mark,
        "summary": {"run": 4, **mark},
        "meetings": mark,
    }


def test_mark_corrected_skips_listing_without_source(curator):
    listing = make_listing()
    services.mark_corrected(listing, ("name",), by=curator)
    listing.refresh_from_db()
    assert listing.provenance == {}


def test_pause_listings_marks_status_as_corrected(curator):
    group = make_group(source="example", provenance={"*": {"source": "Example"}})
    services.pause_listings([group], reason="The hall is being rebuilt.", by=curator)
    group.refresh_from_db()
    assert group.provenance["status"]["corrected_by"] == str(curator.pk)

"""What curators, publishers and stewards may do with listings, and the limits of regions."""

import io

import pytest
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.urls import reverse
from reversion.models import Version

from core.admin.base import allowed_region_ids
from curation.models import CuratorRegion, LikelyDuplicate, Suggestion
from curation.roles.roles import GROUPS
from directory.kinds.registry import kinds
from directory.models import Listing, Region
from tests.builders import make_account, make_curator, make_group, make_listing, make_place
from tests.directory.admin.test_admin import act, add, address, change, messages_of
from tests.form_filling import sent_by

pytestmark = [pytest.mark.django_db, pytest.mark.one_database("permissions, which Python decides")]
THERAPIST = kinds["therapists"].model


def offered_statuses(client, page):
    form = client.get(page).context["adminform"].form
    return [value for value, _label in form.fields["status"].choices]


@pytest.mark.parametrize(
    ("role", "status", "offered"),
    [
        ("curator", "draft", ["draft", "in-review"]),
        ("curator", "in-review", ["draft", "in-review"]),
        ("curator", "published", ["published", "paused"]),
        ("curator", "paused", ["paused"]),
        ("curator", "closed", ["closed"]),
        ("publisher", "draft", ["draft", "in-review", "published", "paused", "closed"]),
        ("steward", "closed", ["draft", "in-review", "published", "paused", "closed"]),
    ],
)
def test_offered_statuses_by_role(client, role, status, offered):
    make_curator(client, role)
    listing = make_listing(status=status, status_reason="Why." if status in ("paused", "closed") else "")
    assert offered_statuses(client, address(THERAPIST, "change", listing.pk)) == offered
    refused = [
        value for value in ("draft", "in-review", "published", "paused", "closed") if value not in offered
    ]
    for value in refused:
        answer = change(client, listing, status=value, status_reason="Why.")
        assert "status" in answer.context["adminform"].form.errors
    listing.refresh_from_db()
    assert listing.status == status


def test_curator_adds_drafts(client):
    make_curator(client, "curator")
    assert offered_statuses(client, address(THERAPIST, "add")) == ["draft", "in-review"]
    add(client, THERAPIST, name="New", status="published")
    assert not Listing.objects.exists()
    add(client, THERAPIST, name="New", status="in-review")
    assert Listing.objects.get().status == "in-review"


def test_curator_may_only_pause_public_listings(client):
    make_curator(client, "curator")
    public, draft, closed = (
        make_listing(), make_listing(status="draft"), make_listing(status="closed", status_reason="Over."),
    )  # fmt: skip
    answer = act(client, THERAPIST, "pause", [public, draft, closed], reason="Nobody answers.")
    assert messages_of(answer) == ["1 listing paused."]
    found = [Listing.objects.get(pk=each.pk).status for each in (public, draft, closed)]
    assert found == ["paused", "draft", "closed"]
    for action in ("publish", "close"):
        act(client, THERAPIST, action, [draft], reason="No.")
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_restoring_a_version_publishes_nothing(client):
    listing = make_listing(summary="First.")
    make_curator(client)
    change(client, listing, status="closed", status_reason="Over.")
    public = Version.objects.get_for_object(listing).last()
    assert public.field_dict["status"] == "published"
    page = address(THERAPIST, "revision", listing.pk, public.pk)
    make_curator(client, "curator")
    form = sent_by(client.get(page), "#therapist_form")
    assert client.post(page, form).status_code == 403
    listing.refresh_from_db()
    assert listing.status == "closed"


def test_replacement_needs_the_right_to_publish(client):
    listing, other = make_listing(), make_listing()
    make_curator(client, "curator")
    change(client, listing, replaced_by=other.slug)
    listing.refresh_from_db()
    assert listing.replaced_by is None


def test_stewards_undo_merges_of_others(client):
    first, second = make_listing(name="Same"), make_listing(name="Same")
    double = LikelyDuplicate.objects.create(first=first, second=second)
    page = reverse("admin:curation_likelyduplicate_change", args=(double.pk,))
    make_curator(client, "publisher")
    for decision, expected in (("left", "merged"), ("undo", "open"), ("left", "merged")):
        client.post(page, {"decision": decision})
        double.refresh_from_db()
        assert double.decision == expected
    make_curator(client, "publisher")
    assert b'value="undo"' not in client.get(page).content
    assert client.post(page, {"decision": "undo"}).status_code == 403
    make_curator(client, "steward")
    client.post(page, {"decision": "undo"})
    double.refresh_from_db()
    assert double.decision == "open"


# ---- Regions ----


@pytest.fixture
def own_region():
    return Region.objects.create(name="Here", country="US", states="CA")


@pytest.fixture
def other_region():
    return Region.objects.create(name="There", country="US", states="NV")


def make_limited_curator(client, *regions, role="publisher"):
    account = make_curator(client, role)
    CuratorRegion.objects.bulk_create(CuratorRegion(curator=account, region=each) for each in regions)
    return account


def test_curator_sees_own_regions(client, own_region, other_region):
    rows = [make_listing(region=own_region), make_listing(region=other_region), make_listing()]

    def seen():
        page = client.get(address(THERAPIST, "changelist"))
        return {each.pk for each in page.context["cl"].result_list}

    make_limited_curator(client, own_region)
    assert seen() == {rows[0].pk}
    make_limited_curator(client, own_region, other_region)
    assert seen() == {rows[0].pk, rows[1].pk}
    make_limited_curator(client)
    assert len(seen()) == 3
    make_limited_curator(client, own_region, role="steward")
    assert len(seen()) == 3


def test_region_follows_from_the_place(client, own_region, other_region):
    make_curator(client)
    add(client, THERAPIST, name="New", place=str(make_place(region="NV").pk))
    assert Listing.objects.get().region == other_region


def test_listing_without_a_place_gets_the_curators_region(client, own_region):
    make_limited_curator(client, own_region)
    add(client, THERAPIST, name="New")
    listing = Listing.objects.get()
    assert listing.region == own_region
    assert client.get(address(THERAPIST, "change", listing.pk)).status_code == 200


def test_place_in_another_region_is_refused(client, own_region, other_region):
    make_limited_curator(client, own_region)
    answer = add(client, THERAPIST, name="New", place=str(make_place(region="NV").pk))
    assert list(answer.context["adminform"].form.errors) == ["place"]


def test_draft_from_a_suggestion_gets_the_curators_region(client, own_region):
    make_limited_curator(client, own_region)
    card = Suggestion.objects.create(kind="therapists", name="New", code_hash="a")
    client.post(reverse("admin:curation_suggestion_change", args=(card.pk,)), {"action": "draft"})
    assert Listing.objects.get().region == own_region
    assert client.get(reverse("admin:curation_suggestion_listing", args=(card.pk,))).status_code == 200


def test_history_of_a_listing_in_another_region_is_closed(client, own_region, other_region):
    listing = make_listing(region=own_region)
    make_curator(client)
    change(client, listing, summary="Changed.")
    version = Version.objects.get_for_object(listing).last()
    Listing.objects.filter(pk=listing.pk).update(region=other_region)
    make_limited_curator(client, own_region)
    page = address(THERAPIST, "revision", listing.pk, version.pk)
    assert client.get(page).status_code == client.post(page).status_code == 404


def test_replacement_in_another_region_is_refused(client, own_region, other_region):
    listing, hidden = make_listing(region=own_region), make_listing(region=other_region, status="draft")
    make_limited_curator(client, own_region)
    answer = change(client, listing, replaced_by=hidden.slug)
    assert list(answer.context["adminform"].form.errors) == ["replaced_by"]


def test_only_stewards_set_regions(client, own_region, other_region):
    listing = make_listing(region=own_region)
    make_curator(client)
    change(client, listing, region=str(other_region.pk))
    listing.refresh_from_db()
    assert listing.region == own_region
    act(client, THERAPIST, "assign_region", [listing], step="apply", region=str(other_region.pk))
    listing.refresh_from_db()
    assert listing.region == own_region
    make_curator(client, "steward")
    act(client, THERAPIST, "assign_region", [listing], step="apply", region=str(other_region.pk))
    listing.refresh_from_db()
    assert listing.region == other_region
    change(client, listing, region=str(own_region.pk))
    listing.refresh_from_db()
    assert listing.region == own_region


def test_region_with_curators_is_not_deleted(client, own_region):
    make_limited_curator(client, own_region)
    make_curator(client, "steward")
    page = reverse("admin:directory_region_delete", args=(own_region.pk,))
    assert client.post(page, {"post": "yes"}).status_code == 403
    CuratorRegion.objects.all().delete()
    assert client.post(page, {"post": "yes"}).status_code == 302
    assert not Region.objects.exists()


def test_regions_offer_only_staff(client, own_region):
    make_account("plain-member")
    make_curator(client, "steward")
    page = client.get(reverse("admin:directory_region_change", args=(own_region.pk,))).content.decode()
    assert "plain-member" not in page


def test_site_without_regions_limits_nobody():

    assert allowed_region_ids(make_account(), admin.AdminSite()) == []


# ---- give_role ----


def test_give_role_replaces_role_and_regions(own_region):
    account = make_account("plain-otter")
    call_command("give_role", "plain-otter", "steward", stdout=io.StringIO())
    call_command("give_role", "Plain-Otter", "curator", "--region", "Here", stdout=io.StringIO())
    account.refresh_from_db()
    assert account.is_staff
    assert [group.name for group in account.groups.all()] == ["Curators"]
    assert [row.region for row in account.curator_regions.all()] == [own_region]
    call_command("give_role", "plain-otter", "none", stdout=io.StringIO())
    account.refresh_from_db()
    assert not account.is_staff
    assert not account.groups.exists()
    assert not account.curator_regions.exists()


@pytest.mark.parametrize(
    "words", [("nobody", "curator"), ("plain-otter",), ("plain-otter", "curator", "--region", "Nowhere")]
)
def test_give_role_refuses_unknown_names(words):
    account = make_account("plain-otter")
    with pytest.raises(CommandError):
        call_command("give_role", *words, stdout=io.StringIO())
    account.refresh_from_db()
    assert not account.is_staff


def test_give_role_without_arguments_updates_permissions():
    GROUPS["curator"]().permissions.clear()
    call_command("give_role", stdout=io.StringIO())
    assert GROUPS["curator"]().permissions.exists()


# ---- Restoring ----


def restore_version(client, row, version):
    """Restore a version with the form of its page."""
    page = address(type(row), "revision", row.pk, version.pk)
    return client.post(page, sent_by(client.get(page), f"#{row._meta.model_name}_form"))


def versions(row):
    """Return the versions of a row, newest first."""
    return list(Version.objects.get_for_object(row))


def test_restoring_keeps_the_replacement_for_publishers(client):
    listing, other = make_listing(summary="First."), make_listing(slug="other")
    make_curator(client, "publisher")
    change(client, listing, replaced_by=other.slug)
    change(client, listing, replaced_by="", summary="Second.")
    led = versions(listing)[1]
    assert led.field_dict["replaced_by_id"] == other.pk
    make_curator(client, "curator")
    assert restore_version(client, listing, led).status_code == 302
    listing.refresh_from_db()
    assert (listing.replaced_by, listing.summary) == (None, "First.")
    make_curator(client, "publisher")
    assert restore_version(client, listing, led).status_code == 302
    listing.refresh_from_db()
    assert listing.replaced_by_id == other.pk


def test_restoring_keeps_the_region_for_stewards(client, own_region, other_region):
    listing = make_listing(region=own_region, summary="First.")
    make_curator(client, "steward")
    change(client, listing, region=other_region.pk, summary="Second.")
    make_curator(client, "publisher")
    assert restore_version(client, listing, versions(listing)[-1]).status_code == 302
    listing.refresh_from_db()
    assert (listing.region, listing.summary) == (other_region, "First.")


@pytest.mark.parametrize("role", ["curator", "publisher", "steward"])
def test_restoring_keeps_fields_without_a_form(client, role):
    facts = {"source": "first", "source_ref": "1", "sample": True, "provenance": {"*": {"source": "first"}}}
    listing = make_listing(summary="First.", **facts)
    make_curator(client, "publisher")
    change(client, listing, summary="Second.")
    now = {"source": "second", "source_ref": "2", "sample": False, "created": "2026-01-02T03:04:05Z"}
    type(listing).objects.filter(pk=listing.pk).update(**now)
    listing.refresh_from_db()
    before = {name: getattr(listing, name) for name in now}
    make_curator(client, role)
    assert restore_version(client, listing, versions(listing)[-1]).status_code == 302
    listing.refresh_from_db()
    assert listing.summary == "First."
    assert {name: getattr(listing, name) for name in now} == before


def test_restoring_keeps_the_source_id_of_a_meeting(client):
    group = make_group(name="First", meetings=1)
    make_curator(client)
    change(client, group, name="Second", **{"meetings-0-start": "08:00"})
    group.meetings.update(source_ref="new", codes=["X"], zone_derived=True)
    assert restore_version(client, group, versions(group)[-1]).status_code == 302
    meeting = group.meetings.get()
    assert (meeting.start.hour, meeting.source_ref, meeting.codes, meeting.zone_derived) == (
        19,
        "new",
        ["X"],
        True,
    )


def test_restoring_a_shared_row_keeps_its_provenance(client):
    place = make_place(name="First", source="first", source_ref="1")
    make_curator(client)
    change(client, place, name="Second")
    type(place).objects.update(source="second", source_ref="2")
    assert restore_version(client, place, versions(place)[-1]).status_code == 302
    place.refresh_from_db()
    assert (place.name, place.source, place.source_ref) == ("First", "second", "2")

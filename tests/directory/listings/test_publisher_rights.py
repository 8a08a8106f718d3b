"""Public hotlines and checked contacts are changed only with the right to publish, in every place that changes them.

Rows of the safety matrix: C4, M1.
"""

import datetime

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from reversion.models import Version

from core import history
from curation.models import LikelyDuplicate, Report
from curation.submissions.presenters import admin_url
from directory.listings import publisher_rights, services
from directory.models import Channel, HoursException, OpeningInterval, Organization, Place, Verification
from tests.builders import make_curator, make_group, make_listing, make_meeting, make_place
from tests.directory.admin.test_admin import act, address, change
from tests.form_filling import sent_by

pytestmark = pytest.mark.django_db
NINE = datetime.time(9)


@pytest.fixture
def line():
    """Make a public main hotline with all related rows that a listing can have."""
    line = make_listing(
        "hotlines",
        name="Example Line",
        slug="example-line",
        country="US",
        zone="America/Los_Angeles",
        is_main=True,
        organization=Organization.objects.create(name="Example Help", website="https://example.org"),
        place=make_place(),
        languages=("en",),
    )
    Channel.objects.create(listing=line, type="call", dial="988", display="988")
    OpeningInterval.objects.create(listing=line, weekday=0, opens=NINE, closes=datetime.time(17))
    HoursException.objects.create(listing=line, date=datetime.date(2027, 1, 1))
    return line


def make_checked(**facts):
    """Make a public therapist whose facts were all checked today."""
    listing = make_listing(**{"organization": Organization.objects.create(name="Example Practice"), **facts})
    Channel.objects.create(listing=listing, type="call", dial="4085550101", display="408-555-0101")
    check(listing)
    return listing


def check(listing, days_ago=0, fields=()):
    on = timezone.localdate() - datetime.timedelta(days=days_ago)
    Verification.objects.create(listing_id=listing.pk, verified_on=on, method="called", fields=list(fields))


def state(row):
    fresh = type(row)._default_manager.get(pk=row.pk)
    return (
        (history.tracked_values(fresh), fresh.slug) if hasattr(fresh, "slug") else history.field_values(fresh)
    )


def errors(answer):
    """Return the messages above the form."""
    return " ".join(answer.context["adminform"].form.non_field_errors())


LINE_CHANGES = {
    "its number": {"channels-0-dial": "4085550199"},
    "the number shown": {"channels-0-display": "408-555-0199"},
    "a number more": {"channels-1-type": "call", "channels-1-dial": "4085550199"},
    "its number taken out": {"channels-0-DELETE": "on"},
    "the name": {"name": "Another Line"},
    "what happens": {"what_to_expect": "You are asked for money."},
    "no main line any more": {"is_main": ""},
    "the country": {"country": "CA"},
    "the address on this site": {"slug": "another-line"},
    "the languages": {"languages": ["en", "es"]},
    "the place": {"place": ""},
    "the organization": {"organization": ""},
    "the hours": {"intervals-0-opens": "10:00"},
    "a day with other hours": {"exceptions-0-DELETE": "on"},
}


@pytest.mark.parametrize("changes", LINE_CHANGES.values(), ids=LINE_CHANGES)
def test_hotline_form_needs_publisher(client, line, changes):
    before = state(line)
    make_curator(client, "curator")
    answer = change(client, line, **changes)
    assert answer.status_code == 200
    assert "This crisis line is public" in errors(answer)
    assert state(line) == before
    assert not Version.objects.get_for_object(line).exclude(revision__comment__startswith="As it was before")
    make_curator(client, "publisher")
    assert change(client, line, **changes).status_code == 302
    assert state(line) != before


def test_refused_form_keeps_input_without_success_message(client, line):
    make_curator(client, "curator")
    answer = change(client, line, **{"channels-0-dial": "4085550199", "summary": "Typed with care."})
    page = answer.content.decode()
    assert 'value="4085550199"' in page
    assert "Typed with care." in page
    assert "was changed successfully" not in page
    assert b"tel:4085550199" not in Client().get("/now/").content


def test_form_shows_the_rule_in_advance(client, line):
    page = address(type(line), "change", line.pk)
    make_curator(client, "curator")
    assert b"data-publish-rule" in client.get(page).content
    make_curator(client, "publisher")
    assert b"data-publish-rule" not in client.get(page).content


@pytest.mark.parametrize("status", ["published", "paused", "closed"])
def test_visible_hotline_is_protected(client, line, status):
    type(line).objects.update(status=status, status_reason="" if status == "published" else "Why.")
    make_curator(client, "curator")
    assert change(client, line, **{"channels-0-dial": "4085550199"}).status_code == 200
    assert line.channels.get().dial == "988"


@pytest.mark.parametrize("status", ["draft", "in-review"])
def test_hidden_hotline_is_not_protected(client, line, status):
    type(line).objects.update(status=status)
    make_curator(client, "curator")
    assert change(client, line, **{"channels-0-dial": "4085550199"}).status_code == 302
    assert line.channels.get().dial == "4085550199"


def test_curator_may_pause_hotline_and_record_checks(client, line):
    make_curator(client, "curator")
    assert change(client, line, checked="called").status_code == 302
    assert change(client, line, status="paused", status_reason="It rings forever.").status_code == 302
    line.refresh_from_db()
    assert (line.status, Verification.objects.count()) == ("paused", 1)


# ---- A contact that was checked ----


CONTACT_CHANGES = {
    "its number": {"channels-0-dial": "4085550199"},
    "a way more": {"channels-1-type": "website", "channels-1-dial": "https://example.org"},
    "its number taken out": {"channels-0-DELETE": "on"},
    "the organization": {"organization": ""},
}


@pytest.mark.parametrize("changes", CONTACT_CHANGES.values(), ids=CONTACT_CHANGES)
def test_checked_contact_needs_publisher(client, changes):
    listing = make_checked()
    before = state(listing)
    make_curator(client, "curator")
    answer = change(client, listing, summary="New.", **changes)
    assert "Somebody checked how one reaches this listing" in errors(answer)
    assert state(listing) == before
    make_curator(client, "publisher")
    assert change(client, listing, **changes).status_code == 302
    assert state(listing) != before


def test_other_facts_of_checked_listing_are_not_protected(client):
    listing = make_checked()
    make_curator(client, "curator")
    assert change(client, listing, summary="New.", languages=["es"]).status_code == 302
    listing.refresh_from_db()
    assert (listing.summary, listing.languages) == ("New.", ("es",))


@pytest.mark.parametrize(
    ("days_ago", "fields", "refused"),
    [
        (0, ("channels",), True),
        (394, (), True),  # due after 365 days, and old once the public line warns
        (396, (), False),
        (0, ("accepting",), False),
    ],
)
def test_only_valid_check_protects_contact(client, days_ago, fields, refused):
    listing = make_listing()
    Channel.objects.create(listing=listing, type="call", dial="4085550101")
    check(listing, days_ago, fields)
    make_curator(client, "curator")
    assert (change(client, listing, **{"channels-0-dial": "4085550100"}).status_code == 200) is refused


def test_check_in_same_form_does_not_release_contact(client):
    listing = make_checked()
    make_curator(client, "curator")
    change(client, listing, **{"channels-0-dial": "4085550199", "checked": "called"})
    assert listing.channels.get().dial == "4085550101"
    assert Verification.objects.count() == 1


def test_join_links_of_checked_group_need_publisher(client):
    group = make_group()
    make_meeting(group, join_url="https://example.org/room")
    make_meeting(group, weekday=2)
    check(group)
    make_curator(client, "curator")
    for changes in (
        {"meetings-0-join_url": "https://example.com/other"},
        {"meetings-1-join_url": "https://example.com/other"},
        {"meetings-1-join_phone": "+14085550100"},
        {"meetings-2-weekday": "4", "meetings-2-start": "10:00", "meetings-2-join_phone": "4085550199"},
    ):
        before = state(group)
        assert "links to join" in errors(change(client, group, **changes))
        assert state(group) == before
    for changes in (
        {"meetings-0-start": "18:00", "meetings-1-active": ""},
        {"meetings-2-weekday": "4", "meetings-2-start": "10:00"},
        {"meetings-0-DELETE": "on"},
    ):
        assert change(client, group, **changes).status_code == 302


# ---- What listings share ----


def test_shared_row_of_hotline_needs_publisher(client, line):
    make_curator(client, "curator")
    for row, changes in (
        (line.organization, {"website": "https://example.com/"}),
        (line.organization, {"name": "Other Help"}),
        (line.place, {"street": "2 Other Street"}),
    ):
        before = state(row)
        answer = change(client, row, **changes)
        assert "Example Line" in errors(answer)
        assert state(row) == before
    make_curator(client, "publisher")
    assert change(client, line.organization, website="https://example.com/").status_code == 302


def test_organization_of_checked_listing_needs_publisher_but_place_does_not(client):
    listing = make_checked(place=make_place())
    make_curator(client, "curator")
    assert change(client, listing.organization, website="https://example.com/").status_code == 200
    assert Organization.objects.get().website == ""
    assert change(client, listing.place, street="2 Other Street").status_code == 302
    assert Place.objects.get().street == "2 Other Street"


# ---- Other ways ----


def bulk_edit(client, listings, step="apply", **facts):
    return act(client, type(listings[0]), "change_several", listings, step=step, **facts)


@pytest.mark.parametrize("step", ["preview", "apply"])
def test_bulk_edit_of_hotline_needs_publisher(client, line, step):
    draft = make_listing("hotlines", status="draft")
    make_curator(client, "curator")
    answer = bulk_edit(client, [line, draft], step, add_languages="es")
    assert "1 of them is a public crisis line" in answer.content.decode()
    assert b'value="apply"' not in answer.content
    line.refresh_from_db()
    draft.refresh_from_db()
    assert (line.languages, draft.languages) == (("en",), ())
    bulk_edit(client, [draft], add_languages="es")
    draft.refresh_from_db()
    assert draft.languages == ("es",)


def test_bulk_edit_of_checked_organization_needs_publisher(client):
    listing, other = make_checked(), Organization.objects.create(name="Other")
    make_curator(client, "curator")
    bulk_edit(client, [listing], organization="Other", add_languages="es")
    listing.refresh_from_db()
    assert (listing.organization.name, listing.languages) == ("Example Practice", ())
    bulk_edit(client, [listing], add_languages="es")
    make_curator(client, "publisher")
    bulk_edit(client, [listing], organization="Other")
    listing.refresh_from_db()
    assert (listing.organization, listing.languages) == (other, ("es",))


def test_csv_import_of_protected_facts_needs_publisher(client, line):
    checked = make_checked(slug="checked")

    def upload(room, text):
        file = SimpleUploadedFile("a.csv", text.encode())
        return client.post(f"/admin/directory/{room}/upload/", {"file": file})

    def problems(look):
        return [each.column for each in look.context["preview"].problems]

    make_curator(client, "curator")
    look = upload("hotline", "slug,name,what_to_expect\nexample-line,Other Line,Pay first.\n")
    assert problems(look) == ["name", "what_to_expect"]
    assert b"This crisis line is public" in look.content
    assert look.context["changes"] == ""
    assert problems(upload("therapist", "slug,organization\nchecked,Example Help\n")) == ["organization"]
    look = upload("therapist", "slug,summary\nchecked,New\n")
    assert problems(look) == []
    make_curator(client, "publisher")
    assert problems(upload("hotline", "slug,name\nexample-line,Other Line\n")) == []
    assert checked.organization.name == "Example Practice"


def test_previewed_import_is_refused_after_right_was_withdrawn(client, line):
    account = make_curator(client, "publisher")
    file = SimpleUploadedFile("a.csv", b"slug,name\nexample-line,Other Line\n")
    look = client.post("/admin/directory/hotline/upload/", {"file": file})
    form = sent_by(look, "form.apply")
    curators = make_curator(Client(), "curator").groups.get()
    account.groups.set([curators])
    client.force_login(account)
    client.post("/admin/directory/hotline/upload/", form)
    line.refresh_from_db()
    assert line.name == "Example Line"


def test_revert_of_hotline_needs_publisher(client, line):
    make_curator(client, "publisher")
    change(client, line, **{"channels-0-dial": "988", "name": "First"})
    change(client, line, **{"channels-0-dial": "989", "name": "Second"})
    version = Version.objects.get_for_object(line).last()
    page = address(type(line), "revision", line.pk, version.pk)
    make_curator(client, "curator")
    answer = client.post(page, sent_by(client.get(page), "#hotline_form"))
    assert answer.status_code == 200
    assert "This crisis line is public" in errors(answer)
    line.refresh_from_db()
    assert (line.name, line.channels.get().dial) == ("Second", "989")
    make_curator(client, "publisher")
    assert client.post(page, sent_by(client.get(page), "#hotline_form")).status_code == 302
    assert line.channels.get().dial == "988"


def test_revert_of_organization_needs_publisher(client, line):
    row = line.organization
    make_curator(client, "publisher")
    change(client, row, website="https://example.com/")
    version = Version.objects.get_for_object(row).last()
    page = address(Organization, "revision", row.pk, version.pk)
    make_curator(client, "curator")
    answer = client.post(page, sent_by(client.get(page), "#organization_form"))
    assert (answer.status_code, Organization.objects.get(pk=row.pk).website) == (200, "https://example.com/")


@pytest.fixture
def handler(client):
    """Make a curator who may handle reports but not publish."""
    account = make_curator(client, "curator")
    account.user_permissions.set(Permission.objects.filter(codename__in=("view_report", "change_report")))
    client.force_login(account)
    return account


def make_report(listing, **facts):
    return Report.objects.create(listing_id=listing.pk, code_hash=str(listing.pk), **facts)


@pytest.mark.parametrize("make", [lambda line: line, lambda line: make_checked()], ids=["line", "checked"])
def test_report_fix_of_contact_needs_publisher(client, handler, line, make):
    listing = make(line)
    channel = listing.channels.get()
    card = make_report(listing, problem="wrong-number")
    form = sent_by(client.get(admin_url(card)), "form.fix-form")
    answer = client.post(admin_url(card), {**form, f"fix-dial-{channel.pk}": "4085550199", "action": "fix"})
    assert "somebody with the right to publish" in answer.content.decode()
    assert 'value="4085550199"' in answer.content.decode()
    channel.refresh_from_db()
    card.refresh_from_db()
    assert (channel.dial != "4085550199", card.status) == (True, "open")


def test_listing_of_report_is_protected(client, handler, line):
    card = make_report(line, problem="wrong-number")
    page = f"/admin/curation/report/{card.pk}/listing/"
    form = sent_by(client.get(page), "#hotline_form")
    answer = client.post(page, {**form, "channels-0-dial": "4085550199", "_close_card": "x"})
    card.refresh_from_db()
    assert (answer.status_code, card.status, line.channels.get().dial) == (200, "open", "988")


def test_bulk_change_raises_for_protected_facts(line):
    """The service itself refuses, whichever page calls it."""
    curator = make_curator(Client(), "curator")

    def rename(own):
        return {"name": "Other"}

    with pytest.raises(publisher_rights.PublisherRequired):
        services.bulk_change([line], rename, by=curator, comment="Renamed.")
    line.refresh_from_db()
    assert line.name == "Example Line"
    assert services.pause_listings([line], reason="It rings forever.", by=curator) == 1


def test_merge_needs_publisher(client, line):
    other = make_listing("hotlines", name="Example Line", country="US")
    Channel.objects.create(listing=other, type="call", dial="4085550199")
    pair = LikelyDuplicate.objects.create(first=line, second=other)
    account = make_curator(client, "curator")
    codes = ("view_likelyduplicate", "change_likelyduplicate")
    account.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(account)
    page = reverse("admin:curation_likelyduplicate_change", args=(pair.pk,))
    assert client.post(page, {"decision": "left"}).status_code == 403
    assert line.channels.count() == 1

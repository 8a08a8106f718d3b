import datetime
from types import FunctionType

import pytest
from bs4 import BeautifulSoup
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import InlineModelAdmin
from django.urls import reverse
from reversion.admin import VersionAdmin
from reversion.models import Version

from directory.admin.listings import ListingAdmin
from directory.kinds.registry import kinds
from directory.listings import services
from directory.models import Channel, Listing, OpeningInterval, Organization, Verification
from groups.models import SupportGroup
from tests.builders import make_curator, make_group, make_listing, make_place
from tests.form_filling import sent_by

pytestmark = [pytest.mark.django_db, pytest.mark.one_database("pages and forms of the admin")]
REGISTERED = {
    model: each
    for model, each in admin.site._registry.items()
    if type(each).__module__.split(".")[0] in ("directory", "groups", "feeds")
}
READ_ONLY = ("ImportRun", "ZeroResultQuery")
LISTINGS = [kind.model for kind in kinds.values()]


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def make(model):
    """Return a new row of any model in the admin."""
    kind = next((kind.slug for kind in kinds.values() if kind.model is model), None)
    if kind:
        listing = make_listing(
            kind, place=make_place(), source="example", provenance={"*": {"source": "Example"}}
        )
        Channel.objects.create(listing=listing, type="call", dial="4085550101", display="408-555-0101")
        return listing
    if model.__name__ == "Place":
        return make_place()
    if model.__name__ == "ImportRun":
        source = make(model._meta.get_field("source").related_model)
        return model.objects.create(source=source, rejected=[{"row": 2, "id": "a", "reason": "day: none"}])
    if model.__name__ == "SynonymEntry":
        return model.objects.create(phrases="the example", meanings="kind=hotlines")
    if model.__name__ == "ZeroResultQuery":
        return model.objects.create(text="example", week=datetime.date(2026, 3, 2), count=5)
    return model.objects.create(name="Example")


def add(client, model, **facts):
    """Add a row through the form. `facts` override the values of the page."""
    form = sent_by(client.get(address(model, "add")), f"#{model._meta.model_name}_form")
    return client.post(address(model, "add"), {**form, **facts})


def change(client, row, **facts):
    page = address(type(row), "change", row.pk)
    return client.post(page, {**sent_by(client.get(page), f"#{row._meta.model_name}_form"), **facts})


def act(client, model, action, rows, **facts):
    chosen = {"action": action, "_selected_action": [row.pk for row in rows], "index": "0"}
    return client.post(address(model, "changelist"), {**chosen, **facts}, follow=True)


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_admin_pages_open_for_a_curator(client, model):
    make_curator(client)
    row = make(model)
    assert client.get(address(model, "changelist")).status_code == 200
    assert client.get(address(model, "changelist"), {"q": "example", "_facets": "True"}).status_code == 200
    assert client.get(address(model, "change", row.pk)).status_code == 200
    assert client.get(address(model, "history", row.pk)).status_code == 200
    expected = 403 if model._meta.app_label == "feeds" or model.__name__ in READ_ONLY else 200
    assert client.get(address(model, "add")).status_code == expected


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_admin_pages_open_for_a_superuser(client, model):
    make_curator(client, is_superuser=True)
    row = make(model)
    assert client.get(address(model, "changelist")).status_code == 200
    assert client.get(address(model, "change", row.pk)).status_code == 200
    assert client.get(address(model, "add")).status_code == (403 if model.__name__ in READ_ONLY else 200)


def unknown_attributes(own, known, family=()):
    """Return the attributes of an admin class that neither Django knows nor the class or its bases use."""
    used = set()
    for each in (each for one in (own, *family) for each in vars(one).values()):
        used |= set(strings_in(each))
        used |= {f"has_{verb}_permission" for verb in getattr(each, "allowed_permissions", ())}
        used |= set(each.__code__.co_names) if isinstance(each, FunctionType) else set()
    return [name for name in vars(own) if not (name.startswith("__") or hasattr(known, name) or name in used)]


def strings_in(options):
    if isinstance(options, str):
        yield options
    elif isinstance(options, tuple | list | dict):
        for option in options.values() if isinstance(options, dict) else options:
            yield from strings_in(option)


@pytest.mark.parametrize("each", REGISTERED.values(), ids=lambda each: type(each).__name__)
def test_admin_attributes_are_known_to_django(each):
    for own in [*type(each).__mro__, *(inline for row in each.inlines for inline in row.__mro__)]:
        if own.__module__.split(".")[0] in ("directory", "groups", "feeds"):
            known = InlineModelAdmin if hasattr(own, "extra") else VersionAdmin
            assert unknown_attributes(own, known, type(each).__mro__) == []


def test_unknown_attributes_finds_misspelt_names():
    class MisspeltAdmin(ModelAdmin):
        list_filters = ("status",)
        list_display = ("town",)

        def town(self, listing):
            return ""

        def get_querysett(self, request):
            return None

    assert unknown_attributes(MisspeltAdmin, VersionAdmin) == ["list_filters", "get_querysett"]


@pytest.mark.parametrize("model", LISTINGS, ids=lambda model: model.__name__)
def test_form_has_at_most_fifteen_open_fields(client, model):
    make_curator(client)
    page = BeautifulSoup(client.get(address(model, "add")).content, "html.parser")
    kind = next(kind for kind in kinds.values() if kind.model is model)
    open_sets = page.select("form fieldset.module:not(.collapse)")
    shown = [
        row
        for each in open_sets
        if not each.find_parent(class_="inline-group")
        for row in each.select(".form-row")
    ]
    assert len(shown) - 1 <= 15  # one of them is the check, below
    assert shown[0].select_one("#id_name")
    assert shown[-1].select_one("#id_checked")
    asked = [field for row in shown for field in row["class"] if field.startswith("field-")]
    assert asked[4 : 4 + len(kind.phone_check_fields)] == [
        f"field-{name}" for name in kind.phone_check_fields
    ]


def test_inlines_follow_the_first_fields(client):
    make_curator(client)
    text = client.get(address(kinds["support-groups"].model, "add")).content.decode()
    marks = ('id="id_summary"', 'id="meetings-group"', 'id="channels-group"', 'id="id_place"', "<details>")
    places = [text.index(mark) for mark in marks[:4]]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("therapists", {"accepting": "yes", "accepting_on": "2026-03-03", "credentials": ["counselor"]}),
        ("peer-programs", {"program_type": ["coach"], "how_to_join": "Walk in on any weekday."}),
        ("hotlines", {"who_answers": "Trained volunteers", "always_open": "on"}),
        (
            "support-groups",
            {"fellowship": "smart", "meetings-0-weekday": "0", "meetings-0-start": "19:00", "meetings-0-minutes": "60"},
        ),
    ],
)  # fmt: skip
def test_added_listing_is_public_at_the_next_request(client, kind, facts):
    make_curator(client)
    channel = {
        "channels-0-type": "call",
        "channels-0-dial": "4085550101",
        "channels-0-display": "408-555-0101",
    }
    named = {"name": "The Green Door", "status": "published", "summary": "Come as you are."}
    answer = add(client, kinds[kind].model, **named, **channel, modes=["in-person"], **facts)
    assert answer.status_code == 302
    listing = Listing.objects.get(name="The Green Door")
    assert (listing.kind, listing.slug, listing.modes) == (kind, "the-green-door", ("in-person",))
    page = client.get(listing.get_absolute_url()).content.decode()
    assert "The Green Door" in page
    assert "408-555-0101" in page


def test_meeting_is_added_with_its_group(client):
    make_curator(client)
    facts = {
        "meetings-0-weekday": "0",
        "meetings-0-start": "19:00",
        "meetings-0-formats": ["open", "speaker"],
    }
    add(client, kinds["support-groups"].model, name="The Green Door", status="published", **facts)
    meeting = kinds["support-groups"].model.objects.get().meetings.get()
    assert (meeting.weekday, meeting.start, meeting.zone) == (0, datetime.time(19), "America/Los_Angeles")
    assert meeting.formats == ("open", "speaker")


def test_slug_is_made_from_the_name(client):
    make_curator(client)
    model = kinds["therapists"].model
    for _time in range(3):
        add(client, model, name="Sam Lee", place=str(make_place(city="San José").pk))
    add(client, model, name="心の輪")
    slugs = model.objects.order_by("pk").values_list("slug", flat=True)
    assert list(slugs) == ["sam-lee", "sam-lee-san-jose", "sam-lee-san-jose-2", "therapists"]


def test_prefilled_slug_that_is_taken_gets_a_number(client):
    make_listing(slug="sam-lee")
    make_curator(client)
    add(client, kinds["therapists"].model, name="Sam Lee", slug="sam-lee")
    assert Listing.objects.get(name="Sam Lee").slug == "sam-lee-2"


def test_chosen_slug_that_is_taken_is_refused(client):
    make_listing(slug="sam-lee")
    make_curator(client)
    answer = add(client, kinds["therapists"].model, name="Somebody Else", slug="sam-lee")
    assert "slug" in answer.context["adminform"].form.errors


def test_name_changes_and_slug_stays(client):
    listing = make_listing(slug="first-name")
    make_curator(client)
    change(client, listing, name="Second Name")
    listing.refresh_from_db()
    assert (listing.name, listing.slug) == ("Second Name", "first-name")


def test_pause_in_the_form_needs_a_reason(client):
    listing = make_listing()
    make_curator(client)
    answer = change(client, listing, status="paused")
    assert list(answer.context["adminform"].form.errors) == ["status_reason"]


def test_replaced_listing_redirects_visitors(client):
    old, new = make_listing(slug="old"), make_listing(slug="new")
    make_curator(client)
    answer = change(client, old, status="closed", status_reason="Merged.", replaced_by="new")
    assert answer.status_code == 302
    assert client.get("/listing/old/")["Location"] == new.get_absolute_url()
    assert change(client, old, summary="Again.").status_code == 302
    old.refresh_from_db()
    assert (old.replaced_by_id, old.summary) == (new.pk, "Again.")


def test_listing_cannot_replace_itself(client):
    listing = make_listing(slug="old")
    make_curator(client)
    answer = change(client, listing, replaced_by="old")
    assert list(answer.context["adminform"].form.errors) == ["replaced_by"]


def test_check_is_recorded_with_a_change(client):
    listing = make_listing()
    curator = make_curator(client)
    change(client, listing, summary="Now with summary.", checked="called")
    check = Verification.objects.get()
    assert (check.listing_id, check.verified_by, check.method) == (listing.pk, curator, "called")
    assert (
        f"by phone, by {curator.login_name}"
        in client.get(address(type(listing), "change", listing.pk)).content.decode()
    )


def test_changed_fields_are_marked_as_corrected(client):
    group = make_group(meetings=1, source="example", provenance={"*": {"source": "Example"}})
    Channel.objects.create(listing=group, type="call", dial="4085550101")
    curator = make_curator(client)
    change(client, group, **{"name": "Corrected", "meetings-0-start": "20:00"})
    group.refresh_from_db()
    assert {
        name for name, facts in group.provenance.items() if facts.get("corrected_by") == str(curator.pk)
    } == {
        "name",
        "meetings",
    }
    page = client.get(address(type(group), "change", group.pk)).content.decode()
    assert "From Example." in page
    assert f"by {curator.login_name}: name, meetings." in page


def test_unchanged_form_marks_nothing_as_corrected(client):
    group = make_group(meetings=2, source="example", place=make_place(), zone="America/Los_Angeles")
    make_curator(client)
    assert change(client, group).status_code == 302
    group.refresh_from_db()
    assert group.provenance == {}


def test_publish_action_reports_its_count(client):
    drafts = [make_listing(status="draft"), make_listing(status="draft")]
    make_curator(client)
    answer = act(client, type(drafts[0]), "publish", [*drafts, make_listing()])
    assert messages_of(answer) == ["2 listings published."]
    assert client.get(drafts[0].get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("action", "how"), [("checked_by_phone", "called"), ("checked_on_website", "website")]
)
def test_check_actions_report_their_count(client, action, how):
    listings = [make_listing(), make_listing()]
    make_curator(client)
    answer = act(client, type(listings[0]), action, listings)
    assert messages_of(answer) == ["2 checks noted."]
    assert set(Verification.objects.values_list("listing", "method")) == {(each.pk, how) for each in listings}


@pytest.mark.parametrize("action", ["pause", "close"])
def test_pause_and_close_ask_for_a_reason_and_show_it(client, action):
    listings = [make_listing("hotlines"), make_listing("hotlines"), make_listing("hotlines")]
    model = type(listings[0])
    make_curator(client)
    asked = act(client, model, action, listings[:2])
    assert listings[0].name in asked.content.decode()
    assert not Listing.objects.exclude(status="published").exists()
    form = sent_by(asked, "form.confirm-step")
    assert client.post(address(model, "changelist"), {**form, "reason": " "}).status_code == 200
    answer = client.post(address(model, "changelist"), {**form, "reason": "Nobody answers."}, follow=True)
    assert messages_of(answer) == [f"2 listings {action}d."]
    assert "Nobody answers." in client.get(listings[1].get_absolute_url()).content.decode()
    assert Listing.objects.get(pk=listings[2].pk).status == "published"


def test_pause_includes_all_pages_when_all_are_selected(client, monkeypatch):
    listings = [make_listing() for _number in range(3)]
    model = type(listings[0])
    monkeypatch.setattr(ListingAdmin, "list_per_page", 2)
    make_curator(client)
    form = sent_by(act(client, model, "pause", listings[:1], select_across="1"), "form.confirm-step")
    client.post(address(model, "changelist"), {**form, "reason": "Moving."})
    assert Listing.objects.filter(status="paused").count() == 3


def test_only_superusers_can_delete(client):
    listing = make_listing()
    Channel.objects.create(listing=listing, type="call", dial="4085550101")
    make_curator(client)
    page = address(type(listing), "changelist")
    assert b"delete_selected" not in client.get(page).content
    assert b"deletelink" not in client.get(address(type(listing), "change", listing.pk)).content
    assert client.get(address(type(listing), "delete", listing.pk)).status_code == 403
    act(client, type(listing), "delete_selected", [listing], post="yes")
    assert Listing.objects.filter(pk=listing.pk).exists()
    make_curator(client, is_superuser=True)
    assert b"delete_selected" in client.get(page).content


def test_curator_removes_a_channel(client):
    listing = make_listing()
    Channel.objects.create(listing=listing, type="call", dial="4085550101")
    make_curator(client)
    change(client, listing, **{"channels-0-DELETE": "on"})
    assert not Channel.objects.exists()


def test_account_with_view_permission_cannot_save(client):
    curator = make_curator(client)
    group = curator.groups.get()
    group.permissions.set(group.permissions.filter(codename__startswith="view_"))
    listing = make_listing()
    page = client.get(address(type(listing), "change", listing.pk))
    assert page.status_code == 200
    assert b'name="_save"' not in page.content
    act(client, type(listing), "pause", [listing], reason="No.")
    listing.refresh_from_db()
    assert listing.status == "published"


def revert(client, row, comment_part):
    versions = Version.objects.get_for_object(row).select_related("revision")
    version = next(each for each in versions if comment_part in each.revision.get_comment())
    page = address(type(row), "revision", row.pk, version.pk)
    shown = client.get(page)
    form = sent_by(shown, f"#{row._meta.model_name}_form")
    assert client.post(page, form).status_code == 302
    return shown


def test_revert_restores_name_channel_and_meetings(client):
    group = make_group(name="First name", meetings=2, fellowship="smart")
    Channel.objects.create(listing=group, type="call", dial="4085550101")
    kept, dropped = group.meetings.all()
    make_curator(client)
    changes = {
        "name": "Second name",
        "fellowship": "aa",
        "channels-0-dial": "4085550199",
        "channels-1-type": "website",
        "channels-1-dial": "https://example.org",
        "meetings-0-start": "08:00",
        "meetings-1-DELETE": "on",
        "meetings-2-weekday": "5",
        "meetings-2-start": "10:00",
    }
    assert change(client, group, **changes).status_code == 302
    group.refresh_from_db()
    assert (group.name, group.channels.count()) == ("Second name", 2)
    assert {meeting.weekday for meeting in group.meetings.all()} == {0, 5}

    shown = revert(client, group, "before the first change")
    assert 'value="First name"' in shown.content.decode()
    group.refresh_from_db()
    assert (group.name, group.fellowship) == ("First name", "smart")
    assert [channel.dial for channel in group.channels.all()] == ["4085550101"]
    assert [(meeting.pk, meeting.weekday, meeting.start) for meeting in group.meetings.all()] == [
        (kept.pk, 0, datetime.time(19)),
        (dropped.pk, 1, datetime.time(19)),
    ]
    assert "First name" in client.get(group.get_absolute_url()).content.decode()


def test_revert_can_be_reverted(client):
    listing = make_listing(name="First name", source="example", provenance={"*": {"source": "Example"}})
    make_curator(client)
    change(client, listing, name="Second name")
    change(client, listing, name="Third name")
    versions = list(Version.objects.get_for_object(listing))
    assert [each.field_dict["name"] for each in versions] == ["Third name", "Second name", "First name"]
    assert "corrected_by" in versions[1].field_dict["provenance"]["name"]
    revert(client, listing, "before the first change")
    page = address(type(listing), "revision", listing.pk, versions[0].pk)
    client.post(page, sent_by(client.get(page), "#therapist_form"))
    listing.refresh_from_db()
    assert listing.name == "Third name"


def test_reverted_fields_are_marked_as_corrected(client):
    group = make_group(name="First name", source="example", provenance={"*": {"source": "Example"}})
    Channel.objects.create(listing=group, type="call", dial="4085550101")
    curator = make_curator(client)
    change(client, group, **{"name": "Second name", "channels-0-dial": "4085550199"})
    services.mark_corrected(SupportGroup.objects.get(), ["cost_note"], by=curator)
    SupportGroup.objects.update(first_visit="What an import said since.")
    revert(client, group, "before the first change")
    group.refresh_from_db()
    assert (group.name, group.channels.get().dial) == ("First name", "4085550101")
    marked = {
        name for name, facts in group.provenance.items() if facts.get("corrected_by") == str(curator.pk)
    }
    assert marked == {"name", "channels", "cost_note", "first_visit"}
    assert group.provenance["*"] == {"source": "Example"}


def test_viewing_a_version_changes_nothing(client):
    listing = make_listing(name="First name")
    Channel.objects.create(listing=listing, type="call", dial="4085550101")
    make_curator(client)
    change(client, listing, **{"name": "Second name", "channels-0-DELETE": "on"})
    first = Version.objects.get_for_object(listing).last()
    assert client.get(address(type(listing), "revision", listing.pk, first.pk)).status_code == 200
    listing.refresh_from_db()
    assert (listing.name, listing.channels.count()) == ("Second name", 0)


def test_revert_after_a_bulk_action_changes_one_listing(client):
    listings = [make_listing(status="draft"), make_listing(status="draft")]
    make_curator(client)
    act(client, type(listings[0]), "publish", listings)
    revert(client, listings[0], "before the first change")
    statuses = [Listing.objects.get(pk=each.pk).status for each in listings]
    assert statuses == ["draft", "published"]


def test_version_of_another_model_is_not_found(client):
    make_curator(client)
    organization = Organization.objects.create(name="First")
    change(client, organization, name="Second")
    listing = make_listing()
    Version.objects.update(object_id=str(listing.pk))
    version = Version.objects.get_for_model(Organization).first()
    assert client.get(address(type(listing), "revision", listing.pk, version.pk)).status_code == 404
    make_curator(client, is_superuser=True)
    assert client.get(address(type(listing), "recover", version.pk)).status_code == 404


def test_superuser_recovers_a_deleted_listing(client):
    listing = make_listing(name="Gone")
    Channel.objects.create(listing=listing, type="call", dial="4085550101")
    make_curator(client, is_superuser=True)
    client.post(address(type(listing), "delete", listing.pk), {"post": "yes"})
    assert not Listing.objects.exists()
    [version] = Version.objects.get_deleted(type(listing))
    page = address(type(listing), "recover", version.pk)
    make_curator(client)
    assert (
        client.get(page).status_code == client.get(address(type(listing), "recoverlist")).status_code == 403
    )
    make_curator(client, is_superuser=True)
    assert "Gone" in client.get(address(type(listing), "recoverlist")).content.decode()
    assert client.post(page, sent_by(client.get(page), "#therapist_form")).status_code == 302
    assert Listing.objects.get().channels.get().dial == "4085550101"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("never", {"never", "in part"}),
        ("overdue", {"31 days late", "never dated"}),
        ("due", {"late", "this month"}),
        ("fresh", {"next month", "in part since"}),
    ],
)
def test_filter_by_last_check(client, value, expected, time_machine):
    time_machine.move_to("2026-03-12T20:00Z")
    today = datetime.date(2026, 3, 12)
    dues = {"31 days late": -31, "late": -29, "this month": 19, "next month": 20, "never dated": None}
    for name, days in dues.items():
        listing = make_listing(name=name)
        due = None if days is None else today + datetime.timedelta(days=days)
        older = {"verified_on": datetime.date(2023, 3, 1), "due_on": datetime.date(2030, 3, 1)}
        Verification.objects.create(listing=listing, method="called", **older)
        Verification.objects.create(
            listing=listing, verified_on=datetime.date(2024, 1, 2), method="called", due_on=due
        )
    make_listing(name="never")
    part = {
        "method": "called",
        "verified_on": today,
        "fields": ["hours"],
        "due_on": datetime.date(2026, 3, 13),
    }
    Verification.objects.create(listing=make_listing(name="in part"), **part)
    since = make_listing(name="in part since")
    Verification.objects.create(listing=since, verified_on=datetime.date(2026, 3, 1), method="called")
    Verification.objects.create(listing=since, **part)
    make_curator(client)
    page = client.get(address(kinds["therapists"].model, "changelist"), {"checked": value})
    assert {listing.name for listing in page.context["cl"].result_list} == expected


def test_filter_by_missing_facts(client):
    nowhere = make_listing(modes=("in-person",), place=make_place(latitude=None, longitude=None))
    make_listing(modes=("in-person",), place=make_place())
    make_listing(modes=("online",))
    timeless = make_listing(zone="")
    OpeningInterval.objects.create(
        listing=timeless, weekday=0, opens=datetime.time(9), closes=datetime.time(17)
    )
    make_curator(client)
    for value, listing in (("point", nowhere), ("zone", timeless)):
        page = client.get(address(type(listing), "changelist"), {"missing": value})
        assert [each.pk for each in page.context["cl"].result_list] == [listing.pk]


def test_partial_check_is_recorded_with_a_change(client):
    listing = make_listing(accepting="yes", accepting_on=datetime.date(2026, 1, 1))
    make_curator(client)
    change(client, listing, checked="called", checked_facts=["accepting"])
    check = Verification.objects.get()
    assert (check.method, check.fields) == ("called", ["accepting"])
    listing.refresh_from_db()
    assert listing.accepting_on == check.verified_on
    assert "Not yet confirmed here" in client.get(listing.get_absolute_url()).content.decode()


def test_partial_check_needs_a_method(client):
    listing = make_listing()
    make_curator(client)
    answer = change(client, listing, checked_facts=["hours"])
    assert list(answer.context["adminform"].form.errors) == ["checked"]


def test_partial_check_action_asks_for_method_and_facts(client):
    listings = [make_listing("recovery-housing"), make_listing("recovery-housing")]
    model = type(listings[0])
    make_curator(client)
    asked = act(client, model, "checked_facts", listings)
    assert not Verification.objects.exists()
    form = sent_by(asked, "form.confirm-step")
    assert client.post(address(model, "changelist"), {**form, "how": "guessed"}).status_code == 200
    sent = {**form, "how": "called", "facts": ["beds"]}
    answer = client.post(address(model, "changelist"), sent, follow=True)
    assert messages_of(answer) == ["2 checks noted."]
    assert {tuple(check.fields) for check in Verification.objects.all()} == {("beds",)}


def test_search_finds_by_name_town_organization_and_number(client):
    listing = make_listing(
        name="The Green Door",
        place=make_place(city="Gilroy"),
        organization=Organization.objects.create(name="Hope House"),
    )
    Channel.objects.create(listing=listing, type="call", dial="4085550101")
    make_listing()
    make_curator(client)
    for words in ("green", "gilroy", "hope", "4085550101"):
        page = client.get(address(type(listing), "changelist"), {"q": words})
        assert [each.pk for each in page.context["cl"].result_list] == [listing.pk]


def test_query_count_of_the_list_is_constant(client, django_assert_max_num_queries):
    make_curator(client)
    page = address(kinds["therapists"].model, "changelist")

    def queries():
        with django_assert_max_num_queries(40) as asked:
            client.get(page)
        return len(asked)

    for _number in range(10):
        make_listing(place=make_place(), organization=Organization.objects.create(name="Hope House"))
    # Django queries some rows once in a process, such as the content types.
    client.get(page)
    ten = queries()
    for _number in range(10):
        make_listing(place=make_place(), organization=Organization.objects.create(name="Hope House"))
    assert queries() == ten


def test_changed_place_is_marked_as_corrected_on_its_listings(client):
    curator = make_curator(client)
    place = make_place(street="1 First Street", source="example", source_ref="1")
    imported, own = make_listing(place=place, source="example"), make_listing(place=place)
    change(client, place, street="1 First Street, rear")
    imported.refresh_from_db()
    own.refresh_from_db()
    assert imported.provenance["place"]["corrected_by"] == str(curator.pk)
    assert own.provenance == {}


def test_place_needs_a_town_and_both_coordinates(client):
    make_curator(client)
    answer = add(client, type(make_place()), latitude="37.3")
    assert set(answer.context["adminform"].form.errors) == {"city", "longitude"}

import datetime

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from network.models import EncryptedItem
from network.vault import encryption, store
from network.vault.items import Appointment, Goal, Note, Person, PlanEntry, TimeZone
from tests.builders import make_account, make_listing
from tests.network.steps import fill_in_and_save, form_values, parse_html, post_form, saved_slugs

pytestmark = pytest.mark.django_db
TYPED = "seven words that nobody else may read"
# Each page to write on, what makes a whole form of it, and the field that holds what was typed.
PAGES = {
    "new_person": ({"name": TYPED}, "name", Person),
    "new_goal": ({"words": TYPED, "what": "goal"}, "words", Goal),
    "new_appointment": (
        {"words": TYPED, "on": "2031-05-06", "at": "19:30", "minutes": "60", "repeat": "once"},
        "words",
        Appointment,
    ),
    "step": ({"text": TYPED}, "text", PlanEntry),
    "note": ({"text": TYPED}, "text", Note),
}


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def client(account):
    client = Client()
    client.force_login(account)
    return client


def address_of(name):
    args = {"step": ["signs"], "note": [make_listing().slug]}.get(name, [])
    return reverse(name, args=args)


def only(account, kind):
    (row,) = store.items_of_type(kind, store.load_items(account))
    return row


@pytest.mark.parametrize("name", PAGES)
def test_item_is_saved_and_changed(client, account, name):
    fields, field, kind = PAGES[name]
    address = address_of(name)
    response = fill_in_and_save(client, address, **fields)
    assert response.status_code == 303
    assert TYPED in client.get(response["Location"]).content.decode() or name == "note"
    row = only(account, kind)
    assert getattr(row.item, field) == TYPED
    again = address if name in ("step", "note") else reverse(name.removeprefix("new_"), args=[row.pk])
    assert TYPED in client.get(again).content.decode()
    fill_in_and_save(client, again, **{**fields, field: "Changed"})
    assert (getattr(only(account, kind).item, field), only(account, kind).version) == ("Changed", 2)


@pytest.mark.parametrize("name", PAGES)
def test_form_sent_twice_makes_one_row(client, account, name):
    address = address_of(name)
    given = form_values(parse_html(client.get(address))) | PAGES[name][0]
    assert [client.post(address, given).status_code for _ in range(2)] == [303, 303]
    assert EncryptedItem.objects.count() == 1


@pytest.mark.parametrize("json", [False, True], ids=["plain", "script"])
@pytest.mark.parametrize("name", PAGES)
def test_conflict_shows_both_versions(client, account, name, json):
    fields, field, kind = PAGES[name]
    address = address_of(name)
    older = form_values(parse_html(client.get(address)))
    client.post(address, {**older, **fields, field: "The first tab"})
    headers = {"Accept": "application/json"} if json else {}
    answer = client.post(address, {**older, **fields}, headers=headers)
    assert answer.status_code == 409
    assert getattr(only(account, kind).item, field) == "The first tab"
    if json:
        body = answer.json()
        assert [each["text"] for each in body["other_version"]] == ["The first tab"]
        newer = {**older, "version": body["version"]}
    else:
        page = parse_html(answer)
        assert page.select_one("[data-other-version] dd").text == "The first tab"
        assert TYPED in str(page.select_one(f"[name={field}]"))
        newer = form_values(page)
    assert client.post(address, {**newer, **fields}).status_code == 303
    assert getattr(only(account, kind).item, field) == TYPED


def must_hold(answer, status):
    """The page that says what went wrong has a form with what was typed."""
    page = parse_html(answer)
    assert answer.status_code == status
    assert page.select_one("[role=alert]").text.strip()
    assert TYPED in [each.text.strip() for each in page.select("form textarea")]
    return {each["name"]: each.get("value") or each.text for each in page.select("form [name]")}


@pytest.mark.parametrize("name", PAGES)
def test_input_survives_an_ended_session(client, account, name):
    address = address_of(name)
    given = form_values(parse_html(client.get(address))) | PAGES[name][0]
    client.logout()
    kept = must_hold(client.post(address, given), 401)
    client.force_login(account)
    assert client.post(address, {**given, **kept}).status_code == 303
    assert getattr(only(account, PAGES[name][2]).item, PAGES[name][1]) == TYPED


def test_input_survives_a_stale_token(account):
    client = Client(enforce_csrf_checks=True)
    client.force_login(account)
    address = reverse("new_person")
    given = form_values(parse_html(client.get(address))) | {"name": TYPED}
    headers = {"Origin": "http://testserver"}
    old = {**given, "csrfmiddlewaretoken": "x" * 64}
    kept = must_hold(client.post(address, old, headers=headers), 403)
    assert client.post(address, kept, headers=headers).status_code == 303
    answer = client.post(address, old, headers={**headers, "Accept": "application/json"})
    assert (answer.status_code, len(answer.json()["csrf_token"])) == (403, 64)


def test_form_from_another_site_is_not_echoed(account):
    client = Client(enforce_csrf_checks=True)
    client.force_login(account)
    answer = client.post(reverse("new_person"), {"name": TYPED}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert TYPED not in answer.content.decode()


@pytest.mark.parametrize("json", [False, True], ids=["plain", "script"])
@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("database or disk is full", 507),
        ("attempt to write a readonly database", 507),
        ('could not extend file "base/1": No space left on device', 507),
        ("database is locked", 503),
        ("server closed the connection unexpectedly", 503),
    ],
)
def test_input_survives_a_database_error(client, monkeypatch, said, status, json):
    address = reverse("new_person")
    given = form_values(parse_html(client.get(address))) | {"name": TYPED}

    def broken(*args, **kwargs):
        raise OperationalError(said)

    monkeypatch.setattr("network.vault.store.save_item", broken)
    answer = client.post(address, given, headers={"Accept": "application/json"} if json else {})
    if json:
        assert (answer.status_code, bool(answer.json()["message"])) == (status, True)
    else:
        must_hold(answer, status)
    assert EncryptedItem.objects.count() == 0


@pytest.mark.parametrize("problem", [RuntimeError("canary-of-a-fault"), encryption.DecryptionError()])
def test_input_survives_a_server_error(account, monkeypatch, problem):
    client = Client(raise_request_exception=False)
    client.force_login(account)
    address = reverse("new_person")
    given = form_values(parse_html(client.get(address))) | {"name": TYPED}

    def broken(*args, **kwargs):
        raise problem

    with monkeypatch.context() as patch:
        patch.setattr("network.vault.store.save_item", broken)
        answer = client.post(address, given)
        assert client.post(address, given, headers={"Accept": "application/json"}).json()["message"]
    assert "canary" not in answer.content.decode()
    assert client.post(address, must_hold(answer, 500)).status_code == 303


def test_page_without_a_database_answers_503(client, monkeypatch):
    def broken(*args, **kwargs):
        raise OperationalError("the database is away")

    monkeypatch.setattr("network.vault.store.load_items", broken)
    assert client.get(reverse("plan")).status_code == 503


def test_form_of_another_person_is_not_saved(client, account):
    given = form_values(parse_html(client.get(reverse("new_person")))) | {"name": TYPED}
    other = make_account()
    client.force_login(other)
    must_hold(client.post(reverse("new_person"), given), 409)
    assert EncryptedItem.objects.count() == 0


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", ["person", "goal", "appointment", "delete_item"])
def test_items_of_another_person_are_not_found(client, name, method):
    other = make_account()
    things = {"goal": Goal(words="Theirs"), "appointment": Appointment(words="Theirs")}
    row = store.save_item(
        other, store.uuid.uuid4(), things.get(name, Person(name="Theirs")), store.UNSAVED_VERSION
    )
    answer = getattr(client, method)(reverse(name, args=[row.pk]), {"name": "Mine", "version": 1})
    assert answer.status_code == 404
    assert "Theirs" not in answer.content.decode()
    assert store.load_items(other) == [row]


def test_input_survives_a_deletion_in_another_tab(client, account):
    row = store.save_item(account, store.uuid.uuid4(), Person(name="Marisol"), store.UNSAVED_VERSION)
    address = reverse("person", args=[row.pk])
    given = form_values(parse_html(client.get(address))) | {"name": TYPED}
    store.delete_item(account, row.pk)
    must_hold(client.post(address, given), 404)


def test_delete_asks_for_confirmation(client, account):
    fill_in_and_save(client, reverse("new_person"), name="Marisol")
    row = only(account, Person)
    page = parse_html(
        client.get(parse_html(client.get(reverse("person", args=[row.pk]))).select("main a")[-1]["href"])
    )
    assert "Marisol" in page.select_one("main").text
    assert client.post(reverse("delete_item", args=[row.pk])).status_code == 303
    assert store.load_items(account) == []


def test_saved_list_cannot_be_deleted_as_an_item(client, account):
    post_form(client, "save", listing=make_listing().slug)
    (row,) = store.load_items(account)
    assert client.post(reverse("delete_item", args=[row.pk])).status_code == 404
    assert len(saved_slugs(client)) == 1


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("new_person", {"name": ""}),
        ("new_person", {"name": "x" * 121}),
        ("new_person", {"name": "x", "relation": "stranger"}),
        ("new_person", {"name": "a\x00b"}),
        ("new_goal", {"words": "x", "what": "goal", "on": "soon"}),
        (
            "new_appointment",
            {"words": "x", "on": "2031-05-06", "at": "25:00", "minutes": "60", "repeat": "once"},
        ),
        ("new_appointment", {"words": "x", "on": "", "at": "", "minutes": "7", "repeat": "never"}),
        (
            "new_appointment",
            {
                "words": "x",
                "on": "2031-05-06",
                "at": "9:00",
                "minutes": "60",
                "repeat": "weekly",
                "until": "2031-05-05",
            },
        ),
        ("step", {"text": "x" * 4001}),
        ("step", {"text": "x", "version": "-1"}),
        ("step", {"text": "x", "version": "99999999999999999999"}),
    ],
)
def test_invalid_field_is_named_and_keeps_its_input(client, name, fields):
    address = address_of(name)
    answer = fill_in_and_save(client, address, **fields)
    assert answer.status_code == 422
    assert parse_html(answer).select_one("form [role=alert]").text.strip()
    told = fill_in_and_save(client, address, json=True, **fields)
    assert told.status_code == 422
    assert all(name in (*fields, "version") for name in told.json()["invalid_fields"])
    assert told.json()["message"]
    assert EncryptedItem.objects.count() == 0


def test_save_returns_the_next_address_to_the_script(client):
    answer = fill_in_and_save(client, reverse("new_person"), json=True, name="Marisol")
    assert answer.json() == {"redirect_url": reverse("people")}


def test_unknown_step_is_not_found(client):
    assert client.get(reverse("step", args=["seventh"])).status_code == 404


def test_save_and_continue_goes_through_the_plan(client):
    answer = fill_in_and_save(client, reverse("step", args=["signs"]), text="x", next="1")
    assert answer["Location"] == reverse("step", args=["coping"])


def test_step_takes_people_and_saved_places(client, account):
    fill_in_and_save(client, reverse("new_person"), name="Marisol", phone="555-0103")
    place = make_listing("hotlines", name="Harbor Night Line")
    post_form(client, "save", listing=place.slug)
    marisol = str(only(account, Person).pk)
    fill_in_and_save(
        client, reverse("step", args=["lines"]), text="Dr. Reyes", people=[marisol], listings=[str(place.pk)]
    )
    step = only(account, PlanEntry).item
    assert (step.people, step.listings) == ([marisol], [place.pk])
    shown = parse_html(client.get(reverse("plan"))).select_one("#step-lines")
    assert shown.select_one(".personal > li").text == "Dr. Reyes"
    assert "Marisol" in shown.text
    assert "Harbor Night Line" in shown.text
    assert shown.select_one("a[href='tel:5550103']")


def test_place_in_a_step_survives_unsave_merge_and_deletion(client, account):
    old, new = make_listing(name="Harbor Night Line"), make_listing(name="Harbor Line")
    post_form(client, "save", listing=old.slug)
    step = reverse("step", args=["lines"])
    fill_in_and_save(client, step, text="x", listings=[str(old.pk)])
    post_form(client, "unsave", listing=old.slug)
    assert "Harbor Night Line" in parse_html(client.get(reverse("plan"))).select_one("#step-lines").text
    type(old).objects.filter(pk=old.pk).update(status="closed", status_reason="Same", replaced_by=new.pk)
    assert "Harbor Line" in parse_html(client.get(reverse("plan"))).select_one("#step-lines").text
    fill_in_and_save(client, step, text="y")
    assert only(account, PlanEntry).item.listings == [new.pk]
    type(new).objects.filter(pk=new.pk).update(status="draft")
    assert "no longer listed" in parse_html(client.get(reverse("plan"))).select_one("#step-lines").text


@pytest.mark.parametrize(("key", "wanted"), [("people", "x"), ("listings", "12345")])
def test_step_accepts_only_the_persons_own_choices(client, account, key, wanted):
    fill_in_and_save(client, reverse("new_person"), name="Marisol")
    post_form(client, "save", listing=make_listing().slug)
    assert (
        fill_in_and_save(client, reverse("step", args=["lines"]), text="x", **{key: wanted}).status_code
        == 422
    )


def test_milestone_is_listed_under_its_goal(client, account):
    fill_in_and_save(client, reverse("new_goal"), words="Six Thursdays", what="goal", on="2031-03-28")
    goal = only(account, Goal)
    fill_in_and_save(
        client, reverse("new_goal"), words="The first one", what="milestone", part_of=str(goal.pk)
    )
    page = parse_html(client.get(reverse("plan")))
    assert page.select_one(".timetable li .part").text.strip().startswith("The first one")
    assert page.select_one(".timetable time")["datetime"] == "2031-03-28"


def test_note_and_labels_are_shown_with_the_saved_place(client):
    listing = make_listing()
    post_form(client, "save", listing=listing.slug)
    fill_in_and_save(
        client, reverse("note", args=[listing.slug]), text="Ask for Joan.", labels=["craving", "weekly"]
    )
    card = parse_html(client.get(reverse("my_network"))).select_one("article")
    assert "a craving, every week" in card.text
    assert "Ask for Joan." in card.text


def test_note_follows_a_merge(client):
    old, new = make_listing(), make_listing()
    post_form(client, "save", listing=old.slug)
    fill_in_and_save(client, reverse("note", args=[old.slug]), text="Ask for Joan.")
    type(old).objects.filter(pk=old.pk).update(status="closed", status_reason="Same", replaced_by=new.pk)
    assert "Ask for Joan." in parse_html(client.get(reverse("my_network"))).select_one("article").text
    assert "Ask for Joan." in client.get(reverse("note", args=[new.slug])).content.decode()


def test_note_survives_unsaving_its_listing(client):
    listing = make_listing()
    post_form(client, "save", listing=listing.slug)
    fill_in_and_save(client, reverse("note", args=[listing.slug]), text="Ask for Joan.")
    post_form(client, "unsave", listing=listing.slug)
    page = client.get(reverse("my_network")).content.decode()
    assert "Ask for Joan." in page
    listing.delete()
    assert "Ask for Joan." in client.get(reverse("my_network")).content.decode()


def test_zone_is_the_persons_own(client, account, time_machine):
    time_machine.move_to(datetime.datetime(2031, 5, 6, 3, tzinfo=datetime.UTC), tick=False)
    client.force_login(account)
    assert client.get(reverse("week")).context["week"].days[0].weekday == "Mon"
    assert fill_in_and_save(client, reverse("zone"), name="Asia/Tokyo").status_code == 303
    assert only(account, TimeZone).item.name == "Asia/Tokyo"
    assert client.get(reverse("week")).context["week"].days[0].weekday == "Tue"


@pytest.mark.parametrize("name", ["plan", "people", "week", "new_person", "print_plan", "print_card"])
def test_private_page_redirects_to_sign_in(name):
    answer = Client().get(reverse(name))
    assert (answer.status_code, answer["Cache-Control"]) == (302, "no-store")
    assert reverse("account_login") in answer["Location"]


@pytest.mark.parametrize(
    "name",
    ["my_network", "plan", "people", "week", "print_plan", "print_card", "people_and_steps", "small_steps"],
)
def test_query_count_does_not_grow_with_saved_items(client, account, django_assert_max_num_queries, name):
    def more():
        for number in range(10):
            store.save_item(
                account, store.uuid.uuid4(), Person(name=f"Person {number}"), store.UNSAVED_VERSION
            )
            post_form(client, "save", listing=make_listing().slug)

    more()
    client.get(reverse(name))
    with django_assert_max_num_queries(22) as counted:
        client.get(reverse(name))
    ten = len(counted)
    more()
    with django_assert_max_num_queries(ten):
        client.get(reverse(name))

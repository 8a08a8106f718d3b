import json

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from directory.models import Listing
from network.models import EncryptedItem
from network.saved import services
from tests.builders import PASSWORD, make_account, make_listing
from tests.network.steps import post_form, saved_slugs, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["device", "account"])
def person(request, client):
    """A browser that keeps on the device, and one that is signed in."""
    if request.param == "account":
        client.force_login(make_account())
    return client


def keep(client, *listings):
    for listing in listings:
        assert post_form(client, "save", listing=listing.slug).status_code == 303


def test_save_and_unsave(person):
    one, two = make_listing(), make_listing()
    keep(person, one, two, one)
    assert saved_slugs(person) == [one.slug, two.slug]
    post_form(person, "unsave", listing=one.slug)
    assert saved_slugs(person) == [two.slug]


def test_save_redirects_to_my_network_with_undo(person):
    one = make_listing()
    response = post_form(person, "save", listing=one.slug)
    assert response.status_code == 303
    page = person.get(response["Location"])
    assert page.context["undo"] == {"name": one.name, "slug": one.slug, "is_saved": True, "position": ""}


def test_undo_restores_the_position(person):
    listings = [make_listing() for _ in range(3)]
    keep(person, *listings)
    response = post_form(person, "unsave", listing=listings[1].slug)
    offer = person.get(response["Location"]).context["undo"]
    assert (offer["slug"], offer["position"], offer["is_saved"]) == (listings[1].slug, "1", False)
    post_form(person, "undo", listing=offer["slug"], at=offer["position"])
    assert saved_slugs(person) == [listing.slug for listing in listings]


def test_my_network_has_an_undo_form(person):
    from tests.network.steps import parse_html

    one, two = make_listing(), make_listing()
    keep(person, one, two)
    page = parse_html(person.get(post_form(person, "unsave", listing=one.slug)["Location"]))
    form = page.select_one("form.notice")
    fields = {field["name"]: field["value"] for field in form.select("input")}
    person.post(form["action"], fields, headers={"Origin": "http://testserver"})
    assert saved_slugs(person) == [one.slug, two.slug]


@pytest.mark.parametrize(
    "query", ["?off=x", "?off=99999999999999999999", "?kept=0", "?off=1&at=-1", "?kept=²"]
)
def test_undo_is_not_offered_for_a_forged_address(person, query):
    response = person.get(reverse("my_network") + query)
    assert response.status_code == 200
    assert response.context["undo"] is None


def test_save_with_htmx_returns_the_button(person):
    one = make_listing()
    headers = {"Origin": "http://testserver", "HX-Request": "true"}
    response = person.post(reverse("save"), {"listing": one.slug}, headers=headers)
    assert response.status_code == 200
    assert b"<html" not in response.content
    assert b'class="save-form saved"' in response.content
    assert reverse("unsave").encode() in response.content
    response = person.post(reverse("unsave"), {"listing": one.slug}, headers=headers)
    assert b'class="save-form"' in response.content
    assert saved_slugs(person) == []


@pytest.mark.parametrize("slug", ["", "no-such-place", "draft-place"])
def test_save_accepts_public_listings_only(person, slug):
    make_listing(slug="draft-place", status="draft")
    assert post_form(person, "save", listing=slug).status_code == 404


def test_move_up_and_down(person):
    one, two, three = (make_listing() for _ in range(3))
    keep(person, one, two, three)
    post_form(person, "move", listing=three.slug, to="up")
    assert saved_slugs(person) == [one.slug, three.slug, two.slug]
    post_form(person, "move", listing=one.slug, to="down")
    assert saved_slugs(person) == [three.slug, one.slug, two.slug]
    post_form(person, "move", listing=three.slug, to="up")
    post_form(person, "move", listing=two.slug, to="down")
    post_form(person, "move", listing=two.slug, to="sideways")
    assert saved_slugs(person) == [three.slug, one.slug, two.slug]


def test_move_skips_hidden_listings(person):
    one, hidden, three = (make_listing() for _ in range(3))
    keep(person, one, hidden, three)
    Listing.objects.filter(pk=hidden.pk).update(status="draft")
    post_form(person, "move", listing=three.slug, to="up")
    assert saved_slugs(person) == [three.slug, one.slug]
    Listing.objects.filter(pk=hidden.pk).update(status="published")
    assert set(saved_slugs(person)) == {one.slug, hidden.slug, three.slug}


def test_list_is_full_at_200(person):
    fill(person, [make_listing().pk for _ in range(200)])
    extra = make_listing()
    post_form(person, "save", listing=extra.slug)
    assert extra.pk not in current(person)
    assert person.get(reverse("my_network")).context["full"]
    headers = {"Origin": "http://testserver", "HX-Request": "true"}
    assert person.post(reverse("save"), {"listing": extra.slug}, headers=headers).status_code == 409


def test_unavailable_listings_are_shown_and_deleted_ones_counted(person):
    paused, gone, here = (make_listing() for _ in range(3))
    keep(person, paused, gone, here)
    Listing.objects.filter(pk=paused.pk).update(status="paused", status_reason="Moving house")
    gone.delete()
    page = person.get(reverse("my_network"))
    assert [item["card"].paused for item in page.context["saved"]] == [True, False]
    assert page.context["gone"] == 1
    post_form(person, "unsave", listing=paused.slug)
    assert person.get(reverse("my_network")).context["gone"] == 0
    assert current(person) == [here.pk]


def test_merge_puts_the_account_first_and_clears_the_device():
    account, shared, of_device, of_account = make_account(), make_listing(), make_listing(), make_listing()
    services.merge_into_account(account, [of_account.pk, shared.pk])
    client = Client()
    keep(client, of_device, shared)
    response = sign_in(client, account.login_name)
    assert response.cookies["kept"]["max-age"] == 0
    assert saved_slugs(client) == [of_account.slug, shared.slug, of_device.slug]


def test_merge_twice_changes_nothing():
    account, one, two = make_account(), make_listing(), make_listing()
    services.merge_into_account(account, [one.pk, two.pk])
    before = bytes(EncryptedItem.objects.get().ciphertext)
    services.merge_into_account(account, [two.pk, one.pk])
    assert bytes(EncryptedItem.objects.get().ciphertext) == before


def test_merge_of_two_full_lists_loses_nothing():
    account = make_account()
    ids = [make_listing().pk for _ in range(250)]
    services.merge_into_account(account, ids[:150])
    services.merge_into_account(account, ids[100:])
    assert services.account_saved_ids(account) == ids


def test_device_shows_nothing_after_signing_out():
    client, account = Client(), make_account()
    keep(client, make_listing())
    sign_in(client, account.login_name)
    keep(client, make_listing())
    assert len(saved_slugs(client)) == 2
    client.post(reverse("account_logout"))
    assert saved_slugs(client) == []
    assert "session" not in {name for name, cookie in client.cookies.items() if cookie.value}


def test_unreadable_list_does_not_block_sign_in_and_is_not_overwritten(settings):
    account, one = make_account(), make_listing()
    services.merge_into_account(account, [one.pk])
    EncryptedItem.objects.update(ciphertext=b"damaged" * 9)
    client = Client(raise_request_exception=False)
    keep(client, make_listing())
    assert sign_in(client, account.login_name).status_code == 302
    assert client.cookies["kept"].value
    assert post_form(client, "save", listing=one.slug).status_code == 500
    assert bytes(EncryptedItem.objects.get().ciphertext) == b"damaged" * 9


def replace(old, new):
    Listing.objects.filter(pk=old.pk).update(
        status="closed", status_reason="The same.", replaced_by=Listing.objects.get(pk=new.pk)
    )


def test_merged_listing_is_shown_under_its_present_name(person):
    first, old, new = make_listing(), make_listing(name="Sunrise Group"), make_listing(name="Sunrise AA")
    keep(person, first, old)
    replace(old, new)
    assert saved_slugs(person) == [first.slug, new.slug]
    page = person.get(reverse("my_network"))
    assert page.context["replaced"] == [{"before": "Sunrise Group", "after": "Sunrise AA"}]
    assert page.context["gone"] == 0
    assert "<b>Sunrise Group</b> is now listed as <b>Sunrise AA</b>." in page.content.decode()
    assert json.loads(person.get(reverse("saved_marks")).content) == [first.slug, new.slug]


def test_stored_list_follows_a_merge_at_the_next_change(person):
    old, new, other = make_listing(), make_listing(), make_listing()
    keep(person, old)
    replace(old, new)
    assert current(person) == [old.pk]
    keep(person, other)
    assert current(person) == [new.pk, other.pk]
    assert person.get(reverse("my_network")).context["replaced"] == []


def test_two_merged_listings_become_one(person):
    old, between, new = (make_listing() for _ in range(3))
    keep(person, old, between, new)
    replace(old, new)
    assert saved_slugs(person) == [new.slug, between.slug]
    post_form(person, "move", listing=between.slug, to="up")
    assert current(person) == [between.pk, new.pk]


@pytest.mark.parametrize("named", ["old", "new"])
def test_merged_listing_is_unsaved_and_restored_by_either_name(person, named):
    old, new = make_listing(slug="old"), make_listing(slug="new")
    keep(person, old)
    replace(old, new)
    response = post_form(person, "unsave", listing=named)
    assert saved_slugs(person) == []
    assert person.get(response["Location"]).context["undo"]["slug"] == "new"
    post_form(person, "save", listing=named)
    assert current(person) == [new.pk]


def test_device_list_follows_merges_into_the_account():
    account, old, new, client = make_account(), make_listing(), make_listing(), Client()
    services.merge_into_account(account, [new.pk])
    keep(client, old)
    replace(old, new)
    sign_in(client, account.login_name)
    assert services.account_saved_ids(account) == [new.pk]


def test_circular_merges_leave_the_list_unchanged(person):
    one, two = make_listing(), make_listing()
    keep(person, one, two)
    replace(one, two)
    replace(two, one)
    assert saved_slugs(person) == [one.slug, two.slug]


def test_saved_marks_returns_the_saved_slugs(person):
    one = make_listing()
    keep(person, one)
    response = person.get(reverse("saved_marks"))
    assert json.loads(response.content) == [one.slug]
    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex"


def test_saved_list_is_encrypted_in_the_database():
    account = make_account()
    listings = [make_listing() for _ in range(4)]
    services.merge_into_account(account, [listing.pk for listing in listings])
    with connection.cursor() as cursor:
        cursor.execute("SELECT ciphertext FROM network_encrypteditem")
        stored = bytes(cursor.fetchone()[0])
    assert json.dumps([listing.pk for listing in listings]).encode() not in stored


def fill(client, ids):
    """Puts a list in place by the back door: two hundred forms would take a while."""
    from django.http import HttpResponse

    from network.models import Account
    from network.saved import cookie

    if account := Account.objects.first():
        services.merge_into_account(account, ids)
        return
    response = HttpResponse()
    cookie.write_ids(response, ids)
    client.cookies["kept"] = response.cookies["kept"].value


def current(client) -> list[int]:
    from django.test import RequestFactory

    from network.models import Account
    from network.saved import cookie as saved_cookie

    if account := Account.objects.first():
        return services.account_saved_ids(account)
    request = RequestFactory().get("/")
    request.COOKIES["kept"] = client.cookies["kept"].value
    return saved_cookie.read_ids(request)


def test_builders_password_is_valid():
    assert len(PASSWORD) >= 15

import pytest
from django.conf import settings
from django.urls import reverse

from directory.models import Listing
from network.models import EncryptedItem
from network.saved import share_links
from tests.builders import make_account, make_listing
from tests.network.steps import fill_in_and_save, parse_html, post_form, saved_slugs

pytestmark = pytest.mark.django_db


def test_share_address_holds_the_ids_in_order():
    address = share_links.share_address("/shared/", [36, 1, 1295])
    assert address == "/shared/?l=10.1.zz"
    assert (
        share_links.parse_share_link(["10.1.zz"])
        == share_links.parse_share_link(["10", "1", "zz", "1"])
        == [36, 1, 1295]
    )


BAD = [
    "",
    ".",
    "1..2",
    "1.é",
    "-1",
    "0",
    "1 2",
    "x" * 13,
    "zzzzzzzzzzzzz",
    "\x00",
    "<script>",
    "²",
    ".".join(["1"] * 31),
]


@pytest.mark.parametrize("text", BAD)
def test_bad_link_is_refused(text):
    with pytest.raises(share_links.BadLink):
        share_links.parse_share_link([text])


@pytest.mark.parametrize("query", ["", *(f"?l={text}" for text in BAD if text.isprintable())])
def test_bad_link_shows_an_explanation(client, query):
    answer = client.get(reverse("shared") + query)
    assert answer.status_code == 400
    assert "holds no list" in parse_html(answer).select_one("h1").text


def choose(client):
    """The address that the form with the boxes leads to, all boxes ticked."""
    page = parse_html(client.get(reverse("share")))
    form = page.select_one("main form")
    boxes = form.select("input[type=checkbox]")
    return form["action"] + "?" + "&".join(f"l={box['value']}" for box in boxes)


def test_shared_list_is_saved_by_its_receiver(client):
    first, second = make_listing(), make_listing()
    for listing in (first, second):
        post_form(client, "save", listing=listing.slug)
    address = choose(client)
    receiver = type(client)()
    page = parse_html(receiver.get(address))
    assert [card["data-listing"] for card in page.select("article")] == [first.slug, second.slug]
    form = page.select_one(f"form[action='{reverse('save_shared')}']")
    answer = post_form(receiver, "save_shared", l=form.select_one("input")["value"])
    assert answer.status_code == 303
    assert saved_slugs(receiver) == [first.slug, second.slug]
    link = page.select_one("#address")["value"]
    assert parse_html(receiver.get(link.removeprefix(settings.SITE_ORIGIN))).select("article")


def test_shared_page_is_the_same_for_everyone_and_sets_no_cookie(client):
    listing = make_listing()
    post_form(client, "save", listing=listing.slug)
    address = choose(client)
    stranger = type(client)()
    assert client.get(address).content == stranger.get(address).content
    assert not stranger.get(address).cookies


def test_shared_list_has_no_notes_people_or_plan(client):
    client.force_login(make_account())
    listing = make_listing()
    post_form(client, "save", listing=listing.slug)
    fill_in_and_save(
        client, reverse("note", args=[listing.slug]), text="canary in a note", labels=["craving"]
    )
    fill_in_and_save(client, reverse("new_person"), name="canary of a person")
    held = EncryptedItem.objects.count()
    page = client.get(choose(client)).content.decode()
    assert "canary" not in page
    assert "a craving" not in page
    assert EncryptedItem.objects.count() == held


def test_shared_list_follows_merges_and_counts_missing_listings(client):
    old, new, gone = make_listing(), make_listing(), make_listing()
    address = share_links.share_address(reverse("shared"), [old.pk, gone.pk])
    Listing.objects.filter(pk=old.pk).update(status="closed", status_reason="Same", replaced_by=new.pk)
    Listing.objects.filter(pk=gone.pk).update(status="draft")
    page = parse_html(client.get(address))
    assert [card["data-listing"] for card in page.select("article")] == [new.slug]
    assert "no longer listed" in page.select_one(".notice").text


def test_shared_list_without_listings_is_not_found(client):
    answer = client.get(share_links.share_address(reverse("shared"), [10**9]))
    assert answer.status_code == 404
    assert "any more" in parse_html(answer).select_one("h1").text


def test_saving_a_bad_link_saves_nothing(client):
    assert post_form(client, "save_shared", l="<>").status_code == 303
    assert saved_slugs(client) == []

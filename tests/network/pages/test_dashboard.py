import pytest
from django.urls import reverse

from tests.builders import make_account, make_group, make_listing
from tests.network.steps import fill_in_and_save, parse_html, post_form

pytestmark = pytest.mark.django_db
FIVE = ["groups", "therapy", "peers", "people", "hotlines"]


def have(client) -> dict[str, str]:
    page = parse_html(client.get(reverse("my_network")))
    return {each["data-support"]: each["data-have"] for each in page.select("[data-support]")}


def test_my_network_shows_five_kinds_of_support(client):
    assert have(client) == dict.fromkeys(FIVE, "0")


@pytest.mark.parametrize(
    ("kind", "support"),
    [
        ("support-groups", "groups"),
        ("therapists", "therapy"),
        ("treatment", "therapy"),
        ("peer-programs", "peers"),
        ("hotlines", "hotlines"),
        ("recovery-housing", None),
        ("self-help", None),
    ],
)
def test_saved_listing_counts_for_its_kind_of_support(client, kind, support):
    listing = make_group() if kind == "support-groups" else make_listing(kind)
    post_form(client, "save", listing=listing.slug)
    assert have(client) == {key: "1" if key == support else "0" for key in FIVE}


def test_paused_listing_is_no_support_at_the_moment(client):
    listing = make_listing("therapists", status="paused", status_reason="On leave")
    post_form(client, "save", listing=listing.slug)
    assert have(client)["therapy"] == "0"


def test_missing_support_links_to_a_next_step(client):
    page = parse_html(client.get(reverse("my_network")))
    for link in page.select("[data-support] a"):
        assert client.get(link["href"]).status_code == 200
    assert not page.select('[data-support="people"] a')
    assert "could call" in page.select_one('[data-support="people"]').text


def test_contact_counts_as_support(client):
    client.force_login(make_account())
    page = parse_html(client.get(reverse("my_network")))
    assert page.select_one('[data-support="people"] a')["href"] == reverse("new_person")
    fill_in_and_save(client, reverse("new_person"), name="Marisol")
    assert have(client)["people"] == "1"
    assert (
        "Marisol" in parse_html(client.get(reverse("my_network"))).select_one('[data-support="people"]').text
    )


def test_support_types_are_a_list_without_a_score(client):
    post_form(client, "save", listing=make_group(name="Lantern").slug)
    windows = parse_html(client.get(reverse("my_network"))).select_one(".support-kinds")
    assert [len(each.select("h3")) for each in windows.select("li")] == [1] * 5
    assert [len(each.select("a")) for each in windows.select("li")] == [1, 1, 1, 0, 1]
    assert all(pane["aria-hidden"] == "true" for pane in windows.select(".window-pane"))
    assert not [sign for sign in windows.text if sign.isdigit() or sign == "%"]


def test_plan_is_two_links_from_every_page(client):
    client.force_login(make_account())
    home = parse_html(client.get(reverse("home")))
    assert home.select_one(f'nav.bottom-nav a[href="{reverse("my_network")}"]')
    assert parse_html(client.get(reverse("my_network"))).select_one(f'main a[href="{reverse("plan")}"]')


def test_my_network_says_where_the_list_is_stored(client):
    assert "200" in parse_html(client.get(reverse("my_network"))).select_one("aside").text


def test_saved_card_has_no_move_beyond_the_ends(client):
    listings = [make_listing() for _ in range(2)]
    for listing in listings:
        post_form(client, "save", listing=listing.slug)
    page = parse_html(client.get(reverse("my_network")))
    offered = [
        [button["value"] for button in card.select("button[name=to]")] for card in page.select("article")
    ]
    assert offered == [["down"], ["up"]]

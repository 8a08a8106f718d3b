import pytest
from django.urls import reverse

from tests.builders import make_account, make_group, make_listing, make_meeting
from tests.guide_rules import COMPANION_LINES
from tests.network.steps import fill_in_and_save, parse_html, post_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    client.force_login(make_account())
    fill_in_and_save(client, reverse("new_person"), name="Marisol", phone="555-0103")
    fill_in_and_save(
        client, reverse("step", args=["coping"]), text="Walk to the river\nCold water\nCall\nFourth"
    )
    return client


def test_now_page_is_the_same_for_everyone(member):
    page = member.get(reverse("now"))
    assert page.content == type(member)().get(reverse("now")).content
    place = parse_html(page).select_one("[data-personal-url]")
    assert [link["href"] for link in place.select("a")] == [
        reverse("people_and_steps"),
        reverse("small_steps"),
    ]
    assert place["data-personal-url"] == reverse("people_and_steps")


def test_now_fragment_has_people_and_coping_lines(member):
    part = member.get(reverse("people_and_steps"), headers={"X-Part": "personal"})
    assert b"<html" not in part.content
    found = parse_html(part)
    assert found.select_one("a[href='tel:5550103']")
    assert [line.text for line in found.select("ol li")] == ["Walk to the river", "Cold water", "Call"]
    assert part["Cache-Control"] == "no-store"


def test_people_and_steps_without_an_account(client):
    page = parse_html(client.get(reverse("people_and_steps")))
    assert page.select_one(f"main a[href='{reverse('account_signup')}']")


def test_small_steps_in_order(member):
    group = make_group(name="Lantern Group")
    make_meeting(group, weekday=0)
    post_form(member, "save", listing=group.slug)
    post_form(member, "save", listing=make_listing("hotlines", name="Harbor Night Line").slug)
    steps = parse_html(member.get(reverse("small_steps"))).select(".plan > li")
    assert [
        word
        for word, step in zip(
            ["911", "988", "Lantern Group", "Marisol", "Walk to the river"], steps, strict=True
        )
        if word in str(step)
    ] == ["911", "988", "Lantern Group", "Marisol", "Walk to the river"]
    assert "Harbor Night Line" in steps[1].text


def test_small_steps_without_an_account(client):
    page = parse_html(client.get(reverse("small_steps")))
    assert len(page.select(".plan > li")) == 5
    for link in page.select(".plan a[href^='/']"):
        assert client.get(link["href"]).status_code == 200


@pytest.mark.parametrize("prefix", ["", "/es"])
def test_small_steps_link_to_companion_hotlines(client, prefix):
    first = parse_html(client.get(f"{prefix}{reverse('small_steps')}")).select(".plan > li")[0]
    advice, link = first.select("p")[0].text, first.select("p")[1].a["href"]
    assert ("use alone" if not prefix else "consuma a solas") in advice
    assert link == f"{prefix}{COMPANION_LINES}"


def test_titles_are_neutral(member):
    for name in ("small_steps", "people_and_steps", "plan", "people", "week", "print_card", "new_person"):
        title = parse_html(member.get(reverse(name))).title.text
        assert title in ("Small steps: Steady", "My notes: Steady")

"""The results page in words: what it counts, offers and says is what its links give."""

import re
from html import unescape

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client

from directory.pages.context_processors import site_context
from tests.builders import make_group, make_listing, make_meeting, make_place

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(client, monkeypatch):
    """What the results page of an address is made of."""

    def context(address, values=None):
        kept = {}
        with monkeypatch.context() as patch:
            patch.setattr(
                "directory.pages.views.render_cached_page",
                lambda *given, **options: kept.update(given[2]) or HttpResponse(),
            )
            client.get(address, values)
        return kept

    return context


def total(client: Client, address: str) -> int:
    found = re.search(r'data-total="(\d+)"', client.get(address).content.decode())
    assert found
    return int(found[1])


@pytest.mark.parametrize("near", ["London, United Kingdom", "95112", ""])
def test_offer_counts_what_its_link_gives(client, said, near):
    make_listing("hotlines", country="GB", modes=("phone",), name="A British line")
    make_listing("hotlines", country="US", modes=("phone",), name="An American line")
    make_listing("hotlines", country="US", modes=("phone",), name="Another American line")
    context = said("/find/", {"near": near, "q": "line", "kind": "hotlines", "language": "ga"})
    assert context["total"] == 0
    assert context["offers"]
    for offer in context["offers"]:
        assert total(client, offer["url"]) == int(offer["count"]), offer


def test_page_behind_the_last_is_the_last_and_says_so(client, said):
    listing = make_listing()
    page = client.get("/find/", {"page": "7"})
    assert f'data-listing="{listing.slug}"' in page.content.decode()
    context = said("/find/", {"page": "7"})
    assert any("7" in problem for problem in context["problems"])
    assert context["pages"] == {"number": "1", "count": "1", "previous": "", "next": ""}


@pytest.mark.parametrize("address", ["/find/", "/support-groups/"])
def test_each_day_carries_its_count(client, address):
    for weekday in (0, 0, 1, 2, 3, 4, 5, 6):
        make_meeting(make_group(), weekday=weekday)
    page = client.get(address).content.decode()
    days = re.findall(r'<a href="([^"]*\bday=[^"]*)"[^>]* data-count="(\d+)"', page)
    assert len(days) == 7
    assert all(total(client, unescape(url)) == int(count) for url, count in days)


def test_filter_of_another_kind_shows_its_count(client):
    make_group(fellowship="aa")
    make_group(fellowship="aa")
    page = client.get("/find/?fellowship=aa").content.decode()
    assert re.search(r'name="fellowship" value="aa" data-count="2" checked', page)


@pytest.mark.parametrize(
    "address",
    [
        "/find/", "/support-groups/?near=95112&day=mon&mode=in-person", "/find/?q=hope&near=San+Jose&radius=25km",
        "/find/?q=%3Cb%3E%22%27&kind=therapists&mode=teleport", "/find/?q=zzqqxx&near=95112&kind=hotlines",
        "/find/?page=7",
    ],
)  # fmt: skip
def test_mould_of_the_page_gives_what_its_template_gives(client, said, rf, address):
    """With other values before it, so that what was kept for them would be seen."""
    for number in range(3):
        make_meeting(make_group(name=f"Hope & <Light> {number}", place=make_place()))
        client.get(address)
    make_listing("therapists", name="Hope Therapy", text_language="es", organization=None)
    context = {**site_context(rf.get(address)), **said(address)}
    assert client.get(address).content.decode() == render_to_string("directory/find.html", context)


def test_ways_to_narrow_stay_in_the_language_of_the_page(client) -> None:
    """What is remembered of a query in one language is not shown in another."""
    make_listing(modes=["online"])
    make_listing(modes=["phone"])
    for path in ("/find/", "/es/find/"):
        page = client.get(path, {"near": "95112"}).content.decode()
        links = re.findall(r'href="([^"]*find/\?[^"]*mode=[^"]*)"', page)
        assert links
        assert all(link.startswith(path) for link in links)


def test_filters_counts_what_is_chosen_and_neither_words_nor_place(said):
    make_listing("hotlines", country="US", modes=("phone",), name="A line")
    assert not said("/find/", {"q": "line", "near": "95112"})["filter_count"]
    assert said("/find/", {"q": "line", "kind": "hotlines", "mode": "phone"})["filter_count"] == "2"
    assert said("/therapists/", {"q": "line", "mode": "phone"})["filter_count"] == "1"


def test_a_place_alone_is_named_and_sorted_by_distance(said):
    make_group()
    context = said("/find/", {"q": "san jose"})
    assert context["heading"] == "Near San Jose, CA"
    assert context["sort_text"] == "nearest first"
    assert [sort["label"] for sort in context["sorts"] if not sort["current"]] == ["Sort by soonest"]
    assert said("/find/", {"near": "95112", "kind": "support-groups"})["heading"].startswith(
        "Support groups, online"
    )


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/support-groups/?day=sat", "Support groups, Saturday"),
        ("/support-groups/?day=tomorrow", "Support groups, tomorrow"),
        ("/es/support-groups/?day=sat", "Grupos de apoyo, sábado"),
    ],
)
def test_heading_writes_days_as_the_language_does(said, address, heading):
    make_meeting(make_group())
    assert said(address)["heading"] == heading

"""The results page in words: what it counts, offers and says is what its links give."""

import re
from html import unescape

import pytest
from django.test import Client

from tests.builders import make_group, make_listing, make_meeting

pytestmark = pytest.mark.django_db


def total(client: Client, address: str) -> int:
    found = re.search(r'data-total="(\d+)"', client.get(address).content.decode())
    assert found
    return int(found[1])


@pytest.mark.parametrize("near", ["London, United Kingdom", "95112", ""])
def test_offer_counts_what_its_link_gives(client, near):
    make_listing("hotlines", country="GB", modes=("phone",), name="A British line")
    make_listing("hotlines", country="US", modes=("phone",), name="An American line")
    make_listing("hotlines", country="US", modes=("phone",), name="Another American line")
    context = client.get("/find/", {"near": near, "q": "line", "kind": "hotlines", "language": "ga"}).context
    assert context["total"] == 0
    assert context["offers"]
    for offer in context["offers"]:
        assert total(client, offer["url"]) == offer["count"], offer


def test_page_behind_the_last_is_the_last_and_says_so(client):
    listing = make_listing()
    page = client.get("/find/", {"page": "7"})
    assert f'data-listing="{listing.slug}"' in page.content.decode()
    assert any("7" in problem for problem in page.context["problems"])
    assert page.context["pages"] == {"number": 1, "count": 1, "previous": "", "next": ""}


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

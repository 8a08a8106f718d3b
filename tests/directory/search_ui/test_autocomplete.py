"""What is suggested while somebody types: a few of each sort, kept nowhere, whatever is typed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from directory.models import Organization
from directory.search_ui.autocomplete import MOST, place_suggestions, suggestions
from tests.builders import make_listing, make_place

pytestmark = pytest.mark.django_db


def labels(text):
    return [each["label"] for each in suggestions(text)]


@pytest.mark.parametrize(
    ("text", "label", "url"),
    [
        ("thera", "Therapists", "/therapists/"),
        ("support gr", "Support groups", "/support-groups/"),
        ("SUBOX", "Suboxone", "/find/?q=suboxone"),
        ("vivi", "Naltrexone", "/find/?q=naltrexone"),
        ("need a ri", "Ride", "/find/?q=ride"),
        ("san jos", "San Jose, CA", "/find/?near=San+Jose%2C+CA"),
        ("95112", "95112 (San Jose, CA)", "/find/?near=95112"),
        ("quiet ott", "Quiet Otter Detox", "/listing/quiet-otter-detox/"),
        ("otter q", "Quiet Otter Detox", "/listing/quiet-otter-detox/"),
        ("marmal", "Marmalade Neighbors", "/find/?q=%22Marmalade+Neighbors%22"),
    ],
)
def test_each_sort_is_suggested(text, label, url) -> None:
    named = Organization.objects.create(name="Marmalade Neighbors")
    make_listing("treatment", name="Quiet Otter Detox", slug="quiet-otter-detox", organization=named)
    assert (label, url) in [(each["label"], each["url"]) for each in suggestions(text)]


def test_at_most_eight_and_each_label_once() -> None:
    for _number in range(12):
        make_listing(name="Recovery Therapist")
    found = labels("re")
    assert len(found) <= MOST
    assert len(set(found)) == len(found)
    assert labels("recovery ther").count("Recovery Therapist") == 1


@pytest.mark.parametrize("text", ["", " ", "a", "\0\0", "💜", "kill mys", "suicid", "%"])
def test_nothing_is_suggested_for_too_little_or_in_a_crisis(text) -> None:
    assert [each for each in suggestions(text) if each["url"].startswith("/find/?q")] == []


def test_what_is_not_public_is_not_suggested() -> None:
    hidden = Organization.objects.create(name="Hidden Otter Trust")
    make_listing(name="Hidden Otter", status="draft", organization=hidden)
    assert labels("hidden ott") == []


def test_places_for_the_other_box() -> None:
    make_listing(place=make_place(area="Northside"))
    assert next(each["label"] for each in place_suggestions("northside")) == "Northside, San Jose, CA"
    assert place_suggestions("x") == []


def test_the_address_answers_with_no_cookie_and_is_cached_nowhere(client) -> None:
    answer = client.get("/find/suggest/", {"q": "thera"})
    assert answer.json()[0]["label"] == "Therapists"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "CDN-Cache-Control" not in answer.headers
    assert not answer.cookies
    assert client.get("/find/suggest/", {"near": "san jos"}).json()[0]["url"] == ""
    assert client.get("/find/suggest/").json() == []
    assert client.post("/find/suggest/").status_code == 405
    assert client.get("/find/suggest/", {"q": "x" * 5000}).status_code == 200


def test_few_queries_however_much_there_is() -> None:
    def asked():
        suggestions("recovery otter")
        with CaptureQueriesContext(connection) as queries:
            suggestions("recovery otter")
        return len(queries)

    for _number in range(10):
        make_listing(name="Recovery Otter")
    ten = asked()
    for _number in range(10):
        make_listing(name="Recovery Otter")
    assert asked() == ten <= 6


class AnyText(TestCase):
    @settings(max_examples=30)
    @given(st.text(max_size=60))
    def test_any_text_is_answered(self, text) -> None:
        assert len(suggestions(text)) <= MOST
        assert len(place_suggestions(text)) <= MOST

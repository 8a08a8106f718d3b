"""Guides among the results and the suggestions: above listings, in no count, at no cost to the database."""

import re

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directory.guides.parser import guides
from directory.models import ZeroResultQuery
from directory.search_ui.autocomplete import suggestions
from tests.builders import make_group, make_listing, make_place

pytestmark = pytest.mark.django_db


def page(client, address, **asked):
    return BeautifulSoup(client.get(address, asked).content, "html.parser")


def found(client, address, **asked) -> list[str]:
    return [each["data-guide"] for each in page(client, address, **asked).select("article[data-guide]")]


def test_a_guide_stands_above_the_listings_with_title_and_first_sentence(client) -> None:
    make_listing("therapists", name="Cravings Room")
    html = page(client, "/find/", q="cravings")
    (guide,) = html.select("article[data-guide]")
    assert guide["data-guide"] == "cravings"
    assert guide.a["href"] == "/guides/cravings/"
    text = " ".join(guide.get_text().split())
    own = guides("en")["cravings"]
    assert text == f"Guide: {own.title} {own.first_sentence}"
    assert html.find("article", class_="card").find_previous("article") is guide


def test_a_guide_is_no_listing_and_in_no_count(client) -> None:
    make_listing("therapists", name="Cravings Room")
    make_listing("therapists", name="Harbor Room")
    html = page(client, "/find/", q="cravings")
    assert html.select_one("[data-total]")["data-total"] == "1"
    assert html.select_one('input[name="kind"][value="therapists"]')["data-count"] == "1"
    assert len(html.select("article[data-listing]")) == 1


@pytest.mark.parametrize(
    ("address", "asked", "slugs"),
    [
        ("/therapists/", {"q": "how do i choose a therapist"}, ["therapist"]),
        ("/support-groups/", {"q": "cravings", "day": "mon"}, ["cravings"]),
        ("/es/find/", {"q": "ansias"}, ["cravings"]),
        ("/es/find/", {"q": "stigma"}, ["network"]),
        ("/find/", {"q": "estigma"}, ["network"]),
        ("/find/", {"q": "motivatoin"}, ["goals"]),
        ("/find/", {"q": "relacsation "}, ["self-care"]),
        ("/find/", {"q": "she overdosed"}, ["overdose"]),
        ("/find/", {"q": "not breathing"}, ["overdose"]),
        ("/find/", {"q": "he is having a seizure"}, ["withdrawal", "overdose"]),
        ("/find/", {"q": "took too many pills"}, ["overdose"]),
        ("/find/", {"q": "coming off klonopin"}, ["withdrawal"]),
        ("/es/find/", {"q": "abstinencia"}, ["withdrawal"]),
        ("/find/", {"q": "sleep", "near": "95112"}, ["self-care"]),
        ("/find/", {"q": "-cravings harbor"}, []),
        ("/find/", {"q": "aa meetings in san jose tuesday"}, []),
        ("/find/", {}, []),
        ("/find/", {"kind": "therapists"}, []),
    ],
)
def test_guides_answer_wherever_one_searches(client, address, asked, slugs) -> None:
    for number in range(3):
        make_group(name=f"Harbor AA Meetings Therapist {number}", place=make_place())
    assert found(client, address, **asked) == slugs


def test_a_guide_is_shown_in_the_language_of_the_page(client) -> None:
    (guide,) = page(client, "/es/find/", q="cravings").select("article[data-guide]")
    own = guides("es")["cravings"]
    assert own.title in guide.get_text()
    assert own.first_sentence in guide.get_text()
    assert guide.a["href"] == "/es/guides/cravings/"


def test_guides_stand_on_the_first_page_alone(client) -> None:
    for number in range(25):
        make_listing("therapists", name=f"Cravings Room {number}")
    assert found(client, "/find/", q="cravings", page="1") == ["cravings"]
    assert found(client, "/find/", q="cravings", page="2") == []


def test_where_nothing_was_found_a_guide_comes_before_all_offers(client) -> None:
    make_listing("hotlines", country="US")
    html = page(client, "/find/", q="stigma zzqqxx")
    assert html.select_one("[data-total]")["data-total"] == "0"
    (guide,) = html.select("article[data-guide]")
    assert guide["data-guide"] == "network"
    assert html.select_one(".alternatives").find_previous("article") is guide


def test_where_there_is_nothing_to_offer_the_guides_are(client) -> None:
    html = page(client, "/find/", q="zzqqxx")
    assert not html.select("article[data-guide], .alternatives")
    assert html.select_one('#results a[href="/guides/"]')


def test_a_guide_costs_no_query(client) -> None:
    for number in range(3):
        make_listing("therapists", name=f"Cravings Harbor {number}")

    def number_of_queries(text) -> int:
        """Return the queries of a repeated search. The index may read changes in one of them, so the least counts."""
        numbers = []
        for _attempt in range(4):
            with CaptureQueriesContext(connection) as queries:
                client.get("/find/", {"q": text})
            numbers.append(len(queries))
        return min(numbers)

    assert number_of_queries("cravings") == number_of_queries("harbor") <= 4


def test_words_that_a_guide_answers_are_not_counted_as_fruitless(client) -> None:
    client.get("/find/", {"q": "stigma"})
    client.get("/find/", {"q": "zzqqxx"})
    client.get("/find/", {"q": "habits"})
    assert set(ZeroResultQuery.objects.values_list("text", flat=True)) == {"zzqqxx", "habits"}


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("crav", "/guides/cravings/"),
        ("overdo", "/guides/overdose/"),
        ("how do i choose", "/guides/therapist/"),
        ("choosing a good therapist", "/guides/therapist/"),
        ("motivatoin", "/guides/goals/"),
        ("jonesing", "/guides/cravings/"),
    ],
)
def test_guides_are_suggested(text, url) -> None:
    rows = [each for each in suggestions(text) if each["url"].startswith("/guides/")]
    assert rows[0]["url"] == url
    assert len(rows) <= 2
    guide = guides("en")[url.split("/")[2]]
    assert rows[0]["label"] == guide.title
    assert rows[0]["category"] == f"Guide: {guide.first_sentence}"


@pytest.mark.parametrize("text", ["harbor", "zz", "support gr", "aa meetings tuesday"])
def test_what_asks_for_a_listing_suggests_no_guide(text) -> None:
    assert not [each for each in suggestions(text) if each["url"].startswith("/guides/")]


def test_suggestions_come_in_the_language_of_the_page(client) -> None:
    rows = client.get("/es/find/suggest/", {"q": "ansia"}).json()
    assert ("/es/guides/cravings/", guides("es")["cravings"].title) in [
        (row["url"], row["label"]) for row in rows
    ]


@pytest.mark.parametrize("language", ["en", "es"])
def test_first_sentences_are_short_enough_for_two_lines(language) -> None:
    for guide in guides(language).values():
        assert re.search(r"[.!?…]$", guide.first_sentence)
        assert len(guide.first_sentence) <= 120, guide.slug


@pytest.mark.parametrize(
    ("language", "slug", "phrase"),
    [(guide.language, slug, phrase) for language in ("en", "es") for slug, guide in guides(language).items()
     for phrase in guide.search_phrases[:6]],
)  # fmt: skip
def test_each_guide_is_first_for_its_own_words_on_the_page_too(client, language, slug, phrase) -> None:
    address = {"en": "/find/", "es": "/es/find/"}[language]
    assert found(client, address, q=phrase)[0] == slug

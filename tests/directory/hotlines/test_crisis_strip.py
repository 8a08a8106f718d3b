"""Numbers name their country when a visitor chose another country than the site's own.

Row of the safety matrix: C3.
"""

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.test import RequestFactory
from django.urls import reverse

from directory.geo.countries import COUNTRIES
from directory.hotlines.crisis_strip import strip_actions, strip_context
from directory.models import Channel
from directory.pages import error_views
from directory.reference_data.parser import read_emergency
from tests.builders import make_listing

pytestmark = [pytest.mark.django_db, pytest.mark.one_database("the text of the strip")]
SHORT = ("tel:988", "sms:988", "tel:911")


def numbers(answer, part="body"):
    """Return address and label of each number on a page."""
    page = BeautifulSoup(answer.content, "html.parser")
    return [
        (link["href"], link.get_text(" ", strip=True))
        for link in page.select(f"{part} a[href^='tel:'], {part} a[href^='sms:']")
    ]


def unlabelled(answer):
    """Return the site's own short numbers that do not name their country."""
    return [
        (href, words) for href, words in numbers(answer) if href in SHORT and "(United States)" not in words
    ]


OTHERS = sorted(COUNTRIES.keys() - {"US", "CA"})
CHOSEN = ("/now/", "/hotlines/", "/find/", "/find/?q=i+want+to+die", "/", "/guides/overdose/", "/about/", "/es/now/",
          "/support-groups/", "/accounts/login/", "/my-network/small-steps/", "/nothing/here/")  # fmt: skip


@pytest.mark.parametrize("address", CHOSEN)
def test_pages_name_country_of_each_number_after_choice_of_another(client, address):
    for country in ("DE", "GB", "KE"):
        answer = client.get(address + ("&" if "?" in address else "?") + f"country={country}")
        spanish = address.startswith("/es/")
        bare = [each for each in unlabelled(answer) if not (spanish and "(Estados Unidos)" in each[1])]
        assert bare == [], (address, country)
        assert numbers(answer, ".crisis-strip"), (address, country)


@pytest.mark.parametrize("country", OTHERS)
def test_strip_names_country_of_each_number(client, country):
    found = numbers(client.get(f"/now/?country={country}"), ".crisis-strip")
    assert len(found) == 2
    assert all(words.endswith((f"({COUNTRIES[country]})", "(United States)")) for _href, words in found)
    assert any(words.endswith("(United States)") for _href, words in found)


def test_hotline_of_chosen_country_comes_first(client):
    found = numbers(client.get("/now/?country=DE"), ".crisis-strip")
    assert [words.partition("(")[2] for _href, words in found] == ["Germany)", "United States)"]


def test_shared_number_is_shown_once(client):
    found = numbers(client.get("/now/?country=CA"), ".crisis-strip")
    assert len({href for href, _words in found}) == len(found)
    assert all("(Canada)" in words for href, words in found if href == "tel:988")


@pytest.mark.parametrize("country", ["", "US", "XX", "de", "<b>"])
def test_own_country_is_not_named(client, country):
    assert [words for _href, words in numbers(client.get("/now/", {"country": country}), ".crisis-strip")] == [
        "Call 988", "Text 988"
    ]  # fmt: skip


def test_place_in_another_country_counts_as_choice(client):
    call_command("load_facts", verbosity=0)
    answer = client.get("/find/", {"q": "i want to die", "near": "Berlin, Germany"})
    assert "Berlin" in answer.content.decode()
    assert unlabelled(answer) == []
    assert ("tel:112", "Call 112 (Germany)") in numbers(answer, "main")
    assert "(United States)" not in str(
        numbers(client.get("/find/", {"q": "i want to die", "near": "95112"}))
    )


def test_choice_does_not_affect_cached_pages_of_others(client):
    """Results pages are cached by everything that they depend on."""
    for address in ("/find/?q=aa", "/hotlines/"):
        plain = numbers(client.get(address), ".crisis-strip")
        mark = "&" if "?" in address else "?"
        assert numbers(client.get(f"{address}{mark}country=DE"), ".crisis-strip") != plain
        assert numbers(client.get(address), ".crisis-strip") == plain


def test_page_of_foreign_hotline_names_countries(client):
    line = make_listing("hotlines", name="Example Line", country="DE", slug="example-line")
    Channel.objects.create(listing=line, type="call", dial="116123", display="116 123")
    assert unlabelled(client.get("/listing/example-line/")) == []
    own = make_listing("hotlines", name="Own Line", country="US", slug="own-line")
    assert "(United States)" not in str(numbers(client.get(own.get_absolute_url()), ".crisis-strip"))


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
def test_error_pages_name_countries(status):
    answer = error_views.error_page(RequestFactory().get("/now/?country=DE"), status)
    assert unlabelled(answer) == []
    assert numbers(answer, ".crisis-strip")


def test_emergency_numbers_are_those_of_the_chosen_country():
    known = read_emergency()
    for country in COUNTRIES:
        urgent = strip_context("US", chosen=country)["emergency"]
        number, name = (known[country], COUNTRIES[country]) if country in known else ("911", "United States")
        expected = f"Call {number}" if country == "US" else f"Call {number} ({name})"
        assert (urgent.label, urgent.href) == (expected, f"tel:{number}")
        assert urgent in strip_actions("US", chosen=country)


def test_default_country_setting_is_named(client, settings):
    settings.DEFAULT_COUNTRY = "DE"
    assert "(" not in str(numbers(client.get("/now/"), ".crisis-strip")[0][1])
    found = numbers(client.get("/now/?country=US"), ".crisis-strip")
    assert [words for _href, words in found][:1] == ["Call 988 (United States)"]
    assert all("(" in words for _href, words in found)


def test_strip_has_country_for_script(client):
    """The script reads the country, since only the device may remember the choice."""
    strip = BeautifulSoup(client.get("/").content, "html.parser").select_one(".crisis-strip")
    assert (strip["data-country-code"], strip["data-country-name"]) == ("US", "United States")
    assert not BeautifulSoup(client.get("/now/?country=DE").content, "html.parser").select_one(
        ".crisis-strip[data-country-code]"
    )
    assert reverse("now") == "/now/"

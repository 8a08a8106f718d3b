"""The language of a page is the first part of its address, and nothing else."""

import datetime
import re

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.utils import translation

from core.i18n import translate_path
from directory.listings import availability
from tests import pseudo
from tests.builders import make_group, make_listing

pytestmark = pytest.mark.django_db


def soup(answer):
    return BeautifulSoup(answer.content, "html.parser")


@pytest.mark.parametrize(
    ("address", "code", "expected"),
    [
        ("/find/?q=aa&near=95112", "es", "/es/find/?q=aa&near=95112"),
        ("/es/find/?q=aa", "en", "/find/?q=aa"),
        ("/es/find/", "es", "/es/find/"),
        ("/", "es", "/es/"),
        ("/es/", "en", "/"),
        ("/estuary/", "es", "/es/estuary/"),
        ("/find/?next=/es/now/", "en", "/find/?next=/es/now/"),
        ("/xx/find/", "es", "/es/xx/find/"),
    ],
)
def test_translate_path(address, code, expected):
    assert translate_path(address, code) == expected


@pytest.mark.parametrize(
    "address", ["/", "/find/", "/now/", "/hotlines/", "/safety/", "/my-network/", "/suggest/"]
)
def test_page_is_in_the_language_of_its_address(client, address):
    for prefix, language in (("", "en"), ("/es", "es")):
        answer = client.get(prefix + address)
        assert answer.status_code == 200
        assert answer.headers["Content-Language"] == language
        assert soup(answer).html["lang"] == language


def test_browser_and_cookie_do_not_change_the_language(client):
    client.cookies["django_language"] = "es"
    answer = client.get("/find/", headers={"Accept-Language": "es"})
    assert answer.headers["Content-Language"] == "en"
    assert "Accept-Language" not in answer.headers.get("Vary", "")
    assert not answer.cookies


def test_language_link_keeps_page_and_query(client):
    link = soup(client.get("/support-groups/?q=aa&day=mon")).select_one("a[hreflang=es]")
    assert (link["href"], link["lang"], link.text) == ("/es/support-groups/?q=aa&day=mon", "es", "Español")
    back = soup(client.get(link["href"])).select_one("a[hreflang=en]")
    assert (back["href"], back["lang"], back.text) == ("/support-groups/?q=aa&day=mon", "en", "English")


def test_links_of_a_page_stay_in_its_language(client):
    page = soup(client.get("/es/"))
    inside = [a["href"] for a in page.select("a[href^='/']:not([hreflang])")]
    assert len(inside) > 10
    assert [href for href in inside if not href.startswith("/es/") and href != "/leave/"] == []


def test_error_pages_are_in_the_language_of_the_address(client):
    for address in ("/es/nope/", "/es/listing/nope/"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert soup(answer).html["lang"] == "es"
    assert soup(client.post("/es/now/")).html["lang"] == "es"


@pytest.mark.parametrize("address", ["/es/admin/", "/es/healthz", "/es/leave/", "/es/readyz"])
def test_other_responses_have_no_language(client, address):
    assert client.get(address, follow=True).status_code == 404


def test_redirects_keep_the_language(client):
    assert client.get("/es/find").headers["Location"] == "/es/find/"
    assert client.get("/es").headers["Location"] == "/es/"


@pytest.mark.parametrize(
    ("language", "hour", "expected"),
    [
        ("en", 0, "12:05 am"),
        ("en", 12, "12:05 pm"),
        ("en", 18, "6:05 pm"),
        ("es", 6, "6:05 a.\N{NO-BREAK SPACE}m."),
        ("es", 18, "6:05 p.\N{NO-BREAK SPACE}m."),
    ],
)
def test_time_of_day_text(language, hour, expected):
    with translation.override(language):
        assert availability.time_text(datetime.time(hour, 5)) == expected


@pytest.mark.usefixtures("pseudo_languages")
@pytest.mark.parametrize(("language", "direction"), [(pseudo.LONG, None), (pseudo.RIGHT_TO_LEFT, "rtl")])
def test_pseudo_languages_work_and_are_never_offered(client, language, direction):
    page = soup(client.get(f"/{language}/find/"))
    assert page.html.get("dir") == direction
    assert page.html["lang"] == language
    assert "Leave quickly" not in page.text
    assert {link["hreflang"] for link in page.select("a[hreflang]")} == {"en", "es"}


HARD_CODED = re.compile(r"[A-Za-z]{3,}")
# Names, which are the same in every language.
NAMES = ("Steady", "English", "Español", "Medicaid", "Medicare")
WALKED = (
    "/", "/find/", "/find/?q=117", "/therapists/", "/now/", "/hotlines/", "/guides/", "/about/", "/privacy/",
    "/safety/", "/suggest/", "/answer/", "/my-network/", "/my-network/clear/", "/accounts/login/",
    "/accounts/signup/", "/accounts/password/reset/", "/nope/",
)  # fmt: skip


@pytest.mark.usefixtures("pseudo_languages")
@pytest.mark.parametrize("address", WALKED)
def test_every_text_of_a_page_is_in_a_catalog(client, address):
    page = soup(client.get(f"/{pseudo.RIGHT_TO_LEFT}{address}"))
    for part in page.select("script, svg, body [lang], [data-login-name], [data-listing]"):
        part.decompose()
    labels = [
        part[name] for name in ("aria-label", "placeholder", "alt") for part in page.select(f"[{name}]")
    ]
    said = [*labels, *page.body.stripped_strings, page.title.text.replace("Steady", "")]
    assert len(said) > 15
    assert [
        text for text in said if HARD_CODED.search(text) and "\u202e" not in text and text not in NAMES
    ] == []


def test_sitemap_names_both_languages_and_nothing_personal(client):
    told = client.get("/sitemap.xml").text + client.get("/sitemap-pages.xml").text
    assert f'hreflang="es" href="{settings.SITE_ORIGIN}/es/guides/slipped/"' in told
    closed = client.get("/robots.txt").text
    assert "Disallow: /my-network/\n" in closed
    assert "Disallow: /es/my-network/\n" in closed


def spanish(client, address):
    return soup(client.get(f"/es{address}"))


def test_hotlines_in_the_language_of_the_page_come_first(client):
    line = {"kind": "hotlines", "country": "US", "always_open": True}
    make_listing(**line, name="Main", is_main=True, languages=("en",))
    make_listing(**line, name="Both", languages=("en", "es"))
    names = [name.text for name in soup(client.get("/hotlines/")).select("main h3 a")]
    nombres = [name.text for name in spanish(client, "/hotlines/").select("main h3 a")]
    assert (names, nombres) == (["Main", "Both"], ["Both", "Main"])


def test_texts_of_a_listing_have_a_lang_attribute(client):
    make_group(slug="lantern", summary="Bring lunch.", first_visit="Sit at the back.", fellowship="aa")
    found = [part.text for part in spanish(client, "/listing/lantern/").select("main [lang=en]")]
    assert "Bring lunch." in found
    assert "Sit at the back." in found
    assert "Alcoholics Anonymous" not in found
    assert soup(client.get("/listing/lantern/")).select("main [lang]") == []


def test_shipped_facts_are_translated_and_other_texts_are_not(client):
    line = {"kind": "hotlines", "country": "US", "always_open": True}
    make_listing(**line, name="A", summary="Press 1.", who_answers="Trained counselors.")
    make_listing(**line, name="B", summary="Words of ours.", who_answers="Somebody kind.", text_language="en")
    ours = spanish(client, "/hotlines/").select("main article")
    told, kept = (next(part for part in ours if part.h3.text.strip() == name) for name in "AB")
    assert "Consejeros capacitados." in told.text
    assert [part.text for part in kept.select("[lang=en]")] == ["B", "Words of ours.", "Somebody kind."]
    assert soup(client.get("/hotlines/")).select("main [lang]") == []

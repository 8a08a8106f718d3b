"""Every page: the crisis strip, the headers, no cookie for who only looks, and no crash whatever is typed.

Rows of the safety matrix: C1, I5, P11.
"""

import pytest
from bs4 import BeautifulSoup
from django.conf import LazySettings
from django.test import Client
from django.urls import get_resolver, reverse

from directory.kinds.registry import kinds
from tests.builders import make_curator, make_group, make_listing, make_meeting, make_place
from tests.http_observatory import faults, tally

pytestmark = [pytest.mark.django_db, pytest.mark.one_database("pages and their headers")]

PUBLIC = [
    "/", "/find/", "/find/?q=hope&near=95112", "/now/", "/hotlines/", "/about/", "/privacy/", "/safety/",
    *(f"/{slug}/" for slug in kinds), "/listing/lantern/", "/listing/lantern/report/",
    "/suggest/", "/answer/", "/guides/", "/guides/overdose/", "/es/", "/es/find/", "/es/guides/slipped/",
]  # fmt: skip
PERSONAL = [
    "/my-network/", "/my-network/clear/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/",
]  # fmt: skip
ENDS_SIGN_IN = ("/leave/",)
MISSING = ["/nope/", "/listing/nope/", "/find/nope/", "/listing/%00/", "/listing/nope/report/"]


@pytest.fixture
def lantern() -> None:
    group = make_group(slug="lantern", name="Lantern Group", place=make_place(), modes=("in-person",))
    make_meeting(group)


@pytest.fixture
def https(settings: LazySettings) -> Client:
    """A browser over TLS, as the site is used on the air."""
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.TLS = True

    class Secure(Client):
        def generic(self, *args, **kwargs):
            return super().generic(*args, **{**kwargs, "secure": True})

    return Secure(raise_request_exception=False)


@pytest.mark.usefixtures("lantern")
@pytest.mark.parametrize("address", PUBLIC + PERSONAL)
def test_page_opens_with_the_crisis_strip(https: Client, address: str) -> None:
    response = https.get(address)
    assert response.status_code == 200
    must_have_strip(response)
    assert len(BeautifulSoup(response.content, "html.parser").select("h1")) == 1


@pytest.mark.parametrize("address", MISSING)
def test_unknown_address_has_strip_and_search(https: Client, address: str) -> None:
    response = https.get(address)
    assert response.status_code == 404
    must_have_strip(response)
    assert BeautifulSoup(response.content, "html.parser").select_one("form[role=search] input[name=q]")


def routes(patterns: list, prefix: str = "/") -> list[str]:
    """Every address of the site that needs no argument."""
    found = []
    for pattern in patterns:
        route = str(pattern.pattern).removeprefix("^").removesuffix("$").removesuffix("\\Z")
        if hasattr(pattern, "url_patterns"):
            found += routes(pattern.url_patterns, prefix + route)
        elif not set("<(") & set(route):
            found.append(prefix + route)
    return sorted(set(found))


@pytest.mark.usefixtures("lantern")
def test_every_route_has_the_strip_and_the_headers(https: Client) -> None:
    """Signed in as a curator, who may open more than anybody."""
    make_curator(https)
    walked = 0
    for address in routes(get_resolver().url_patterns):
        if address in ENDS_SIGN_IN:
            continue
        response = https.get(address)
        assert response.status_code < 500, address
        if 300 <= response.status_code < 400 or "text/html" not in response.headers["Content-Type"]:
            continue
        walked += 1
        must_have_strip(response)
        assert faults(response) == [], address
        assert tally(response) >= 150, address
        assert response.headers["Cache-Control"] == "no-store", address
    assert walked > 50


@pytest.mark.parametrize("status", [400, 403, 405, 413, 429, 500, 503])
def test_error_page_has_the_strip(rf, status: int) -> None:
    from directory.pages.error_views import error_page

    response = error_page(rf.get("/"), status)
    assert response.status_code == status
    must_have_strip(response)


def test_broken_view_says_sorry_and_nothing_of_the_request(https: Client, monkeypatch, caplog) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("canary-in-error")

    monkeypatch.setattr("directory.pages.views.home_tiles.page_context", broken)
    response = https.get("/?q=canary-in-query", headers={"User-Agent": "canary-in-agent"})
    assert response.status_code == 500
    must_have_strip(response)
    assert b"canary" not in response.content


def must_have_strip(response) -> None:
    strip = BeautifulSoup(response.content, "html.parser").select_one("section.crisis-strip")
    assert [link["href"] for link in strip.select("a")] == ["tel:988", "sms:988", reverse("leave")]


@pytest.mark.usefixtures("lantern")
@pytest.mark.parametrize("address", PUBLIC + PERSONAL + MISSING)
def test_header_tally(https: Client, address: str) -> None:
    response = https.get(address)
    assert faults(response) == []
    assert tally(response) >= 155
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cache-Control"] == "no-store"


def test_header_tally_sees_faults(https: Client) -> None:
    response = https.get("/about/")
    response.headers["Content-Security-Policy"] += "; style-src-attr 'unsafe-inline'"
    assert tally(response) < 150


@pytest.mark.usefixtures("lantern")
@pytest.mark.parametrize("address", [*PUBLIC, *MISSING, "/my-network/", "/healthz", "/readyz"])
def test_who_only_looks_gets_no_cookie(client: Client, address: str) -> None:
    assert not client.get(address).cookies


@pytest.mark.usefixtures("lantern")
@pytest.mark.parametrize("address", PUBLIC)
def test_public_page_is_the_same_for_everyone(client: Client, address: str) -> None:
    from tests.builders import make_account

    anonymous = client.get(address)
    member = Client()
    member.force_login(make_account("plain-otter-12"))
    assert b"plain-otter-12" not in member.get(address).content
    assert "Cookie" not in anonymous.headers.get("Vary", "")
    assert "max-age=60" in anonymous.headers["CDN-Cache-Control"]


@pytest.mark.parametrize(
    "query",
    [
        "q=%ff%fe", "q=%00", "near=%00", "near=" + "9" * 3000, "page=" + "9" * 3000, "kind=" + "x" * 3000,
        "&".join(f"language=x{number}" for number in range(500)), "radius=1e309", "near=NaN,NaN", "near=0,0",
        "near=91,181", "day=mon&day=mon&day=", "open=now&open=never", "q=" + "a+" * 2500,
        "near=37.34,-121.89&radius=0.01",
        "mode=in-person&mode=online&mode=phone&near=95112&sort=nearest&page=2", "country=XX", "accepting=0",
    ],
)  # fmt: skip
def test_any_filter_answers_200(https: Client, query: str) -> None:
    make_listing()
    response = https.get(f"/find/?{query}")
    assert response.status_code == 200
    must_have_strip(response)


def test_unreadable_filter_is_named_on_the_page(client: Client) -> None:
    page = client.get("/find/?mode=teleport&q=hope").content.decode()
    assert "teleport" in page
    assert "“hope”" in page


def test_contract_of_the_results_page(client: Client, lantern: None) -> None:
    page = BeautifulSoup(client.get("/find/?near=95112").content, "html.parser")
    article = page.select_one("article[data-listing='lantern'][data-kind='support-groups']")
    form = article.select_one("form[method=post]")
    assert form.select_one("input[name=listing]")["value"] == "lantern"
    assert page.select_one("[data-total]")["data-total"] == "1"
    option = page.select_one("input[name=mode][value=in-person]")
    assert option["data-count"] == "1"


def test_htmx_gets_the_part_and_caches_are_told(client: Client, lantern: None) -> None:
    whole = client.get("/find/")
    part = client.get("/find/", headers={"HX-Request": "true"})
    assert b"<html" in whole.content
    assert b"<html" not in part.content
    assert b'id="search-page"' in part.content
    back = client.get("/find/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in back.text
    for answer in (whole, part, back):
        names = {name.strip() for name in answer.headers["Vary"].split(",")}
        assert names >= {"HX-Request", "HX-History-Restore-Request"}


def test_paused_listing_opens_with_its_reason(client: Client) -> None:
    make_listing(slug="away", status="paused", status_reason="The roof is being mended.")
    assert "The roof is being mended." in client.get("/listing/away/").content.decode()


@pytest.mark.parametrize("status", ["draft", "in-review"])
def test_unpublished_listing_is_not_there(client: Client, status: str) -> None:
    make_listing(slug="secret", status=status)
    assert client.get("/listing/secret/").status_code == 404


def test_moved_listing_leads_on(client: Client) -> None:
    new = make_listing(slug="new")
    make_listing(slug="old", status="closed", status_reason="Moved.", replaced_by=new)
    assert client.get("/listing/old/").headers["Location"] == "/listing/new/"


def test_private_address_is_nowhere(client: Client) -> None:
    place = make_place(
        private=True, street="77 Hidden Lane", name="Blue House", area="North side", notes="Red door"
    )
    group = make_group(slug="quiet", place=place, modes=("in-person",))
    make_meeting(group)
    for address in ("/listing/quiet/", "/find/?near=95112", "/"):
        page = client.get(address).content.decode()
        assert not any(secret in page for secret in ("Hidden Lane", "Blue House", "Red door", "37.338")), (
            address
        )
    assert "North side" in client.get("/listing/quiet/").content.decode()


def test_wrong_method_is_refused(client: Client) -> None:
    response = client.post("/find/")
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")
    must_have_strip(response)


def test_queries_do_not_grow_with_the_results(client: Client, django_assert_max_num_queries) -> None:
    def count(number: int) -> int:
        for _each in range(number):
            make_meeting(make_group(place=make_place(), modes=("in-person",)))
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client.get("/support-groups/?near=95112")  # takes in what was just made
        with CaptureQueriesContext(connection) as queries:
            client.get("/support-groups/?near=95112")
        return len(queries)

    assert count(5) == count(15)


def test_what_was_corrected_here_is_said(client: Client) -> None:
    provenance = {"*": {"source": "An intergroup"}, "name": {"corrected_by": "1", "when": "2026-03-01"}}
    make_listing(slug="mended", provenance=provenance, source="x", source_ref="1")
    page = client.get("/listing/mended/").content.decode()
    assert "From An intergroup" in page
    assert "; name corrected here." in page

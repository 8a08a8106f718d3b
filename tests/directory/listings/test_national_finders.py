"""National finders: their texts, their rank among local listings, and the searches that find them."""

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.test import Client

from directory.kinds.registry import kinds
from directory.models import Channel, Verification
from directory.reference_data.parser import read_national_finders
from tests.builders import make_listing, make_place

pytestmark = pytest.mark.django_db


def make_finder(kind: str = "treatment", **facts: object):
    listing = make_listing(kind, **{"national_finder": True, "country": "US", "modes": ("online",), **facts})
    Channel.objects.create(
        listing=listing, type="website", dial="https://example.org/", display="example.org"
    )
    return listing


def names(client: Client, address: str) -> list[str]:
    page = BeautifulSoup(client.get(address).content, "html.parser")
    return [each.text for each in page.select("article.card h3")]


# ---- order ----


def test_finder_ranks_behind_equal_local_listings(client: Client) -> None:
    """This holds even if the finder is fresher, more complete or checked more recently."""
    finder = make_finder(
        name="Finder", summary="Detox", description="Detox", concerns=("alcohol",), languages=("en",), payment=("free",)
    )  # fmt: skip
    make_listing("treatment", name="Local", summary="Detox")
    copied = {"*": {"copied": "2020-01-01"}}
    old = make_listing("treatment", name="Long unchecked", summary="Detox", source="facts", provenance=copied)
    Verification.objects.create(listing=finder, verified_on="2026-01-01", method="called")
    for address in ("/find/?q=detox", "/find/?kind=treatment", "/find/?kind=treatment&sort=best"):
        assert names(client, address) == ["Local", old.name, "Finder"]


def test_search_near_place_shows_local_listings_first(client: Client) -> None:
    make_finder(name="Finder", summary="Detox")
    make_listing("treatment", name="Here", summary="Detox", modes=("in-person",), place=make_place())
    near = "near=37.3382,-121.8863"
    for address in (f"/find/?q=detox&{near}", f"/find/?kind=treatment&{near}", f"/find/?{near}&sort=nearest"):
        assert names(client, address) == ["Here", "Finder"]


def test_finder_is_limited_to_its_country(client: Client) -> None:
    make_finder(name="Finder")
    assert names(client, "/find/?kind=treatment&country=GB") == []
    assert names(client, "/find/?kind=treatment") == ["Finder"]


# ---- what it says ----


@pytest.mark.parametrize("address", ["", "/es"])
def test_finder_has_label_on_card_and_page(client: Client, address: str) -> None:
    finder, local = make_finder(), make_listing("treatment", modes=("online",))
    words = {"": "National finder", "/es": "Buscador nacional"}[address]
    card = BeautifulSoup(client.get(f"{address}/find/?kind=treatment").content, "html.parser")
    assert [each.text for each in card.select(f"[data-listing={finder.slug}] [data-finder]")] == [words]
    assert card.select(f"[data-listing={local.slug}] [data-finder]") == []
    page = BeautifulSoup(client.get(f"{address}/listing/{finder.slug}/").content, "html.parser")
    assert page.select_one("[data-finder]").text == words
    assert "Not given" not in page.select_one(".next-event").text


def test_finder_is_available_any_time(client: Client) -> None:
    finder = make_finder()
    card = BeautifulSoup(client.get("/find/?kind=treatment").content, "html.parser")
    assert "Any time" in card.select_one(f"[data-listing={finder.slug}] .availability").text


@pytest.mark.parametrize("kind", ["treatment", "recovery-housing"])
def test_finder_is_an_organization_in_schema_org(client: Client, kind: str) -> None:
    finder = make_finder(kind)
    assert (
        f'"@type": "{kinds[kind].schema_type}"' not in client.get(f"/listing/{finder.slug}/").content.decode()
    )


# ---- what ships ----


@pytest.fixture
def bundled_facts() -> None:
    """Load what ships with the site and nothing else."""
    call_command("load_facts", verbosity=0)


@pytest.mark.usefixtures("bundled_facts")
def test_search_finds_the_finder_of_each_kind(client: Client) -> None:
    for fact in read_national_finders():
        assert fact.name in names(client, f"/find/?kind={fact.kind}")
    for words, name in [
        ("treatment locator", "FindTreatment.gov"),
        ("detox", "FindTreatment.gov"),
        ("sober living", "Oxford House"),
        ("recovery housing", "National Alliance for Recovery Residences (NARR)"),
        ("naloxone by mail", "NEXT Distro"),
        ("narcan", "NEXT Distro"),
        ("peer support", "Alliance for Recovery Centered Organizations (ARCO)"),
        ("therapist", "APA Psychologist Locator"),
        ("psychiatrist", "NIAAA Alcohol Treatment Navigator"),
        ("addiction psychiatrist", "NIAAA Alcohol Treatment Navigator"),
        ("sober activities", "The Phoenix"),
        ("hiking", "The Phoenix"),
        ("211", "211"),
        ("bed for tonight", "211"),
    ]:
        assert name in names(client, f"/find/?q={words}"), words


# ---- how deaf people reach a line ----


@pytest.mark.usefixtures("bundled_facts")
@pytest.mark.parametrize(
    ("address", "words", "found"),
    [
        ("", "tty", {"SAMHSA National Helpline", "National Domestic Violence Hotline"}),
        (
            "",
            "deaf",
            {"988 Suicide & Crisis Lifeline", "SAMHSA National Helpline", "Disaster Distress Helpline"},
        ),
        ("", "relay", {"National Domestic Violence Hotline", "SAMHSA National Helpline"}),
        ("", "711", {"National Domestic Violence Hotline"}),
        ("", "videophone", {"988 Suicide & Crisis Lifeline", "Disaster Distress Helpline"}),
        ("/es", "sordo", {"988 Suicide & Crisis Lifeline", "SAMHSA National Helpline"}),
        ("/es", "videoteléfono", {"988 Suicide & Crisis Lifeline", "Disaster Distress Helpline"}),
    ],
)
def test_search_words_of_deaf_people_find_hotlines(
    client: Client, address: str, words: str, found: set[str]
) -> None:
    assert found <= set(names(client, f"{address}/find/?q={words}"))


def test_deaf_access_text_is_searched_without_synonyms(client: Client) -> None:
    make_listing("hotlines", name="Night line", country="US", deaf_access="Dial 711 for a relay operator.")
    make_listing("hotlines", name="Other line", country="US")
    assert names(client, '/find/?q="relay operator"') == ["Night line"]
    assert names(client, "/find/?kind=hotlines&deaf=1") == ["Night line"]


def test_filter_deaf_access(client: Client) -> None:
    for kind, dial in (("tty", "+14085550101"), ("videophone", "https://example.org/asl")):
        line = make_listing("hotlines", name=kind, country="US")
        Channel.objects.create(listing=line, type=kind, dial=dial, display=dial)
        assert names(client, f"/find/?kind=hotlines&channel={kind}") == [kind]
    page = client.get("/find/?kind=hotlines").content.decode()
    assert 'href="tel:+14085550101"' in page
    assert 'href="https://example.org/asl"' in page


@pytest.mark.parametrize("address", ["/listing/night/", "/hotlines/", "/find/?kind=hotlines", "/now/"])
def test_deaf_access_text_is_shown(client: Client, address: str) -> None:
    said = "Dial 711 for a relay operator."
    line = make_listing(
        "hotlines", slug="night", country="US", is_main=True, always_open=True, deaf_access=said
    )
    Channel.objects.create(listing=line, type="call", dial="988", display="988")
    assert said in client.get(address).content.decode()

"""The panel above the results: whom to call first, in each of its levels, on a site with no listing at all too."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup

from directory.hotlines import snapshot
from directory.listings.availability import AskedAt
from tests.builders import make_listing, make_place

pytestmark = [pytest.mark.django_db, pytest.mark.one_database("the text of a panel")]


POISON_HELP, SAFESPOT = "tel:+18002221222", "tel:+18009720590"
NEVER_USE_ALONE, NORS = "tel:+18004843731", "tel:+18886886677"


@pytest.fixture(autouse=True)
def nothing_kept(tmp_path, settings) -> None:
    """No line is kept in a file yet."""
    settings.STATE_DIR = tmp_path


def panel(client, text, address="/find/", **asked):
    html = BeautifulSoup(client.get(address, {"q": text, **asked}).content, "html.parser")
    return html.select_one("#results > section[aria-labelledby]")


def hrefs(section) -> list[str]:
    return [link["href"] for link in section.select("a")]


@pytest.mark.parametrize(
    ("text", "address", "words"),
    [
        ("he is having a seizure", "/find/", "A life may be in danger"),
        ("siezure", "/find/", "A life may be in danger"),
        ("halucinatng", "/find/", "A life may be in danger"),
        ("hallucinating in withdrawal", "/find/", "A life may be in danger"),
        ("not breathing", "/therapists/", "A life may be in danger"),
        ("combulsiones", "/es/find/", "Una vida puede estar en peligro"),
        ("sobredosis", "/es/find/", "Una vida puede estar en peligro"),
    ],
)
def test_in_an_emergency_the_number_comes_first_then_the_lines(client, text, address, words) -> None:
    section = panel(client, text, address)
    assert words in section.get_text()
    links = hrefs(section)
    assert links[0] == "tel:911"
    assert links.index("tel:911") < links.index("tel:988") < links.index("sms:988")
    assert links[-1].endswith("/now/")
    assert "panel-highlight" in section["class"]


@pytest.mark.parametrize(
    "text", ["took too many pills", "poison control", "she overdosed", "se tomó muchas pastillas"]
)
def test_poison_help_comes_right_after_the_emergency_number(client, text) -> None:
    assert hrefs(panel(client, text))[:2] == ["tel:911", POISON_HELP]


def test_poison_help_is_not_shown_for_a_seizure_or_in_another_country(client, settings) -> None:
    assert POISON_HELP not in hrefs(panel(client, "seizures"))
    settings.DEFAULT_COUNTRY = "GB"
    links = hrefs(panel(client, "took too many pills"))
    assert links[0] == "tel:999"
    assert POISON_HELP not in links


@pytest.mark.parametrize(
    ("text", "address", "words"),
    [
        ("withdrawal", "/find/", "Withdrawal can be dangerous"),
        ("the shakes", "/find/", "Withdrawal can be dangerous"),
        ("widthdrawl", "/find/", "Withdrawal can be dangerous"),
        ("cold turkey", "/find/", "Withdrawal can be dangerous"),
        ("xanax", "/find/", "Do not stop these all at once"),
        ("benzos", "/find/", "Do not stop these all at once"),
        ("abstinencia", "/es/find/", "La abstinencia puede ser peligrosa"),
        ("temblores", "/es/find/", "La abstinencia puede ser peligrosa"),
    ],
)
def test_what_is_urgent_leads_to_detox_and_hospital_first(client, text, address, words) -> None:
    section = panel(client, text, address)
    assert words in section.get_text()
    links = hrefs(section)
    asked = [parse_qs(urlsplit(link).query) for link in links[:2]]
    assert asked == [
        {"kind": ["treatment"], "care": ["detox"]},
        {"kind": ["treatment"], "care": ["hospital"]},
    ]
    assert links[2].endswith("/now/")
    assert not section.select_one("#crisis-h")
    # Only what must not wait leads to the number, at the end.
    assert links[3:] == ["tel:911"]
    # The highlight means that somebody can be reached now.
    assert "panel-highlight" not in section["class"]


def test_care_is_asked_for_near_the_same_place(client) -> None:
    make_listing("treatment", care=("detox",), place=make_place())
    links = hrefs(panel(client, "withdrawal san jose", radius="25"))
    asked = parse_qs(urlsplit(links[0]).query)
    assert (asked["near"], asked["radius"]) == (["San Jose, CA"], ["25"])


@pytest.mark.parametrize("text", ["stop drinking", "quit drinking", "dejar de beber"])
def test_who_wants_to_stop_drinking_is_offered_detox_in_few_words(client, text) -> None:
    section = panel(client, text)
    assert "brief" in section["class"]
    detox, guide = hrefs(section)
    assert parse_qs(urlsplit(detox).query) == {"kind": ["treatment"], "care": ["detox"]}
    assert guide == "/guides/withdrawal/"


def test_stop_drinking_finds_detox_beside_groups(client) -> None:
    detox = make_listing("treatment", care=("detox",), name="Quiet Detox")
    page = client.get("/find/", {"q": "stop drinking"}).content.decode()
    assert f'data-listing="{detox.slug}"' in page


@pytest.mark.parametrize("text", ["use alone", "using alone", "never use alone", "consumir sola"])
def test_who_uses_alone_is_given_the_lines_that_stay_on_the_phone(client, text) -> None:
    links = hrefs(panel(client, text))
    assert links[:3] == [SAFESPOT, NEVER_USE_ALONE, NORS]


def test_lines_of_other_countries_say_of_which(client) -> None:
    labels = [link.get_text().strip() for link in panel(client, "use alone").select("a")]
    assert "Canada" in next(label for label in labels if "NORS" in label)
    assert "United States" not in next(label for label in labels if "SafeSpot" in label)


def test_a_line_is_shown_as_it_is_today_and_not_where_it_was_taken_down(client) -> None:
    """What `/now/` has kept of the country's lines counts more than what ships."""
    bundled = snapshot.bundled_snapshots("US")
    channels = (("call", "+15555550199", "1-555-555-0199", ""),)
    kept = [replace(line, channels=channels) if line.slug == "us-safespot" else line for line in bundled]
    snapshot.save_snapshots("US", [line for line in kept if line.slug != "us-never-use-alone"])
    links = hrefs(panel(client, "use alone"))
    assert links[0] == "tel:+15555550199"
    assert NEVER_USE_ALONE not in links


def test_a_wish_to_die_has_the_line_first(client) -> None:
    section = panel(client, "i want to overdose")
    assert hrefs(section)[0] == "tel:988"
    assert "panel-highlight" in section["class"]


def test_who_took_pills_to_die_is_given_the_emergency_number_first(client) -> None:
    assert hrefs(panel(client, "i took all my pills i want to die"))[0] == "tel:911"


@pytest.mark.parametrize(
    "text", ["bank withdrawal", "milkshakes", "seizure dog", "cold turkey sandwich", "taper fade"]
)
def test_no_panel_where_nothing_is_in_danger(client, text) -> None:
    assert panel(client, text) is None


def test_the_panel_asks_the_database_nothing(client, django_assert_num_queries) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked(text) -> int:
        client.get("/find/", {"q": text})
        with CaptureQueriesContext(connection) as queries:
            client.get("/find/", {"q": text})
        return len(queries)

    make_listing("hotlines", country="US", name="Harbor Overdose Line")
    assert asked("overdose") == asked("use alone") == asked("harbor") <= 4


def test_a_meeting_of_the_same_words_is_still_found(client) -> None:
    listing = make_listing("therapists", name="Bank Withdrawal Room")
    assert f'data-listing="{listing.slug}"' in client.get("/find/", {"q": "bank withdrawal"}).content.decode()


def test_at_any_moment_the_results_say_of_which_danger_the_words_speak() -> None:
    from directory.search import engine
    from directory.search.parsing.parsed_query import Danger
    from directory.search.query import SearchQuery

    found = engine.search(SearchQuery(q="xanax"), spot=None, at=AskedAt.now_in_zone())
    assert found.danger is Danger.SEDATIVES
    assert not found.crisis

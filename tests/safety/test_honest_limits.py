"""Q7: pages say honestly what leaving cannot do, within one tap of every page, and nothing claims a wiped history."""

import re

import polib
import pytest
from bs4 import BeautifulSoup

from directory.guides.parser import guides
from recovery_site.i18n import catalogs, extraction
from tests import readability
from tests.builders import make_group
from tests.project_rules import ROOT

PAGES = (
    "/", "/find/", "/find/?q=zzqqxx", "/support-groups/", "/now/", "/hotlines/", "/guides/", "/guides/slipped/",
    "/about/", "/privacy/", "/my-network/", "/my-network/clear/", "/suggest/", "/answer/", "/accounts/login/",
    "/accounts/signup/", "/listing/lantern/", "/listing/lantern/report/", "/nope/",
)  # fmt: skip
LIMITS = ("history", "program that watches", "private window", "nobody else uses", "network you use")
# Something that is done to a history, not undone by a "not": "erases your history", "leaves no trace".
CLAIM = re.compile(
    r"\b(?:eras|delet|clear|wip|remov|hid)\w*\b[^.]{0,30}\bhistory\b|"
    r"\b(?:no|without(?: a)?) traces?\b|\bnobody (?:can|will) (?:see|know) (?:that )?you were here\b|"
    r"\b(?:borra|elimina|limpia)\w*\b[^.]{0,30}\bhistorial\b|\bsin (?:dejar )?rastro\b",
    re.IGNORECASE,
)
DENIED = re.compile(r"\b(?:not|cannot|never|no|by hand|only you|a mano|solo usted)\b", re.IGNORECASE)


def find_claims(text):
    sentences = re.split(r"(?<=[.!?])\s+", text)
    return [
        each for each in sentences if CLAIM.search(each) and not DENIED.search(each.replace("no trace", ""))
    ]


def all_site_texts():
    """Each text of the site and each guide, in both languages."""
    yield from (entry.msgid for entry in extraction.extract_texts().values())
    for path in catalogs.catalog_paths():
        yield from (
            form
            for entry in polib.pofile(str(path))
            for form in (entry.msgstr, *entry.msgstr_plural.values())
        )
    for language in ("en", "es"):
        yield from (line for guide in guides(language).values() for line in guide.prose)
    yield from (path.read_text("utf-8") for path in sorted((ROOT / "docs").glob("*.md")))


@pytest.mark.django_db
def test_limits_are_one_tap_away_from_every_page(client, figure):
    make_group(slug="lantern")
    far = []
    for prefix in ("", "/es"):
        for address in PAGES:
            page = BeautifulSoup(client.get(prefix + address).content, "html.parser")
            if not page.select(f"a[href='{prefix}/safety/']"):
                far.append(prefix + address)
    figure("Q7", f"{len(far)} of {2 * len(PAGES)} pages without the way", must="0")
    assert far == []


@pytest.mark.django_db
def test_page_tells_every_limit_in_plain_words(client, figure):
    main = BeautifulSoup(client.get("/safety/").content, "html.parser").main
    said = [part.get_text(" ", strip=True) for part in main.select("p, li")]
    assert [limit for limit in LIMITS if limit not in " ".join(said)] == []
    grade = readability.grade("\n".join(said))
    figure("Q7", f"grade {grade:.1f}", must="8")
    assert grade <= 8


@pytest.mark.django_db
def test_privacy_says_who_can_read_what(client):
    main = BeautifulSoup(client.get("/privacy/").content, "html.parser").main
    assert "The people who hold this server’s keys could read what is sealed" in main.text
    assert "after 30 days" in main.text
    assert readability.grade("\n".join(part.get_text(" ", strip=True) for part in main.select("p, li"))) <= 8


def test_nothing_claims_a_wiped_history(figure):
    found = [claim for text in all_site_texts() for claim in find_claims(text)]
    figure("Q7", f"{len(found)} claims", must="0")
    assert found == []


@pytest.mark.parametrize(
    "claim",
    [
        "It erases your history.",
        "This clears the browser history for you.",
        "You leave no trace.",
        "Nobody will know you were here.",
        "Borra su historial.",
        "Salga sin dejar rastro.",
    ],
)
def test_phrase_rule_finds_claims(claim):
    assert find_claims(claim)


@pytest.mark.parametrize(
    "honest",
    [
        "It cannot remove the visit from your browser’s history.",
        "You can take it out of the history by hand.",
        "It does not clear the history.",
    ],
)
def test_phrase_rule_lets_honest_words_through(honest):
    assert find_claims(honest) == []

"""Everyday words find something, on the sample town and on a site with only what ships: rows of everyday_words.toml."""

import re
import tomllib
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from directory.search.index import manager

SEARCHES = tomllib.loads((Path(__file__).parent / "everyday_words.toml").read_text(encoding="utf-8"))[
    "search"
]
BARE_MAY_BE = {"listing", "finder", "guide"}
MOST_FIRST = 10
MOST_LEADING, LEAST_LEADING = 3, 2
CARD = re.compile(r'data-listing="([^"]+)" data-kind="([^"]+)"')
TOTAL = re.compile(r'data-total="(\d+)"')
PARTLY, CORRECTED = "Nothing here has all of these words", "Showing results for <b>"
pytestmark = pytest.mark.django_db


class RolledBackError(Exception):
    """Ends the transaction that holds a site."""


@pytest.fixture(scope="module", params=["town", "bare"])
def site(request, django_db_setup, django_db_blocker) -> Iterator[str]:
    """A site with the facts that ship; "town" has the sample town as well. Loaded once for all searches."""
    with django_db_blocker.unblock():
        manager.clear_index()
        try:
            with transaction.atomic():
                call_command("load_facts", verbosity=0)
                if request.param == "town":
                    call_command("load_demo", verbosity=0)
                yield request.param
                raise RolledBackError
        except RolledBackError:
            pass
        manager.clear_index()


class Found:
    """What the results page shows for a search."""

    def __init__(self, q: str, **chosen: str) -> None:
        page = unescape(Client().get("/find/", {"q": q, **chosen}).content.decode())
        self.total = int(TOTAL.findall(page)[0])
        self.slugs = [slug for slug, _kind in CARD.findall(page)]
        self.is_partly = PARTLY in page
        self.is_corrected = CORRECTED in page
        self.has_guide = "data-guide=" in page

    def has_listing(self, row: dict[str, Any]) -> bool:
        """Return whether a listing fits all of the words as they were typed."""
        return bool(self.total) and not self.is_partly and self.is_corrected is row.get("slip", False)


def test_there_are_enough_searches() -> None:
    assert len(SEARCHES) >= 220
    assert len({row["q"].casefold() for row in SEARCHES}) == len(SEARCHES)
    assert {kind for row in SEARCHES for kind in row.get("bare", ())} <= BARE_MAY_BE


@pytest.mark.parametrize("row", SEARCHES, ids=lambda row: row["q"])
def test_words_find_something(site, row) -> None:
    bare = row.get("bare", ["listing"])
    if site == "bare" and not bare:
        return
    found = Found(row["q"])
    if site == "bare" and "guide" in bare and found.has_guide:
        return
    assert found.has_listing(row), found.slugs
    wanted = [slug for slug in row.get("first", ()) if site == "town" or not slug.startswith("sample-")]
    assert [slug for slug in wanted if slug not in found.slugs[:MOST_FIRST]] == [], found.slugs
    if site == "town":
        for option in row.get("every", ()):
            assert narrowed(row["q"], option).slugs[: len(found.slugs)] == found.slugs, option
        if "leads" in row:
            with_it = {*narrowed(row["q"], row["leads"]).slugs} & {*found.slugs[:MOST_LEADING]}
            assert len(with_it) >= LEAST_LEADING, found.slugs


def narrowed(q: str, option: str) -> Found:
    key, _sign, value = option.partition("=")
    return Found(q, **{key: value})


def test_anxiety_depression_stress_and_panic_are_told_apart(site) -> None:
    pages = {q: tuple(Found(q).slugs[:MOST_FIRST]) for q in ("anxiety", "depression", "stress", "panic")}
    assert all(pages.values())
    if site == "town":
        assert len(set(pages.values())) == len(pages)

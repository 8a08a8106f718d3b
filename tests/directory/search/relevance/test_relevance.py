"""The first page of results has what people mean by their words; relevance.toml holds the cases."""

import re
import tomllib
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

HERE = Path(__file__).parent
QUERIES = tomllib.loads((HERE / "relevance.toml").read_text(encoding="utf-8"))["query"]
pytestmark = pytest.mark.django_db
CARD = re.compile(r'data-listing="([^"]+)" data-kind="([^"]+)"')


def test_there_are_enough_cases() -> None:
    assert len(QUERIES) >= 120
    assert len({(row["q"], row.get("near", "")) for row in QUERIES}) == len(QUERIES)


@pytest.mark.parametrize("row", QUERIES, ids=lambda row: f"{row['q']} {row.get('near', '')}".strip())
def test_first_page_has_the_expected_listings(town, row) -> None:
    found = Client().get("/find/", {"q": row["q"], "near": row.get("near", "")})
    page = unescape(found.content.decode())
    cards = CARD.findall(page)
    names = [town[slug] for slug, _kind in cards]
    assert found.status_code == 200
    assert names, "nothing was found"
    assert not row.get("first") or names[0] in row["first"], names
    assert [name for name in row.get("page", ()) if name not in names] == [], names
    assert {kind for _slug, kind in cards} <= {row.get("kind", kind) for _slug, kind in cards}, cards
    assert f'id="near-hint">{row.get("place", "")}' in page
    assert ('id="crisis-h"' in page) is row.get("crisis", False)
    if "has" in row:
        key, _sign, value = row["has"].partition("=")
        narrowed = Client().get("/find/", {"q": row["q"], "near": row.get("near", ""), key: value})
        assert CARD.findall(narrowed.content.decode())[: len(cards)] == cards, names

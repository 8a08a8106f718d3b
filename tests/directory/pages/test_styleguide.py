"""The living page of the design: there while one works on it, and nowhere else."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client, RequestFactory

from core.templatetags.icons import load_symbols
from directory.pages.styleguide import TOKENS, styleguide
from tests.project_rules import ROOT

pytestmark = pytest.mark.django_db


def test_page_shows_every_token_icon_and_state(rf: RequestFactory) -> None:
    request = rf.get("/styleguide/")
    request.htmx = False
    page = BeautifulSoup(styleguide(request).content, "html.parser")
    assert {each.b.text for each in page.select(".swatch")} == set(TOKENS)
    assert {each.text for each in page.select(".icons li")} == set(load_symbols())
    assert len(page.select("article.card")) == 8


def test_every_token_is_one_of_the_stylesheet() -> None:
    css = (ROOT / "static" / "steady.css").read_text()
    assert [name for name in TOKENS if f"--{name}:" not in css] == []


def test_page_is_not_there_for_visitors(client: Client) -> None:
    assert client.get("/styleguide/").status_code == 404

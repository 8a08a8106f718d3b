"""What a visitor does on the pages that take reports and suggestions, for tests."""

from typing import Any

from bs4 import BeautifulSoup
from django.test import Client

FROM_OUR_PAGE = {"Origin": "http://testserver"}


def send(client: Client, address: str, address_of_visitor: str = "198.51.100.7", **data: Any):
    """Posts a form as a browser sends it from a page of this site."""
    return client.post(address, data, headers=FROM_OUR_PAGE, REMOTE_ADDR=address_of_visitor)


def report(client: Client, slug: str, **data: Any):
    return send(client, f"/listing/{slug}/report/", **{"problem": "nobody", "details": "I knocked.", **data})


def suggest(client: Client, **data: Any):
    facts = {"kind": "support-groups", "name": "Morning Light", "location": "San Jose"}
    return send(client, "/suggest/", **{**facts, **data})


def look(client: Client, code: str, **data: Any):
    return send(client, "/answer/", code=code, **data)


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content.decode(), "html.parser")


def code_of(response) -> str:
    """The code on the page that thanks."""
    return soup(response).select_one("[data-answer-code]").text


def main_text(response) -> str:
    return soup(response).select_one("main").get_text(" ", strip=True)

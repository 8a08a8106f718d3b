"""Helpers for tests that send reports and suggestions as a visitor does."""

from typing import Any

from bs4 import BeautifulSoup
from django.test import Client

FROM_OUR_PAGE = {"Origin": "http://testserver"}


def post_form(client: Client, address: str, address_of_visitor: str = "198.51.100.7", **data: Any):
    """Post a form as a browser sends it from a page of this site."""
    return client.post(address, data, headers=FROM_OUR_PAGE, REMOTE_ADDR=address_of_visitor)


def send_report(client: Client, slug: str, **data: Any):
    return post_form(
        client, f"/listing/{slug}/report/", **{"problem": "nobody", "details": "I knocked.", **data}
    )


def send_suggestion(client: Client, **data: Any):
    facts = {"kind": "support-groups", "name": "Morning Light", "location": "San Jose"}
    return post_form(client, "/suggest/", **{**facts, **data})


def open_answer(client: Client, code: str, **data: Any):
    return post_form(client, "/answer/", code=code, **data)


def parse_html(response) -> BeautifulSoup:
    return BeautifulSoup(response.content.decode(), "html.parser")


def access_code(response) -> str:
    """Return the access code on the page that follows a submission."""
    return parse_html(response).select_one("[data-answer-code]").text


def main_text(response) -> str:
    return parse_html(response).select_one("main").get_text(" ", strip=True)

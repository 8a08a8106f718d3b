"""The whole desk as a curator walks it: one page of each sort that it leads to, and the pages that its actions open."""

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import axe_at
from tests.browser.people import People
from tests.browser.watch import DESK, PHONE, Watch
from tests.soak import WHOLE, size

pytestmark = pytest.mark.browser

PAGES = size(0, 400)
SORTS = size(1, 500)
# Ways out of the desk, and files.
ELSEWHERE = re.compile(r"/admin/(logout|r)/|\.csv|/jsi18n/")
ACTIONS = ("pause", "close", "checked_facts", "change_several", "assign_region")
FIRST_ROW = "#result_list input.action-select"


def sort_of(address: str) -> str:
    """The address without its numbers, so that a thousand listings are one sort of page."""
    parts = urlsplit(address)
    return re.sub(r"\d+", "N", parts.path) + ("?" if parts.query else "")


def walked(page: Page) -> Iterator[str]:
    """Opens one page of each sort and says its address."""
    ahead, seen = ["/admin/"], {sort_of("/admin/")}
    while ahead:
        page.goto(ahead.pop(0))
        expect(page.locator("h1").first).to_be_visible()
        yield page.url
        for link in page.locator("a[href]").evaluate_all("all => all.map(one => one.href)"):
            if "/admin/" in link and not ELSEWHERE.search(link) and sort_of(link) not in seen:
                seen.add(sort_of(link))
                ahead.append(link.partition("#")[0])


def test_axe_finds_nothing_on_any_page_of_the_desk(watch: Watch, people: People, figure) -> None:
    page = watch.context(DESK, storage_state=people.curator).new_page()
    found = [
        (address, axe_at(page, PHONE[0], "light") + axe_at(page, DESK[0], "dark"))
        for address in islice(walked(page), SORTS)
    ]
    faults = [f"{address} {fault}" for address, faults in found for fault in faults]
    figure("axe", f"desk: {len(faults)} faults on {len(found)} sorts of pages", must="0")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("action", ACTIONS if WHOLE else ACTIONS[:1])
def test_axe_finds_nothing_on_what_an_action_asks(watch: Watch, people: People, action: str) -> None:
    page = watch.context(DESK, storage_state=people.curator).new_page()
    page.goto("/admin/groups/supportgroup/")
    page.locator(FIRST_ROW).first.check()
    page.locator("select[name=action]").select_option(action)
    with page.expect_navigation():
        page.locator(".actions button").first.click()
    assert page.locator("main input[type=submit], main button[type=submit]").count()
    assert not axe_at(page, PHONE[0], "light") + axe_at(page, DESK[0], "dark")

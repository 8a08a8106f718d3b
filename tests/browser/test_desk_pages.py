"""The whole desk as a curator walks it: one page of each sort that it leads to, and the pages that its actions open."""

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import axe_violations_at
from tests.browser.people import curator_state
from tests.browser.site import running_site
from tests.browser.watch import DESKTOP, PHONE, watch_browser
from tests.soak import WHOLE, size

pytestmark = pytest.mark.browser

PAGES_OF_A_TYPE = size(1, 500)
# Ways out of the desk, and files.
SKIPPED_ADDRESSES = re.compile(r"/admin/(logout|r)/|\.csv|/jsi18n/")
ACTIONS = ("pause", "close", "checked_facts", "change_several", "assign_region")
FIRST_ROW = "#result_list input.action-select"


@pytest.fixture(scope="module")
def desk(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The desk of a steward, who sees all of it, on a site of its own."""
    with running_site(tmp_path_factory.mktemp("desk")) as site, watch_browser(browser, site) as watch:
        site.manage("give_role", "demo-curator", "steward")
        yield watch.context(DESKTOP, storage_state=curator_state(watch)).new_page()


def page_type(address: str) -> str:
    """The address without its numbers, so that a thousand listings are one sort of page."""
    parts = urlsplit(address)
    return re.sub(r"\d+", "N", parts.path) + ("?" if parts.query else "")


def crawl_admin(page: Page) -> Iterator[str]:
    """Opens one page of each sort and says its address."""
    ahead, seen = ["/admin/"], {page_type("/admin/")}
    while ahead:
        page.goto(ahead.pop(0))
        expect(page.locator("h1").first).to_be_visible()
        yield page.url
        for link in page.locator("a[href]").evaluate_all("all => all.map(one => one.href)"):
            if "/admin/" in link and not SKIPPED_ADDRESSES.search(link) and page_type(link) not in seen:
                seen.add(page_type(link))
                ahead.append(link.partition("#")[0])


def test_axe_finds_nothing_on_any_page_of_the_desk(desk: Page, figure) -> None:
    found = [
        (address, axe_violations_at(desk, PHONE[0], "light") + axe_violations_at(desk, DESKTOP[0], "dark"))
        for address in islice(crawl_admin(desk), PAGES_OF_A_TYPE)
    ]
    faults = [f"{address} {fault}" for address, faults in found for fault in faults]
    figure("axe", f"desk: {len(faults)} faults on {len(found)} sorts of pages", must="0")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("action", ACTIONS if WHOLE else ACTIONS[:1])
def test_axe_finds_nothing_on_what_an_action_asks(desk: Page, action: str) -> None:
    desk.goto("/admin/groups/supportgroup/")
    desk.locator(FIRST_ROW).first.check()
    desk.locator("select[name=action]").select_option(action)
    with desk.expect_navigation():
        desk.locator(".actions button").first.click()
    assert desk.locator("main input[type=submit], main button[type=submit]").count()
    assert not axe_violations_at(desk, PHONE[0], "light") + axe_violations_at(desk, DESKTOP[0], "dark")

"""How somebody leaves, for the rows Q1 to Q5."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.site import Site

PAGES = ["/", "/find/?near=95112", "/support-groups/", "/my-network/", "/about/"]


def click(page: Page) -> None:
    page.locator(".strip [data-leave]").click(no_wait_after=True)


def tap(page: Page) -> None:
    page.locator(".strip [data-leave]").tap(no_wait_after=True)


def shift(page: Page) -> None:
    for _press in range(3):
        page.keyboard.press("Shift")


WAYS: dict[str, Callable[[Page], None]] = {"click": click, "tap": tap, "shift": shift}


def be_away(page: Page, site: Site) -> None:
    expect(page.get_by_text("neutral")).to_be_visible()
    assert page.url == f"{site.neutral}/"

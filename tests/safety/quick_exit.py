"""The ways to use the quick exit, for the rows Q1 to Q5."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.site import Site
from tests.browser.watch import DESKTOP, PHONE

PAGES = ["/", "/find/?near=95112", "/support-groups/", "/my-network/", "/about/"]
WINDOWS = ((320, 480), (640, 400), PHONE, DESKTOP)
# Whether the window shows a page of the site at an address.
ON_WINDOW = 'location.origin === "%s" && document.body?.checkVisibility() && document.body.innerText.trim()'
# Whether nothing covers the quick exit.
IN_REACH = """(() => {
    const link = document.querySelector(".crisis-strip .quick-exit");
    const box = link.getBoundingClientRect();
    return link.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
})()"""


def click_exit(page: Page) -> None:
    page.locator(".crisis-strip [data-quick-exit]").click(no_wait_after=True)


def tap_exit(page: Page) -> None:
    page.locator(".crisis-strip [data-quick-exit]").tap(no_wait_after=True)


def press_shift_thrice(page: Page) -> None:
    for _press in range(3):
        page.keyboard.press("Shift")


EXIT_WAYS: dict[str, Callable[[Page], None]] = {
    "click": click_exit,
    "tap": tap_exit,
    "shift": press_shift_thrice,
}


def expect_neutral_page(page: Page, site: Site) -> None:
    expect(page.get_by_text("neutral")).to_be_visible()
    assert page.url == f"{site.neutral}/"

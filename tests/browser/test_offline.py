"""Help kept on the device: on a tap alone, there without a connection, of nobody signed in, gone when cleared."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import main_button, save_card, sign_in
from tests.browser.watch import DESKTOP, BrowserWatch

pytestmark = pytest.mark.browser

STORED_SCRIPT = """async () => {
    const pages = [];
    for (const name of await caches.keys()) {
        for (const request of await (await caches.open(name)).keys()) pages.push(new URL(request.url).pathname);
    }
    return [pages.filter(each => each.endsWith("/")).sort(), (await navigator.serviceWorker.getRegistrations()).length];
}"""


def stored_on_device(page: Page) -> list[object]:
    """Paths of the kept pages, and how many workers there are."""
    return page.evaluate(STORED_SCRIPT)


def keep_help(page: Page, *, with_list: bool) -> None:
    page.goto("/now/")
    if with_list:
        page.get_by_label("My saved list too").check()
    main_button(page, "Keep help on this device").click()
    expect(page.get_by_text("Kept.", exact=True)).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => {})")


def test_help_stays_until_it_is_cleared(watch: BrowserWatch) -> None:
    watch.expected += ["Failed to load resource", "ERR_INTERNET_DISCONNECTED", "Failed to fetch"]
    context = watch.context()
    page = context.new_page()
    page.goto("/support-groups/")
    slug = save_card(page, 0)
    page.goto("/now/")
    assert stored_on_device(page) == [[], 0]
    keep_help(page, with_list=True)
    assert stored_on_device(page) == [["/my-network/", "/now/"], 1]

    context.set_offline(True)
    page.goto("/now/")
    expect(page.locator("[data-stored-at]")).to_contain_text("saved")
    expect(page.locator("a[href='tel:988']").nth(1)).to_be_visible()
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.crisis-strip')).backgroundColor")
        == "rgb(52, 21, 47)"
    )
    page.goto("/my-network/")
    expect(page.locator(f"[data-listing='{slug}']")).to_be_visible()
    page.goto("/find/?q=something")
    expect(page.get_by_role("heading", name="Talk to someone")).to_be_visible()

    context.set_offline(False)
    page.goto("/my-network/clear/")
    main_button(page, "Clear this device").click()
    expect(page.get_by_role("heading", name="This device is cleared")).to_be_visible()
    page.wait_for_timeout(500)
    assert stored_on_device(page) == [[], 0]


def test_page_of_somebody_signed_in_is_never_kept(watch: BrowserWatch) -> None:
    page = watch.context().new_page()
    keep_help(page, with_list=True)
    assert stored_on_device(page) == [["/my-network/", "/now/"], 1]
    sign_in(page, "demo-member", watch.site.logins["demo-member"]["password"])
    expect(page.get_by_role("heading", name="My network", level=1)).to_be_visible()
    page.wait_for_timeout(300)
    assert stored_on_device(page) == [["/now/"], 1]
    page.goto("/now/")
    page.wait_for_timeout(300)
    main_button(page, "Take it off this device").click()
    expect(page.get_by_text("Taken off.", exact=True)).to_be_visible()
    keep_help(page, with_list=True)
    assert stored_on_device(page) == [["/now/"], 1]


def test_country_is_remembered_only_if_asked(watch: BrowserWatch) -> None:
    page = watch.context(DESKTOP).new_page()
    page.goto("/hotlines/?country=CA")
    assert page.evaluate("localStorage.length") == 0
    page.goto("/")
    now = page.locator(".site-header a[href^='/now/']")
    expect(now).to_have_attribute("href", "/now/")
    page.goto("/hotlines/?country=CA")
    main_button(page, "Remember Canada on this device").click()
    page.goto("/")
    expect(now).to_have_attribute("href", "/now/?country=CA")
    page.goto("/hotlines/?country=CA")
    main_button(page, "Forget Canada on this device").click()
    page.goto("/")
    expect(now).to_have_attribute("href", "/now/")

"""Leaving quickly: away in one move, signed out, and nothing of ours comes back by Back or Forward."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.hand import save, saved, sign_in
from tests.browser.watch import Watch

pytestmark = pytest.mark.browser

PAGES = ["/", "/find/?near=95112", "/support-groups/", "/my-network/", "/about/"]
SEEN = """
    const look = () => {
        if (location.origin === "%s" && document.body?.checkVisibility() && document.body.innerText.trim()) {
            seen(location.pathname);
        }
        requestAnimationFrame(look);
    };
    look();
"""

AFTER_CLICK = """
    addEventListener("click", () => setTimeout(() => {
        localStorage.noted = `${document.body.checkVisibility() ? "shown" : "blank"}, titled ${document.title}`;
    }), true);
"""


def be_away(page: Page, watch: Watch) -> None:
    expect(page.get_by_text("neutral")).to_be_visible()
    assert page.url == f"{watch.site.neutral}/"


def strip_link(page: Page):
    return page.locator(".strip [data-leave]")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("address", ["/", "/listing/sample-northside-noon/", "/accounts/login/", "/nope/"])
def test_a_click_leads_away(watch: Watch, address: str, script: bool) -> None:
    watch.expected.append("404")
    page = watch.context(java_script_enabled=script).new_page()
    page.goto(address)
    strip_link(page).click()
    be_away(page, watch)


def test_three_presses_of_shift_lead_away(watch: Watch) -> None:
    page = watch.context().new_page()
    page.goto("/find/")
    for _press in range(2):
        page.keyboard.press("Shift")
    page.keyboard.press("Shift+A")
    page.keyboard.press("Shift")
    page.wait_for_timeout(300)
    assert page.url == f"{watch.site.address}/find/"
    for _press in range(2):
        page.keyboard.press("Shift")
    be_away(page, watch)


def test_page_is_blank_as_soon_as_it_is_left(watch: Watch) -> None:
    """Noted by the page itself, right after the click and before any answer."""
    context = watch.context()
    context.add_init_script(AFTER_CLICK)
    page = context.new_page()
    page.goto("/find/")
    strip_link(page).click()
    be_away(page, watch)
    page.goto("/about/")
    assert page.evaluate("localStorage.noted") == "blank, titled …"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_leaving_ends_the_sign_in(watch: Watch, script: bool) -> None:
    context = watch.context(java_script_enabled=script)
    page = context.new_page()
    sign_in(page, "demo-member", watch.site.logins["demo-member"]["password"])
    expect(page.get_by_role("link", name="Sign out")).to_be_visible()
    cookies = context.cookies()
    assert signed_in(watch.context(storage_state={"cookies": cookies, "origins": []}))
    strip_link(page).click()
    be_away(page, watch)
    assert "session" not in {cookie["name"] for cookie in context.cookies()}
    assert not signed_in(watch.context(storage_state={"cookies": cookies, "origins": []}))


def signed_in(context: BrowserContext) -> bool:
    """Whether a page that asks for the sign-in opens, instead of the way to it."""
    page = context.new_page()
    page.goto("/accounts/welcome/")
    return urlsplit(page.url).path == "/accounts/welcome/"


def test_back_and_forward_never_show_what_was_left(watch: Watch) -> None:
    context = watch.context()
    seen: list[str] = []
    context.expose_function("seen", lambda path: seen.append(path))
    context.add_init_script(SEEN % watch.site.address)
    page = context.new_page()
    page.goto(f"{watch.site.neutral}/before")
    for address in PAGES:
        page.goto(address)
    page.wait_for_timeout(200)
    assert set(seen) == {re.sub(r"\?.*", "", address) for address in PAGES}

    strip_link(page).click()
    be_away(page, watch)
    seen.clear()
    for step in [page.go_back] * 5 + [page.go_forward] * 5:
        step(wait_until="commit")
        expect(page.get_by_text("neutral")).to_be_visible()
        page.wait_for_timeout(50)
    assert seen == []


def test_a_typed_address_opens_the_site_again(watch: Watch) -> None:
    page = watch.context().new_page()
    page.goto("/find/")
    strip_link(page).click()
    be_away(page, watch)
    page.goto("/find/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_saved_list_is_there_after_leaving(watch: Watch, script: bool) -> None:
    page = watch.context(java_script_enabled=script).new_page()
    page.goto("/support-groups/")
    slug = save(page, 0)
    strip_link(page).click()
    be_away(page, watch)
    assert saved(page) == [slug]

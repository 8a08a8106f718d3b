"""Q5: a quick exit ends the session within a second, however slow the neutral site is. Saved listings stay."""

import time

import pytest
from playwright.sync_api import expect

from tests.browser.hand import save_card, saved_slugs, sign_in
from tests.browser.watch import BrowserWatch
from tests.safety.quick_exit import click_exit, expect_neutral_page

pytestmark = pytest.mark.browser

script = pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
NEUTRAL_WAITS = 3  # seconds
MEMBERS_ONLY = "/accounts/welcome/"


@script
def test_leaving_ends_the_sign_in(watch: BrowserWatch, script: bool, figure) -> None:
    context = watch.context(java_script_enabled=script)
    page = context.new_page()
    sign_in(page, "demo-member", watch.site.logins["demo-member"]["password"])
    expect(page.get_by_role("heading", name="My network", level=1)).to_be_visible()
    old = {cookie["name"]: cookie["value"] for cookie in context.cookies()}
    replay = watch.context(storage_state={"cookies": context.cookies(), "origins": []}).request
    assert replay.get(MEMBERS_ONLY, max_redirects=0).status == 200
    watch.site.away.waits = NEUTRAL_WAITS
    try:
        started = time.monotonic()
        click_exit(page)
        while replay.get(MEMBERS_ONLY, max_redirects=0).status == 200:
            assert time.monotonic() - started < NEUTRAL_WAITS, "the sign-in outlived the leaving"
        took = time.monotonic() - started
        expect_neutral_page(page, watch.site)
    finally:
        watch.site.away.waits = 0
    way = "with" if script else "without"
    figure(
        "Q5",
        f"{way} script: signed out after {1000 * took:.0f} ms",
        must=f"before {NEUTRAL_WAITS} s are over",
    )
    assert "session" in old
    assert "session" not in {cookie["name"] for cookie in context.cookies()}


@script
def test_saved_list_is_there_after_leaving(watch: BrowserWatch, script: bool) -> None:
    page = watch.context(java_script_enabled=script).new_page()
    page.goto("/support-groups/")
    slug = save_card(page, 0)
    click_exit(page)
    expect_neutral_page(page, watch.site)
    assert saved_slugs(page) == [slug]

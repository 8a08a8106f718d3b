"""Q3: a quick exit works without a script, in one action and without a referrer.

The site does not promise a clean Back button without a script.
"""

import pytest

from tests.browser.watch import BrowserWatch
from tests.safety.quick_exit import click_exit, expect_neutral_page

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_one_action_leads_away_and_tells_nothing(watch: BrowserWatch, script: bool) -> None:
    watch.expected.append("404")
    page = watch.context(java_script_enabled=script).new_page()
    watch.site.away.referers.clear()
    addresses = ["/", "/listing/sample-northside-noon/", "/accounts/login/", "/nope/", "/es/now/"]
    for address in addresses:
        page.goto(address)
        click_exit(page)
        expect_neutral_page(page, watch.site)
    # The neutral page asks for an icon of its own, and says so.
    came = [each for each in watch.site.away.referers if not each.startswith(watch.site.neutral)]
    assert came == [""] * len(addresses)


def test_three_presses_of_shift_lead_away_and_fewer_do_not(watch: BrowserWatch) -> None:
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
    expect_neutral_page(page, watch.site)


def test_page_on_safety_promises_no_clean_back_without_script(watch: BrowserWatch) -> None:
    """Check that the safety page describes what the script does for browsers that run scripts only."""
    page = watch.context().new_page()
    page.goto("/safety/")
    said = [each for each in page.locator("main").inner_text().split(".") if "Back button" in each]
    assert said
    assert all("script" in each for each in said)

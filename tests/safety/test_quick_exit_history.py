"""Q2: after a quick exit Back and Forward never show the page, with and without the back/forward cache.

A typed address still opens the site.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import chromium
from tests.browser.site import Site
from tests.browser.watch import BrowserWatch, watch_browser
from tests.safety.quick_exit import ON_WINDOW, PAGES, click_exit, expect_neutral_page
from tests.soak import size

pytestmark = pytest.mark.browser

RUNS = size(1, 10)
STEPS = size(6, 10)
LOOKS = 250
# What the driver switches off for its own ease, and people's browsers have.
CACHE_OFF = "--disable-back-forward-cache"
SEEN = f"""
    const look = () => {{
        if ({ON_WINDOW}) {{
            seen(location.pathname);
        }}
        requestAnimationFrame(look);
    }};
    look();
"""


@pytest.fixture(params=["cache on", "cache off"])
def either(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[BrowserWatch]:
    """Yield a browser with the back/forward cache, and one without."""
    ignored = [CACHE_OFF] if request.param == "cache on" else []
    own = browser.browser_type.launch(
        executable_path=chromium.path(), args=chromium.flags(), ignore_default_args=ignored
    )
    with watch_browser(own, site) as watch:
        yield watch
    own.close()


def test_back_and_forward_never_show_what_was_left(either: BrowserWatch, figure) -> None:
    shown = [frames_after_leaving(either) for _run in range(RUNS)]
    figure("Q2", f"{sum(shown)} frames of ours in {RUNS} runs of {2 * STEPS} steps", must="0")
    assert sum(shown) == 0


def frames_after_leaving(watch: BrowserWatch) -> int:
    context = watch.context()
    seen: list[str] = []
    context.expose_function("seen", lambda path: seen.append(path))
    context.add_init_script(SEEN % watch.site.address)
    page = context.new_page()
    # As many as Back is pressed too often.
    for number in range(STEPS):
        page.goto(f"{watch.site.neutral}/before-{number}")
    for address in PAGES:
        page.goto(address)
        be_seen(page, address, seen)
    click_exit(page)
    expect_neutral_page(page, watch.site)
    seen.clear()
    for step in [page.go_back] * STEPS + [page.go_forward] * STEPS:
        step(wait_until="commit")
        expect(page.get_by_text("neutral")).to_be_visible()
        page.wait_for_timeout(50)
    page.close()
    return len(seen)


def be_seen(page: Page, address: str, seen: list[str]) -> None:
    """Wait for a frame of the page, so that it has been visible."""
    path = address.partition("?")[0]
    for _look in range(LOOKS):
        if path in seen:
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"{path} was never seen")


def test_a_typed_address_opens_the_site_again(watch: BrowserWatch) -> None:
    page = watch.context().new_page()
    page.goto("/find/")
    click_exit(page)
    expect_neutral_page(page, watch.site)
    page.goto("/find/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()

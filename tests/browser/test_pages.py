"""Every page in a real browser: accessible, no wider than the window, with the way out always in reach.

Rows of the safety matrix: P1, Q4.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import PRINT_RULES, axe_violations, axe_violations_at, wait_until_settled
from tests.browser.people import CURATOR, People
from tests.browser.site import Site
from tests.browser.states import ENGLISH, STATE_NUMBERS, STATES, PageState
from tests.browser.watch import DESKTOP, PHONE, BrowserWatch, watch_browser
from tests.safety.quick_exit import IN_REACH, WINDOWS
from tests.soak import WHOLE

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=STATES)
def page(request: pytest.FixtureRequest, browser: Browser, site: Site, people: People) -> Iterator[Page]:
    """Each page in each state, opened once for all that is asked of it in English."""
    with watch_browser(browser, site) as watch:
        yield open_state(watch, people, STATES[request.param], ENGLISH)


def open_state(watch: BrowserWatch, people: People, state: PageState, language: str) -> Page:
    watch.expected += [state.complains] if state.complains else []
    page = watch.context(storage_state=people.state_for(state.who)).new_page()
    page.goto(state.address(language))
    expect(page.locator("h1").first).to_be_visible()
    state.then(page)
    expect(page.locator("h1").first).to_be_visible()
    return page


def test_axe_finds_nothing(page: Page) -> None:
    found = axe_violations_at(page, PHONE[0], "light") + axe_violations_at(page, DESKTOP[0], "dark")
    assert not found, "\n".join(found)


TRANSLATED_STATES = [name for name, state in STATES.items() if state.who != CURATOR]


@pytest.mark.parametrize("name", TRANSLATED_STATES if WHOLE else TRANSLATED_STATES[::4])
def test_axe_finds_nothing_in_other_languages(
    browser: Browser, site: Site, people: People, name: str
) -> None:
    """In Spanish, in words half as long again, and from right to left."""
    for language in STATES[name].languages(STATE_NUMBERS[name]):
        with watch_browser(browser, site) as watch:
            expect_accessible(open_state(watch, people, STATES[name], language))


def expect_accessible(page: Page) -> None:
    found = (axe_violations_at(page, PHONE[0], "light") if WHOLE else []) + axe_violations_at(
        page, DESKTOP[0], "dark"
    )
    assert not found, f"{page.url}: " + "\n".join(found)
    expect_fits_window(page)


def test_page_is_no_wider_than_the_window(page: Page) -> None:
    expect_fits_window(page)


def expect_fits_window(page: Page) -> None:
    """320 px is a window of 1280 at 400%; then with the text alone doubled."""
    page.emulate_media(color_scheme="light")
    for width, text in ((320, 1), (PHONE[0], 1), (DESKTOP[0], 1), (PHONE[0], 2)):
        page.set_viewport_size({"width": width, "height": PHONE[1]})
        page.evaluate("size => document.documentElement.style.fontSize = size", f"{100 * text}%")
        wide = page.evaluate("document.documentElement.scrollWidth")
        page.evaluate("document.documentElement.style.fontSize = ''")
        assert wide <= width, f"{wide} px in {width}, text x {text}"


def test_way_out_is_always_in_reach(page: Page) -> None:
    """Q4: in small, wide and zoomed windows, from the top to the bottom of the page."""
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    # From the top, also where a form has taken the focus.
    page.evaluate(
        "document.body.tabIndex = -1, document.body.focus(), document.body.removeAttribute('tabindex')"
    )
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('[data-quick-exit]')")
    for width, height in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        for part in (0, 0.5, 1):
            page.evaluate("part => scrollTo(0, part * document.documentElement.scrollHeight)", part)
            assert page.evaluate(IN_REACH), f"covered at {width} x {height}, {part:.0%}"


def test_first_visit_is_light(watch: BrowserWatch) -> None:
    context = watch.context()
    page = context.new_page()
    wire = context.new_cdp_session(page)
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    wire.send("Network.enable")
    page.goto("/find/", wait_until="networkidle")
    assert len(watch.requests) <= 5
    assert len(sizes) == len(watch.requests)
    assert sum(sizes) <= 35_000
    shifts = page.evaluate(LAYOUT_SHIFTS)
    assert shifts == []


# What moved after it was first painted.
LAYOUT_SHIFTS = """() => new Promise((done) => {
    new PerformanceObserver((list) => done(list.getEntries().map((each) => each.value)))
        .observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done([]), 500);
})"""


@pytest.mark.parametrize(
    ("zone", "language", "text"),
    [
        ("America/Los_Angeles", "", "Eastern time"),
        ("Asia/Tokyo", "", "Wed 2:00 am your time"),
        ("Asia/Tokyo", "/es", "en su hora"),
        ("Asia/Kathmandu", "", "Tue 10:45 pm your time"),
    ],
)
def test_time_of_the_visitor_stands_beside_another_zones(
    watch: BrowserWatch, zone: str, language: str, text: str
) -> None:
    """One meeting at noon in New York; whoever has that clock reads the time once."""
    page = watch.context(timezone_id=zone).new_page()
    page.goto(f"{language}/listing/sample-coast-to-coast/")
    noon = page.locator(".meetings li", has_text="East at noon")
    expect(noon).to_contain_text(text)
    at_home = watch.context(timezone_id="America/New_York").new_page()
    at_home.goto(f"{language}/listing/sample-coast-to-coast/")
    expect(at_home.locator(".meetings li", has_text="East at noon").locator(".visitor-time")).to_have_count(0)


@pytest.mark.parametrize(
    "address",
    ["/support-groups/?near=95112", "/listing/sample-northside-noon/", "/listing/sample-landline-circle/"],
)
def test_page_on_paper_and_in_forced_colours(watch: BrowserWatch, address: str) -> None:
    """Nothing for axe to find in what is printed, which has its date and no bars; in forced colours, whose contrast is
    the system's own, the lamp still tells itself from what is not lit."""
    page = watch.context(DESKTOP).new_page()
    page.goto(address)
    page.emulate_media(media="print")
    wait_until_settled(page)
    expect(page.locator(".print-only")).to_be_visible(visible="near" in address)
    expect(page.locator("nav.bottom-nav")).to_be_hidden()
    assert not axe_violations(page, PRINT_RULES)
    page.emulate_media(media="screen", forced_colors="active", reduced_motion="reduce")
    lamp = "getComputedStyle(document.querySelector('.crisis-strip .open'), '::before')"
    assert page.evaluate(f"{lamp}.forcedColorAdjust") == "none"
    assert page.evaluate(f"{lamp}.backgroundColor") != page.evaluate(
        "getComputedStyle(document.querySelector('.crisis-strip')).backgroundColor"
    )

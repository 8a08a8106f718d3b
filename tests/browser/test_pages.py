"""Every page in a real browser: accessible, no wider than the window, with the way out always in reach."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.hand import save, sign_in, sign_up
from tests.browser.site import Site
from tests.browser.watch import DESK, PHONE, Watch, watched
from tests.pseudo import LONG, RIGHT_TO_LEFT

pytestmark = pytest.mark.browser

PAGES = {
    "home": "/",
    "find": "/find/",
    "find near": "/find/?near=95112",
    "find filtered": "/support-groups/?near=95112&mode=in-person&day=mon&q=newcomers",
    "find empty": "/find/?q=zzqqxx",
    "find unreadable": "/find/?mode=teleport&near=Nowhere+At+All",
    "support groups": "/support-groups/",
    "therapists": "/therapists/",
    "peer programs": "/peer-programs/",
    "treatment": "/treatment/",
    "recovery housing": "/recovery-housing/",
    "community": "/community/",
    "self-help": "/self-help/",
    "group": "/listing/sample-northside-noon/",
    "therapist": "/listing/sample-alma-thistledown-lpcc/",
    "hotline": "/listing/us-988-lifeline/",
    "paused": "/listing/sample-copper-street-early-group/",
    "hotlines": "/hotlines/",
    "now": "/now/",
    "my network, empty": "/my-network/",
    "clear": "/my-network/clear/",
    "sign up": "/accounts/sign-up/",
    "login": "/accounts/login/",
    "recover": "/accounts/recover/",
    "guides": "/guides/",
    "guide": "/guides/overdose/",
    "about": "/about/",
    "privacy": "/privacy/",
    "safety": "/safety/",
    "not found": "/nope/",
    "Spanish home": "/es/",
    "Spanish find": "/es/support-groups/?near=95112&mode=in-person",
    "Spanish guide": "/es/guides/network/",
    "long home": f"/{LONG}/",
    "long sign up": f"/{LONG}/accounts/sign-up/",
    "right to left home": f"/{RIGHT_TO_LEFT}/",
    "right to left find": f"/{RIGHT_TO_LEFT}/support-groups/?near=95112",
}
KEEPERS = {"my network": "/my-network/"}
MEMBERS = {
    "account": "/my-network/",
    "password": "/accounts/password/",
    "second step": "/accounts/second-step/",
    "sign out": "/accounts/logout/",
}
DESKS = {
    "desk": "/admin/",
    "list": "/admin/groups/supportgroup/",
    "add": "/admin/groups/supportgroup/add/",
    "add hotline": "/admin/directory/hotline/add/",
    "places": "/admin/directory/place/",
}
ADDRESSES = PAGES | KEEPERS | MEMBERS | DESKS
EVERY = [*ADDRESSES, "welcome"]
AXE = Axe()
# Beside the rules that are on anyhow: targets of 24 px or more. What axe would load by itself, the policy blocks.
RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}, "preload": False}
State = dict[str, Any]


@dataclass
class People:
    """Cookies of who has been here before: a device that keeps three, a member, a curator."""

    keeper: State
    member: State
    curator: State

    def state_for(self, name: str) -> State | None:
        if name in KEEPERS:
            return self.keeper
        if name in MEMBERS:
            return self.member
        return self.curator if name in DESKS else None


@pytest.fixture(scope="module")
def people(browser: Browser, site: Site) -> Iterator[People]:
    with watched(browser, site) as watch:
        yield People(keeper(watch), member(watch), curator(watch))


def keeper(watch: Watch) -> State:
    context = watch.context()
    page = context.new_page()
    for address in ("/support-groups/?near=95112", "/therapists/", "/find/?q=988"):
        page.goto(address)
        save(page, 0)
    return context.storage_state()


def member(watch: Watch) -> State:
    context = watch.context()
    page = context.new_page()
    sign_in(page, "demo-member", watch.site.logins["demo-member"]["password"])
    expect(page.get_by_role("link", name="Sign out")).to_be_visible()
    return context.storage_state()


def curator(watch: Watch) -> State:
    context = watch.context()
    page = context.new_page()
    sign_in(page, "demo-curator", watch.site.logins["demo-curator"]["password"])
    page.locator("main input[name=code]").fill(watch.site.fresh_code())
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Sign out")).to_be_visible()
    return context.storage_state()


@pytest.fixture(scope="module", params=EVERY)
def page(request: pytest.FixtureRequest, browser: Browser, site: Site, people: People) -> Iterator[Page]:
    """Each page, opened once for all that is asked of it."""
    with watched(browser, site) as watch:
        yield opened(watch, people, request.param)


def opened(watch: Watch, people: People, name: str) -> Page:
    watch.expected += ["404 (Not Found)"] if name == "not found" else []
    page = watch.context(storage_state=people.state_for(name)).new_page()
    if name == "welcome":
        sign_up(page)
        expect(page.locator("[data-recovery-code]")).to_be_visible()
    else:
        page.goto(ADDRESSES[name])
    expect(page.locator("h1").first).to_be_visible()
    return page


def test_axe_finds_nothing(page: Page) -> None:
    found = axe_at(page, PHONE[0], "light") + axe_at(page, DESK[0], "dark")
    assert not found, "\n".join(found)


def axe_at(page: Page, width: int, colours: str) -> list[str]:
    """In a window as tall as the page: bars that stick to its edges would lie over what is measured."""
    page.emulate_media(color_scheme=colours)
    page.set_viewport_size({"width": width, "height": 900})
    page.set_viewport_size({"width": width, "height": page.evaluate("document.documentElement.scrollHeight")})
    settle(page)
    violations = AXE.run(page, options=RULES).response["violations"]
    return [
        f"{width} {colours}: {each['id']}: {node['target']}: {node['failureSummary']}"
        for each in violations
        for node in each["nodes"]
    ]


def settle(page: Page) -> None:
    """Colours that are still on their way to the dark, or to paper, would count as faults."""
    page.evaluate("Promise.allSettled(document.getAnimations().map(each => each.finished)).then(() => {})")


def test_page_is_no_wider_than_the_window(page: Page) -> None:
    """320 px is a window of 1280 at 400%; then with the text alone doubled."""
    page.emulate_media(color_scheme="light")
    for width, text in ((320, 1), (PHONE[0], 1), (DESK[0], 1), (PHONE[0], 2)):
        page.set_viewport_size({"width": width, "height": PHONE[1]})
        page.evaluate("size => document.documentElement.style.fontSize = size", f"{100 * text}%")
        wide = page.evaluate("document.documentElement.scrollWidth")
        page.evaluate("document.documentElement.style.fontSize = ''")
        assert wide <= width, f"{wide} px in {width}, text x {text}"


WINDOWS = ((320, 480), (640, 400), PHONE, DESK)


def test_way_out_is_always_in_reach(page: Page) -> None:
    """Q4: in small, wide and zoomed windows, from the top to the bottom of the page."""
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    # From the top, also where a form has taken the focus.
    page.evaluate(
        "document.body.tabIndex = -1, document.body.focus(), document.body.removeAttribute('tabindex')"
    )
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('[data-leave]')")
    for width, height in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        for part in (0, 0.5, 1):
            page.evaluate("part => scrollTo(0, part * document.documentElement.scrollHeight)", part)
            assert page.locator(".strip .leave").evaluate(ON_TOP), (
                f"covered at {width} x {height}, {part:.0%}"
            )


ON_TOP = """link => {
    const box = link.getBoundingClientRect();
    return link.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
}"""


def test_first_visit_is_light(watch: Watch) -> None:
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
    shifts = page.evaluate(SHIFTS)
    assert shifts == []


# What moved after it was first painted.
SHIFTS = """() => new Promise((done) => {
    new PerformanceObserver((list) => done(list.getEntries().map((each) => each.value)))
        .observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done([]), 500);
})"""


@pytest.mark.parametrize("address", ["/support-groups/?near=95112", "/listing/sample-northside-noon/"])
def test_page_on_paper_and_in_forced_colours(watch: Watch, address: str) -> None:
    """Nothing for axe to find in what is printed, which has its date and no bars; in forced colours, whose contrast is
    the system's own, the lamp still tells itself from what is not lit."""
    page = watch.context(DESK).new_page()
    page.goto(address)
    page.emulate_media(media="print")
    settle(page)
    expect(page.locator(".printed")).to_be_visible(visible="near" in address)
    expect(page.locator("nav.bar")).to_be_hidden()
    violations = AXE.run(page, options=RULES).response["violations"]
    assert not violations, [(each["id"], [node["target"] for node in each["nodes"]]) for each in violations]
    page.emulate_media(media="screen", forced_colors="active", reduced_motion="reduce")
    lamp = "getComputedStyle(document.querySelector('.strip .lamp'), '::before')"
    assert page.evaluate(f"{lamp}.forcedColorAdjust") == "none"
    assert page.evaluate(f"{lamp}.backgroundColor") != page.evaluate(
        "getComputedStyle(document.querySelector('.strip')).backgroundColor"
    )

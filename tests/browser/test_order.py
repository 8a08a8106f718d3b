"""The reading order of pages: without style sheets, and as they are laid out on a phone, a wide screen and paper."""

import pytest
from playwright.sync_api import Page

from tests.browser.axe import PRINT_RULES, axe_violations, wait_until_settled
from tests.browser.watch import DESKTOP, PHONE, BrowserWatch

pytestmark = pytest.mark.browser
# Texts at the top and bottom of every page, and those of the main pages in their order.
TEXTS_ABOVE = ("Skip to the page", "Leave quickly", "Call 988", "Text 988", "Leave quickly", "Steady")
TEXTS_BELOW = ("Who runs this", "Being safe here", "Clear this device")
TEXTS_BY_PAGE = {
    "/": (
        "on in", "What do you need?", "Near", "Find", "I need someone now", "Which door?", "Support groups",
        "Therapists", "Peer programs", "Hotlines",
    ),
    "/support-groups/?near=95112": (
        "Support groups, online or near 95112", "What do you need?", "Near", "Find", "Any day", "Filters", "places",
        "soonest first", "Support group", "Save",
    ),
    "/find/?q=zzqqxx": (
        "What do you need?", "Nothing", "If it can’t wait", "Show me who is there", "You know a place",
    ),
    "/listing/sample-northside-noon/": (
        "Support group, AA, in person", "Northside Noon", "Directions", "Keep it close",
        "The week here", "If it is your first time", "Coming here", "Reaching it", "How we know this",
        "Report a problem", "Also at this address", "Others like it",
    ),
    "/hotlines/": (
        "Lines you can call", "Country", "What for", "Open now", "988 Suicide & Crisis Lifeline", "Call 988",
    ),
    "/now/": (
        "Someone is there.", "Pick any one.", "Call 911", "Talk to someone", "988 Suicide & Crisis Lifeline",
        "All lines", "Support groups at other times", "My people and my steps",
    ),
    "/my-network/": ("My network", "Only you can see this page.", "Support groups", "Therapy and care", "Peer support"),
    "/guides/overdose/": ("Overdose: what to do",),
}  # fmt: skip


@pytest.mark.parametrize("address", TEXTS_BY_PAGE)
def test_page_is_read_in_order(watch: BrowserWatch, address: str) -> None:
    watch.expected.append("net::ERR_FAILED")
    page = watch.context(DESKTOP).new_page()
    page.route("**/*.css", lambda route: route.abort())
    page.goto(address)
    expect_texts_in_order(page, (*TEXTS_ABOVE, *TEXTS_BY_PAGE[address], *TEXTS_BELOW))
    page.unroute("**/*.css")
    page.goto(address)
    for size, media in ((PHONE, "screen"), (DESKTOP, "screen"), (DESKTOP, "print")):
        assert not misplaced_elements(page, size, media), (size, media)
    assert not axe_violations(page, PRINT_RULES)


def expect_texts_in_order(page: Page, wanted: tuple[str, ...]) -> None:
    """Fail unless the page contains these texts in this order."""
    said, place = page.locator("body").inner_text(), 0
    for words in wanted:
        found = said.find(words, place)
        assert found >= 0, f"{words!r} does not come after {said[:place][-80:]!r}"
        place = found + len(words)


def misplaced_elements(page: Page, size: tuple[int, int], media: str) -> list[str]:
    """What stands before something that comes before it. In a window as tall as the page, since bars stick to edges."""
    page.emulate_media(media=media)
    page.set_viewport_size({"width": size[0], "height": 900})
    page.set_viewport_size(
        {"width": size[0], "height": page.evaluate("document.documentElement.scrollHeight")}
    )
    wait_until_settled(page)
    return page.evaluate(MISPLACED_SCRIPT)


# A later sibling stands below, or beside on the far side; the next column of a list begins above, on the far side.
MISPLACED_SCRIPT = """() => {
    const found = [];
    const shown = (each) => each.checkVisibility() && each.getClientRects().length && each.innerText?.trim();
    for (const parent of document.querySelectorAll("body, body *:not(svg *)")) {
        const children = [...parent.children].filter(shown);
        for (const [number, later] of children.slice(1).entries()) {
            const before = children[number].getBoundingClientRect();
            const after = later.getBoundingClientRect();
            const beyond = after.left >= before.right - 1;
            const above = after.bottom <= before.top + 1;
            const aside = after.right <= before.left + 1 && after.top < before.bottom - 1;
            if ((above && !beyond) || aside) found.push(`${later.outerHTML.slice(0, 80)} in ${parent.className}`);
        }
    }
    return found;
}"""


def test_what_is_found_stands_beside_the_filters(watch: BrowserWatch) -> None:
    """Also under words that show the way to a person first."""
    page = watch.context(DESKTOP).new_page()
    page.goto("/find/?q=i+want+to+die")
    tops = [
        page.locator(each).first.bounding_box()["y"]
        for each in ("#filters .filter-group", "#crisis-h", ".card")
    ]
    assert tops == sorted(tops)
    assert tops[-1] < DESKTOP[1]

"""Flows with the keyboard alone, where the focus goes, what is said, and the shape of the main pages to a reader."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import press_key_on, tab_to
from tests.browser.watch import DESKTOP, BrowserWatch

pytestmark = pytest.mark.browser


def focused_element(page: Page) -> str:
    return page.evaluate("document.activeElement.id || document.activeElement.tagName")


def test_find_save_and_see_the_network_by_keyboard(watch: BrowserWatch) -> None:
    page = watch.context(DESKTOP).new_page()
    page.goto("/")
    tab_to(page, "#near")
    page.keyboard.type("95112")
    page.keyboard.press("Enter")
    page.wait_for_url("**/find/**")

    # A tick is answered in place: the focus stays on it, and the count is said once.
    said = page.locator("#announcement")
    expect(said).to_have_text("")
    press_key_on(page, "#filter-mode-online", "Space")
    expect(said).to_have_text(re.compile(r"^\d+ places?$"))
    assert focused_element(page) == "filter-mode-online"
    assert "mode=online" in page.url

    press_key_on(page, "form.save-form button")
    expect(page.locator("form.saved").first).to_be_attached()
    assert page.evaluate("document.activeElement.closest('form')?.classList.contains('saved')")
    page.keyboard.press("Control+Home")
    press_key_on(page, ".site-header a[href='/my-network/']")
    expect(page.locator("article.card")).to_have_count(1)


def test_find_save_and_see_the_network_by_keyboard_without_script(watch: BrowserWatch) -> None:
    """What is ticked goes with the form; saving leads to the list, which says so and offers to undo it."""
    page = watch.context(DESKTOP, java_script_enabled=False).new_page()
    page.goto("/find/?near=95112")
    press_key_on(page, "#filter-mode-online", "Space")
    press_key_on(page, "#apply")
    page.wait_for_url("**/find/*mode=online*")
    press_key_on(page, "form.save-form button")
    page.wait_for_url("**/my-network/*")
    expect(page.locator("form.notice [role=status]")).to_contain_text("is on your list")
    expect(page.locator("article.card")).to_have_count(1)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_now_and_call_by_keyboard(watch: BrowserWatch, script: bool) -> None:
    """The first way to a person is within ten presses of Tab, past all that stands above it."""
    page = watch.context(DESKTOP, java_script_enabled=script).new_page()
    page.goto("/now/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    for _press in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.contacts a.btn')"):
            break
    assert page.evaluate("document.activeElement.getAttribute('href')") == "tel:988"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


# What a screen reader is given of the main pages, in its order, as patterns; what lies between is left out.
PAGE_FRAME = (
    'navigation "Skip"', 'region "Someone to talk to, any hour"', 'link "Call 988"', 'link "Leave quickly"', "banner",
    'navigation "Main"', 'navigation "Language"', "main",
)  # fmt: skip
PAGE_OUTLINES = {
    "/": (
        'heading ".*lights? (is|are) on in',
        "search",
        'textbox "What do you need\\?"',
        'textbox "Near"',
        'button "Find"',
        'region "I need someone now"',
        'heading "I need someone now" \\[level=2\\]',
        'link "Show me who is there"',
        'region "Which door\\?"',
        'link "Support groups',
        'link "Therapists',
        'link "Peer programs',
        'link "Hotlines',
        "contentinfo",
    ),
    "/support-groups/?near=95112": (
        "status",
        'heading ".*Support groups, online or near 95112',
        'search "Find support"',
        'textbox "What do you need\\?"',
        'textbox "Near"',
        'button "Find"',
        'navigation "Day"',
        "group",
        'region "What was found"',
        'list "Chosen"',
        'heading ".*" \\[level=2\\]',
        "article",
        'heading ".*" \\[level=3\\]',
        'button "Save',
        "contentinfo",
    ),
    "/listing/us-988-lifeline/": (
        "article",
        'heading "988 Suicide & Crisis Lifeline" \\[level=1\\]',
        'region "Open now"',
        'link "Call 988',
        'link "Text 988',
        'complementary "Keep it close"',
        'button "Save',
        'heading "What happens when you call" \\[level=2\\]',
        'heading "How we know this" \\[level=2\\]',
        'link "Report a problem"',
        "contentinfo",
    ),
    "/hotlines/": (
        'heading "Lines you can call, text or chat" \\[level=1\\]',
        'form "Which lines"',
        'combobox "Country"',
        'combobox "What for"',
        'heading "Open now',
        "article",
        'heading "988 Suicide & Crisis Lifeline" \\[level=3\\]',
        "contentinfo",
    ),
    "/my-network/": (
        'heading "My network" \\[level=1\\]',
        'region "Five kinds of support"',
        'heading "Support groups" \\[level=3\\]',
        "'link \"Find a group : Support groups",
        'heading "Hotlines" \\[level=3\\]',
        "contentinfo",
    ),
    "/guides/overdose/": (
        "article",
        '.*"Overdose: what to do" \\[level=1\\]',
        'link "Call 911',
        'heading "What to do" \\[level=2\\]',
        "list",
        "contentinfo",
    ),
    "/now/": (
        'heading "Someone is there\\." \\[level=1\\]',
        'link "Call 911"',
        'heading "Talk to someone',
        "list",
        "listitem",
        'link "988 Suicide & Crisis Lifeline"',
        'link "Call 988',
        'link "Text 988',
        "contentinfo",
    ),
}


def test_shape_of_the_main_pages_to_a_screen_reader(watch: BrowserWatch) -> None:
    page = watch.context(DESKTOP).new_page()
    for address, shape in PAGE_OUTLINES.items():
        page.goto(address)
        tree = [line.strip().removeprefix("- ") for line in page.locator("body").aria_snapshot().splitlines()]
        lines = iter(tree)
        for wanted in (*PAGE_FRAME, *shape):
            assert any(re.match(wanted, line) for line in lines), (address, wanted, tree)

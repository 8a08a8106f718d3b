"""Search suggestions: a combobox for keyboard and mouse. Without a script, the field is a plain one."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.watch import DESKTOP, BrowserWatch

pytestmark = pytest.mark.browser


def test_suggestions_by_keyboard_and_by_mouse(watch: BrowserWatch) -> None:
    page = watch.context(DESKTOP).new_page()
    page.goto("/find/")
    assert not any("suggestions" in address for address in watch.requests)
    box = page.locator("#q")
    box.focus()
    expect(box).to_have_attribute("role", "combobox")
    box.press_sequentially("subox")
    listed = page.get_by_role("listbox")
    expect(listed.get_by_role("option").first).to_contain_text("Suboxone")
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    first = listed.get_by_role("option").first
    expect(first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == first.get_attribute("id")
    box.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") is None
    box.press("Escape")
    expect(listed).to_have_count(0)
    expect(box).to_have_value("subox")
    box.press("x")
    box.press("Backspace")
    box.press("ArrowDown")
    expect(listed.get_by_role("option").first).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"/find/\?q=suboxone$"))
    near = page.locator("#near")
    near.press_sequentially("san jos")
    page.get_by_role("option", name="San Jose, CA").click()
    expect(near).to_have_value("San Jose, CA")
    expect(page.get_by_role("listbox")).to_have_count(0)


def test_suggestions_for_text_typed_before_the_script_loads(watch: BrowserWatch) -> None:
    page = watch.context(DESKTOP).new_page()
    page.route("**/suggestions*.js", lambda route: (page.wait_for_timeout(500), route.continue_()))
    page.goto("/find/")
    page.locator("#near").press_sequentially("san jos", delay=0)
    expect(page.get_by_role("option", name="San Jose, CA")).to_be_visible()


def test_search_works_without_suggestions(watch: BrowserWatch) -> None:
    page = watch.context(java_script_enabled=False).new_page()
    page.goto("/find/")
    page.get_by_label("What do you need?").fill("suboxone")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.locator("article.card").first).to_be_visible()
    assert page.get_by_role("combobox").count() <= 1


def test_complete_zip_is_not_suggested_again(watch: BrowserWatch) -> None:
    """A list with only what is typed would cover the button on a phone."""
    page = watch.context().new_page()
    page.goto("/find/")
    near = page.get_by_label("Near", exact=True)
    with page.expect_response(lambda response: response.url.endswith("95112")):
        near.press_sequentially("95112")
    page.wait_for_timeout(300)
    expect(page.get_by_role("option")).to_have_count(0)
    near.fill("")
    near.press_sequentially("san jo")
    expect(page.get_by_role("option").first).to_be_visible()

"""The way of a person who needs a group soon: find it, keep it, and find it again where they sign in."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import (
    PASSWORD,
    CountingUser,
    card_slugs,
    main_button,
    save_card,
    saved_slugs,
    sign_in,
    sign_out,
    sign_up,
)
from tests.browser.watch import BrowserWatch

pytestmark = pytest.mark.browser

script = pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])


def find_a_group(page: Page) -> CountingUser:
    """From the first page to what one can go to near 95112."""
    page.goto("/")
    hand = CountingUser(page)
    hand.fill("Near", "95112")
    hand.tap(main_button(page, "Find"))
    hand.tap(page.get_by_role("link", name="In person ("))
    return hand


def stored_keys(page: Page) -> set[str]:
    return {cookie["name"] for cookie in page.context.cookies()}


@script
def test_group_nearby_is_three_taps_and_one_field_away(watch: BrowserWatch, script: bool) -> None:
    page = watch.context(java_script_enabled=script).new_page()
    hand = find_a_group(page)
    first = page.locator("article.card").first
    expect(first).to_have_attribute("data-kind", "support-groups")
    expect(first.locator(".card-kind")).to_contain_text("in person")
    expect(first).to_contain_text(re.compile(r"\d mile"))
    assert hand.taps <= 3
    assert hand.fields == 1


@script
def test_saved_group_is_there_after_a_restart(watch: BrowserWatch, tmp_path: Path, script: bool) -> None:
    with watch.program(str(tmp_path), java_script_enabled=script) as first:
        page = first.new_page()
        find_a_group(page)
        slug = save_card(page, 0)
        assert saved_slugs(page) == [slug]
        expect(page.locator("[data-support=groups]")).to_have_attribute("data-have", "1")
    with watch.program(str(tmp_path), java_script_enabled=script) as second:
        page = second.new_page()
        assert saved_slugs(page) == [slug]
        page.locator("article.card h3 a").click()
        expect(page).to_have_url(re.compile(f"/listing/{slug}/$"))
        if script:
            expect(page.locator("form.save-form")).to_have_class(re.compile("saved"))


def test_saving_without_script_offers_to_undo(watch: BrowserWatch) -> None:
    page = watch.context(java_script_enabled=False).new_page()
    page.goto("/support-groups/")
    save_card(page, 0)
    page.locator("form.notice").get_by_role("button", name="Undo").click()
    assert card_slugs(page) == saved_slugs(page) == []


@script
def test_what_is_taken_off_is_put_back_in_its_place(watch: BrowserWatch, script: bool) -> None:
    page = watch.context(java_script_enabled=script).new_page()
    three = []
    for number in range(3):
        page.goto("/support-groups/")
        three.append(save_card(page, number))
    assert saved_slugs(page) == three
    page.locator("article.card").nth(1).get_by_role("button", name="Take off").click()
    expect(page.locator("article.card")).to_have_count(2)
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator("article.card")).to_have_count(3)
    assert card_slugs(page) == saved_slugs(page) == three


@script
def test_list_follows_the_person_into_an_account(watch: BrowserWatch, script: bool) -> None:
    page = watch.context(java_script_enabled=script).new_page()
    page.goto("/support-groups/?near=95112")
    own = [save_card(page, 1)]
    assert "kept" in stored_keys(page)

    sign_up(page)
    name = page.locator("[data-login-name]").inner_text()
    assert re.fullmatch(r"\w{4}(-\w{4}){4}", page.locator("[data-recovery-code]").inner_text())
    page.reload()
    assert page.locator("[data-login-name]").inner_text() == name
    expect(page.locator("[data-recovery-code]")).to_have_count(0)
    assert saved_slugs(page) == own
    assert "kept" not in stored_keys(page)

    sign_out(page)
    assert saved_slugs(page) == []
    page.goto("/therapists/")
    own.append(save_card(page, 0))
    page.goto("/support-groups/?near=95112")
    own.append(save_card(page, 0))
    for _time in range(2):
        sign_in(page, name, PASSWORD)
        expect(page.get_by_role("link", name="Sign out")).to_be_visible()
        assert saved_slugs(page) == own
        assert "kept" not in stored_keys(page)
        sign_out(page)
        assert saved_slugs(page) == []


def test_ticking_a_filter_changes_the_page_in_place(watch: BrowserWatch) -> None:
    page = watch.context().new_page()
    page.goto("/support-groups/?near=95112")
    before, total = card_slugs(page), shown_total(page)
    page.locator("#filters > summary").click()
    online = page.locator("input[name=mode][value=online]")
    recovery = page.locator("input[name=fellowship]").first
    of_fellowship = int(recovery.get_attribute("data-count"))
    promised = int(online.get_attribute("data-count"))
    online.focus()
    page.keyboard.press("Space")

    expect(page.locator("[data-total]")).to_have_attribute("data-total", str(promised))
    assert promised < total
    assert card_slugs(page) != before
    assert int(recovery.get_attribute("data-count")) < of_fellowship
    expect(page).to_have_url(re.compile(r"/support-groups/\?near=95112&.*\bmode=online$"))
    expect(page.get_by_role("status")).to_have_text(re.compile(rf"^{promised}\b"))
    expect(online).to_be_focused()
    expect(online).to_be_checked()

    page.go_back()
    expect(page.locator("[data-total]")).to_have_attribute("data-total", str(total))
    expect(online).not_to_be_checked()
    assert card_slugs(page) == before
    assert page.url.endswith("/support-groups/?near=95112")


def shown_total(page: Page) -> int:
    return int(page.locator("[data-total]").get_attribute("data-total"))

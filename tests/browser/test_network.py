"""A network of one's own, with and without script: saved, written, printed; and nothing typed is ever lost.

Rows of the safety matrix: C5, D6.
"""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.axe import axe_violations_at
from tests.browser.hand import card_slugs, main_button, save_card, saved_slugs, sign_up
from tests.browser.watch import DESKTOP, PHONE, BrowserWatch

pytestmark = pytest.mark.browser
script = pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
MEMBER_TEXT = "I stop answering the phone"
STEPS = {
    "signs": "I stop answering Marisol\nDriving the long way home\nNot sleeping\nSkipping meals",
    "coping": "Walk to the river and back\nCold water on my wrists\nPhone in the kitchen\nSit with the dog",
    "distract": "Saturday market with Tomás\nThe library\nThe pool in the morning",
    "ask": "My neighbor upstairs\nThe woman from the Thursday group",
    "lines": "Dr. Reyes, Tuesdays\nThe nurse at the clinic",
    "safer": "Give Marisol the bottle from the garage\nAsk the pharmacy for naloxone\nThe other way home",
}


def member(watch: BrowserWatch, **options: object) -> tuple[BrowserContext, Page]:
    context = watch.context(**options)
    page = context.new_page()
    sign_up(page)
    expect(page.locator("[data-login-name]")).to_be_visible()
    return context, page


def write(page: Page, address: str, **fields: str) -> None:
    """Opens a page to write on and saves; ends where it is shown."""
    page.goto(address)
    for name, words in fields.items():
        page.locator(f"form [name={name}]").first.fill(words)
    main_button(page, "Save").click()
    expect(page).not_to_have_url(re.compile(re.escape(address) + "$"))


def count_pdf_pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


@script
def test_visitor_builds_a_network_and_prints_it(watch: BrowserWatch, script: bool, figure) -> None:
    page = watch.context(size=DESKTOP, java_script_enabled=script).new_page()
    for address in ("/support-groups/", "/therapists/", "/hotlines/"):
        page.goto(address)
        save_card(page, 0)
    three = saved_slugs(page)
    assert len(three) == 3
    sign_up(page)
    assert saved_slugs(page) == three
    write(page, "/my-network/people/new/", name="Marisol", phone="555-555-0103", when="After eight")
    write(page, "/my-network/people/new/", name="Dev", phone="555-555-0104")
    for key, words in STEPS.items():
        page.goto(f"/my-network/plan/{key}/")
        page.get_by_label("In your own words").fill(words)
        for box in page.locator("input[name=people], input[name=listings]").all():
            box.check()
        main_button(page, "Save").click()
        expect(page.locator(f"#step-{key} .personal > li").first).to_be_visible()
    write(page, "/my-network/goals/new/", words="Six Thursdays", on="2031-03-28")
    page.goto("/my-network/")
    lit = page.locator("[data-have='1']").evaluate_all("all => all.map(one => one.dataset.support)")
    assert lit == ["groups", "therapy", "people", "hotlines"]
    page.locator("main").get_by_role("link", name="Open my plan").click()
    expect(page.locator("#step-ask a[href='tel:5555550103']")).to_be_visible()
    page.goto("/now/")
    near = page.locator("a[href='tel:5555550103']")
    expect(near).to_have_count(1 if script else 0)
    if not script:
        page.get_by_role("link", name="My people and my steps").click()
        expect(near).to_have_count(1)
    if script:
        printed = {name: printed_pages(page, name) for name in ("plan", "card", "list")}
        figure("C5", f"printed pages: {printed}", must="1 each")
        assert set(printed.values()) == {1}
        expect_accessible(page)


# With all that was written above on them.
OWN_PAGES = (
    "/my-network/", "/my-network/plan/", "/my-network/plan/lines/", "/my-network/people/", "/my-network/people/new/",
    "/my-network/week/", "/my-network/week/new/", "/my-network/goals/new/", "/my-network/print/card/",
    "/my-network/print/plan/", "/my-network/print/list/", "/my-network/share/", "/my-network/small-steps/",
    "/my-network/people-and-steps/", "/shared/?l=1", "/now/",
)  # fmt: skip


def expect_accessible(page: Page) -> None:
    for address in OWN_PAGES:
        page.goto(address)
        found = axe_violations_at(page, PHONE[0], "light") + axe_violations_at(page, DESKTOP[0], "dark")
        assert not found, f"{address}: " + "\n".join(found)
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address


def printed_pages(page: Page, name: str) -> int:
    page.goto(f"/my-network/print/{name}/")
    return count_pdf_pages(page.pdf(format="Letter", prefer_css_page_size=True))


def test_saved_places_are_moved_by_keyboard(watch: BrowserWatch) -> None:
    page = watch.context().new_page()
    page.goto("/support-groups/")
    save_card(page, 0)
    page.goto("/therapists/")
    save_card(page, 0)
    first, second = saved_slugs(page)
    page.locator("article.card").nth(1).get_by_role("button", name=re.compile("Move .* up")).focus()
    page.keyboard.press("Enter")
    expect(page.locator("article.card").first).to_have_attribute("data-listing", second)
    assert card_slugs(page) == [second, first]


def test_nothing_typed_is_lost(watch: BrowserWatch, figure) -> None:
    """Lost connection, ended sign-in, another tab, another token: the page stays, and so do the words."""
    watch.expected += ["ERR_INTERNET_DISCONNECTED", "401", "403", "409", "422"]
    context, page = member(watch)
    page.goto("/my-network/plan/signs/")
    words = page.get_by_label("In your own words")
    says = page.locator("[data-message]")
    words.fill(MEMBER_TEXT)

    page.locator("[name=version]").evaluate(
        "field => { field.dataset.was = field.value; field.value = 'x'; }"
    )
    main_button(page, "Save").click()
    expect(says).to_contain_text("whole number")
    expect(words).to_have_value(MEMBER_TEXT)
    page.locator("[name=version]").evaluate("field => { field.value = field.dataset.was; }")

    context.set_offline(True)
    main_button(page, "Save").click()
    expect(says).to_contain_text("no connection")
    expect(words).to_have_value(MEMBER_TEXT)
    context.set_offline(False)

    signed_in = context.cookies()
    context.clear_cookies(name="session")
    main_button(page, "Save").click()
    expect(says).to_contain_text("signed out")
    expect(says.get_by_role("link", name="Sign in in a new tab")).to_be_visible()
    expect(words).to_have_value(MEMBER_TEXT)
    context.add_cookies(signed_in)

    other = context.new_page()
    write(other, "/my-network/plan/signs/", text="The other tab")
    main_button(page, "Save").click()
    expect(says).to_contain_text("another tab")
    expect(page.locator("[data-other-version]")).to_contain_text("The other tab")
    assert not axe_violations_at(page, PHONE[0], "dark")
    expect(words).to_have_value(MEMBER_TEXT)

    # Signing in again gives a new token; the old page takes it and sends once more by itself.
    context.clear_cookies(name="form")
    page.evaluate("document.querySelector('[name=csrfmiddlewaretoken]').value = 'z'.repeat(64)")
    words.fill(f"{MEMBER_TEXT}\nThe other tab")
    main_button(page, "Save").click()
    expect(page.locator("#step-signs")).to_contain_text(MEMBER_TEXT)
    expect(page.locator("#step-signs")).to_contain_text("The other tab")
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert MEMBER_TEXT not in stored
    figure("D6", "5 troubles in a browser, 0 lost what was typed, 0 stored it", must="0")


def test_list_is_handed_over_by_an_address(watch: BrowserWatch) -> None:
    page = watch.context().new_page()
    page.goto("/support-groups/")
    slug = save_card(page, 0)
    page.goto("/my-network/share/")
    page.get_by_role("checkbox").first.check()
    main_button(page, "Make the list").click()
    address = page.get_by_label("The address to hand on").input_value()
    receiver = watch.context(java_script_enabled=False).new_page()
    receiver.goto(address)
    main_button(receiver, "Save all of them").click()
    assert saved_slugs(receiver) == [slug]

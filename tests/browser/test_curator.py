"""A day at the curators' desk without a mouse: what came in by phone goes public, rests, and comes back."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import press_key_on, tab_to
from tests.browser.watch import DESKTOP, BrowserWatch

pytestmark = pytest.mark.browser

NUMBER = "4085550147"
SHOWN_NUMBER = re.compile(r"408\D{0,2}555\D?0147")
WRONG_NUMBER = "4085550199"


def write(page: Page, selector: str, words: str) -> None:
    """Into a field; a select takes what begins with the words. What stood there is typed over."""
    tab_to(page, selector)
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type(words)


def follow(page: Page, selector: str) -> None:
    """Enter on a link or button that opens another page; there, past the menus by the desk's own way round them."""
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    if page.evaluate("document.activeElement === document.body && location.pathname.startsWith('/admin/')"):
        press_key_on(page, ".skip-to-content-link")


def sign_in(page: Page, watch: BrowserWatch) -> None:
    page.goto("/admin/")
    write(page, "[name=login]", "demo-curator")
    write(page, "[name=password]", watch.site.logins["demo-curator"]["password"])
    follow(page, "main form[action*=login] button")
    write(page, "[name=code]", watch.site.fresh_code())
    follow(page, "main form.flow button.btn-main")
    expect(page).to_have_url(re.compile("/admin/(#content-start)?$"))


def begin(page: Page, kind: str, name: str) -> None:
    """From the first page of the desk to a form with a name, by the link "Add"."""
    page.goto("/admin/")
    follow(page, f"#content a.addlink[href$='/{kind}/add/']")
    write(page, "[name=name]", name)


def make_public(page: Page) -> None:
    """By the row of choices: draft, in review, published."""
    tab_to(page, "[name=status]")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.value") == "published"


def add_number(page: Page) -> None:
    write(page, "[name=channels-0-type]", "Call")
    write(page, "[name=channels-0-dial]", NUMBER)


def save_form(page: Page) -> None:
    follow(page, "[name=_save]")
    expect(page.locator(".messagelist .success")).to_be_visible()


def run_action(page: Page, name: str, action: str) -> None:
    """An action of the list on the row with this name."""
    page.get_by_role("checkbox", name=name).evaluate("box => box.id = 'wanted-row'")
    press_key_on(page, "#wanted-row", "Space")
    # Back to the top: the choice of action stands above the rows.
    while not page.evaluate("document.activeElement.matches('select[name=action]')"):
        page.keyboard.press("Shift+Tab")
    page.keyboard.type(action)
    follow(page, ".actions button")


def public_page(watch: BrowserWatch, slug: str) -> Page:
    page = watch.context().new_page()
    assert page.goto(f"/listing/{slug}/").status == 200
    return page


def is_found(watch: BrowserWatch, words: str) -> bool:
    page = watch.context().new_page()
    page.goto(f"/find/?q={words}")
    return page.locator("article.card h3", has_text=words).count() > 0


@pytest.fixture
def desk(watch: BrowserWatch) -> Page:
    page = watch.context(DESKTOP).new_page()
    sign_in(page, watch)
    return page


def test_a_day_at_the_desk_by_keyboard(desk: Page, watch: BrowserWatch, figure) -> None:
    enter_the_rest(desk, watch)
    enter_group(desk, watch)
    rest_and_bring_back(desk, watch)
    handle_visitor_report(desk, watch, figure)


def enter_the_rest(desk: Page, watch: BrowserWatch) -> None:
    for kind, name in (
        ("therapist", "Ines Quillfeather"),
        ("peerprogram", "Copper Bell Mentors"),
        ("hotline", "Quillfeather Line"),
    ):
        begin(desk, kind, name)
        make_public(desk)
        add_number(desk)
        save_form(desk)
        assert is_found(watch, name)
        expect(public_page(watch, name.lower().replace(" ", "-")).locator("main")).to_contain_text(
            SHOWN_NUMBER
        )


def enter_group(desk: Page, watch: BrowserWatch) -> None:
    begin(desk, "supportgroup", "Quillfeather Evening")
    write(desk, "[name=meetings-0-weekday]", "Monday")
    write(desk, "[name=meetings-0-start]", "0715PM")
    write(desk, "[name=meetings-0-minutes]", "60")
    press_key_on(desk, "[id^=meetings-0] .chosen:has([name$=audiences]) summary")
    press_key_on(desk, "[name=meetings-0-audiences][value=women]", "Space")
    press_key_on(desk, "#meetings-group .add-row a")
    expect(desk.locator("[name=meetings-1-weekday]")).to_be_focused()
    desk.keyboard.type("Thursday")
    takes_over_the_facts_above(desk)
    desk.keyboard.press("Shift+Tab")
    expect(desk.locator("#meetings-1 .inline-deletelink")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("#meetings-1[id]:not(.empty-form)")).to_have_count(0)
    add_number(desk)
    press_key_on(desk, "[name=modes][value=phone]", "Space")
    save_form(desk)
    assert not is_found(watch, "Quillfeather Evening")
    run_action(desk, "Quillfeather Evening", "Publish")
    assert is_found(watch, "Quillfeather Evening")
    must_be_whole(public_page(watch, "quillfeather-evening"))


def takes_over_the_facts_above(desk: Page) -> None:
    """The second meeting has the time and the facts of the first, and says so."""
    expect(desk.locator("[name=meetings-1-start]")).to_have_value("19:15")
    expect(desk.locator("[name=meetings-1-minutes]")).to_have_value("60")
    expect(desk.locator("#meetings-1 .chosen:has([name$=audiences]) summary")).to_have_text(
        "Especially for: Women"
    )
    expect(desk.locator("#meetings-1 [role=status]")).to_contain_text("taken from the meeting above")


def must_be_whole(page: Page) -> None:
    expect(page.locator(".week")).to_contain_text("7:15")
    expect(page.locator("main")).to_contain_text(SHOWN_NUMBER)


def rest_and_bring_back(desk: Page, watch: BrowserWatch) -> None:
    follow(desk, "#result_list a[href*='/change/']")
    write(desk, "[name=channels-0-dial]", WRONG_NUMBER)
    press_key_on(desk, "[name=meetings-0-DELETE]", "Space")
    save_form(desk)
    changed = public_page(watch, "quillfeather-evening")
    expect(changed.locator("main")).not_to_contain_text(SHOWN_NUMBER)
    expect(changed.locator("main")).not_to_contain_text("7:15")

    run_action(desk, "Quillfeather Evening", "Pause")
    write(desk, "[name=reason]", "The phone bridge is being mended.")
    follow(desk, "form.confirm-step [type=submit]")
    expect(public_page(watch, "quillfeather-evening").locator("main")).to_contain_text(
        "The phone bridge is being mended."
    )
    assert not is_found(watch, "Quillfeather Evening")

    follow(desk, "#result_list a[href*='/change/']")
    follow(desk, ".historylink")
    desk.get_by_role("row", name="Published.").get_by_role("link").evaluate(
        "link => link.id = 'wanted-version'"
    )
    follow(desk, "#wanted-version")
    follow(desk, "[name=_save]")
    must_be_whole(public_page(watch, "quillfeather-evening"))
    assert is_found(watch, "Quillfeather Evening")


class Keyboard:
    """Counts every key that is pressed, and the pages on which it was."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys, self.pages = page, 0, {page.url.split("#")[0]}

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys += 1
            self.page.keyboard.press(key)
        self.pages.add(self.page.url.split("#")[0])

    def tab_to(self, selector: str) -> None:
        while not self.page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            self.press("Tab")
            assert self.keys < 100


def report_wrong_time(watch: BrowserWatch) -> None:
    page = watch.context().new_page()
    page.goto("/listing/quillfeather-evening/report/")
    page.get_by_label("Monday 7:15").check()
    page.get_by_label("The time is wrong").check()
    page.locator("[name=details]").fill("It begins at a quarter past eight.")
    page.locator("main form button").first.click()
    expect(page.locator("[data-answer-code]")).to_be_visible()


def handle_visitor_report(desk: Page, watch: BrowserWatch, figure) -> None:
    """From the first page of the desk to a time that is right, checked and public."""
    report_wrong_time(watch)
    desk.goto("/admin/")
    hand = Keyboard(desk)
    hand.tab_to(".skip-to-content-link")
    hand.press("Enter")
    hand.tab_to(".queues a")
    with desk.expect_navigation():
        hand.press("Enter")
    hand.press(*"0815")
    with desk.expect_navigation():
        hand.press("Enter")
    shown = public_page(watch, "quillfeather-evening")
    expect(shown.locator(".week")).to_contain_text("8:15")
    expect(shown.locator("main")).to_contain_text("by phone")
    figure(
        "Desk",
        f"a reported time put right with {hand.keys} keys on {len(hand.pages)} pages",
        must="below 10, 2 pages",
    )
    assert hand.keys < 10
    assert len(hand.pages) <= 2

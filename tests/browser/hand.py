"""Actions of a person on a page. `CountingUser` counts its taps and the fields that it fills."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

MAX_TABS = 200
PASSWORD = "a plain sentence of mine"


@dataclass
class CountingUser:
    page: Page
    taps: int = 0
    fields: int = 0

    def tap(self, target: Locator) -> None:
        self.taps += 1
        target.click()

    def fill(self, label: str, words: str) -> None:
        self.fields += 1
        self.page.get_by_label(label, exact=True).fill(words)


def main_button(page: Page, name: str) -> Locator:
    """Return the button with this exact name in the main part of the page."""
    return page.locator("main").get_by_role("button", name=name, exact=True)


def card_slugs(page: Page) -> list[str]:
    """Return the slugs of the cards on the page, in their order."""
    return page.locator("article.card").evaluate_all("all => all.map(one => one.dataset.listing)")


def save_card(page: Page, number: int) -> str:
    """Save a card of the page and return its slug.

    With script the card is marked as saved; without script, My network confirms it.
    """
    card = page.locator("article.card").nth(number)
    slug = card.get_attribute("data-listing")
    card.get_by_role("button", name="Save").click()
    expect(
        page.locator(f"[data-listing='{slug}'] form.saved, form.notice input[value='{slug}']")
    ).to_be_attached()
    return slug


def saved_slugs(page: Page) -> list[str]:
    """Return the slugs of the saved listings on My network, in their order."""
    page.goto("/my-network/")
    return card_slugs(page)


def sign_up(page: Page) -> None:
    """Create an account. Ends on the page that shows the login name and the recovery code."""
    page.goto("/accounts/signup/")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    main_button(page, "Make my account").click()


def sign_in(page: Page, login_name: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Login name").fill(login_name)
    page.get_by_label("Password", exact=True).fill(password)
    main_button(page, "Sign in").click()


def sign_out(page: Page) -> None:
    page.goto("/my-network/")
    page.get_by_role("link", name="Sign out").click()
    main_button(page, "Sign out").click()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on an element that matches the selector."""
    for _press in range(MAX_TABS):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by Tab on {page.url}")


def press_key_on(page: Page, selector: str, key: str = "Enter") -> None:
    tab_to(page, selector)
    page.keyboard.press(key)


def submit_form(page: Page) -> None:
    """Submit the first POST form of the page without the validation of the browser."""
    with page.expect_navigation():
        page.locator("main form[method=post]").first.evaluate(
            "form => { form.noValidate = true; form.requestSubmit(); }"
        )

"""Storage states of browsers: of a visitor with three saved listings, of a member, and of a curator."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.hand import save_card, sign_in
from tests.browser.watch import BrowserWatch
from tests.soak import WHOLE

StorageState = dict[str, Any]
VISITOR, SAVER, MEMBER, CURATOR = "visitor", "saver", "member", "curator"
GROUPS_PATH, NOTE_PATH = "/support-groups/?near=95112", "/my-network/note/sample-northside-noon/"
# What a member writes, by the page of the form. It takes long, so only the whole run does it.
MEMBER_TEXTS = {
    "/my-network/people/new/": {"name": "Marisol", "phone": "555-555-0103", "when": "After eight"},
    "/my-network/plan/signs/": {"text": "I stop answering the phone\nDriving the long way home"},
    "/my-network/plan/coping/": {"text": "Walk to the river and back"},
    "/my-network/goals/new/": {"words": "Six Thursdays", "on": "2031-03-28"},
    "/my-network/week/new/": {"words": "The nurse at the clinic", "at": "18:00"},
    NOTE_PATH: {"text": "The side door, past the bakery"},
}


@dataclass
class People:
    saver_state: StorageState
    member_state: StorageState
    curator_state: StorageState

    def state_for(self, who: str) -> StorageState | None:
        return {SAVER: self.saver_state, MEMBER: self.member_state, CURATOR: self.curator_state}.get(who)


def sign_in_everybody(watch: BrowserWatch) -> People:
    return People(saver_state(watch), member_state(watch), curator_state(watch))


def saver_state(watch: BrowserWatch) -> StorageState:
    context = watch.context()
    save_three_listings(context.new_page())
    return context.storage_state()


def save_three_listings(page: Page) -> None:
    for address in (GROUPS_PATH, "/therapists/", "/find/?q=988"):
        page.goto(address)
        save_card(page, 0)


def member_state(watch: BrowserWatch) -> StorageState:
    context = watch.context()
    page = context.new_page()
    sign_in(page, "demo-member", watch.site.logins["demo-member"]["password"])
    expect(page.get_by_role("link", name="Sign out")).to_be_visible()
    if WHOLE:
        fill_network(page)
    return context.storage_state()


def fill_network(page: Page) -> None:
    page.goto(GROUPS_PATH)
    save_card(page, 0)
    for address, fields in MEMBER_TEXTS.items():
        page.goto(address)
        for name, words in fields.items():
            page.locator(f"form [name={name}]").first.fill(words)
        with page.expect_navigation():
            page.locator("[data-personal-form] .btn-main").click()


def curator_state(watch: BrowserWatch) -> StorageState:
    context = watch.context()
    page = context.new_page()
    sign_in(page, "demo-curator", watch.site.logins["demo-curator"]["password"])
    page.locator("main input[name=code]").fill(watch.site.fresh_code())
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Sign out")).to_be_visible()
    return context.storage_state()

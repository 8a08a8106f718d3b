"""Who has been here before: a device that keeps three places, a member, a curator; each as the cookies of a browser."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.hand import save, sign_in
from tests.browser.watch import Watch
from tests.soak import WHOLE

State = dict[str, Any]
VISITOR, KEEPER, MEMBER, CURATOR = "visitor", "keeper", "member", "curator"
NEAR, NOTED = "/support-groups/?near=95112", "/my-network/note/sample-northside-noon/"
# What a member has written, by the page it is written on. Slow to write, so only the whole figure meets it.
WRITTEN = {
    "/my-network/people/new/": {"name": "Marisol", "phone": "555-555-0103", "when": "After eight"},
    "/my-network/plan/signs/": {"text": "I stop answering the phone\nDriving the long way home"},
    "/my-network/plan/coping/": {"text": "Walk to the river and back"},
    "/my-network/goals/new/": {"words": "Six Thursdays", "on": "2031-03-28"},
    "/my-network/week/new/": {"words": "The nurse at the clinic", "at": "18:00"},
    NOTED: {"text": "The side door, past the bakery"},
}


@dataclass
class People:
    keeper: State
    member: State
    curator: State

    def state_for(self, who: str) -> State | None:
        return {KEEPER: self.keeper, MEMBER: self.member, CURATOR: self.curator}.get(who)


def everybody(watch: Watch) -> People:
    return People(keeper(watch), member(watch), curator(watch))


def keeper(watch: Watch) -> State:
    context = watch.context()
    keep_three(context.new_page())
    return context.storage_state()


def keep_three(page: Page) -> None:
    for address in (NEAR, "/therapists/", "/find/?q=988"):
        page.goto(address)
        save(page, 0)


def member(watch: Watch) -> State:
    context = watch.context()
    page = context.new_page()
    sign_in(page, "demo-member", watch.site.logins["demo-member"]["password"])
    expect(page.get_by_role("link", name="Sign out")).to_be_visible()
    if WHOLE:
        furnish(page)
    return context.storage_state()


def furnish(page: Page) -> None:
    page.goto(NEAR)
    save(page, 0)
    for address, fields in WRITTEN.items():
        page.goto(address)
        for name, words in fields.items():
            page.locator(f"form [name={name}]").first.fill(words)
        with page.expect_navigation():
            page.locator("[data-personal-form] .btn-main").click()


def curator(watch: Watch) -> State:
    context = watch.context()
    page = context.new_page()
    sign_in(page, "demo-curator", watch.site.logins["demo-curator"]["password"])
    page.locator("main input[name=code]").fill(watch.site.fresh_code())
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Sign out")).to_be_visible()
    return context.storage_state()

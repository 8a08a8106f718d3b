"""Every page of the site, in every state that a person may see. A crawl finds the pages of the admin."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin

from playwright.sync_api import Page, expect

from directory.guides.parser import guides
from tests.browser.hand import PASSWORD, submit_form
from tests.browser.people import CURATOR, MEMBER, NOTE_PATH, SAVER, VISITOR
from tests.pseudo import LONG, RIGHT_TO_LEFT
from tests.soak import WHOLE

ENGLISH = ""
OTHER_LANGUAGES = ("es", LONG, RIGHT_TO_LEFT)
NEAR_QUERY = "near=95112"
# Part of the browser's message about a response that refuses something.
REFUSED_MESSAGE = "status of 4"
PERSON_LINK = "main a.btn-plain[href*='/people/']"


def do_nothing(page: Page) -> None:
    """Leave the page as it opens."""


@dataclass(frozen=True)
class PageState:
    """The path of a page without its language, who opens it, and what is done before the page is checked.

    An action that may be done only a few times (`seldom`) is checked in two languages. The admin is in English only.
    """

    path: str
    who: str = VISITOR
    then: Callable[[Page], None] = do_nothing
    seldom: bool = False
    complains: str = ""

    def address(self, language: str) -> str:
        return f"/{language}{self.path}" if language else self.path

    def languages(self, turn: int) -> tuple[str, ...]:
        """Return the languages besides English to check: all in the whole run, otherwise one of them by turns."""
        if self.who == CURATOR:
            return ()
        return OTHER_LANGUAGES if WHOLE and not self.seldom else (OTHER_LANGUAGES[turn % 3],)


def open_details(page: Page) -> None:
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")


def open_first_row(page: Page) -> None:
    """Open the form of the first row of a list in the admin."""
    page.locator("#result_list th a").first.click()


def type_query(page: Page) -> None:
    """Type until there is a suggestion. The script of the suggestions loads once the field has the focus."""
    box = page.locator("#q")
    box.focus()
    expect(box).to_have_role("combobox")
    box.press_sequentially("subox")
    expect(page.get_by_role("option").first).to_be_visible()


def submit_personal_form(page: Page) -> None:
    """Submit an invalid personal form, which is answered without leaving the page."""
    page.locator("[data-personal-form]").evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
    expect(page.locator("[data-message] p")).to_be_visible()


def fill_form(**fields: str) -> Callable[[Page], None]:
    """Return an action that fills these fields of the page's form and submits it."""

    def then(page: Page) -> None:
        for name, words in fields.items():
            field = page.locator(f"main form[method=post] [name={name}]")
            kind = field.first.evaluate("each => each.type")
            if kind == "radio":
                page.locator(f"main [name={name}][value={words}]").check()
            elif kind == "select-one":
                field.first.select_option(words)
            else:
                field.first.fill(words)
        submit_form(page)

    return then


def unsave_listing(page: Page) -> None:
    with page.expect_navigation():
        page.locator("article.card form[action$='/unsave/'] button").first.click()


def show_welcome(page: Page) -> None:
    page.locator("main input[type=password]").first.fill(PASSWORD)
    submit_form(page)
    expect(page.locator("[data-recovery-code]")).to_be_visible()


def join_account(path: str) -> Callable[[Page], None]:
    """Return an action that creates an account, opens a page that asks for the password again, and gives it."""

    def then(page: Page) -> None:
        show_welcome(page)
        page.goto(urljoin(page.url, f"../{path}"))
        confirm_password(page)

    return then


def confirm_password(page: Page) -> None:
    """Give the password if the page asks for it again. The answer is valid for five minutes."""
    if page.locator("main input[name=password]").count():
        fill_form(password=PASSWORD)(page)


def show_answer(page: Page) -> None:
    """Send a suggestion and open its answer with the code that was shown."""
    fill_form(kind="support-groups", name="Harbor Lights Circle", details="In the room behind the library.")(
        page
    )
    code = page.locator("[data-answer-code]").inner_text()
    page.goto(urljoin(page.url, "../answer/"))
    fill_form(code=code)(page)


def follow_links(*selectors: str) -> Callable[[Page], None]:
    """Return an action that follows the first link of each selector, page by page."""

    def then(page: Page) -> None:
        for selector in selectors:
            with page.expect_navigation():
                page.locator(selector).first.click()

    return then


# On every run.
USUAL_STATES = {
    "home": PageState("/"),
    "find": PageState("/find/"),
    "find near": PageState(f"/find/?{NEAR_QUERY}"),
    "find filtered": PageState(f"/support-groups/?{NEAR_QUERY}&mode=in-person&day=mon&q=newcomers"),
    "find empty": PageState("/find/?q=zzqqxx"),
    "find unreadable": PageState("/find/?mode=teleport&near=Nowhere+At+All"),
    "support groups": PageState("/support-groups/"),
    "therapists": PageState("/therapists/"),
    "peer programs": PageState("/peer-programs/"),
    "treatment": PageState("/treatment/"),
    "recovery housing": PageState("/recovery-housing/"),
    "community": PageState("/community/"),
    "self-help": PageState("/self-help/"),
    "group": PageState("/listing/sample-northside-noon/"),
    "group of two audiences": PageState("/listing/sample-two-evenings-candle-fox/"),
    "group of three modes": PageState("/listing/sample-three-ways-to-sit-together/"),
    "group of two zones": PageState("/listing/sample-coast-to-coast/"),
    "group by phone": PageState("/listing/sample-landline-circle/"),
    "therapist": PageState("/listing/sample-alma-thistledown-lpcc/"),
    "hotline": PageState("/listing/us-988-lifeline/"),
    "paused": PageState("/listing/sample-copper-street-early-group/"),
    "hotlines": PageState("/hotlines/"),
    "now": PageState("/now/"),
    "my network": PageState("/my-network/", SAVER),
    "my network, empty": PageState("/my-network/"),
    "clear": PageState("/my-network/clear/"),
    "sign up": PageState("/accounts/signup/"),
    "welcome": PageState("/accounts/signup/", then=show_welcome, seldom=True),
    "login": PageState("/accounts/login/"),
    "recover": PageState("/accounts/password/reset/"),
    "account": PageState("/my-network/", MEMBER),
    "password": PageState("/accounts/password/change/", MEMBER),
    "second step": PageState("/accounts/2fa/", MEMBER),
    "sign out": PageState("/accounts/logout/", MEMBER),
    "guides": PageState("/guides/"),
    "guide": PageState("/guides/overdose/"),
    "about": PageState("/about/"),
    "privacy": PageState("/privacy/"),
    "safety": PageState("/safety/"),
    "not found": PageState("/nope/", complains="404 (Not Found)"),
    "database away": PageState("/broken/503/", complains="503"),
    "desk": PageState("/admin/", CURATOR),
    "list": PageState("/admin/groups/supportgroup/", CURATOR),
    "add": PageState("/admin/groups/supportgroup/add/", CURATOR),
    "add hotline": PageState("/admin/directory/hotline/add/", CURATOR),
    "places": PageState("/admin/directory/place/", CURATOR),
    "change": PageState("/admin/directory/therapist/", CURATOR, open_first_row),
}
# In the whole figure.
SEARCH_STATES = {
    "filters open": PageState(f"/support-groups/?{NEAR_QUERY}", then=open_details),
    "suggestions open": PageState("/find/", then=type_query),
    "words of a crisis": PageState("/find/?q=i+want+to+die"),
    "an emergency and a guide": PageState("/find/?q=took+too+many+pills"),
    "words of withdrawal": PageState("/find/?q=xanax+withdrawal"),
    "who uses alone": PageState("/find/?q=never+use+alone"),
    "who stops drinking": PageState("/find/?q=stop+drinking"),
    "two guides": PageState("/find/?q=cravings+and+i+feel+ashamed"),
    "a guide alone": PageState("/find/?q=stigma"),
    "a slip mended": PageState("/find/?q=alchohol"),
    "a place among the words": PageState("/find/?q=grief+group+san+jose"),
    "the second page": PageState("/find/?page=2"),
    "beyond the last page": PageState("/find/?page=900"),
    "one thing too much": PageState(
        "/support-groups/?near=95112&radius=5&language=vi&day=today&access=step-free"
    ),
    "all filters": PageState(
        f"/find/?{NEAR_QUERY}&kind=support-groups&kind=therapists&mode=online&concern=alcohol&open=now"
    ),
}
LISTING_STATES = {
    "peer program": PageState("/listing/sample-campus-recovery-house/"),
    "treatment place": PageState("/listing/sample-screen-door-telehealth/"),
    "house": PageState("/listing/sample-tidewater-house-one/"),
    "community place": PageState("/listing/sample-bikes-for-the-first-month/"),
    "book": PageState("/listing/sample-both-sides-of-the-door/"),
    "report": PageState("/listing/sample-northside-noon/report/"),
    "report refused": PageState("/listing/sample-northside-noon/report/", then=submit_form),
    "report sent": PageState(
        "/listing/us-988-lifeline/report/", then=fill_form(problem="closed"), seldom=True
    ),
    "suggest": PageState("/suggest/"),
    "suggest refused": PageState("/suggest/", then=submit_form),
    "answer read": PageState("/suggest/", then=show_answer, seldom=True),
    "answer": PageState("/answer/"),
    "answer refused": PageState("/answer/", then=fill_form(code="AAAA-AAAA")),
}
NOW_STATES = {
    "now abroad": PageState("/now/?country=GB"),
    "now unfolded": PageState("/now/", then=open_details),
    "now, a keeper": PageState("/now/", SAVER),
    "hotlines abroad": PageState("/hotlines/?country=MX"),
    "hotlines unfolded": PageState("/hotlines/", then=open_details),
}
SAVED_STATES = {
    "taken off": PageState("/my-network/", SAVER, unsave_listing),
    "share": PageState("/my-network/share/", SAVER),
    "list on paper": PageState("/my-network/print/list/", SAVER),
    "list handed over": PageState("/shared/?l=1"),
    "list cut off": PageState("/shared/?l=~~", complains=REFUSED_MESSAGE),
    "cleared": PageState("/my-network/clear/", SAVER, submit_form),
    "small steps": PageState("/my-network/small-steps/"),
}
ACCOUNT_STATES = {
    "sign up refused": PageState("/accounts/signup/", then=submit_form),
    "login refused": PageState("/accounts/login/", then=submit_form),
    "recover refused": PageState("/accounts/password/reset/", then=submit_form),
    "password refused": PageState("/accounts/password/change/", MEMBER, submit_form),
    "the account": PageState("/accounts/", MEMBER),
    "second step, app": PageState("/accounts/signup/", then=join_account("2fa/totp/activate/")),
    "passkey": PageState("/accounts/signup/", then=join_account("2fa/webauthn/add/")),
    "taken out": PageState("/accounts/signup/", then=join_account("../my-network/export/")),
    "brought back": PageState("/accounts/signup/", then=join_account("../my-network/import/")),
    "erased": PageState("/accounts/signup/", then=join_account("../my-network/delete-account/")),
}
NETWORK_STATES = {
    name: PageState(f"/my-network/{path}", MEMBER)
    for name, path in {
        "plan": "plan/",
        "a step": "plan/lines/",
        "people": "people/",
        "a person": "people/new/",
        "week": "week/",
        "an appointment": "week/new/",
        "zone": "week/zone/",
        "a goal": "goals/new/",
        "plan on paper": "print/plan/",
        "wallet card": "print/card/",
        "own list on paper": "print/list/",
        "own share": "share/",
        "people and steps": "people-and-steps/",
        "own small steps": "small-steps/",
        "my data": "data/",
        "export copy": "export/",
        "import copy": "import/",
        "delete account": "delete-account/",
    }.items()
} | {
    "a note": PageState(NOTE_PATH, MEMBER),
    "a person refused": PageState(
        "/my-network/people/new/", MEMBER, submit_personal_form, complains=REFUSED_MESSAGE
    ),
    "bring back refused": PageState("/my-network/import/", MEMBER, submit_form, complains=REFUSED_MESSAGE),
    "take a person off": PageState(
        "/my-network/people/",
        MEMBER,
        follow_links("main a.btn-plain[href*='/people/']", "main a.tap[href*='/delete/']"),
    ),
    "own now": PageState("/now/", MEMBER),
}
GUIDE_STATES = {f"guide {slug}": PageState(f"/guides/{slug}/") for slug in guides("en")}
ERROR_STATES = {
    f"broken, {status}": PageState(f"/broken/{status}/", complains=f"status of {status}")
    for status in (400, 403, 405, 413, 429, 500, 507)
}
FURTHER_STATES = (
    ERROR_STATES
    | SEARCH_STATES
    | LISTING_STATES
    | NOW_STATES
    | SAVED_STATES
    | ACCOUNT_STATES
    | NETWORK_STATES
    | GUIDE_STATES
)
STATES = USUAL_STATES | FURTHER_STATES if WHOLE else USUAL_STATES
STATE_NUMBERS = {name: number for number, name in enumerate(STATES)}

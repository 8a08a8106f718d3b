"""Every page of the site in every state in which somebody may meet it. The desk's pages are found by walking it."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin

from playwright.sync_api import Page, expect

from directory.guides.parser import guides
from tests.browser.hand import PASSWORD, send
from tests.browser.people import CURATOR, KEEPER, MEMBER, NOTED, VISITOR
from tests.pseudo import LONG, RIGHT_TO_LEFT
from tests.soak import WHOLE

ENGLISH = ""
OTHER_LANGUAGES = ("es", LONG, RIGHT_TO_LEFT)
NEAR = "near=95112"
# What a browser says of an answer that refuses something.
REFUSED = "status of 4"
PERSON = "main a.btn-plain[href*='/people/']"


def nothing(page: Page) -> None:
    """The page as it opens."""


@dataclass(frozen=True)
class State:
    """Where it is, without a language; who has been here before; what is done there before one looks. What may be done
    only a few times (`seldom`) is looked at in two languages; the desk speaks English alone."""

    path: str
    who: str = VISITOR
    then: Callable[[Page], None] = nothing
    seldom: bool = False
    complains: str = ""

    def address(self, language: str) -> str:
        return f"/{language}{self.path}" if language else self.path

    def languages(self, turn: int) -> tuple[str, ...]:
        """The languages beside English in which it is looked at: all in the whole figure, else one, by turns."""
        if self.who == CURATOR:
            return ()
        return OTHER_LANGUAGES if WHOLE and not self.seldom else (OTHER_LANGUAGES[turn % 3],)


def unfold(page: Page) -> None:
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")


def first_row(page: Page) -> None:
    """The form behind the first row of a list on the desk."""
    page.locator("#result_list th a").first.click()


def type_in(page: Page) -> None:
    """Until something is suggested; what suggests is fetched once the box has the focus."""
    box = page.locator("#q")
    box.focus()
    expect(box).to_have_role("combobox")
    box.press_sequentially("subox")
    expect(page.get_by_role("option").first).to_be_visible()


def send_own(page: Page) -> None:
    """A member's own form that cannot be read; it answers without leaving the page."""
    page.locator("[data-personal-form]").evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
    expect(page.locator("[data-message] p")).to_be_visible()


def filled(**fields: str) -> Callable[[Page], None]:
    """The form of the page, sent with these fields."""

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
        send(page)

    return then


def take_off(page: Page) -> None:
    with page.expect_navigation():
        page.locator("article.card form[action$='/unsave/'] button").first.click()


def welcome(page: Page) -> None:
    page.locator("main input[type=password]").first.fill(PASSWORD)
    send(page)
    expect(page.locator("[data-recovery-code]")).to_be_visible()


def joined(path: str) -> Callable[[Page], None]:
    """A page that asks again who one is, opened by somebody whose account is new and who answers."""

    def then(page: Page) -> None:
        welcome(page)
        page.goto(urljoin(page.url, f"../{path}"))
        prove(page)

    return then


def prove(page: Page) -> None:
    """Answers where one is asked once more; an answer holds for five minutes."""
    if page.locator("main input[name=password]").count():
        filled(password=PASSWORD)(page)


def read_answer(page: Page) -> None:
    """What was sent, and what became of it, by the code that was shown."""
    filled(kind="support-groups", name="Harbor Lights Circle", details="In the room behind the library.")(
        page
    )
    code = page.locator("[data-answer-code]").inner_text()
    page.goto(urljoin(page.url, "../answer/"))
    filled(code=code)(page)


def follow(*selectors: str) -> Callable[[Page], None]:
    """To where the first such link leads, page by page."""

    def then(page: Page) -> None:
        for selector in selectors:
            with page.expect_navigation():
                page.locator(selector).first.click()

    return then


# On every run.
USUAL = {
    "home": State("/"),
    "find": State("/find/"),
    "find near": State(f"/find/?{NEAR}"),
    "find filtered": State(f"/support-groups/?{NEAR}&mode=in-person&day=mon&q=newcomers"),
    "find empty": State("/find/?q=zzqqxx"),
    "find unreadable": State("/find/?mode=teleport&near=Nowhere+At+All"),
    "support groups": State("/support-groups/"),
    "therapists": State("/therapists/"),
    "peer programs": State("/peer-programs/"),
    "treatment": State("/treatment/"),
    "recovery housing": State("/recovery-housing/"),
    "community": State("/community/"),
    "self-help": State("/self-help/"),
    "group": State("/listing/sample-northside-noon/"),
    "therapist": State("/listing/sample-alma-thistledown-lpcc/"),
    "hotline": State("/listing/us-988-lifeline/"),
    "paused": State("/listing/sample-copper-street-early-group/"),
    "hotlines": State("/hotlines/"),
    "now": State("/now/"),
    "my network": State("/my-network/", KEEPER),
    "my network, empty": State("/my-network/"),
    "clear": State("/my-network/clear/"),
    "sign up": State("/accounts/signup/"),
    "welcome": State("/accounts/signup/", then=welcome, seldom=True),
    "login": State("/accounts/login/"),
    "recover": State("/accounts/password/reset/"),
    "account": State("/my-network/", MEMBER),
    "password": State("/accounts/password/change/", MEMBER),
    "second step": State("/accounts/2fa/", MEMBER),
    "sign out": State("/accounts/logout/", MEMBER),
    "guides": State("/guides/"),
    "guide": State("/guides/overdose/"),
    "about": State("/about/"),
    "privacy": State("/privacy/"),
    "safety": State("/safety/"),
    "not found": State("/nope/", complains="404 (Not Found)"),
    "database away": State("/broken/503/", complains="503"),
    "desk": State("/admin/", CURATOR),
    "list": State("/admin/groups/supportgroup/", CURATOR),
    "add": State("/admin/groups/supportgroup/add/", CURATOR),
    "add hotline": State("/admin/directory/hotline/add/", CURATOR),
    "places": State("/admin/directory/place/", CURATOR),
    "change": State("/admin/directory/therapist/", CURATOR, first_row),
}
# In the whole figure.
FINDING = {
    "filters open": State(f"/support-groups/?{NEAR}", then=unfold),
    "suggestions open": State("/find/", then=type_in),
    "words of a crisis": State("/find/?q=i+want+to+die"),
    "an emergency and a guide": State("/find/?q=took+too+many+pills"),
    "words of withdrawal": State("/find/?q=xanax+withdrawal"),
    "who uses alone": State("/find/?q=never+use+alone"),
    "who stops drinking": State("/find/?q=stop+drinking"),
    "two guides": State("/find/?q=cravings+and+i+feel+ashamed"),
    "a guide alone": State("/find/?q=stigma"),
    "a slip mended": State("/find/?q=alchohol"),
    "a place among the words": State("/find/?q=grief+group+san+jose"),
    "the second page": State("/find/?page=2"),
    "beyond the last page": State("/find/?page=900"),
    "one thing too much": State(
        "/support-groups/?near=95112&radius=5&language=vi&day=today&access=step-free"
    ),
    "all filters": State(
        f"/find/?{NEAR}&kind=support-groups&kind=therapists&mode=online&concern=alcohol&open=now"
    ),
}
LISTINGS = {
    "peer program": State("/listing/sample-campus-recovery-house/"),
    "treatment place": State("/listing/sample-screen-door-telehealth/"),
    "house": State("/listing/sample-tidewater-house-one/"),
    "community place": State("/listing/sample-bikes-for-the-first-month/"),
    "book": State("/listing/sample-both-sides-of-the-door/"),
    "report": State("/listing/sample-northside-noon/report/"),
    "report refused": State("/listing/sample-northside-noon/report/", then=send),
    "report sent": State("/listing/us-988-lifeline/report/", then=filled(problem="closed"), seldom=True),
    "suggest": State("/suggest/"),
    "suggest refused": State("/suggest/", then=send),
    "answer read": State("/suggest/", then=read_answer, seldom=True),
    "answer": State("/answer/"),
    "answer refused": State("/answer/", then=filled(code="AAAA-AAAA")),
}
NOW = {
    "now abroad": State("/now/?country=GB"),
    "now unfolded": State("/now/", then=unfold),
    "now, a keeper": State("/now/", KEEPER),
    "hotlines abroad": State("/hotlines/?country=MX"),
    "hotlines unfolded": State("/hotlines/", then=unfold),
}
KEPT = {
    "taken off": State("/my-network/", KEEPER, take_off),
    "share": State("/my-network/share/", KEEPER),
    "list on paper": State("/my-network/print/list/", KEEPER),
    "list handed over": State("/shared/?l=1"),
    "list cut off": State("/shared/?l=~~", complains=REFUSED),
    "cleared": State("/my-network/clear/", KEEPER, send),
    "small steps": State("/my-network/small-steps/"),
}
ACCOUNTS = {
    "sign up refused": State("/accounts/signup/", then=send),
    "login refused": State("/accounts/login/", then=send),
    "recover refused": State("/accounts/password/reset/", then=send),
    "password refused": State("/accounts/password/change/", MEMBER, send),
    "the account": State("/accounts/", MEMBER),
    "second step, app": State("/accounts/signup/", then=joined("2fa/totp/activate/")),
    "passkey": State("/accounts/signup/", then=joined("2fa/webauthn/add/")),
    "taken out": State("/accounts/signup/", then=joined("../my-network/export/")),
    "brought back": State("/accounts/signup/", then=joined("../my-network/import/")),
    "erased": State("/accounts/signup/", then=joined("../my-network/delete-account/")),
}
OWN = {
    name: State(f"/my-network/{path}", MEMBER)
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
    "a note": State(NOTED, MEMBER),
    "a person refused": State("/my-network/people/new/", MEMBER, send_own, complains=REFUSED),
    "bring back refused": State("/my-network/import/", MEMBER, send, complains=REFUSED),
    "take a person off": State(
        "/my-network/people/",
        MEMBER,
        follow("main a.btn-plain[href*='/people/']", "main a.tap[href*='/delete/']"),
    ),
    "own now": State("/now/", MEMBER),
}
GUIDES = {f"guide {slug}": State(f"/guides/{slug}/") for slug in guides("en")}
BROKEN = {
    f"broken, {status}": State(f"/broken/{status}/", complains=f"status of {status}")
    for status in (400, 403, 405, 413, 429, 500, 507)
}
MORE = BROKEN | FINDING | LISTINGS | NOW | KEPT | ACCOUNTS | OWN | GUIDES
EVERY = USUAL | MORE if WHOLE else USUAL
TURNS = {name: number for number, name in enumerate(EVERY)}

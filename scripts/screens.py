"""Takes the pictures in docs/screens/: the real site with the invented town, in a real Chromium.

    .venv/bin/python -m scripts.screens            starts the site by itself, in a folder that is thrown away
    .venv/bin/python -m scripts.screens --address http://localhost:8000 --out /some/folder find now

A page by name takes those pages alone. Widths are CSS pixels; a phone is 390 wide, a desk 1280. What only a member sees
is shown to an account that is made for it, with a few invented words.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recovery_site.settings")
import django

django.setup()

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright  # noqa: E402 - once Django is set up

from tests import chromium  # noqa: E402
from tests.browser.hand import sign_up  # noqa: E402
from tests.browser.people import MEMBER, SAVER, fill_network, save_three_listings  # noqa: E402
from tests.browser.site import running_site  # noqa: E402
from tests.browser.states import PageState, confirm_password, type_query  # noqa: E402
from tests.project_rules import ROOT  # noqa: E402

PAGES = {
    "home": PageState("/"),
    "find": PageState("/support-groups/?near=95112&day=today"),
    "empty": PageState("/support-groups/?near=95112&radius=5&language=vi&day=today&access=step-free"),
    "suggestions": PageState("/find/", then=type_query),
    "crisis": PageState("/find/?q=i+want+to+die"),
    "therapists": PageState("/therapists/?near=95112"),
    "listing": PageState("/listing/sample-northside-noon/"),
    "report": PageState("/listing/sample-northside-noon/report/"),
    "suggest": PageState("/suggest/"),
    "hotlines": PageState("/hotlines/"),
    "now": PageState("/now/"),
    "network": PageState("/my-network/", SAVER),
    "network-empty": PageState("/my-network/"),
    "plan": PageState("/my-network/plan/", MEMBER),
    "week": PageState("/my-network/week/", MEMBER),
    "bring-back": PageState("/my-network/import/", MEMBER, confirm_password),
    "account": PageState("/accounts/", MEMBER),
    "sign-up": PageState("/accounts/signup/"),
    "sign-in": PageState("/accounts/login/"),
    "guides": PageState("/guides/"),
    "guide": PageState("/guides/overdose/"),
    "not-found": PageState("/nope/"),
    "away": PageState("/broken/503/"),
}
# As they come out of a printer, in black on white whatever the colours of the screen.
ON_PAPER = {
    "paper-list": PageState("/support-groups/?near=95112&day=today"),
    "paper-guide": PageState("/guides/overdose/"),
    "paper-plan": PageState("/my-network/print/plan/", MEMBER),
    "paper-card": PageState("/my-network/print/card/", MEMBER),
}
EVERY = PAGES | ON_PAPER
PHONE, DESK, SHEET = (390, 844), (1280, 1100), (816, 1056)
SHOWN = [(PHONE, "dark"), (DESK, "light")]
ALL = [(PHONE, "light"), (PHONE, "dark"), (DESK, "light"), (DESK, "dark")]


def main() -> None:
    """Take the pictures that the arguments ask for."""
    asked = arguments()
    asked.out.mkdir(parents=True, exist_ok=True)
    wanted = {name: EVERY.get(name) or PageState(name) for name in asked.pages or EVERY}
    with site(asked.address) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.path(), args=chromium.flags())
        known = {who: cookies_of(browser, address, who) for who in {each.who for each in wanted.values()}}
        for name, state in wanted.items():
            looks = [(SHEET, "light")] if name in ON_PAPER else ALL if asked.all else SHOWN
            for (width, height), colours in looks:
                context = browser.new_context(
                    base_url=address,
                    viewport={"width": width, "height": height},
                    color_scheme=colours,
                    storage_state=known[state.who],
                )
                take(context, name, state, asked)
                context.close()
        browser.close()


def arguments() -> argparse.Namespace:
    """Return the parsed arguments of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("pages", nargs="*", help=f"of {', '.join(EVERY)}, or an address of the site")
    parser.add_argument("--address", default="", help="a site that runs already")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screens")
    parser.add_argument("--all", action="store_true", help="light and dark at both widths")
    parser.add_argument("--whole", action="store_true", help="whole pages instead of what the window shows")
    return parser.parse_args()


@contextmanager
def site(address: str) -> Iterator[str]:
    """Yield the address of the site, without a slash at the end; start a site where none is given."""
    if address:
        yield address.rstrip("/")
        return
    with tempfile.TemporaryDirectory() as folder, running_site(Path(folder)) as own:
        yield own.address


def cookies_of(browser: Browser, address: str, who: str) -> dict[str, Any] | None:
    """Return what the browser stores for this kind of visitor; None for a first visit."""
    if who not in (SAVER, MEMBER):
        return None
    context = browser.new_context(base_url=address)
    page = context.new_page()
    if who == MEMBER:
        sign_up(page)
        fill_network(page)
    else:
        save_three_listings(page)
    kept = context.storage_state()
    context.close()
    return kept


def take(context: BrowserContext, name: str, state: PageState, asked: argparse.Namespace) -> None:
    """Take one picture of a page in a state."""
    page = context.new_page()
    page.goto(state.path, wait_until="networkidle")
    state.then(page)
    if name in ON_PAPER:
        page.emulate_media(media="print")
    file = asked.out / f"{name.strip('/').replace('/', '-')}{look_of(page, name)}.png"
    page.screenshot(path=file, full_page=asked.whole or name in ON_PAPER)
    sys.stdout.write(f"{file}\n")


def look_of(page: Page, name: str) -> str:
    """Return the end of the file's name: width and colours; empty for paper, which has one look."""
    if name in ON_PAPER:
        return ""
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    return f"-{page.viewport_size['width']}-{'dark' if dark else 'light'}"


if __name__ == "__main__":
    main()

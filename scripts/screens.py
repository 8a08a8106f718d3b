"""Takes the pictures in docs/screens/: the real site with the invented town, in a real Chromium.

    .venv/bin/python -m scripts.screens            starts the site by itself, in a folder that is thrown away
    .venv/bin/python -m scripts.screens --address http://localhost:8000 --out /some/folder find now

A page by name takes those pages alone. Widths are CSS pixels; a phone is 390 wide, a desk 1280.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from playwright.sync_api import Browser, Page, sync_playwright

from tests import chromium
from tests.house import ROOT

PAGES = {
    "home": "/",
    "find": "/support-groups/?near=95112&day=today",
    "empty": "/support-groups/?near=95112&radius=5&language=vi&day=today&access=step-free",
    "listing": "/listing/sample-northside-noon/",
    "hotlines": "/hotlines/",
    "now": "/now/",
    "network": "/my-network/",
}
KEPT = ("/support-groups/?near=95112", "/therapists/", "/find/?q=988")
PHONE, DESK = (390, 844), (1280, 1100)
SHOWN = [(PHONE, "dark"), (DESK, "light")]
ALL = [(PHONE, "light"), (PHONE, "dark"), (DESK, "light"), (DESK, "dark")]


def main() -> None:
    asked = arguments()
    asked.out.mkdir(parents=True, exist_ok=True)
    pages = {name: PAGES.get(name, name) for name in asked.pages} if asked.pages else PAGES
    with site(asked.address) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.path(), args=chromium.flags())
        for size, colours in ALL if asked.all else SHOWN:
            take(browser, address, pages, size, colours, asked)
        browser.close()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("pages", nargs="*", help=f"of {', '.join(PAGES)}, or an address of the site")
    parser.add_argument("--address", default="", help="a site that runs already")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screens")
    parser.add_argument("--all", action="store_true", help="light and dark at both widths")
    parser.add_argument("--whole", action="store_true", help="whole pages instead of what the window shows")
    return parser.parse_args()


@contextmanager
def site(address: str) -> Iterator[str]:
    """The address of the site to take, without a stroke at the end."""
    if address:
        yield address.rstrip("/")
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recovery_site.settings")
    django.setup()
    from tests.browser.site import running

    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as own:
        yield own.address


def take(
    browser: Browser,
    address: str,
    pages: dict[str, str],
    size: tuple[int, int],
    colours: str,
    asked: argparse.Namespace,
) -> None:
    viewport = {"width": size[0], "height": size[1]}
    context = browser.new_context(base_url=address, viewport=viewport, color_scheme=colours)
    page = context.new_page()
    if "network" in pages:
        keep(page)
    for name, path in pages.items():
        page.goto(path, wait_until="networkidle")
        file = asked.out / f"{name.strip('/').replace('/', '-')}-{size[0]}-{colours}.png"
        page.screenshot(path=file, full_page=asked.whole)
        sys.stdout.write(f"{file}\n")
    context.close()


def keep(page: Page) -> None:
    """Saves one listing of each, so that some windows of the network are lit."""
    for path in KEPT:
        page.goto(path, wait_until="networkidle")
        page.locator("form.keep button").first.click()
        page.locator("form.kept").first.wait_for()


if __name__ == "__main__":
    main()

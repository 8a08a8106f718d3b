"""The running site, and a watch under which nothing may ask a stranger or complain."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.people import People, sign_in_everybody
from tests.browser.site import Site, running_site
from tests.browser.watch import BrowserWatch, watch_browser


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def watch(browser: Browser, site: Site) -> Iterator[BrowserWatch]:
    with watch_browser(browser, site) as watch:
        yield watch


@pytest.fixture(scope="session")
def people(browser: Browser, site: Site) -> Iterator[People]:
    with watch_browser(browser, site) as watch:
        yield sign_in_everybody(watch)

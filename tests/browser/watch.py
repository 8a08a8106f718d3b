"""Browser contexts whose requests and error messages are recorded."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext

from tests import chromium
from tests.browser.site import Site

PHONE = (390, 844)
DESKTOP = (1280, 900)


@dataclass
class BrowserWatch:
    """Opens browser contexts and records the requests and error messages of all of them."""

    browser: Browser
    site: Site
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    # Parts of error messages that a test causes on purpose.
    expected: list[str] = field(default_factory=list)
    _open: list[BrowserContext] = field(default_factory=list)

    def context(self, size: tuple[int, int] = PHONE, **options: Any) -> BrowserContext:
        return self._watched(self.browser.new_context(**self._options(size, options)))

    @contextmanager
    def program(self, profile: str, **options: Any) -> Iterator[BrowserContext]:
        """Start a browser whose profile is in the folder `profile`, and quit it at the end."""
        context = self.browser.browser_type.launch_persistent_context(
            profile, executable_path=chromium.path(), args=chromium.flags(), **self._options(PHONE, options)
        )
        yield self._watched(context)
        context.close()

    def _options(self, size: tuple[int, int], options: dict[str, Any]) -> dict[str, Any]:
        viewport = {"width": size[0], "height": size[1]}
        return {"base_url": self.site.address, "viewport": viewport, **options}

    def _watched(self, context: BrowserContext) -> BrowserContext:
        context.set_default_timeout(10_000)
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("console", lambda message: self._hear(message.type, message.text))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self._open.append(context)
        return context

    def _hear(self, kind: str, words: str) -> None:
        if kind in ("error", "warning") or "Content Security Policy" in words:
            self.complaints.append(words)

    def close(self) -> None:
        for context in self._open:
            context.close()

    def strangers(self) -> list[str]:
        """Return the requests to hosts other than the site and the neutral site."""
        known = {urlsplit(self.site.address).netloc, urlsplit(self.site.neutral).netloc}
        return [url for url in self.requests if urlsplit(url).netloc not in known]

    def faults(self) -> list[str]:
        heard = [words for words in self.complaints if not any(part in words for part in self.expected)]
        return [f"asked {url}" for url in self.strangers()] + [f"complained: {words}" for words in heard]


@contextmanager
def watch_browser(browser: Browser, site: Site) -> Iterator[BrowserWatch]:
    """Yield a watch; fail at the end if a page asked another host or reported an error."""
    watch = BrowserWatch(browser, site)
    yield watch
    watch.close()
    assert not watch.faults(), "\n".join(watch.faults())

"""Check a page, as a window shows it, against the rules of axe-core."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE_SCRIPT = Axe()
# In addition to the default rules: targets of 24 px or more. The security policy blocks what axe would preload.
RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}, "preload": False}
# Nobody taps on paper, so the size of targets does not matter there.
PRINT_RULES = {**RULES, "rules": {"target-size": {"enabled": False}}}


def axe_violations_at(page: Page, width: int, colours: str) -> list[str]:
    """Return the violations in a window as tall as the page, where no sticky bar covers other elements."""
    page.emulate_media(color_scheme=colours)
    page.set_viewport_size({"width": width, "height": 900})
    page.set_viewport_size({"width": width, "height": page.evaluate("document.documentElement.scrollHeight")})
    wait_until_settled(page)
    return [f"{width} {colours}: {fault}" for fault in axe_violations(page)]


def wait_until_settled(page: Page) -> None:
    """Finish all colour transitions, which would count as violations.

    Waiting for them does not work: a transition of an element that is never drawn never ends.
    """
    page.evaluate("document.getAnimations().forEach(each => each.finish())")


def axe_violations(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    """Return the violations that axe finds on the page, one for each element."""
    violations = AXE_SCRIPT.run(page, options=rules).response["violations"]
    return [
        f"{each['id']}: {node['target']}: {node['failureSummary']}"
        for each in violations
        for node in each["nodes"]
    ]

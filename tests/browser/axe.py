"""The rules of axe-core, held against a page as a window shows it."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE_SCRIPT = Axe()
# Beside the rules that are on anyhow: targets of 24 px or more. What axe would load by itself, the policy blocks.
RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}, "preload": False}
# Paper is not tapped.
PRINT_RULES = {**RULES, "rules": {"target-size": {"enabled": False}}}


def axe_violations_at(page: Page, width: int, colours: str) -> list[str]:
    """In a window as tall as the page: bars that stick to its edges would lie over what is measured."""
    page.emulate_media(color_scheme=colours)
    page.set_viewport_size({"width": width, "height": 900})
    page.set_viewport_size({"width": width, "height": page.evaluate("document.documentElement.scrollHeight")})
    wait_until_settled(page)
    return [f"{width} {colours}: {fault}" for fault in axe_violations(page)]


def wait_until_settled(page: Page) -> None:
    """Colours that are still on their way to the dark, or to paper, would count as faults. They are brought to their
    end, not waited for: what is never drawn never ends."""
    page.evaluate("document.getAnimations().forEach(each => each.finish())")


def axe_violations(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    """What axe finds on the page as it stands, an element each."""
    violations = AXE_SCRIPT.run(page, options=rules).response["violations"]
    return [
        f"{each['id']}: {node['target']}: {node['failureSummary']}"
        for each in violations
        for node in each["nodes"]
    ]

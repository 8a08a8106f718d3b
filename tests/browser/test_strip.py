"""The strip says whose number it holds to somebody whose device remembers another country."""

import pytest

from tests.browser.watch import BrowserWatch

pytestmark = pytest.mark.browser


def test_a_country_that_the_device_remembers_names_the_strips_own(watch: BrowserWatch) -> None:
    page = watch.context().new_page()
    page.goto("/hotlines/?country=CA")
    page.get_by_role("button", name="Remember Canada on this device").click()
    page.goto("/about/")
    assert page.locator(".crisis-strip a[href^='tel:']").all_inner_texts() == ["Call 988 (United States)"]
    assert "(" not in page.locator(".crisis-strip .quick-exit").inner_text()
    page.goto("/hotlines/?country=CA")
    assert "(Canada)" in page.locator(".crisis-strip a").first.inner_text()
    page.get_by_role("button", name="Forget").click()
    page.goto("/about/")
    assert page.locator(".crisis-strip a[href^='tel:']").all_inner_texts() == ["Call 988"]

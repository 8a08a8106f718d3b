"""An account from its first page to its last, as a person goes: name, passkey, sign-ins, copy, erasing."""

import json
import zipfile

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import PASSWORD, main_button, sign_in, sign_out, sign_up
from tests.browser.watch import BrowserWatch

pytestmark = pytest.mark.browser

script = pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])


def confirm_password(page: Page) -> None:
    """Answers the page that asks once more."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it you?")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    main_button(page, "Go on").click()


def add_virtual_authenticator(page: Page) -> None:
    """A device that keeps passkeys and unlocks by itself."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    lock = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    more = {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": {**lock, **more}})


@script
def test_copy_is_taken_out_and_the_account_erased(watch: BrowserWatch, script: bool) -> None:
    page = watch.context(java_script_enabled=script).new_page()
    sign_up(page)
    name = page.locator("[data-login-name]").inner_text()
    page.goto("/accounts/")
    expect(page.locator("[data-login-name]")).to_have_text(name)
    expect(page.get_by_text("this device", exact=True).first).to_be_visible()
    page.get_by_role("link", name="What is kept").first.click()

    page.get_by_role("link", name="Take it out as a file").click()
    confirm_password(page)
    with page.expect_download() as waiting:
        main_button(page, "Download the file").click()
    with zipfile.ZipFile(waiting.value.path()) as archive:
        assert json.loads(archive.read("copy.json"))["login_name"] == name

    page.goto("/my-network/delete-account/")
    main_button(page, "Erase it all now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("It is all erased")
    sign_in(page, name, PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_passkey_signs_in_and_is_removed(watch: BrowserWatch) -> None:
    page = watch.context().new_page()
    add_virtual_authenticator(page)
    sign_up(page)
    name = page.locator("[data-login-name]").inner_text()
    page.goto("/accounts/2fa/webauthn/add/")
    confirm_password(page)
    main_button(page, "Make a passkey").click()
    expect(page.locator("[data-spare-code]")).to_have_count(10)
    sign_out(page)

    page.goto("/accounts/login/")
    main_button(page, "Sign in with a passkey").click()
    expect(page).to_have_url(f"{watch.site.address}/my-network/")
    page.goto("/accounts/")
    expect(page.locator("[data-login-name]")).to_have_text(name)
    page.get_by_role("link", name="Remove Passkey 1").click()
    confirm_password(page)
    main_button(page, "Remove it").click()
    expect(page.get_by_role("link", name="Remove Passkey 1")).to_have_count(0)

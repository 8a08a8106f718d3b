"""P11: the site leaves no trace of a visitor.

Browsing sets no cookie. `forget` deletes stored data on its day. A real browser stores nothing, anywhere that a page
can store, but what the person asked for.

Planted faults: a page that starts a session; one entry in each store of the browser; a run of `forget` a day early,
which deletes nothing.
"""

import datetime
import io
import re

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from network.data_rights import retention
from network.models import Account, Erasure, Session
from recovery_site.models import DailyKey
from tests.browser.hand import main_button, save_card
from tests.browser.watch import BrowserWatch
from tests.builders import make_account, make_group, make_listing
from tests.network.steps import is_signed_in, sign_in
from tests.soak import size

pytestmark = pytest.mark.django_db
PAGES = size(60, 1000)
DAY = datetime.timedelta(days=1)
SKIPPED = ("/leave/", "/accounts/", "/admin/")


def crawl(client, most):
    """Return the responses of pages that links reach from the home page, in both languages."""
    waiting, seen = ["/", "/es/", "/my-network/", "/find/?q=quiet&near=95112", "/no/such/page/"], {}
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        if path in seen or path.startswith(SKIPPED) or path.startswith(("/static/", "/es/accounts/")):
            continue
        seen[path] = answer = client.get(path)
        if answer.get("Content-Type", "").startswith("text/html") and not answer.streaming:
            waiting += links(answer)
    return seen


def links(answer):
    found = re.findall(r'href="(/[^"#]*)"', answer.content.decode())
    return [link.replace("&amp;", "&") for link in found]


def test_visitor_gets_no_cookie_p11(client, figure):
    for _ in range(3):
        make_listing()
        make_group(meetings=2)
    seen = crawl(client, PAGES)
    cookies = {path: list(answer.cookies) for path, answer in seen.items() if answer.cookies}
    figure("P11", f"{len(seen)} addresses without an account: {len(cookies)} set a cookie", must="0")
    assert len(seen) >= 40
    assert cookies == {}
    assert not client.cookies
    assert not Session.objects.exists()


def test_page_that_opens_a_session_is_detected_p11(client):
    """Detect the planted fault: the sign-in page needs a cookie for its form."""
    assert client.get(reverse("account_login")).cookies


LOOKED_AT = (
    "/", "/find/?q=quiet", "/support-groups/", "/now/", "/hotlines/?country=CA", "/guides/", "/safety/", "/privacy/",
    "/my-network/", "/suggest/", "/es/find/?q=calma", "/no/such/page/",
)  # fmt: skip
STORES = """async () => ({
    local: Object.keys(localStorage).sort(), session: Object.keys(sessionStorage), cookie: document.cookie,
    databases: (await indexedDB.databases()).map(each => each.name), caches: await caches.keys(),
    workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
FILL = """async () => {
    localStorage.x = sessionStorage.x = document.cookie = "x=1";
    await caches.open("x");
    await new Promise(done => indexedDB.open("x").onsuccess = done);
}"""


def stored(page: Page) -> dict[str, object]:
    """Return what the browser stores, by store, without empty stores."""
    held = page.evaluate(STORES) | {"cookies": [each["name"] for each in page.context.cookies()]}
    return {store: entries for store, entries in held.items() if entries}


@pytest.mark.browser
def test_browser_stores_nothing_of_a_visitor_p11(watch: BrowserWatch, figure) -> None:
    watch.expected.append("Failed to load resource")  # the page that is not there
    page = watch.context().new_page()
    found = {}
    for path in LOOKED_AT:
        page.goto(path)
        found[path] = stored(page)
    page.goto("/support-groups/")
    page.locator("article.card h3 a").first.click()
    found[page.url] = stored(page)
    kept = {path: stores for path, stores in found.items() if stores}
    figure("P11", f"{len(found)} pages in a browser: {len(kept)} with something stored", must="0")
    assert kept == {}
    page.evaluate(FILL)
    planted = {"local", "session", "cookie", "cookies", "databases", "caches"}
    assert set(stored(page)) == planted, "the planted faults"


@pytest.mark.browser
def test_browser_stores_only_what_a_person_requests_p11(watch: BrowserWatch) -> None:
    page = watch.context().new_page()
    page.goto("/support-groups/")
    save_card(page, 0)
    assert stored(page) == {"cookies": ["kept"], "local": ["kept"]}
    page.goto("/hotlines/?country=CA")
    main_button(page, "Remember Canada on this device").click()
    assert stored(page) == {"cookies": ["kept"], "local": ["country", "kept"]}
    page.goto("/my-network/clear/")
    main_button(page, "Clear this device").click()
    expect(page.get_by_role("heading", name="This device is cleared")).to_be_visible()
    assert stored(page) == {}


@pytest.fixture
def noon(time_machine):
    time_machine.move_to("2031-05-06 12:00:00+00:00", tick=False)
    return time_machine


def forget():
    out = io.StringIO()
    call_command("forget", stdout=out)
    return out.getvalue()


def test_expired_sessions_are_deleted_p11(noon):
    sign_in(Client(), make_account().login_name)
    before = Session.objects.count()
    noon.shift(DAY - datetime.timedelta(minutes=1))
    forget()
    assert Session.objects.count() == before
    noon.shift(datetime.timedelta(minutes=1))
    forget()
    assert not Session.objects.exists()


def test_idle_accounts_are_erased_p11(noon, settings, figure):
    idle, busy = make_account(), make_account()
    days = int(settings.IDLE_MONTHS * retention.AVERAGE_MONTH / DAY)
    noon.shift(DAY * days)
    client = Client()
    sign_in(client, busy.login_name)
    assert "idle accounts: 0" in forget()
    noon.shift(DAY)
    assert "idle accounts: 1" in forget()
    figure(
        "P11",
        f"an account that nobody used goes after {days + 1} days",
        must=f"{settings.IDLE_MONTHS} months",
    )
    assert list(Account.objects.all()) == [busy]
    assert Erasure.objects.filter(opaque_id=idle.opaque_id).exists()


def test_ids_of_erased_accounts_are_deleted_after_the_last_backup_p11(noon, settings):
    from network.data_rights import account_deletion

    account_deletion.delete_account(make_account())
    noon.shift(DAY * (settings.BACKUP_DAYS + 1))
    forget()
    assert Erasure.objects.exists()
    noon.shift(DAY)
    forget()
    assert not Erasure.objects.exists()


def test_counts_of_guesses_and_daily_keys_are_deleted_p11(noon):
    sign_in(Client(), "no-such-otter-1", "wrong password")
    assert rows_in_cache()
    noon.shift(DAY * 2)
    forget()
    assert rows_in_cache() == 0
    assert not DailyKey.objects.exists()


def rows_in_cache():
    cache.get("x")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache")
        return cursor.fetchone()[0]


def test_time_of_a_second_factor_is_deleted_p11(noon):
    from allauth.mfa.models import Authenticator

    factor = Authenticator.objects.create(
        user=make_account(), type="totp", data={}, last_used_at="2031-05-06T12:34Z"
    )
    forget()
    factor.refresh_from_db()
    assert factor.last_used_at is None


def test_forget_keeps_current_sessions_p11(noon):
    client = Client()
    sign_in(client, make_account().login_name)
    forget()
    assert is_signed_in(client)

"""A database that takes no writing, such as a standby or a disk made read-only: whatever is only looked at is shown.

Row of the safety matrix: L7.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, DatabaseError, OperationalError, connection, connections
from django.test import Client
from django.urls import reverse

from directory.models import Channel, Listing, ZeroResultQuery
from directory.search import zero_result_queries
from network.models import Account
from network.saved import cookie
from network.vault import store
from network.vault.items import Appointment, Goal, Person, PlanEntry, SavedList, TimeZone
from recovery_site.security import ip_pseudonyms
from tests.builders import PASSWORD, make_account, make_curator, make_group
from tests.network.steps import reauthenticate
from tests.safety.admin_rows import make_one_of_each
from tests.safety.test_role_permissions import admin_address

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = (
    "/", "/find/", "/find/?q=aa", "/find/?q=zzzz+qqqq", "/find/?q=zzzz&place=95112", "/find/?q=therapsit",
    "/find/suggest/?q=a", "/find/?q=i+want+to+die", "/find/?print=1", "/now/", "/now/?country=DE", "/hotlines/",
    "/therapists/", "/therapists/?q=zzzz", "/support-groups/?day=mon", "/guides/", "/guides/overdose/", "/about/",
    "/privacy/", "/safety/", "/suggest/", "/answer/", "/shared/", "/shared/?l=x", "/robots.txt", "/sitemap.xml",
    "/sitemap-pages.xml", "/worker.js", "/manifest.webmanifest", "/healthz", "/readyz", "/leave/", "/es/", "/es/now/",
    "/es/find/?q=zzzz", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/",
    "/accounts/2fa/webauthn/login/", "/nothing/here/", "/listing/nothing/",
)  # fmt: skip
OWN = (
    "my_network", "saved_marks", "clear_device", "people", "new_person", "plan", "new_goal", "week", "week_calendar",
    "new_appointment", "zone", "print_plan", "print_card", "print_list", "share", "people_and_steps", "small_steps",
    "my_data", "export_copy", "import_copy", "delete_account", "account", "welcome", "account_logout",
    "account_reauthenticate",
    "account_change_password", "mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes", "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
)  # fmt: skip
DESK = ("changelist", "change", "history", "add", "recoverlist", "revision", "upload", "next")


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch):
    """A process that has no key of today yet."""
    monkeypatch.setattr(ip_pseudonyms, "_today", None)


@contextmanager
def read_only() -> Iterator[None]:
    """The database takes no writing, and says so as each of the two does."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        # `query_only` lets transactions for writing begin; a file that cannot be written does not.
        def refuse():
            raise OperationalError("attempt to write a readonly database")

        with pytest.MonkeyPatch.context() as patch, connection.cursor() as cursor:
            patch.setattr(connections[DEFAULT_DB_ALIAS], "_start_transaction_under_autocommit", refuse)
            cursor.execute("PRAGMA query_only=ON")
            try:
                yield
            finally:
                cursor.execute("PRAGMA query_only=OFF")
        return
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
        try:
            yield
        finally:
            cursor.execute("SET default_transaction_read_only = off")


def statuses(client, addresses):
    client.raise_request_exception = False
    return {each: client.get(each).status_code for each in addresses}


# These keep something for the form that they show, or show a version by writing it and taking that back.
WRITE = ("/accounts/2fa/webauthn/add/", "/accounts/2fa/totp/activate/")


def worse(client, addresses):
    """Return the pages that answer otherwise than on a database that can be written, with their statuses.

    A page that has to write answers 507, as it does when the disk is full."""
    before = statuses(client, addresses)
    ip_pseudonyms._today = None
    cache.clear()
    with read_only():
        after = statuses(client, addresses)
    allowed = {
        each: 507 for each in addresses if each in WRITE or "/history/" in each.removesuffix("/history/")
    }
    return {each: found for each, found in after.items() if found not in (before[each], allowed.get(each))}


def test_planted_database_is_read_only():
    with read_only(), pytest.raises(DatabaseError):
        make_account()
    make_account()


def test_search_without_results_works_and_is_not_counted(client):
    make_group()
    with read_only():
        assert zero_result_queries.record_zero_result("zzzz qqqq", datetime.date(2026, 3, 2)) is False
        answer = client.get("/find/?q=zzzz+qqqq")
    assert answer.status_code == 200
    assert not ZeroResultQuery.objects.exists()


def test_every_public_page_works(figure):
    group = make_group(meetings=2, slug="lantern", name="AA Lantern")
    Channel.objects.create(listing=group, type="call", dial="4085550101")
    addresses = [*PAGES, "/listing/lantern/", "/listing/lantern.ics", "/listing/lantern/report/"]
    saved = Client()
    saved.cookies[cookie.cookie_name()] = str(group.pk)
    found = worse(Client(), addresses) | worse(saved, ["/my-network/", "/", "/my-network/data/"])
    figure(
        "L7",
        f"{len(addresses)} public pages on a read-only database: {len(found)} answer otherwise",
        must="0",
    )
    assert found == {}


def with_things(account):
    group = Listing.objects.first()
    things = [
        SavedList([group.pk]), Person(name="Anna"), PlanEntry("signs", "x"), Goal("goal", "Sleep"),
        TimeZone("Europe/Madrid"),
        Appointment("Call", on="2026-12-01", at="09:00", zone="UTC"),
    ]  # fmt: skip
    return [
        store.save_item(account, store.row_id_for(account, thing), thing, store.UNSAVED_VERSION)
        for thing in things
    ]


def test_every_personal_page_works(client, figure):
    make_group(meetings=2)
    account = make_account()
    client.post(reverse("account_login"), {"login": account.login_name, "password": PASSWORD})
    reauthenticate(client)
    rows = {type(row.item): row.pk for row in with_things(account)}
    addresses = [reverse(name) for name in OWN] + [reverse("step", args=("signs",)), "/", "/find/?q=zzzz"]
    addresses += [reverse(name, args=(rows[kind],)) for name, kind in (
        ("person", Person), ("goal", Goal), ("appointment", Appointment), ("delete_item", Goal))]  # fmt: skip
    found = worse(client, addresses)
    figure(
        "L7",
        f"{len(addresses)} pages of a person on a read-only database: {len(found)} answer otherwise",
        must="0",
    )
    assert found == {}
    assert Account.objects.count() == 1


@pytest.mark.parametrize("role", ["curator", "steward"])
def test_every_admin_page_works(client, role, figure):
    world = make_one_of_each()
    make_curator(client, role)
    addresses = ["/admin/", "/admin/jsi18n/", "/admin/directory/", "/admin/password_change/"]
    for model, row in world.items():
        pages = {url.name.removeprefix(f"{model._meta.app_label}_{model._meta.model_name}_")
                 for url in admin.site.get_model_admin(model).urls if url.name}  # fmt: skip
        addresses += [admin_address(row, page) for page in DESK if page in pages]
    found = worse(client, addresses)
    figure(
        "L7",
        f"{role}: {len(addresses)} pages on a read-only database, {len(found)} answer otherwise",
        must="0",
    )
    assert found == {}


def test_forms_are_rejected_with_a_page(client):
    """Nothing can be saved; nobody is told that it was, and no page breaks."""
    make_group(slug="lantern")
    account = make_account()
    client.force_login(account)
    client.raise_request_exception = False
    with read_only():
        answer = client.post(reverse("new_person"), {"name": "Anna", "relation": "other", "version": "0"})
        assert (answer.status_code, "Anna" in answer.content.decode()) == (507, True)
        for name in ("account_login", "account_signup", "suggest"):
            given = {"login": account.login_name, "password": PASSWORD, "kind": "therapists", "name": "New"}
            answer = Client(raise_request_exception=False).post(
                reverse(name), given, headers={"Origin": "http://testserver"}
            )
            assert answer.status_code != 500, name
            assert "tel:988" in answer.content.decode(), name

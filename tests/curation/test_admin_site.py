import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from curation.roles.roles import curator_group, publisher_group
from directory.kinds.registry import kinds
from directory.models import Organization
from network.accounts.allauth_internals import TOTP, generate_totp_secret
from network.models import Account, Session
from tests.builders import PASSWORD, make_account, make_curator, make_group, make_listing
from tests.network.steps import is_signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database("pages and permissions of the admin")]
# Open to everyone: where one signs in.
DOOR = {"/admin/login/"}


def admin_addresses():
    """Return every address of the admin, with 1 for each parameter."""
    [resolver] = [each for each in get_resolver().url_patterns if str(each.pattern) == "admin/"]
    return sorted({"/admin/" + address for address in resolver_addresses(resolver)} - DOOR)


def resolver_addresses(resolver):
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from (plain_path(each.pattern) + rest for rest in resolver_addresses(each))
        elif isinstance(each, URLPattern):
            yield plain_path(each.pattern)


def plain_path(pattern):
    if "(?P<app_label>" in str(pattern):
        return "directory/"
    return re.sub(r"\(\[\^/\]\+\)|\(\\d\+\)|\(\?P<url>.*\)|<[^>]+>", "1", str(pattern)).strip("^$")


def test_admin_addresses_are_complete():
    found = admin_addresses()
    assert len(found) > 50
    assert not [address for address in found if set("<>()^$\\") & set(address)]
    assert {reverse("admin:index"), reverse("admin:groups_supportgroup_add"), reverse("admin:jsi18n")} <= set(
        found
    )


@pytest.mark.parametrize("facts", [{"is_staff": True, "is_superuser": True}, {"is_staff": True}, {}], ids=str)
def test_admin_needs_a_second_factor(client, facts):
    make_listing(), make_group()
    client.force_login(make_account(**facts))
    for address in admin_addresses():
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code == 302, address
            assert answer["Location"].startswith("/admin/login/") or address == "/admin/logout/"


def test_staff_without_a_second_factor_are_redirected_to_add_one(client):
    client.force_login(make_account(is_staff=True))
    assert client.get("/admin/login/")["Location"] == reverse("mfa_activate_totp")


def test_staff_with_a_second_factor_open_the_admin(client):
    make_curator(client)
    answer = client.get("/admin/")
    assert answer.status_code == 200
    assert "Support groups" in answer.content.decode()


# ---- A sign-in has the rights with which it began ----


def make_staff_by_role(account):
    call_command("give_role", account.login_name, "publisher")


def make_staff_by_row(account):
    Account.objects.filter(pk=account.pk).update(is_staff=True)


def make_staff_by_model(account):
    account.is_staff = True
    account.groups.add(publisher_group())
    account.save()


@pytest.mark.parametrize("promote", [make_staff_by_role, make_staff_by_row, make_staff_by_model])
def test_session_of_a_member_ends_when_the_account_becomes_staff(client, promote):
    account = make_account()
    given = {"login": account.login_name, "password": PASSWORD, "stay": "on"}
    client.post(reverse("account_login"), given)
    assert client.cookies["session"]["max-age"]
    TOTP.activate(account, generate_totp_secret())
    promote(account)
    assert not is_signed_in(client)
    assert client.get("/admin/").status_code == 302


def promote_to_superuser(account):
    account.is_superuser = True
    account.save()


def promote_by_group(account):
    account.groups.add(publisher_group())


def promote_by_permission(account):
    account.user_permissions.add(Permission.objects.get(codename="publish_listing"))


def promote_by_swapping_groups(account):
    account.groups.set([publisher_group()])


@pytest.mark.parametrize(
    "promote", [promote_to_superuser, promote_by_group, promote_by_permission, promote_by_swapping_groups]
)
def test_session_of_staff_ends_when_the_account_gets_more_rights(client, promote):
    account = make_curator(client, "curator")
    assert client.get("/admin/").status_code == 200
    promote(account)
    answer = client.get("/admin/directory/therapist/", follow=True)
    assert [each for each, _status in answer.redirect_chain] == [
        "/admin/login/?next=/admin/directory/therapist/",
        "/accounts/login/?next=/admin/directory/therapist/",
    ]
    assert not is_signed_in(client)
    client.force_login(Account.objects.get())
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("role", ["curator", "steward", "none"])
def test_give_role_ends_all_sessions(role):
    clients = [Client(), Client()]
    account = make_curator(clients[0], "publisher")
    clients[1].force_login(account)
    call_command("give_role", account.login_name, role)
    assert not any(map(is_signed_in, clients))
    assert not Session.objects.filter(account=account).exists()


def test_session_continues_while_rights_stay(client):
    """An update of the roles' permissions signs nobody out."""
    make_curator(client, "curator")
    call_command("give_role")
    assert client.get("/admin/").status_code == 200


# ---- Signing in, out and a new password are the site's own ----


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/admin/password_change/", "/accounts/password/change/"),
        ("/admin/password_change/done/", "/accounts/"),
        ("/admin/logout/", "/accounts/logout/"),
        ("/admin/login/", "/admin/"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_admin_password_pages_redirect_to_the_site(client, address, leads_to, method):
    account = make_curator(client)
    before = account.password
    new = {"old_password": PASSWORD, "new_password1": "wholly new words", "new_password2": "wholly new words"}
    answer = getattr(client, method)(address, {**new, "username": account.login_name, "password": PASSWORD})
    assert (answer.status_code in (302, 307), answer["Location"]) == (True, leads_to)
    account.refresh_from_db()
    assert account.password == before


def test_password_guesses_in_an_admin_session_are_limited(client):
    account = make_curator(client)
    for number in range(12):
        given = {"old_password": f"guess {number}", "password": f"guess {number}"}
        answer = client.post("/admin/password_change/", given, follow=True)
        again = client.post(reverse("account_reauthenticate"), given)
    assert again.status_code == 429
    assert b"old_password" not in answer.content
    assert account.check_password(PASSWORD)


def test_admin_sign_in_redirects_to_the_site(client):
    """Django's own sign-in needs only a password and does not limit guesses."""
    victim, staff = make_account(is_staff=True), make_account(is_staff=True)
    given = {"username": victim.login_name, "password": PASSWORD, "next": "/admin/"}
    for visitor, leads_to in (
        (None, "/accounts/login/?next=/admin/"),
        (staff, "/accounts/2fa/totp/activate/"),
    ):
        if visitor:
            client.force_login(visitor)
        answer = client.post("/admin/login/", given)
        assert answer["Location"] == leads_to
    client.force_login(make_account())
    assert client.post("/admin/login/", given).status_code == 403


def test_admin_sign_out_ends_the_session(client):
    make_curator(client)
    assert client.post("/admin/logout/", follow=True).status_code == 200
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "bad", ["https://example.com/", "//example.com/", "javascript:alert(1)", "\\\\example.com"]
)
def test_admin_sign_in_redirects_to_no_other_site(client, bad):
    assert client.get("/admin/login/", {"next": bad})["Location"] == "/accounts/login/?next=/admin/"
    make_curator(client)
    assert client.get("/admin/login/", {"next": bad})["Location"] == "/admin/"


@pytest.mark.parametrize("name", ["emailaddress", "authenticator", "account", "savedlist", "listing"])
def test_private_models_are_not_in_the_admin(name):
    assert name not in {model._meta.model_name for model in admin.site._registry}


def test_curators_edit_all_kinds_and_delete_nothing():
    names = set(curator_group().permissions.values_list("codename", flat=True))
    for kind in kinds.values():
        assert {f"{verb}_{kind.model._meta.model_name}" for verb in ("view", "add", "change")} <= names
    assert {"add_channel", "change_meeting", "add_verification", "view_source", "view_importrun"} <= names
    assert not [name for name in names if name.startswith("delete_")]
    assert "change_source" not in names


def test_curator_group_is_created_once_and_updated():
    group = curator_group()
    group.permissions.add(Permission.objects.get(codename="delete_organization"))
    assert curator_group() == group
    assert not group.permissions.filter(codename="delete_organization").exists()


def test_admin_pages_have_no_inline_code(client):
    """Check pages of reversion and our own; the others are Django's."""
    listing = make_listing()
    make_curator(client)
    page = reverse("admin:directory_therapist_change", args=(listing.pk,))
    client.post(page, {})
    for address in (page, page.replace("change", "history"), reverse("admin:directory_therapist_changelist")):
        text = client.get(address).content.decode()
        assert "<style" not in text
        assert " onclick" not in text
        assert " style=" not in text


def test_autocomplete_answers_curators(client):
    make_curator(client)
    Organization.objects.create(name="Hope House")
    asked = {
        "app_label": "directory",
        "model_name": "therapist",
        "field_name": "organization",
        "term": "hope",
    }
    answer = client.get(reverse("admin:autocomplete"), asked)
    assert [each["text"] for each in answer.json()["results"]] == ["Hope House"]


def test_link_to_the_public_page_ignores_the_host_header(client: Client) -> None:
    make_curator(client)
    listing = make_listing(slug="vale")
    address = reverse("admin:view_on_site", args=(ContentType.objects.get_for_model(listing).pk, listing.pk))
    answer = client.get(address, headers={"Host": "testserver:4242"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/listing/vale/")

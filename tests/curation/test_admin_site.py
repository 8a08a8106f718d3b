import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from curation.roles.roles import curator_group, publisher_group
from directory.kinds.registry import kinds
from directory.models import Organization
from network.models import Account, Session
from tests.builders import PASSWORD, make_account, make_curator, make_group, make_listing
from tests.network.steps import is_signed_in

pytestmark = pytest.mark.django_db
# Open to everyone: where one signs in.
DOOR = {"/admin/login/"}


def admin_addresses():
    """Every address of the admin, with 1 for what stands open in it."""
    [resolver] = [each for each in get_resolver().url_patterns if str(each.pattern) == "admin/"]
    return sorted({"/admin/" + address for address in addresses(resolver)} - DOOR)


def addresses(resolver):
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from (plain(each.pattern) + rest for rest in addresses(each))
        elif isinstance(each, URLPattern):
            yield plain(each.pattern)


def plain(pattern):
    if "(?P<app_label>" in str(pattern):
        return "directory/"
    return re.sub(r"\(\[\^/\]\+\)|\(\\d\+\)|\(\?P<url>.*\)|<[^>]+>", "1", str(pattern)).strip("^$")


def test_admin_addresses_are_all_there():
    found = admin_addresses()
    assert len(found) > 50
    assert not [address for address in found if set("<>()^$\\") & set(address)]
    assert {reverse("admin:index"), reverse("admin:groups_supportgroup_add"), reverse("admin:jsi18n")} <= set(
        found
    )


@pytest.mark.parametrize("facts", [{"is_staff": True, "is_superuser": True}, {"is_staff": True}, {}], ids=str)
def test_nobody_reaches_the_desk_without_a_second_factor(client, facts):
    make_listing(), make_group()
    client.force_login(make_account(**facts))
    for address in admin_addresses():
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code == 302, address
            assert answer["Location"].startswith("/admin/login/") or address == "/admin/logout/"


def test_staff_are_led_to_their_second_factor(client):
    client.force_login(make_account(is_staff=True))
    assert client.get("/admin/login/")["Location"] == reverse("mfa_activate_totp")


def test_staff_with_a_second_factor_reach_the_desk(client):
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
def test_a_sign_in_of_a_member_ends_when_the_account_becomes_staff(client, promote):
    account = make_account()
    given = {"login": account.login_name, "password": PASSWORD, "stay": "on"}
    client.post(reverse("account_login"), given)
    assert client.cookies["session"]["max-age"]
    TOTP.activate(account, generate_totp_secret())
    promote(account)
    assert not is_signed_in(client)
    assert client.get("/admin/").status_code == 302


def raise_to_superuser(account):
    account.is_superuser = True
    account.save()


def raise_by_group(account):
    account.groups.add(publisher_group())


def raise_by_permission(account):
    account.user_permissions.add(Permission.objects.get(codename="publish_listing"))


def raise_by_swapping_groups(account):
    account.groups.set([publisher_group()])


@pytest.mark.parametrize(
    "promote", [raise_to_superuser, raise_by_group, raise_by_permission, raise_by_swapping_groups]
)
def test_a_sign_in_of_staff_opens_the_desk_with_the_rights_it_began_with_alone(client, promote):
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
def test_giving_a_role_ends_all_other_sign_ins(role):
    clients = [Client(), Client()]
    account = make_curator(clients[0], "publisher")
    clients[1].force_login(account)
    call_command("give_role", account.login_name, role)
    assert not any(map(is_signed_in, clients))
    assert not Session.objects.filter(account=account).exists()


def test_a_sign_in_goes_on_while_rights_stay(client):
    """What a role may do is set anew after each update; nobody is signed out by that."""
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
def test_the_desk_has_no_page_of_its_own_for_passwords(client, address, leads_to, method):
    account = make_curator(client)
    before = account.password
    new = {"old_password": PASSWORD, "new_password1": "wholly new words", "new_password2": "wholly new words"}
    answer = getattr(client, method)(address, {**new, "username": account.login_name, "password": PASSWORD})
    assert (answer.status_code in (302, 307), answer["Location"]) == (True, leads_to)
    account.refresh_from_db()
    assert account.password == before


def test_guesses_at_the_password_behind_an_open_desk_are_counted(client):
    account = make_curator(client)
    for number in range(12):
        given = {"old_password": f"guess {number}", "password": f"guess {number}"}
        answer = client.post("/admin/password_change/", given, follow=True)
        again = client.post(reverse("account_reauthenticate"), given)
    assert again.status_code == 429
    assert b"old_password" not in answer.content
    assert account.check_password(PASSWORD)


def test_the_sign_in_of_django_admin_answers_nobody(client):
    """It would take a password alone, and count no guesses."""
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


def test_signing_out_at_the_desk_signs_out(client):
    make_curator(client)
    assert client.post("/admin/logout/", follow=True).status_code == 200
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "bad", ["https://example.com/", "//example.com/", "javascript:alert(1)", "\\\\example.com"]
)
def test_signing_in_at_the_desk_leads_to_no_other_site(client, bad):
    assert client.get("/admin/login/", {"next": bad})["Location"] == "/accounts/login/?next=/admin/"
    make_curator(client)
    assert client.get("/admin/login/", {"next": bad})["Location"] == "/admin/"


@pytest.mark.parametrize("name", ["emailaddress", "authenticator", "account", "savedlist", "listing"])
def test_private_and_foreign_rows_stay_off_the_desk(name):
    assert name not in {model._meta.model_name for model in admin.site._registry}


def test_curators_may_edit_all_kinds_and_delete_nothing():
    names = set(curator_group().permissions.values_list("codename", flat=True))
    for kind in kinds.values():
        assert {f"{verb}_{kind.model._meta.model_name}" for verb in ("view", "add", "change")} <= names
    assert {"add_channel", "change_meeting", "add_verification", "view_source", "view_importrun"} <= names
    assert not [name for name in names if name.startswith("delete_")]
    assert "change_source" not in names


def test_curator_group_is_made_once_and_mended():
    group = curator_group()
    group.permissions.add(Permission.objects.get(codename="delete_organization"))
    assert curator_group() == group
    assert not group.permissions.filter(codename="delete_organization").exists()


def test_desk_runs_nothing_inline(client):
    """Pages of reversion and our own; the shipped ones are Django's."""
    listing = make_listing()
    make_curator(client)
    page = reverse("admin:directory_therapist_change", args=(listing.pk,))
    client.post(page, {})
    for address in (page, page.replace("change", "history"), reverse("admin:directory_therapist_changelist")):
        text = client.get(address).content.decode()
        assert "<style" not in text
        assert " onclick" not in text
        assert " style=" not in text


def test_autocomplete_finds_for_curators(client):
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


def test_way_to_the_public_page_holds_no_host_of_the_request(client: Client) -> None:
    make_curator(client)
    listing = make_listing(slug="vale")
    address = reverse("admin:view_on_site", args=(ContentType.objects.get_for_model(listing).pk, listing.pk))
    answer = client.get(address, headers={"Host": "testserver:4242"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/listing/vale/")

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from curation.roles import curator_group
from directory.kinds import kinds
from directory.models import Organization
from tests.builders import make_account, make_curator, make_group, make_listing

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

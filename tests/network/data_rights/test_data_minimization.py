"""What a walk through the whole site leaves behind: nothing that tells who or where somebody was."""

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse

from network.models import Account
from tests.builders import PASSWORD, make_listing
from tests.network import dump
from tests.network.steps import post_form, saved_slugs, sign_in, sign_up

pytestmark = pytest.mark.django_db
ADDRESS = "203.0.113.77"
BROWSER = "CanaryBrowser/9.9"


def visitor() -> Client:
    return Client(
        REMOTE_ADDR=ADDRESS, headers={"User-Agent": BROWSER, "X-Forwarded-For": ADDRESS, "X-Real-IP": ADDRESS}
    )


def test_database_holds_no_ip_address_and_no_user_agent():
    client, one = visitor(), make_listing()
    post_form(client, "save", listing=one.slug)
    account, _ = sign_up(client)
    client.get(reverse("mfa_activate_totp"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("account_logout"))
    sign_in(client, account.login_name, "not the password")
    sign_in(client, account.login_name)
    assert saved_slugs(client) == [one.slug]
    held = dump.database_text()
    for trace in (ADDRESS, BROWSER, "127.0.0.1", bytes(map(int, ADDRESS.split("."))).hex()):
        assert trace not in held


def test_reauthentication_encrypts_the_pending_form(time_machine):
    """allauth keeps a form that waits for the password, with all its headers, in the session."""
    client = visitor()
    time_machine.move_to("2031-05-06 07:08:09+00:00", tick=False)
    sign_up(client)
    time_machine.shift(400)
    client.post(reverse("mfa_activate_totp"), {"code": "canary-of-a-form"})
    held = dump.database_text()
    for trace in ("canary-of-a-form", client.cookies["session"].value + ";", ADDRESS):
        assert trace not in held


def test_no_installed_app_stores_ip_addresses():
    for model in apps.get_models():
        for field in model._meta.get_fields():
            assert not isinstance(field, models.GenericIPAddressField), field
            assert "user_agent" not in field.name, field


def test_account_has_no_other_fields():
    fields = {field.name for field in Account._meta.get_fields() if field.concrete}
    assert fields == {
        "id", "login_name", "password", "is_staff", "is_active", "is_superuser", "created_on", "last_seen_on",
        "wrapped_key", "recovery_hash", "opaque_id", "groups", "user_permissions",
    }  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "home",
        "find",
        "now",
        "hotlines",
        "about",
        "privacy",
        "safety",
        "my_network",
        "saved_marks",
        "clear_device",
        "leave",
    ],
)
def test_public_page_sets_no_cookie(client, name):
    response = client.get(reverse(name))
    assert response.status_code in (200, 303)
    assert not response.cookies


@pytest.mark.parametrize(
    "path", ["/listing/{}/", "/support-groups/", "/find/?q=quiet&near=95112", "/no/such/page/"]
)
def test_public_page_with_fragments_sets_no_cookie(client, path):
    assert not client.get(path.format(make_listing().slug)).cookies


@pytest.mark.parametrize("name", ["my_network", "saved_marks", "clear_device", "leave"])
def test_personal_page_forbids_caching_and_indexing(client, name):
    response = client.get(reverse(name))
    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex"

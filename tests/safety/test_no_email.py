"""A7: the whole life of an account needs no e-mail and no phone, and none is sent.

Planted fault: a notification by e-mail. The last test detects it.
"""

import io
import json
import zipfile

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from network.models import Account
from network.vault import store
from network.vault.items import Person, PlanEntry
from tests.builders import PASSWORD, make_listing
from tests.network.steps import (
    is_signed_in,
    parse_html,
    post_form,
    reauthenticate,
    saved_slugs,
    sign_in,
    sign_up,
)

pytestmark = pytest.mark.django_db
OTHER_PASSWORD = "another four plain words"
CONTACT = ("email", "e_mail", "phone", "tel", "real_name", "first_name", "last_name")


def whole_way():
    """Sign up, save, write a plan, reset the password, export and delete. Return the number of steps."""
    client = Client()
    listing = make_listing()
    account, code = sign_up(client)
    post_form(client, "save", listing=listing.slug)
    step = PlanEntry(key="signs", text="When I stop sleeping.")
    store.save_item(account, store.singleton_id(account, PlanEntry, "signs"), step, store.UNSAVED_VERSION)
    store.save_item(
        account, store.singleton_id(account, Person, "x"), Person(name="Anna"), store.UNSAVED_VERSION
    )
    client.post(reverse("account_logout"))
    given = {"login_name": account.login_name, "code": code, "password": OTHER_PASSWORD}
    page = parse_html(client.post(reverse("account_reset_password"), given, follow=True))
    assert page.select_one("[data-recovery-code]").text != code
    assert saved_slugs(client) == [listing.slug]
    reauthenticate(client, OTHER_PASSWORD)
    archive = zipfile.ZipFile(io.BytesIO(client.post(reverse("export_copy")).content))
    kept = json.loads(archive.read("copy.json"))["kept"]
    assert {each["kind"] for each in kept} == {"saved", "step", "person"}
    assert client.post(reverse("delete_account")).status_code == 200
    sign_in(client, account.login_name, OTHER_PASSWORD)
    assert not is_signed_in(client)
    return 8


def test_account_life_cycle_needs_no_email_or_phone_a7(figure):
    steps = whole_way()
    assert not Account.objects.exists()
    figure("A7", f"{steps} steps from sign-up to erasing, {len(mail.outbox)} mails", must="0 mails")
    assert mail.outbox == []


@pytest.mark.parametrize("name", ["account_signup", "account_login", "account_reset_password"])
def test_no_field_asks_for_email_or_phone_a7(client, name):
    fields = parse_html(client.get(reverse(name))).select("main input, main textarea")
    names = {field.get("name", "") for field in fields} | {field.get("autocomplete", "") for field in fields}
    assert not [each for each in names if each in CONTACT]
    assert not [field for field in fields if field.get("type") in ("email", "tel")]


def test_account_has_no_contact_column_a7():
    columns = {field.name for field in Account._meta.get_fields()}
    assert not columns & set(CONTACT)
    assert Account.get_email_field_name() not in columns


def test_sent_mail_is_detected_a7():
    """Detect the planted fault."""
    mail.send_mail("x", PASSWORD, None, ["somebody@example.org"])
    assert len(mail.outbox) == 1

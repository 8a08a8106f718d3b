"""`demo_logins`: a curator and a member for the demo town, on this machine only."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from curation.roles.roles import publisher_group
from network.models import Account
from recovery_site.checks import DEMO_LOGINS

CURATOR, MEMBER = DEMO_LOGINS
Login = dict[str, str]


class Command(BaseCommand):
    help = (
        "Makes or resets the logins demo-curator and demo-member and prints them, with the key of the curator's "
        "second factor and its code of this moment. Only with DEMO=1."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo logins exist with DEMO=1 only, on this machine only.")
        logins = known(settings.VAR / "demo-logins.json")
        with transaction.atomic():
            curator = with_password(CURATOR, logins[CURATOR]["password"])
            make_curator(curator, logins[CURATOR]["key"])
            with_password(MEMBER, logins[MEMBER]["password"])
        key = logins[CURATOR]["key"]
        self.stdout.write(f"Curator:  {CURATOR}  password {logins[CURATOR]['password']}")
        self.stdout.write(f"          second step: key {key}, code now {code_now(key)}")
        self.stdout.write(f"Member:   {MEMBER}  password {logins[MEMBER]['password']}")


def known(path: Path) -> dict[str, Login]:
    """The passwords of this install and the key, made on first use; the file is its owner's alone."""
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        pass
    made = {
        CURATOR: {"password": secrets.token_urlsafe(15), "key": totp.generate_totp_secret()},
        MEMBER: {"password": secrets.token_urlsafe(15)},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(made, file)
    return made


def with_password(login_name: str, password: str) -> Account:
    """The account; one that has this password already keeps it, and its sign-ins with it."""
    account = Account.objects.filter(login_name=login_name).first()
    if account is None:
        return Account.objects.create_user(login_name, password)
    if not account.check_password(password):
        account.set_password(password)
    account.is_active = True
    account.save()
    return account


def make_curator(account: Account, key: str) -> None:
    """Opens the desk to the account, as one that publishes too, with its second factor enrolled."""
    account.is_staff = True
    account.save(update_fields=["is_staff"])
    account.groups.add(publisher_group())
    enrolled = Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP)
    if not any(totp.decrypt(each.data["secret"]) == key for each in enrolled):
        enrolled.delete()
        totp.TOTP.activate(account, key)


def code_now(key: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(key, next(totp.yield_hotp_counters_from_time())))

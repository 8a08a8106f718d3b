"""Define the command `demo_logins`, which creates a curator and a member for the demo town, on this machine only."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from curation.roles.roles import publisher_group
from network.accounts import allauth_internals
from network.models import Account
from recovery_site.checks import DEMO_LOGINS

CURATOR, MEMBER = DEMO_LOGINS
Login = dict[str, str]


class Command(BaseCommand):
    """Create or reset the demo logins and print them."""

    help = (
        "Create or reset the logins demo-curator and demo-member and print them, with the key and the current code of "
        "the curator's second factor. Only with DEMO=1."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Create or reset both logins and print them."""
        if not settings.DEMO:
            raise CommandError("The demo logins exist with DEMO=1 only, on this machine only.")
        logins = _load_or_create_logins(settings.STATE_DIR / "demo-logins.json")
        with transaction.atomic():
            curator = _set_up_account(CURATOR, logins[CURATOR]["password"])
            _make_curator(curator, logins[CURATOR]["key"])
            _set_up_account(MEMBER, logins[MEMBER]["password"])
        key = logins[CURATOR]["key"]
        self.stdout.write(f"Curator:  {CURATOR}  password {logins[CURATOR]['password']}")
        self.stdout.write(f"          second step: key {key}, code now {_current_code(key)}")
        self.stdout.write(f"Member:   {MEMBER}  password {logins[MEMBER]['password']}")


def _load_or_create_logins(path: Path) -> dict[str, Login]:
    """Return the passwords and the key of this installation.

    They are created on first use, in a file that only its owner may read.
    """
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        pass
    logins = {
        CURATOR: {"password": secrets.token_urlsafe(15), "key": allauth_internals.generate_totp_secret()},
        MEMBER: {"password": secrets.token_urlsafe(15)},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(logins, file)
    return logins


def _set_up_account(login_name: str, password: str) -> Account:
    """Return the account with this login name and password.

    The password is set only if it differs, because that ends all sessions of the account.
    """
    account = Account.objects.filter(login_name=login_name).first()
    if account is None:
        return Account.objects.create_user(login_name, password)
    if not account.check_password(password):
        account.set_password(password)
    account.is_active = True
    account.save()
    return account


def _make_curator(account: Account, key: str) -> None:
    """Make the account a curator who may publish, with a second factor."""
    account.is_staff = True
    account.save(update_fields=["is_staff"])
    account.groups.add(publisher_group())
    authenticators = Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP)
    if not any(
        allauth_internals.decrypt_secret(authenticator.data["secret"]) == key
        for authenticator in authenticators
    ):
        authenticators.delete()
        allauth_internals.TOTP.activate(account, key)


def _current_code(key: str) -> str:
    """Return the current one-time code of a second factor."""
    return allauth_internals.totp_code(key)

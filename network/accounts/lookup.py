"""Find the account that a management command names by its login name."""

from django.core.management.base import CommandError

from network.accounts import usernames
from network.models import Account


def find_account(login_name: str) -> Account:
    """Return the account with this login name. Raises CommandError."""
    account = Account.objects.filter(login_name=usernames.normalize_login_name(login_name)).first()
    if account is None:
        raise CommandError("Nobody has this login name.")
    return account

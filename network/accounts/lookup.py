"""Finding an account from the command line."""

from django.core.management.base import CommandError

from network.accounts import usernames
from network.models import Account


def account_of(login_name: str) -> Account:
    """Raises CommandError."""
    account = Account.objects.filter(login_name=usernames.normal(login_name)).first()
    if account is None:
        raise CommandError("Nobody has this login name.")
    return account

"""The recovery code: with the login name it sets a new password, once. Only a hash of it is kept."""

from django.contrib.auth.hashers import check_password, make_password

from core.codes import create_code, normalize_code
from network.models import Account

GROUP_LENGTH = 4


def create_recovery_code(account: Account) -> str:
    """Makes the account's code, in place of any older one, and tells it this once."""
    code = create_code(GROUP_LENGTH)
    Account.objects.filter(pk=account.pk).update(recovery_hash=make_password(normalize_code(code)))
    return code


def reset_password(login_name: str, code: str, password: str) -> Account | None:
    """Sets the new password and uses the code up; None when name and code do not go together.

    The answer takes as long for a name that nobody has: an empty hash makes the hasher run all the same. With the
    password, all sessions of the account end.
    """
    account = Account.objects.filter(login_name=login_name, is_active=True).first()
    right = check_password(normalize_code(code), account.recovery_hash if account else "")
    if account is None or not right:
        return None
    # Of two tries at once with the same code, one finds it used.
    unused = Account.objects.filter(pk=account.pk, recovery_hash=account.recovery_hash)
    if not unused.update(password=make_password(password), recovery_hash=""):
        return None
    account.refresh_from_db()
    return account

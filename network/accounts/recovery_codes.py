"""The recovery code: with the login name it sets a new password, once. Only a hash of it is kept."""

import secrets

from django.contrib.auth.hashers import check_password, make_password

from core.text import alphanumerics
from network.models import Account

# Without letters and digits that are taken for one another: 0 O, 1 I L, U V.
SIGNS = "23456789ABCDEFGHJKMNPQRSTWXYZ"
GROUPS, GROUP = 5, 4  # 20 signs, 97 bits


def create_recovery_code(account: Account) -> str:
    """Makes the account's code, in place of any older one, and tells it this once."""
    code = "".join(secrets.choice(SIGNS) for _ in range(GROUPS * GROUP))
    Account.objects.filter(pk=account.pk).update(recovery_hash=make_password(code))
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


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


def normalize_code(code: str) -> str:
    """Return the code as it was made: in capitals, without spaces and hyphens."""
    return alphanumerics(code).upper()

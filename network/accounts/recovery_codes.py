"""Create recovery codes and reset passwords with them. A code works once; only its hash is stored."""

from django.contrib.auth.hashers import check_password, make_password

from core.codes import create_code, normalize_code
from network.models import Account

GROUP_LENGTH = 4


def create_recovery_code(account: Account) -> str:
    """Replace the account's recovery code. Return the new one, which is not stored and cannot be shown again."""
    code = create_code(GROUP_LENGTH)
    Account.objects.filter(pk=account.pk).update(recovery_hash=make_password(normalize_code(code)))
    return code


def reset_password(login_name: str, code: str, password: str) -> Account | None:
    """Set a new password and use the code up. Return None when login name and code do not belong together.

    The answer takes as long for a login name that does not exist, since the hasher runs on an empty hash too. The new
    password ends all sessions of the account.
    """
    account = Account.objects.filter(login_name=login_name, is_active=True).first()
    is_correct = check_password(normalize_code(code), account.recovery_hash if account else "")
    if account is None or not is_correct:
        return None
    # When two requests use the same code at once, the second finds it used.
    unused = Account.objects.filter(pk=account.pk, recovery_hash=account.recovery_hash)
    if not unused.update(password=make_password(password), recovery_hash=""):
        return None
    account.refresh_from_db()
    return account

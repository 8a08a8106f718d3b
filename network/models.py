"""Define accounts, the encrypted rows that they own, their sessions and the record of deleted accounts.

An account holds no name or address of a person. What a person writes is encrypted: see `network.vault`.
"""

import datetime
import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import validate_day
from network.vault import encryption


def current_day() -> datetime.date:
    """Return today's date in UTC. Rows record days and no times, since a time would show when a person was here."""
    return timezone.now().date()


class AccountManager(BaseUserManager["Account"]):
    """Create accounts and find them by login name, which is stored in lower case."""

    def create_user(self, login_name: str, password: str | None = None, **facts: Any) -> "Account":
        """Create an account with a hashed password. Without a password nobody can sign in with one."""
        account = self.model(login_name=login_name.strip().lower(), **facts)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, login_name: str, password: str | None = None, **facts: Any) -> "Account":
        """Create an account that may do everything in the admin."""
        return self.create_user(login_name, password, is_staff=True, is_superuser=True, **facts)

    def get_by_natural_key(self, login_name: str | None) -> "Account":
        """Return the account with this login name, in any case. Raises Account.DoesNotExist."""
        return super().get_by_natural_key((login_name or "").strip().lower())


class Account(AbstractBaseUser, PermissionsMixin):
    """Hold a generated login name, the dates of first and last use, and the wrapped key of the person's data."""

    # Django would record the time of each sign-in. `last_seen_on` records the day.
    last_login = None

    login_name = models.CharField(_("login name"), max_length=60, unique=True)
    is_staff = models.BooleanField(_("may open the curators' desk"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    created_on = models.DateField(
        _("created on"), default=current_day, editable=False, validators=(validate_day,)
    )
    last_seen_on = models.DateField(
        _("last seen on"), default=current_day, editable=False, validators=(validate_day,)
    )
    wrapped_key = models.BinaryField(default=encryption.new_wrapped_key, editable=False)
    # Identifies nobody. It stays in the records of deleted accounts, so that an older backup cannot bring one back.
    opaque_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recovery_hash = models.CharField(max_length=255, blank=True, editable=False)

    USERNAME_FIELD = "login_name"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = AccountManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = (
            models.CheckConstraint(
                name="login_name_is_small",
                condition=models.Q(login_name=Lower("login_name")),
                violation_error_message=_("Login names have no capital letters."),
            ),
        )

    def __str__(self) -> str:
        return self.login_name

    def get_short_name(self) -> str:
        """Return the login name, since no other name is known."""
        return self.login_name

    def get_full_name(self) -> str:
        """Return the login name, since no other name is known."""
        return self.login_name

    def end_sign_ins(self) -> int:
        """End every session of the account. Return how many there were."""
        return Session.objects.filter(account=self).delete()[0]


class EncryptedItem(models.Model):
    """Store one encrypted item of a person. Only the plaintext says which type of item it is.

    `network.vault.store` reads and writes these rows.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="encrypted_items")
    version = models.PositiveIntegerField(default=1)
    ciphertext = models.BinaryField()

    def __str__(self) -> str:
        return f"encrypted item of account {self.account_id}"

    @staticmethod
    def associated_data(account: int, row: uuid.UUID) -> str:
        """Return the associated data that binds a ciphertext to its account, model, row and field.

        The text is part of the stored format: a change of it makes every row unreadable.
        """
        return f"{account}:encrypteditem:{row}:sealed"


class Session(AbstractBaseSession):
    """Store a session under a hash of its key, with encrypted data: see `network.accounts.sessions`."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, related_name="sessions")
    signed_in_on = models.DateField(default=current_day, validators=(validate_day,))

    objects: ClassVar[BaseSessionManager] = BaseSessionManager()

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """Return the session backend that reads and writes these rows."""
        from network.accounts.sessions import SessionStore

        return SessionStore


class Erasure(models.Model):
    """Record that an account was deleted, under an id that identifies nobody.

    `restore` deletes these accounts again when an older backup brings them back.
    """

    opaque_id = models.UUIDField(primary_key=True)
    erased_on = models.DateField(default=current_day, validators=(validate_day,))

    def __str__(self) -> str:
        return f"{self.opaque_id}"

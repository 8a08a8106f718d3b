"""A person's own part of the site: the account, which knows no name, and what it keeps, sealed."""

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
    """Days are enough: the hour at which somebody was here is nobody's business."""
    return timezone.now().date()


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, login_name: str, password: str | None = None, **facts: Any) -> "Account":
        account = self.model(login_name=login_name.strip().lower(), **facts)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, login_name: str, password: str | None = None, **facts: Any) -> "Account":
        return self.create_user(login_name, password, is_staff=True, is_superuser=True, **facts)

    def get_by_natural_key(self, login_name: str | None) -> "Account":
        return super().get_by_natural_key((login_name or "").strip().lower())


class Account(AbstractBaseUser, PermissionsMixin):
    """Knows a login name that the site made up, and nothing else about the person."""

    # Django would note the second of each sign-in; `last_seen_on` is the day.
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
    # Tells nothing, and stays in the list of erased accounts, so that an older backup cannot bring one back.
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
        return self.login_name

    def get_full_name(self) -> str:
        return self.login_name

    def end_sign_ins(self) -> int:
        """End every sign-in of the account; return how many there were."""
        return Session.objects.filter(account=self).delete()[0]


class EncryptedItem(models.Model):
    """One item that a person keeps; what it is, is inside the seal. `network.vault.store` reads and writes it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="encrypted_items")
    version = models.PositiveIntegerField(default=1)
    ciphertext = models.BinaryField()

    def __str__(self) -> str:
        return f"sealed row of {self.account_id}"

    @staticmethod
    def associated_data(account: int, row: uuid.UUID) -> str:
        """What the seal is bound to: person, model, row and field."""
        return f"{account}:encrypteditem:{row}:sealed"


class Session(AbstractBaseSession):
    """One visit that needs one. Kept under a hash of what the browser holds, and sealed: see
    `network.accounts.sessions`."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, related_name="sessions")
    signed_in_on = models.DateField(default=current_day, validators=(validate_day,))

    objects: ClassVar[BaseSessionManager] = BaseSessionManager()

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        from network.accounts.sessions import SessionStore

        return SessionStore


class Erasure(models.Model):
    """That an account was erased, and on which day; whose it was cannot be told any more. `restore` erases again what
    an older backup brings back."""

    opaque_id = models.UUIDField(primary_key=True)
    erased_on = models.DateField(default=current_day, validators=(validate_day,))

    def __str__(self) -> str:
        return f"{self.opaque_id}"

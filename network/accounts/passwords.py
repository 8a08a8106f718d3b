"""How passwords are kept and which are refused. Length is what counts; no rule asks for signs or capitals."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.text import alphanumerics
from network.models import Account


class HasherBusy(Exception):
    """More passwords are being hashed than this machine has room for."""


# Of this process. Each hash fills memory and a core: a flood of sign-ins must not take all of both.
AT_ONCE = 2
WAITS_SECONDS = 5
_turn = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def hashing_slot() -> Iterator[None]:
    """One of few at a time. Raises Busy after `WAITS_SECONDS`."""
    if not _turn.acquire(timeout=WAITS_SECONDS):
        raise HasherBusy
    try:
        yield
    finally:
        _turn.release()


class Argon2(Argon2PasswordHasher):
    """Argon2id with 19 MiB for each sign-in, two passes and one lane: the least that OWASP's Password Storage Cheat
    Sheet advises, since Django's own 100 MiB would let ten sign-ins at once fill a small machine."""

    memory_cost = 19 * 1024  # KiB
    time_cost = 2  # passes
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with hashing_slot():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with hashing_slot():
            return super().verify(password, encoded)


class LoginNameValidator:
    """Refuses a password that is little more than the login name, which others may see."""

    LEAST_BESIDE = 8  # letters and digits

    def validate(self, password: str, user: Account | None = None) -> None:
        name = alphanumerics(user.login_name) if user else ""
        if (
            name
            and name in alphanumerics(password)
            and len(alphanumerics(password).replace(name, "")) < self.LEAST_BESIDE
        ):
            raise ValidationError(_("This is almost your login name."), code="password_is_login_name")

    def get_help_text(self) -> str:
        return _("Not your login name.")


class UncommonPasswordValidator:
    """Refuses what is tried first: the passwords on Django's list of common ones, such a one said over and over,
    and runs along the alphabet, the digits or the keyboard. The list ships with Django; nobody is asked."""

    RUNS = (
        "abcdefghijklmnopqrstuvwxyz",
        "1234567890",
        "qwertyuiopasdfghjklzxcvbnm",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    )
    SHORT = 4  # signs that make up too little, however often they are repeated

    def validate(self, password: str, user: Account | None = None) -> None:
        folded = password.casefold().strip()
        unit = repeated_part(folded)
        if (
            unit in common_passwords()
            or folded in common_passwords()
            or len(unit) <= self.SHORT
            or self.is_run(unit)
        ):
            raise ValidationError(
                _(
                    "Many people use this password, so it is tried first. Four or five plain words make a good one."
                ),
                code="password_too_common",
            )

    def is_run(self, password: str) -> bool:
        rounds = (run * (len(password) // len(run) + 2) for run in self.RUNS)
        return any(password in line or password in line[::-1] for line in rounds)

    def get_help_text(self) -> str:
        return _("Not one of the passwords that many people use.")


def repeated_part(text: str) -> str:
    """The shortest part that gives the text when it is repeated; the text itself when there is none."""
    length = (text + text).find(text, 1)
    return text[:length] if length > 0 else text


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)

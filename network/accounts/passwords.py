"""Hash passwords with Argon2 in bounded memory, and refuse short or predictable ones."""

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
    """Too many passwords are being hashed at once."""


# Per process. Each hash uses much memory and a core, and many sign-ins at once must not use up both.
MAX_CONCURRENT_HASHES = 2
MAX_WAIT_SECONDS = 5
_hashing_slots = threading.BoundedSemaphore(MAX_CONCURRENT_HASHES)


@contextmanager
def hashing_slot() -> Iterator[None]:
    """Wait for one of the few slots for hashing, and hold it. Raises HasherBusy after `MAX_WAIT_SECONDS`."""
    if not _hashing_slots.acquire(timeout=MAX_WAIT_SECONDS):
        raise HasherBusy
    try:
        yield
    finally:
        _hashing_slots.release()


class Argon2(Argon2PasswordHasher):
    """Hash passwords with Argon2id: 19 MiB of memory, two passes, one lane.

    These are the lowest values that OWASP's Password Storage Cheat Sheet advises. With Django's default of 100 MiB,
    ten sign-ins at once would fill a small machine.
    """

    memory_cost = 19 * 1024  # KiB
    time_cost = 2  # passes
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Hash a password when a slot is free. Raises HasherBusy."""
        with hashing_slot():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Compare a password with a hash when a slot is free. Raises HasherBusy."""
        with hashing_slot():
            return super().verify(password, encoded)


class LoginNameValidator:
    """Refuse a password that is little more than the login name, which others may see."""

    LEAST_BESIDE = 8  # letters and digits

    def validate(self, password: str, user: Account | None = None) -> None:
        """Raise ValidationError when few letters and digits remain without the login name."""
        name = alphanumerics(user.login_name) if user else ""
        if (
            name
            and name in alphanumerics(password)
            and len(alphanumerics(password).replace(name, "")) < self.LEAST_BESIDE
        ):
            raise ValidationError(_("This is almost your login name."), code="password_is_login_name")

    def get_help_text(self) -> str:
        """Return the rule for passwords as a short text for the person."""
        return _("Not your login name.")


class UncommonPasswordValidator:
    """Refuse the passwords that attackers try first.

    These are the common passwords on Django's list, repetitions of one of them, and sequences of the alphabet, the
    digits or the keyboard. The list ships with Django; no service is asked.
    """

    RUNS = (
        "abcdefghijklmnopqrstuvwxyz",
        "1234567890",
        "qwertyuiopasdfghjklzxcvbnm",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    )
    SHORT = 4  # signs that make up too little, however often they are repeated

    def validate(self, password: str, user: Account | None = None) -> None:
        """Raise ValidationError when the password is common, repetitive or a sequence."""
        folded = password.casefold().strip()
        unit = shortest_period(folded)
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
        """Return whether the password is part of a repeated sequence, forward or backward."""
        rounds = (run * (len(password) // len(run) + 2) for run in self.RUNS)
        return any(password in line or password in line[::-1] for line in rounds)

    def get_help_text(self) -> str:
        """Return the rule for passwords as a short text for the person."""
        return _("Not one of the passwords that many people use.")


def shortest_period(text: str) -> str:
    """Return the shortest part whose repetition gives the text, or the text itself."""
    length = (text + text).find(text, 1)
    return text[:length] if length > 0 else text


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """Return Django's list of common passwords, read once."""
    return frozenset(CommonPasswordValidator().passwords)

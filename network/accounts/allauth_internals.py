"""Import the parts of allauth that it does not document, and compute the codes of authenticator apps with them.

allauth has no public function that registers a passkey for signing in, enrolls an authenticator app or recovery codes,
or computes a code. The apps import from `allauth.*.internal` here and nowhere else, so that an upgrade of allauth needs
a change in one file. A test fails when one of these names or its parameters change.
"""

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.totp.internal.auth import decrypt as decrypt_secret
from allauth.mfa.webauthn.internal.auth import begin_registration

__all__ = [
    "TOTP",
    "RecoveryCodes",
    "begin_registration",
    "current_totp_counter",
    "decrypt_secret",
    "generate_totp_secret",
    "totp_code",
]


def current_totp_counter() -> int:
    """Return the number of the present step of 30 seconds."""
    return next(yield_hotp_counters_from_time())


def totp_code(secret: str, counter: int | None = None) -> str:
    """Return the six digits that an authenticator app shows for a secret, by default at the present step."""
    return format_hotp_value(hotp_value(secret, current_totp_counter() if counter is None else counter))

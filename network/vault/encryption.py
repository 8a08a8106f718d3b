"""What is private at rest: sealed with a key of each person's own, bound to the person and the field.

A person's key is random, wrapped by the first of `PRIVATE_DATA_KEYS` and kept beside the account; the wrapping keys
are kept out of the database and its backups. A stolen database cannot be read; whoever holds the server's keys can.
A sealed value moved to another person or field does not open.
"""

import hashlib
import hmac
import secrets
import uuid
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

KEY_BITS = 256
NONCE_BYTES = 12


class Unreadable(Exception):
    """A sealed value does not open: another key, another person's, another field's, or damaged."""


@lru_cache(maxsize=4)
def _wrapping(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def wrapping() -> MultiFernet:
    return _wrapping(tuple(settings.PRIVATE_DATA_KEYS))


def new_key() -> bytes:
    """A fresh key for one person, wrapped for the database."""
    return wrapping().encrypt(AESGCM.generate_key(KEY_BITS))


def seal(wrapped_key: bytes | memoryview, bound_to: str, text: str) -> bytes:
    """`bound_to` names person, model, row and field, as `SealedRow.bound_to` does; it is not secret and must be given
    again to open."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(_unwrap(wrapped_key)).encrypt(nonce, text.encode(), bound_to.encode())


def unseal(wrapped_key: bytes | memoryview, bound_to: str, sealed: bytes | memoryview) -> str:
    """The text again. Raises Unreadable."""
    nonce, body = bytes(sealed[:NONCE_BYTES]), bytes(sealed[NONCE_BYTES:])
    try:
        return AESGCM(_unwrap(wrapped_key)).decrypt(nonce, body, bound_to.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise Unreadable from error


def fixed_id(wrapped_key: bytes | memoryview, name: str) -> uuid.UUID:
    """The id under which a person keeps what they have one of: told by the name and their key, by nothing else.
    Raises Unreadable."""
    digest = hmac.new(_unwrap(wrapped_key), f"id:{name}".encode(), hashlib.sha256).digest()
    return uuid.UUID(bytes=digest[:16])


def _unwrap(wrapped_key: bytes | memoryview) -> bytes:
    try:
        return wrapping().decrypt(bytes(wrapped_key))
    except InvalidToken as error:
        raise Unreadable from error

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


class DecryptionError(Exception):
    """A sealed value does not open: another key, another person's, another field's, or damaged."""


@lru_cache(maxsize=4)
def _build_key_wrapper(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def key_wrapper() -> MultiFernet:
    return _build_key_wrapper(tuple(settings.PRIVATE_DATA_KEYS))


def new_wrapped_key() -> bytes:
    """A fresh key for one person, wrapped for the database."""
    return key_wrapper().encrypt(AESGCM.generate_key(KEY_BITS))


def encrypt_text(wrapped_key: bytes | memoryview, associated_data: str, text: str) -> bytes:
    """`associated_data` names person, model, row and field, as `EncryptedItem.associated_data` does; it is not secret and must be given
    again to open."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(_unwrap(wrapped_key)).encrypt(nonce, text.encode(), associated_data.encode())


def decrypt_text(
    wrapped_key: bytes | memoryview, associated_data: str, ciphertext: bytes | memoryview
) -> str:
    """The text again. Raises Unreadable."""
    nonce, body = bytes(ciphertext[:NONCE_BYTES]), bytes(ciphertext[NONCE_BYTES:])
    try:
        return AESGCM(_unwrap(wrapped_key)).decrypt(nonce, body, associated_data.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise DecryptionError from error


def derive_id(wrapped_key: bytes | memoryview, name: str) -> uuid.UUID:
    """The id under which a person keeps what they have one of: told by the name and their key, by nothing else.
    Raises Unreadable."""
    digest = hmac.new(_unwrap(wrapped_key), f"id:{name}".encode(), hashlib.sha256).digest()
    return uuid.UUID(bytes=digest[:16])


def _unwrap(wrapped_key: bytes | memoryview) -> bytes:
    try:
        return key_wrapper().decrypt(bytes(wrapped_key))
    except InvalidToken as error:
        raise DecryptionError from error

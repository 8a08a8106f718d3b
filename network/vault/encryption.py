"""Encrypt private data with a key of each person's own.

A person's key is random. The first of `PRIVATE_DATA_KEYS` encrypts ("wraps") it, and the wrapped key is stored with
the account. The keys in `PRIVATE_DATA_KEYS` stay out of the database and its backups, so nobody can read private data
from a stolen database; whoever has the server's keys can. AES-GCM binds a ciphertext to its person, row and field: it
cannot be decrypted in another place.
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
    """The ciphertext cannot be decrypted: the key, person, row or field is another one, or the data is damaged."""


@lru_cache(maxsize=4)
def _build_key_wrapper(keys: tuple[str, ...]) -> MultiFernet:
    """Return the cipher that wraps keys with the first of these keys and unwraps with any of them."""
    return MultiFernet([Fernet(key) for key in keys])


def key_wrapper() -> MultiFernet:
    """Return the cipher that wraps and unwraps keys with `PRIVATE_DATA_KEYS`."""
    return _build_key_wrapper(tuple(settings.PRIVATE_DATA_KEYS))


def new_wrapped_key() -> bytes:
    """Generate a key for one person. Return it wrapped, as the database stores it."""
    return key_wrapper().encrypt(AESGCM.generate_key(KEY_BITS))


def encrypt_text(wrapped_key: bytes | memoryview, associated_data: str, text: str) -> bytes:
    """Encrypt a text. Return the nonce followed by the ciphertext.

    `associated_data` names person, model, row and field, as `EncryptedItem.associated_data` does. It is not secret
    and must be the same for decryption.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(_unwrap(wrapped_key)).encrypt(nonce, text.encode(), associated_data.encode())


def decrypt_text(
    wrapped_key: bytes | memoryview, associated_data: str, ciphertext: bytes | memoryview
) -> str:
    """Decrypt what `encrypt_text` returned. Raises DecryptionError."""
    nonce, body = bytes(ciphertext[:NONCE_BYTES]), bytes(ciphertext[NONCE_BYTES:])
    try:
        return AESGCM(_unwrap(wrapped_key)).decrypt(nonce, body, associated_data.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise DecryptionError from error


def derive_id(wrapped_key: bytes | memoryview, name: str) -> uuid.UUID:
    """Derive the id of a row of which a person has one, from its name and the person's key.

    The id is the same each time and reveals neither. Raises DecryptionError.
    """
    digest = hmac.new(_unwrap(wrapped_key), f"id:{name}".encode(), hashlib.sha256).digest()
    return uuid.UUID(bytes=digest[:16])


def _unwrap(wrapped_key: bytes | memoryview) -> bytes:
    """Return the plain key of a person. Raises DecryptionError."""
    try:
        return key_wrapper().decrypt(bytes(wrapped_key))
    except InvalidToken as error:
        raise DecryptionError from error

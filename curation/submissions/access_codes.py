"""The access code with which a sender reads our answer. It is shown once; only its hash is stored."""

import hashlib

from core import codes

GROUP_LENGTH = 5


def new_code() -> str:
    """Return a new code in four groups, such as "7KQ2M-…"."""
    return codes.create_code(GROUP_LENGTH)


def hash_code(code: str) -> str:
    """Return the hash of a code, whatever its case, blanks and hyphens.

    A fast hash is enough: nobody can try out 97 bits.
    """
    return hashlib.sha256(codes.normalize_code(code).encode("utf-8", "replace")).hexdigest()

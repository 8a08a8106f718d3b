"""The code with which a sender finds our answer. It is told once; only a hash of it is kept."""

import hashlib
import secrets

# Without letters and digits that are taken for one another: 0 O, 1 I L, U V.
SIGNS = "23456789ABCDEFGHJKMNPQRSTWXYZ"
GROUPS, GROUP = 4, 5  # 20 signs, 97 bits


def new_code() -> str:
    """Four groups with hyphens, such as "7KQ2M-…", to be copied by hand."""
    groups = ("".join(secrets.choice(SIGNS) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def hash_code(code: str) -> str:
    """Of the signs alone, as they were made: small letters, blanks and hyphens make no difference.

    A fast hash is enough: nobody tries out 97 bits.
    """
    bare = "".join(sign for sign in code.upper() if sign.isalnum())
    return hashlib.sha256(bare.encode("utf-8", "replace")).hexdigest()

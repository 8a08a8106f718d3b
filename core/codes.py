"""Random codes that people copy by hand."""

import secrets

from core.text import alphanumerics

# Without letters and digits that are mistaken for one another: 0 O, 1 I L, U V.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"
CODE_LENGTH = 20  # 97 bits


def create_code(group_length: int) -> str:
    """Return a new code of `CODE_LENGTH` characters with a hyphen after each group, such as "7KQ2M-…"."""
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(code[start : start + group_length] for start in range(0, CODE_LENGTH, group_length))


def normalize_code(code: str) -> str:
    """Return the characters of a code that somebody typed: in capitals, without blanks and hyphens."""
    return alphanumerics(code).upper()

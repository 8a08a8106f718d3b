"""What a file was, and what read it: the same file read in the same way says the same again."""

import hashlib
from functools import cache
from pathlib import Path

from feeds.models import Source

CODE = ("staging", "lines", "zones", "records")
"""Beside the formats, the modules on which it depends what a file is read as."""


def checksum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def reader(source: Source) -> str:
    """What reads a source's file, and how: another version of the code may read the same file differently."""
    return f"{source.format} {source.fellowship} {code_digest()}"


@cache
def code_digest() -> str:
    folder = Path(__file__).parent
    code = sorted([*folder.glob("formats/*.py"), *(folder / f"{name}.py" for name in CODE)])
    return hashlib.blake2s(b"".join(file.read_bytes() for file in code), digest_size=8).hexdigest()

"""What a file was, and what read it: the same file read in the same way says the same again."""

import hashlib
from functools import cache
from pathlib import Path

from core import recurrence, text
from directory import vocabulary
from directory.geo import gazetteer, geocoding
from feeds import formats, records
from feeds.models import Source
from feeds.pipeline import feed_types, stage_groups, stage_hotlines, timezones

MODULES = (
    recurrence, text, vocabulary, gazetteer, geocoding, records, feed_types, stage_groups, stage_hotlines, timezones,
)  # fmt: skip
"""Beside the formats, the modules that decide how a file is read."""


def checksum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def reader_version(source: Source) -> str:
    """What reads a source's file, and how: another version of the code may read the same file differently."""
    return f"{source.format} {source.fellowship} {code_digest()}"


@cache
def code_digest() -> str:
    """Return a digest of the code that reads feeds."""
    sources = {*Path(formats.__path__[0]).rglob("*.py"), *(Path(module.__file__ or "") for module in MODULES)}
    return hashlib.blake2s(b"".join(file.read_bytes() for file in sorted(sources)), digest_size=8).hexdigest()

"""Compute digests of a feed file and of the code that parses it, so that an unchanged feed is not parsed again."""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

import core
from directory import geo, reference_data, vocabulary
from feeds import fetch, formats, pipeline, records
from feeds.models import Source
from groups import models as group_models

PACKAGES = (core, fetch, formats, pipeline, geo, reference_data)
MODULES = (vocabulary, records, group_models)
"""The packages and modules that decide how a file is parsed and staged. A test compares them with the imports."""
LIBRARIES = ("phonenumberslite", "tzfpy")


def checksum(data: bytes) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def parser_fingerprint(source: Source) -> str:
    """Return a text that differs where a file would be parsed in another way.

    It names the format and the fellowship, and ends with a digest of the source's other defaults and of the code.
    """
    parts = (code_digest(), source.zone, source.language)
    digest = hashlib.blake2s("\0".join(parts).encode(), digest_size=8).hexdigest()
    return f"{source.format} {source.fellowship} {digest}"


@cache
def code_digest() -> str:
    """Return a digest of the source code and library versions that decide how feeds are parsed."""
    parts = [path.read_bytes() for path in sorted(source_files())]
    parts += [f"{name} {version(name)}".encode() for name in LIBRARIES]
    return hashlib.blake2s(b"\0".join(parts), digest_size=8).hexdigest()


def source_files() -> Iterator[Path]:
    """Yield the files whose content `code_digest` covers."""
    for package in PACKAGES:
        for pattern in ("*.py", "*.toml"):
            yield from Path(package.__path__[0]).rglob(pattern)
    for module in MODULES:
        yield Path(module.__file__ or "")

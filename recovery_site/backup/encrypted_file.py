"""Encrypted backup files in the age format (https://age-encryption.org/v1), which other programs open as well.

The content is a tar archive with two members. `facts.json` says when the backup was made and of which kind of
database; `database` is the dump itself. age encrypts and authenticates both in chunks of 64 KiB, so that a file of any
size needs little memory, and no part can be changed, moved, left out or cut off.

A file is encrypted for the first of `PRIVATE_DATA_KEYS`; each of them opens the files that were encrypted for it. The
age identity of a key is derived from it by HKDF (RFC 5869).
"""

import base64
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any, BinaryIO

import bech32
import pyrage
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

FIRST_LINE = b"age-encryption.org/v1\n"
FACTS_NAME, DATABASE_NAME = "facts.json", "database"
KEY_PURPOSE = b"steady backup"
MAX_FACTS_BYTES = 10_000


class CannotDecrypt(Exception):
    """The file is no backup of this site, was encrypted for another key, or is damaged. The message says which."""


def identities() -> list[pyrage.x25519.Identity]:
    """Return the age identity of each of `PRIVATE_DATA_KEYS`, in their order."""
    return [pyrage.x25519.Identity.from_str(_identity_text(key)) for key in settings.PRIVATE_DATA_KEYS]


def encrypt_stream(source: BinaryIO, target: BinaryIO, facts: dict[str, Any]) -> None:
    """Write the facts and all of `source`, a seekable file, to `target`, encrypted. Raises OSError."""
    first, *_ = identities()
    try:
        pyrage.encrypt_io(_JoinedFiles(_archive_parts(source, facts)), target, [first.to_public()])
    except pyrage.EncryptError as error:
        raise OSError(str(error)) from error


def read_facts(source: BinaryIO) -> dict[str, Any]:
    """Return the facts of an encrypted file; only its beginning is decrypted. Raises CannotDecrypt."""
    archive = _ArchiveWriter(None)
    with suppress(_FactsRead):
        _decrypt_archive(source, archive)
    return archive.facts


def decrypt_stream(source: BinaryIO, target: BinaryIO) -> dict[str, Any]:
    """Write the database dump of an encrypted file to `target` and return the facts.

    Raises CannotDecrypt, possibly after a part has been written, and OSError where `target` cannot be written.
    """
    archive = _ArchiveWriter(target)
    _decrypt_archive(source, archive)
    if archive.remaining_bytes != 0:
        raise CannotDecrypt("it is damaged, or its end is missing")
    return archive.facts


def _identity_text(key: str) -> str:
    """Return the age identity of a key as age writes it: Bech32 in capitals."""
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=KEY_PURPOSE)
    digits = bech32.convertbits(derive.derive(base64.urlsafe_b64decode(key)), 8, 5) or []
    return bech32.bech32_encode("age-secret-key-", digits).upper()


def _decrypt_archive(source: BinaryIO, archive: "_ArchiveWriter") -> None:
    """Decrypt a backup into an archive object. Raises CannotDecrypt."""
    if source.read(len(FIRST_LINE)) != FIRST_LINE:
        raise CannotDecrypt("it is no backup of this site")
    source.seek(0)
    try:
        pyrage.decrypt_io(source, archive, identities())
    except pyrage.DecryptError:
        raise CannotDecrypt("none of PRIVATE_DATA_KEYS opens it, or its first lines are damaged") from None
    except OSError as error:
        # An error of the operating system, such as a full disk, has a number; those of the format have none.
        if error.errno is not None:
            raise
        raise CannotDecrypt("it is damaged, or its end is missing") from None


def _archive_parts(source: BinaryIO, facts: dict[str, Any]) -> Iterator[BinaryIO]:
    """Yield the parts of the tar archive as files, in order."""
    facts_text = json.dumps(facts).encode()
    database_bytes = source.seek(0, os.SEEK_END)
    source.seek(0)
    yield BytesIO(_tar_header(FACTS_NAME, len(facts_text)) + facts_text + _padding(len(facts_text)))
    yield BytesIO(_tar_header(DATABASE_NAME, database_bytes))
    yield source
    yield BytesIO(_padding(database_bytes) + bytes(2 * tarfile.BLOCKSIZE))


def _tar_header(name: str, size: int) -> bytes:
    """Return the header of one member. In the GNU format it has one block, however large the member is."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member.tobuf(tarfile.GNU_FORMAT)


def _padding(size: int) -> bytes:
    """Return the zeros that fill the last block of a member with this many bytes."""
    return bytes(-size % tarfile.BLOCKSIZE)


class _JoinedFiles:
    """Files that are read one after the other as if they were one."""

    def __init__(self, files: Iterator[BinaryIO]) -> None:
        self._files = files
        self._current: BinaryIO | None = next(files, None)

    def read(self, size: int = -1) -> bytes:
        while self._current is not None:
            if content := self._current.read(size):
                return content
            self._current = next(self._files, None)
        return b""


class _FactsRead(Exception):
    """The facts are known, and nothing else of the file is wanted."""


class _ArchiveWriter:
    """Take the tar archive piece by piece, keep its facts and write the database to `target`.

    Without a target it raises _FactsRead as soon as the facts are known.
    """

    def __init__(self, target: BinaryIO | None) -> None:
        self.facts: dict[str, Any] = {}
        self.remaining_bytes: int | None = None
        self._target = target
        self._head = b""

    def write(self, content: bytes) -> int:
        if self.remaining_bytes is None:
            self._head += content
            self._read_head()
        else:
            self._write_database(content)
        return len(content)

    def flush(self) -> None:
        """Do nothing: the target's owner flushes and closes it."""

    def _read_head(self) -> None:
        """Parse the facts about the backup and the size of its database, once enough bytes have arrived."""
        block = tarfile.BLOCKSIZE
        if len(self._head) < block:
            return
        facts_bytes = _member_size(self._head[:block], FACTS_NAME)
        if facts_bytes > MAX_FACTS_BYTES:
            raise CannotDecrypt("it is no backup of this site")
        database_header = block + facts_bytes + len(_padding(facts_bytes))
        database_start = database_header + block
        if len(self._head) < database_start:
            return
        try:
            self.facts = json.loads(self._head[block : block + facts_bytes])
        except ValueError:
            raise CannotDecrypt("it is no backup of this site") from None
        if self._target is None:
            raise _FactsRead
        self.remaining_bytes = _member_size(self._head[database_header:database_start], DATABASE_NAME)
        self._write_database(self._head[database_start:])
        self._head = b""

    def _write_database(self, content: bytes) -> None:
        wanted = content[: self.remaining_bytes]
        if wanted and self._target is not None and self.remaining_bytes is not None:
            self._target.write(wanted)
            self.remaining_bytes -= len(wanted)


def _member_size(header: bytes, name: str) -> int:
    """Return the size in bytes that a tar header gives for the member of this name. Raises CannotDecrypt."""
    try:
        member = tarfile.TarInfo.frombuf(header, "utf-8", "strict")
    except tarfile.HeaderError:
        raise CannotDecrypt("it is no backup of this site") from None
    if member.name != name:
        raise CannotDecrypt("it is no backup of this site")
    return member.size

"""A file that only the site's own keys open, however long it is, such as a backup.

One line names the format, one holds facts in JSON, among them the key of this file, wrapped by `PRIVATE_DATA_KEYS`.
Then come blocks: four bytes with the length, AES-256-GCM over up to a mebibyte. Each block is bound to the facts, to
its number and to whether it is the last, so that none can be changed, moved, left out or cut off. The block's number
is its nonce; no key is used for two files.
"""

import json
import struct
from collections.abc import Iterator
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from network.vault import encryption

FIRST_LINE = b"steady-coffer 1\n"
BLOCK = 1024 * 1024  # bytes
KEY_BITS = 256
LONGEST_FACTS = 10_000  # bytes


class CannotDecrypt(Exception):
    """The file does not open: no such file of ours, another key, or damaged. Says which."""


def encrypt_stream(source: BinaryIO, target: BinaryIO, facts: dict[str, Any]) -> None:
    """Writes all of `source` to `target`, encrypted; the facts stay readable."""
    key = AESGCM.generate_key(KEY_BITS)
    line = json.dumps({**facts, "key": encryption.wrapping().encrypt(key).decode()}).encode() + b"\n"
    target.write(FIRST_LINE + line)
    cipher = AESGCM(key)
    for number, (block, last) in enumerate(blocks(source)):
        body = cipher.encrypt(nonce(number), block, associated_data(line, last))
        target.write(struct.pack(">I", len(body)) + body)


def facts_of(source: BinaryIO) -> dict[str, Any]:
    """What a file says of itself. Raises Closed."""
    return json.loads(facts_line(source))


def decrypt_stream(source: BinaryIO, target: BinaryIO) -> dict[str, Any]:
    """Writes what is in the file to `target`; the facts. Raises Closed, perhaps after some of it was written."""
    line = facts_line(source)
    facts = json.loads(line)
    try:
        cipher = AESGCM(encryption.wrapping().decrypt(facts["key"]))
    except (InvalidToken, KeyError, TypeError):
        raise CannotDecrypt("none of PRIVATE_DATA_KEYS opens it") from None
    for number, (body, last) in enumerate(bodies(source)):
        try:
            target.write(cipher.decrypt(nonce(number), body, associated_data(line, last)))
        except InvalidTag:
            raise CannotDecrypt("it is damaged, or its end is missing") from None
    return facts


def facts_line(source: BinaryIO) -> bytes:
    if source.readline(len(FIRST_LINE)) != FIRST_LINE:
        raise CannotDecrypt("it is no backup of this site")
    line = source.readline(LONGEST_FACTS)
    try:
        json.loads(line)
    except ValueError:
        raise CannotDecrypt("it is damaged") from None
    return line


def blocks(source: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """The parts of a file, each with whether it is the last one; an empty file has one, empty."""
    block = source.read(BLOCK)
    while True:
        following = source.read(BLOCK)
        yield block, not following
        if not following:
            return
        block = following


def bodies(source: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    body = one_body(source)
    if body is None:
        raise CannotDecrypt("its end is missing")
    while body is not None:
        following = one_body(source)
        yield body, following is None
        body = following


def one_body(source: BinaryIO) -> bytes | None:
    head = source.read(4)
    if not head:
        return None
    length = struct.unpack(">I", head)[0] if len(head) == 4 else 0
    body = source.read(min(length, 2 * BLOCK))
    if len(body) < 16 or len(body) != length:
        raise CannotDecrypt("it is damaged, or its end is missing")
    return body


def nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def associated_data(line: bytes, last: bool) -> bytes:
    return line + (b"last" if last else b"more")

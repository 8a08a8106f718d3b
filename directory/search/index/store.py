"""The base of the index in a cache file, from which every process of this machine maps it.

The file may be deleted at any time. It is written beside itself and put in place by a rename, so that no reader sees a
part of it; one process at a time writes. A file that is torn, of another program or of an older one is not read, and
one of another base, or older than what the change table still knows, has a position that is not found there.
"""

import fcntl
import hashlib
import json
import mmap
import os
import sys
import weakref
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import Stemmer
from django.conf import settings

from core import fields, recurrence, text
from core.files import write_atomically
from directory import vocabulary
from directory.kinds.registry import kinds
from directory.listings import freshness
from directory.models import listing, place
from directory.search.index.arrays import Array, Columns
from directory.search.index.change_log import Position

MAGIC = b"STEADY-INDEX\n"
ALIGN = 64
# Modules of the search that only read an index: a change in them leaves a file valid.
READERS = frozenset(
    {
        "engine", "matching", "query", "ranking", "zero_result_queries",
        "index.change_log", "index.manager", "index.segment", "index.triggers",
        "parsing.common_words", "parsing.crisis_phrases", "parsing.location", "parsing.parsed_query",
        "parsing.query_parser", "parsing.synonyms",
    }
)  # fmt: skip
# Modules outside the search that decide what an index holds.
SOURCES = (recurrence, fields, text, freshness, vocabulary, listing, place)
# The columns that are not mapped: words of texts, and sets, which are copied out of the file anyway.
LARGE = frozenset(("texts", "word.anywhere.bytes", "word.named.bytes", "facts.bytes"))
# Inode and time of a file, by which a newer one is told; None where there is none.
Identity = tuple[int, int] | None


NAME = "index"


def index_folder() -> Path:
    return Path(settings.SEARCH_DIR)


def index_path() -> Path:
    return index_folder() / NAME


@cache
def fingerprint() -> str:
    """Return a digest of the code that decides what an index holds; another digest means that it is built anew."""
    modules = [*SOURCES, *(sys.modules[name] for name in sorted(kind_modules()))]
    digest = hashlib.sha256(Stemmer.version().encode())
    for source in sorted({*search_sources(), *(Path(module.__file__ or "") for module in modules)}):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def search_sources() -> Iterator[Path]:
    """Yield the modules of the search that decide what an index holds."""
    package = Path(__file__).parents[1]
    for source in package.rglob("*.py"):
        if ".".join(source.relative_to(package).with_suffix("").parts) not in READERS:
            yield source


def kind_modules() -> set[str]:
    """Return the names of the modules with the declaration and the models of each kind."""
    return {module for kind in kinds.values() for module in (type(kind).__module__, kind.model.__module__)}


class OpenFile:
    """A file that stays open for as long as anything reads from it."""

    def __init__(self, file: BinaryIO) -> None:
        self.number = os.dup(file.fileno())
        weakref.finalize(self, os.close, self.number)


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column of which little is ever wanted: each piece is read from the file, and nothing of it stays in memory,
    as the touched parts of a mapped column do."""

    file: OpenFile
    dtype: np.dtype[Any]
    offset: int
    """Of its first byte in the file."""

    def __getitem__(self, wanted: slice) -> Array:
        size = self.dtype.itemsize
        count, first = int(wanted.stop - wanted.start), int(wanted.start)
        return np.frombuffer(os.pread(self.file.number, count * size, self.offset + first * size), self.dtype)


@dataclass(frozen=True, slots=True)
class MappedIndex:
    columns: Columns
    position: Position
    identity: "Identity"


@contextmanager
def write_lock(*, wait: bool) -> Iterator[bool]:
    """Whether this process may write; a lock that ends with the process, however it ends."""
    index_folder().mkdir(parents=True, exist_ok=True)
    with (index_folder() / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        fingerprint()  # of the code that builds, whatever becomes of its files meanwhile
        yield True


def save_index(columns: Columns, position: Position) -> None:
    """Puts a new file in place."""
    places, offset = {}, 0
    for name, column in columns.items():
        places[name] = (column.dtype.str, offset, len(column))
        offset += -(-column.nbytes // ALIGN) * ALIGN
    # What was seen of a running transaction is looked at again: that does no harm.
    stands = asdict(position) | {"seen": []}
    header = {"fingerprint": fingerprint(), "position": stands, "columns": places, "bytes": offset}
    for left_over in index_folder().glob(f".{NAME}.*"):
        left_over.unlink(missing_ok=True)  # of a process that was stopped
    with write_atomically(index_path()) as file:
        write_columns(file, header, columns)


def write_columns(file: BinaryIO, header: dict[str, Any], columns: Columns) -> None:
    checksum = 0
    for column in columns.values():
        checksum = zlib.crc32(padded_bytes(column), checksum)
    text = json.dumps({**header, "checksum": checksum}).encode()
    start = -(-(len(MAGIC) + 16 + len(text)) // ALIGN) * ALIGN
    head = MAGIC + f"{len(text):08d}{zlib.crc32(text):08x}".encode() + text
    file.write(head.ljust(start, b"\0"))
    for column in columns.values():
        file.write(padded_bytes(column))


def padded_bytes(column: Array) -> bytes:
    return column.tobytes() + bytes(-column.nbytes % ALIGN)


def file_identity() -> Identity:
    try:
        found = os.stat(os.path.join(settings.SEARCH_DIR, NAME))
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def load_index() -> MappedIndex | None:
    """The file as it stands, or None where there is none that can be used."""
    try:
        with index_path().open("rb") as file:
            found = os.fstat(file.fileno())
            return map_file(file, (found.st_ino, found.st_mtime_ns))
    except (OSError, ValueError, KeyError):
        return None


def map_file(file: BinaryIO, identity: Identity) -> MappedIndex | None:
    if file.read(len(MAGIC)) != MAGIC:
        return None
    length, header_sum = int(file.read(8)), int(file.read(8), 16)
    text = file.read(length)
    if zlib.crc32(text) != header_sum:
        return None
    header = json.loads(text)
    start = -(-(len(MAGIC) + 16 + length) // ALIGN) * ALIGN
    if header["fingerprint"] != fingerprint() or not is_whole(file, start, header):
        return None
    memory = memoryview(mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ))
    opened = OpenFile(file)
    columns: dict[str, Any] = {
        name: FileColumn(opened, np.dtype(dtype), start + offset)
        if name in LARGE
        else np.frombuffer(memory, np.dtype(dtype), count, start + offset)
        for name, (dtype, offset, count) in header["columns"].items()
    }
    stands = header["position"]
    return MappedIndex(columns, Position(**{**stands, "seen": frozenset()}), identity)


def is_whole(file: BinaryIO, start: int, header: dict[str, Any]) -> bool:
    """Read rather than mapped, so that the check leaves nothing in this process's memory."""
    file.seek(start)
    checksum, left = 0, header["bytes"]
    while chunk := file.read(min(left, 2**20)):
        checksum, left = zlib.crc32(chunk, checksum), left - len(chunk)
    return left == 0 and checksum == header["checksum"]

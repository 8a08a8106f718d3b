"""The file with the base of the index, which every process of this machine maps into its memory.

The file may be deleted at any time. It is put in place by a rename, so that no reader sees a part of it, and one
process at a time writes. A file is not read if it is damaged or if other code built it. A file of another database, or
one that is older than the change log, has a position that the change log does not contain.
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

from core import fields, recurrence, text, weekdays
from core.files import write_atomically
from directory import vocabulary
from directory.kinds import base as kinds_base
from directory.kinds.registry import kinds
from directory.listings import freshness
from directory.models import listing, place
from directory.search.index.arrays import Array, Columns
from directory.search.index.change_log import Position

MAGIC = b"STEADY-INDEX\n"
ALIGN = 64
# Modules of the search that only read an index: a change in them leaves the file valid.
READING_MODULES = frozenset(
    {
        "engine", "matching", "query", "ranking", "zero_result_queries",
        "index.change_log", "index.manager", "index.segment", "index.triggers",
        "parsing.common_words", "parsing.crisis_phrases", "parsing.location", "parsing.parsed_query",
        "parsing.query_parser", "parsing.synonyms",
    }
)  # fmt: skip
# Modules outside the search that decide what an index holds, besides those of the kinds.
SOURCE_MODULES = (recurrence, fields, text, weekdays, freshness, vocabulary, listing, place, kinds_base)
# Columns that are read from the file instead of mapped: words of texts, and bitmaps, which are copied anyway.
UNMAPPED = frozenset(("texts", "word.anywhere.bytes", "word.named.bytes", "facts.bytes"))
# Inode and modification time of a file, which tell it from a newer one; None where there is no file.
FileIdentity = tuple[int, int] | None

FILE_NAME = "index"


def index_folder() -> Path:
    """Return the folder of the file and its lock."""
    return Path(settings.SEARCH_DIR)


def index_path() -> Path:
    """Return the path of the file, whether it exists or not."""
    return index_folder() / FILE_NAME


@cache
def fingerprint() -> str:
    """Return a digest of the code that decides what an index holds, and of the stemmer's version.

    A file with another digest is built again.
    """
    digest = hashlib.sha256(Stemmer.version().encode())
    for path in fingerprint_files():
        digest.update(path.read_bytes())
    return digest.hexdigest()


def fingerprint_files() -> list[Path]:
    """Return the source files that decide what an index holds, in a fixed order.

    They are the package of the search without the modules that only read an index, the modules with the declaration and
    the model of each kind, and the modules that these build on.
    """
    package = Path(__file__).parents[1]
    search = {
        path
        for path in package.rglob("*.py")
        if ".".join(path.relative_to(package).with_suffix("").parts) not in READING_MODULES
    }
    of_kinds = {name for kind in kinds.values() for name in (type(kind).__module__, kind.model.__module__)}
    modules = [*SOURCE_MODULES, *(sys.modules[name] for name in of_kinds)]
    return sorted(search | {Path(module.__file__ or "") for module in modules})


class OpenFile:
    """A file descriptor that stays open as long as a column refers to it."""

    def __init__(self, file: BinaryIO) -> None:
        """Duplicate the descriptor of an open file."""
        self.number = os.dup(file.fileno())
        weakref.finalize(self, os.close, self.number)


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column that is read from the file slice by slice.

    A mapped column keeps the parts that were read in memory; of this one nothing stays there.
    """

    file: OpenFile
    dtype: np.dtype[Any]
    offset: int
    """Where the column begins in the file, in bytes."""

    def __getitem__(self, span: slice) -> Array:
        """Read a slice, which needs both ends."""
        size = self.dtype.itemsize
        count, first = int(span.stop - span.start), int(span.start)
        return np.frombuffer(os.pread(self.file.number, count * size, self.offset + first * size), self.dtype)


@dataclass(frozen=True, slots=True)
class MappedIndex:
    """The columns of a file, the last change that they include, and which file it is."""

    columns: Columns
    position: Position
    identity: FileIdentity


@contextmanager
def write_lock(*, wait: bool) -> Iterator[bool]:
    """Hold the lock for writing the file, and yield whether this process has got it.

    Without `wait`, it yields False at once where another process has the lock. The lock ends with the process.
    """
    index_folder().mkdir(parents=True, exist_ok=True)
    with (index_folder() / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        # The code that builds the index is the one of this moment, even if its files change during the build.
        fingerprint()
        yield True


def save_index(columns: Columns, position: Position) -> None:
    """Write the columns and their position to a new file, and put it in place of the old one."""
    places, offset = {}, 0
    for name, column in columns.items():
        places[name] = (column.dtype.str, offset, len(column))
        offset += -(-column.nbytes // ALIGN) * ALIGN
    # The rows of a transaction that is still running are read once more, which does no harm.
    saved_position = asdict(position) | {"seen": []}
    header = {"fingerprint": fingerprint(), "position": saved_position, "columns": places, "bytes": offset}
    for left_over in index_folder().glob(f".{FILE_NAME}.*"):
        left_over.unlink(missing_ok=True)  # of a process that was stopped
    with write_atomically(index_path()) as file:
        _write_columns(file, header, columns)


def _write_columns(file: BinaryIO, header: dict[str, Any], columns: Columns) -> None:
    """Write the header with the checksum, and then the columns, each padded to `ALIGN` bytes."""
    checksum = 0
    for column in columns.values():
        checksum = zlib.crc32(_padded_bytes(column), checksum)
    text = json.dumps({**header, "checksum": checksum}).encode()
    start = -(-(len(MAGIC) + 16 + len(text)) // ALIGN) * ALIGN
    head = MAGIC + f"{len(text):08d}{zlib.crc32(text):08x}".encode() + text
    file.write(head.ljust(start, b"\0"))
    for column in columns.values():
        file.write(_padded_bytes(column))


def _padded_bytes(column: Array) -> bytes:
    """Return the bytes of a column, padded with zeros to a multiple of `ALIGN`."""
    return column.tobytes() + bytes(-column.nbytes % ALIGN)


def file_identity() -> FileIdentity:
    """Return inode and time of change of the present index file; None where there is none."""
    try:
        status = os.stat(os.path.join(settings.SEARCH_DIR, FILE_NAME))
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def load_index() -> MappedIndex | None:
    """Return the columns of the file, or None where there is no file that can be used."""
    try:
        with index_path().open("rb") as file:
            status = os.fstat(file.fileno())
            return _map_file(file, (status.st_ino, status.st_mtime_ns))
    except (OSError, ValueError, KeyError):
        return None


def _map_file(file: BinaryIO, identity: FileIdentity) -> MappedIndex | None:
    """Map an index file into memory; return None where it is damaged or of other code."""
    if file.read(len(MAGIC)) != MAGIC:
        return None
    length, header_sum = int(file.read(8)), int(file.read(8), 16)
    text = file.read(length)
    if zlib.crc32(text) != header_sum:
        return None
    header = json.loads(text)
    start = -(-(len(MAGIC) + 16 + length) // ALIGN) * ALIGN
    if header["fingerprint"] != fingerprint() or not _is_intact(file, start, header):
        return None
    memory = memoryview(mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ))
    opened = OpenFile(file)
    columns: dict[str, Any] = {
        name: FileColumn(opened, np.dtype(dtype), start + offset)
        if name in UNMAPPED
        else np.frombuffer(memory, np.dtype(dtype), count, start + offset)
        for name, (dtype, offset, count) in header["columns"].items()
    }
    position = Position(**{**header["position"], "seen": frozenset()})
    return MappedIndex(columns, position, identity)


def _is_intact(file: BinaryIO, start: int, header: dict[str, Any]) -> bool:
    """Return whether the columns have the length and checksum of the header.

    The file is read rather than mapped, so that the check leaves nothing in the memory of this process.
    """
    file.seek(start)
    checksum, left = 0, header["bytes"]
    while chunk := file.read(min(left, 2**20)):
        checksum, left = zlib.crc32(chunk, checksum), left - len(chunk)
    return left == 0 and checksum == header["checksum"]

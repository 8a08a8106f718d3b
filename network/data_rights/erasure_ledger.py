"""Record deletions of accounts in a file, for the day on which the disk of the database is lost.

Each line has one id that identifies nobody. It is on the disk before its account is deleted. The last character of
the line says how the deletion ended: "?" while it is in progress, a space when it is done, "-" when nothing was
deleted. It is overwritten in place, which needs no space on a full disk. A line without this character was written by
an older version or by hand, and its account was deleted.
"""

import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

IN_PROGRESS, DONE, FAILED = "?", " ", "-"
ID_LENGTH = 36  # characters


@contextmanager
def record_erasure(opaque_id: uuid.UUID) -> Iterator[None]:
    """Record in the ledger that the block deletes an account, before it begins and after it ends.

    Raises OSError before the block runs when the line cannot be written, as on a full disk.
    """
    position = _append_line(opaque_id)
    try:
        yield
    except BaseException:
        _set_outcome(position, FAILED)
        raise
    _set_outcome(position, DONE)


def recorded_ids() -> set[uuid.UUID]:
    """Return the ids of accounts that were deleted. Incomplete lines, which a crash may leave, are ignored."""
    return {opaque_id for opaque_id, outcome in _lines() if outcome in ("", DONE)}


def unfinished_ids() -> set[uuid.UUID]:
    """Return the ids of accounts whose deletion began and whose outcome is not recorded."""
    return {opaque_id for opaque_id, outcome in _lines() if outcome == IN_PROGRESS} - recorded_ids()


def _lines() -> Iterator[tuple[uuid.UUID, str]]:
    """Yield the id of each line with its last character, or "" where there is none."""
    try:
        text = settings.ERASURES_FILE.read_text(errors="replace")
    except FileNotFoundError:
        return
    for line in text.splitlines():
        text_id, outcome = line[:ID_LENGTH], line[ID_LENGTH : ID_LENGTH + 1]
        if _is_id(text_id):
            yield uuid.UUID(text_id), outcome


def _is_id(text: str) -> bool:
    """Return whether the text is a UUID in its usual form."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _append_line(opaque_id: uuid.UUID) -> int:
    """Append a line and wait until it is on the disk. Return the position of its last character.

    A line that finds no space is removed again. Raises OSError.
    """
    path = settings.ERASURES_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        end = os.fstat(file).st_size
        # A crash may have left the last line without its end.
        is_incomplete = end > 0 and os.pread(file, 1, end - 1) != b"\n"
        line = b"\n" * is_incomplete + f"{opaque_id}{IN_PROGRESS}\n".encode()
        try:
            if os.pwrite(file, line, end) != len(line):
                raise OSError(f"{path.name}: there is no room for a line")
            os.fsync(file)
        except OSError:
            with suppress(OSError):
                os.ftruncate(file, end)
            raise
        if is_new:
            _sync_folder(path.parent)
        return end + len(line) - 2
    finally:
        os.close(file)


def _set_outcome(position: int, outcome: str) -> None:
    """Overwrite the last character of a line. Where that fails, `unfinished_ids` continues to return its id."""
    with suppress(OSError):
        file = os.open(settings.ERASURES_FILE, os.O_RDWR)
        try:
            os.pwrite(file, outcome.encode(), position)
            os.fsync(file)
        finally:
            os.close(file)


def _sync_folder(path: Path) -> None:
    """Wait until the entries of a folder are on the disk."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

"""Reads the changes that the triggers of the database note, and finds out whether there are new ones.

The triggers of `directory/search/index/triggers.py` note each change in the transaction that makes it. A reader
remembers its position as a row of that table. A reader that no longer finds that row must start anew: the row was
pruned, or the database is another one or was restored from a copy.

On PostgreSQL a row may come to light after one with a higher number, when its transaction took longer. So a reader also
remembers the oldest transaction that was still running when it looked, and looks at all rows since that one again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import DatabaseError, connections, router
from django.db.backends.base.base import BaseDatabaseWrapper

from directory.models import Change

# Rows that may lie about behind everybody.
MOST_KEPT = 5_000
# Rows read at a time, as in the queries below.
MOST_READ = 100_000


@dataclass(frozen=True, slots=True)
class Position:
    """Where a reader stands: the last row it saw, the oldest transaction that was running then, and which rows since
    that one it has seen."""

    sequence: int = 0
    nonce: int = 0
    xmin: int = 0
    seen: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class LoggedChanges:
    position: Position
    listings: frozenset[int]
    words: bool
    """Whether the words of plain speech changed."""
    many: bool = False
    """More was noted than is read at a time."""


Row = tuple[int, int | None, int, int, int]
ON_SQLITE = """
SELECT sequence, listing_id, nonce, 0, 0
FROM directory_change WHERE sequence >= %s ORDER BY sequence LIMIT 100000
"""
ON_POSTGRES = """
SELECT sequence, listing_id, nonce, transaction_id, pg_snapshot_xmin(pg_current_snapshot())::text::bigint
FROM directory_change WHERE sequence = %s OR transaction_id >= %s ORDER BY sequence LIMIT 100000
"""


def rows_since(position: Position) -> list[Row]:
    """Return the row of a position and those since it: sequence, listing, nonce, transaction, oldest one running."""
    connection = connections[router.db_for_read(Change)]
    postgres = connection.vendor == "postgresql"
    query = ON_POSTGRES if postgres else ON_SQLITE
    parameters = (position.sequence, position.xmin) if postgres else (position.sequence,)
    # This look tells by itself whether the connection still works; Django need not ask beforehand.
    connection.health_check_done = True  # type: ignore[attr-defined]
    try:
        return rows_of(connection, query, parameters)
    except DatabaseError:
        if connection.in_atomic_block:
            raise
        connection.close()
        return rows_of(connection, query, parameters)


def rows_of(connection: BaseDatabaseWrapper, query: str, parameters: tuple[int, ...]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall()


def current_position() -> Position:
    """Where one stands who reads everything from here on; zero where nothing was ever noted."""
    last = Change.objects.order_by("-sequence").values_list("sequence", "nonce").first()
    if last is None:
        return Position()
    rows = rows_since(Position(last[0], xmin=2**62))
    return position_of(rows, frozenset()) if rows else Position()


def changes_since(position: Position) -> LoggedChanges | None:
    """What was noted since; None where the row of the position is not there any more."""
    rows = rows_since(position)
    if not any((row[0], row[2]) == (position.sequence, position.nonce) for row in rows):
        return LoggedChanges(position, frozenset(), False) if not rows and not position.sequence else None
    if len(rows) == 1:
        return LoggedChanges(position_of(rows, position.seen), frozenset(), False)
    new = [row for row in rows if row[0] != position.sequence and row[0] not in position.seen]
    listings = frozenset(row[1] for row in new if row[1] is not None)
    words = any(row[1] is None for row in new)
    return LoggedChanges(position_of(rows, position.seen), listings, words, many=len(rows) == MOST_READ)


def position_of(rows: Sequence[Row], seen: frozenset[int]) -> Position:
    sequence, _listing, nonce, _transaction, xmin = rows[-1]
    return Position(sequence, nonce, xmin, frozenset(row[0] for row in rows if row[3] >= xmin > 0))


def prune_log(position: Position) -> None:
    """Forgets what was noted before a position, once it is much; whoever stands further back must start anew."""
    old = Change.objects.filter(sequence__lt=position.sequence)
    if old.count() > MOST_KEPT:
        old.delete()

"""Read the change log: a table in which database triggers record each change of the data that the search reads.

The triggers, which `triggers.py` defines, record a change in its own transaction. A reader remembers its position as a
row of the table. A reader that no longer finds its row must read everything again: the row was pruned, or the database
is another or a restored one.

On PostgreSQL a row may become visible after one with a higher number, when its transaction took longer. So a position
also holds the oldest transaction that was still running, and the reader looks at all rows since that one again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import DatabaseError, connections, router
from django.db.backends.base.base import BaseDatabaseWrapper

from directory.models import Change

# So many rows that no index needs any more may stay in the table.
MAX_OLD_ROWS = 5_000
# Rows read at a time, as in the queries below.
MAX_ROWS_READ = 100_000


@dataclass(frozen=True, slots=True)
class Position:
    """How far a reader has read the change log."""

    sequence: int = 0
    """Number of the last row that was read; zero where there was none."""
    nonce: int = 0
    """The random number of that row, which another database does not have."""
    xmin: int = 0
    """On PostgreSQL, the oldest transaction that was running at that time."""
    seen: frozenset[int] = frozenset()
    """Numbers of the rows since that transaction that were read already."""


@dataclass(frozen=True, slots=True)
class LoggedChanges:
    """The changes since a position."""

    position: Position
    """The position after them."""
    listings: frozenset[int]
    """Ids of the changed listings."""
    synonyms: bool
    """Whether synonyms changed."""
    too_many: bool = False
    """Whether there are more rows than are read at a time."""


LogRow = tuple[int, int | None, int, int, int]
ON_SQLITE = """
SELECT sequence, listing_id, nonce, 0, 0
FROM directory_change WHERE sequence >= %s ORDER BY sequence LIMIT 100000
"""
ON_POSTGRES = """
SELECT sequence, listing_id, nonce, transaction_id, pg_snapshot_xmin(pg_current_snapshot())::text::bigint
FROM directory_change WHERE sequence = %s OR transaction_id >= %s ORDER BY sequence LIMIT 100000
"""


def _rows_since(position: Position) -> list[LogRow]:
    """Return the row of a position and those since it: sequence, listing, nonce, transaction, oldest one running."""
    connection = connections[router.db_for_read(Change)]
    postgres = connection.vendor == "postgresql"
    query = ON_POSTGRES if postgres else ON_SQLITE
    parameters = (position.sequence, position.xmin) if postgres else (position.sequence,)
    # The query itself shows whether the connection still works, so Django need not check it first.
    connection.health_check_done = True  # type: ignore[attr-defined]
    try:
        return _fetch_rows(connection, query, parameters)
    except DatabaseError:
        if connection.in_atomic_block:
            raise
        connection.close()
        return _fetch_rows(connection, query, parameters)


def _fetch_rows(connection: BaseDatabaseWrapper, query: str, parameters: tuple[int, ...]) -> list[LogRow]:
    """Run a query on a connection and return all rows."""
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall()


def current_position() -> Position:
    """Return the position of a reader that reads all data now; zero where no change was ever recorded."""
    last = Change.objects.order_by("-sequence").values_list("sequence", "nonce").first()
    if last is None:
        return Position()
    rows = _rows_since(Position(last[0], xmin=2**62))
    return _position_after(rows, frozenset()) if rows else Position()


def changes_since(position: Position) -> LoggedChanges | None:
    """Return the changes since a position; None where the row of the position is not in the table any more."""
    rows = _rows_since(position)
    if not any((row[0], row[2]) == (position.sequence, position.nonce) for row in rows):
        return LoggedChanges(position, frozenset(), False) if not rows and not position.sequence else None
    if len(rows) == 1:
        return LoggedChanges(_position_after(rows, position.seen), frozenset(), False)
    new = [row for row in rows if row[0] != position.sequence and row[0] not in position.seen]
    listings = frozenset(row[1] for row in new if row[1] is not None)
    synonyms = any(row[1] is None for row in new)
    return LoggedChanges(
        _position_after(rows, position.seen), listings, synonyms, too_many=len(rows) == MAX_ROWS_READ
    )


def _position_after(rows: Sequence[LogRow], seen: frozenset[int]) -> Position:
    """Return the position in the change log after the last of these rows."""
    sequence, _listing, nonce, _transaction, xmin = rows[-1]
    return Position(sequence, nonce, xmin, frozenset(row[0] for row in rows if row[3] >= xmin > 0))


def prune_log(position: Position) -> None:
    """Delete the rows before a position when there are many; a reader further back must read everything again."""
    old = Change.objects.filter(sequence__lt=position.sequence)
    if old.count() > MAX_OLD_ROWS:
        old.delete()

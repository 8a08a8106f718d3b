"""Changes as triggers of the database note them, and the look whether there are new ones.

The triggers stand in migrations (`watch`) and note each change in its own transaction, whoever made it: admin,
`update()`, an import, plain SQL. A reader remembers where it stands as a row of that table. Whoever no longer finds
that row (it was pruned, the database is another, or was brought back from a copy) must start anew.

On PostgreSQL a row may come to light after one with a higher number, when its transaction took longer. So a reader also
remembers the oldest transaction that was still running when it looked, and looks at all rows since that one again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connections, migrations, router
from django.db.backends.base.base import BaseDatabaseWrapper

from directory.models import Change

TABLE = "directory_change"
# Rows that may lie about behind everybody.
MOST_KEPT = 5_000
# Rows read at a time, as in the queries below.
MOST_READ = 100_000
EVENTS = ("INSERT", "UPDATE", "DELETE")
NOTE_FUNCTION = """
CREATE OR REPLACE FUNCTION directory_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'INSERT INTO directory_change (listing_id, nonce, transaction_id) '
        'SELECT DISTINCT found.listing, '
        '(random() * 9007199254740991)::bigint, pg_current_xact_id()::text::bigint FROM (' || TG_ARGV[0] || ') found';
    RETURN NULL;
END $$
"""


# What a migration's operation runs: it takes the apps as they are at that point, and the schema editor.
Step = Callable[[Any, Any], None]


def create_triggers(table: str, listing: str, *, join: str = "") -> migrations.RunPython:
    """A migration's operation: notes a change for each row of `table` that is written, changed or deleted.

    `listing` is the column with the listing's id, or the expression NULL for the words of plain speech; with `join`
    ("directory_listing.place_id"), the listings are those whose column there points to the row.
    """

    put_on, take_off = steps(table, listing, join)
    return migrations.RunPython(put_on, take_off)


def unwatch(table: str, listing: str, *, join: str = "") -> migrations.RunPython:
    """Return a migration's operation that takes the triggers off a table; the arguments are those of `watch`.

    SQLite changes a table by building it anew. Its own triggers are then lost, and those of other tables that name it
    stop the change. So they are taken off before such an operation, and put on again after it.
    """
    put_on, take_off = steps(table, listing, join)
    return migrations.RunPython(take_off, put_on)


def steps(table: str, listing: str, join: str) -> tuple[Step, Step]:
    """Return what puts the triggers on a table, and what takes them off."""

    def forwards(apps: Any, schema_editor: Any) -> None:
        postgres = schema_editor.connection.vendor == "postgresql"
        statements = (
            postgres_triggers(table, listing, join) if postgres else sqlite_triggers(table, listing, join)
        )
        for statement in statements:
            schema_editor.execute(statement, params=None)

    def backwards(apps: Any, schema_editor: Any) -> None:
        on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        for event in EVENTS:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {trigger_name(table, event)}{on}", params=None)

    return forwards, backwards


def trigger_name(table: str, event: str) -> str:
    return f"note_{event.lower()}_{table}"


def sqlite_triggers(table: str, listing: str, join: str) -> list[str]:
    statements = []
    for event in EVENTS:
        rows = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}[event]
        found = " UNION ".join(listing_of_row(row, listing, join) for row in rows)
        target = f"{TABLE} (listing_id, nonce, transaction_id)"
        body = f"INSERT INTO {target} SELECT listing, random() >> 10, 0 FROM ({found})"  # noqa: S608
        statements.append(f"DROP TRIGGER IF EXISTS {trigger_name(table, event)}")
        statements.append(
            f"CREATE TRIGGER {trigger_name(table, event)} AFTER {event} ON {table} BEGIN {body}; END"
        )
    return statements


def listing_of_row(row: str, listing: str, join: str) -> str:
    """The listings of one row that a trigger sees under this name."""
    if join:
        other, column = join.split(".")
        return f"SELECT id AS listing FROM {other} WHERE {column} = {row}.{listing}"  # noqa: S608
    return f"SELECT {listing if listing == 'NULL' else f'{row}.{listing}'} AS listing"


def postgres_triggers(table: str, listing: str, join: str) -> list[str]:
    statements = [NOTE_FUNCTION]
    for event in EVENTS:
        statements.append(f"DROP TRIGGER IF EXISTS {trigger_name(table, event)} ON {table}")
        names = {
            "INSERT": {"NEW": "changed"},
            "UPDATE": {"OLD": "before", "NEW": "changed"},
            "DELETE": {"OLD": "changed"},
        }[event]
        found = " UNION ".join(listings_of_statement(name, listing, join) for name in names.values())
        tables = " ".join(f"{which} TABLE AS {name}" for which, name in names.items())
        statements.append(
            f"CREATE TRIGGER {trigger_name(table, event)} AFTER {event} ON {table} REFERENCING {tables} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION directory_note_change('{found}')"
        )
    return statements


def listings_of_statement(name: str, listing: str, join: str) -> str:
    """The listings of the rows of a statement."""
    if join:
        other, column = join.split(".")
        return f"SELECT o.id AS listing FROM {other} o JOIN {name} t ON o.{column} = t.{listing}"  # noqa: S608
    return f"SELECT {'NULL::bigint' if listing == 'NULL' else listing} AS listing FROM {name}"  # noqa: S608


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

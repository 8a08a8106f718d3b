"""Fills a base with made-up rows, fast: whole batches, indexes and triggers set aside meanwhile."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

from benchmarks.rows import BATCH, FIELDS, Writer
from core.progress import Progress


def main(arguments: list[str]) -> None:
    """`SIZE`: so many listings, into the base that DATABASE_URL names, which is migrated first."""
    size = int(arguments[0])
    call_command("migrate", interactive=False, verbosity=0)
    writer = Writer()
    progress = Progress(sys.stderr, size, "listings")
    with set_aside(), transaction.atomic():
        for first in range(1, size + 1, BATCH):
            count = min(BATCH, size - first + 1)
            for model, (names, rows) in writer.batch(first, count).items():
                insert(model, names, rows)
            progress.advance(count)
    progress.finish()
    settle()


def insert(model: type[Model], names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """Rows that give the named fields; what else the table holds gets the default of its field."""
    fields = {field.attname: field for field in model._meta.local_concrete_fields}
    others = [field for name, field in fields.items() if name not in names and not field.primary_key]
    same = tuple(field.get_db_prep_save(field.get_default(), connection) for field in others)
    columns = [str(field.column) for field in (*(fields[name] for name in names), *others)]
    table, listed = quoted(model._meta.db_table), ", ".join(map(quoted, columns))
    whole = [row + same for row in rows]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
                for row in whole:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" for _column in columns)
            cursor.connection.executemany(f"INSERT INTO {table} ({listed}) VALUES ({marks})", whole)


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


@contextmanager
def set_aside() -> Iterator[None]:
    """Nothing is checked, noted or kept in order while rows come in; the indexes are built once, afterwards."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            yield
            cursor.execute("SET session_replication_role = DEFAULT")
            return
        for pragma in (
            "journal_mode = OFF",
            "synchronous = OFF",
            "foreign_keys = OFF",
            "cache_size = -500000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
        )
        found = cursor.fetchall()
        for kind, name, _sql in found:
            cursor.execute(f"DROP {kind} {quoted(name)}")
        yield
        for _kind, _name, sql in found:
            # As it stands there, with its own percent signs.
            cursor.connection.execute(sql)
        cursor.execute("PRAGMA journal_mode = WAL")


def settle() -> None:
    """Sequences behind the given keys, and what the planner should know."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(FIELDS)):
            cursor.execute(statement)
        cursor.execute("ANALYZE")

"""Fill a database with made-up rows in large batches, while its indexes and triggers are dropped."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

from benchmarks.rows import BATCH, MODEL_FIELDS, RowWriter
from core.progress import Progress


def main(arguments: list[str]) -> None:
    """Migrate the database that DATABASE_URL names, and fill it with as many listings as the first argument says."""
    size = int(arguments[0])
    call_command("migrate", interactive=False, verbosity=0)
    writer = RowWriter()
    progress = Progress(sys.stderr, size, "listings")
    with without_indexes(), transaction.atomic():
        for first in range(1, size + 1, BATCH):
            count = min(BATCH, size - first + 1)
            for model, (names, rows) in writer.batch(first, count).items():
                insert_rows(model, names, rows)
            progress.advance(count)
    progress.finish()
    update_statistics()


def insert_rows(model: type[Model], names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """Insert rows with values for the named fields; all other fields get their default."""
    fields = {field.attname: field for field in model._meta.local_concrete_fields}
    others = [field for name, field in fields.items() if name not in names and not field.primary_key]
    defaults = tuple(field.get_db_prep_save(field.get_default(), connection) for field in others)
    columns = [str(field.column) for field in (*(fields[name] for name in names), *others)]
    table, listed = quote_name(model._meta.db_table), ", ".join(map(quote_name, columns))
    complete_rows = [row + defaults for row in rows]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
                for row in complete_rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" for _column in columns)
            cursor.connection.executemany(f"INSERT INTO {table} ({listed}) VALUES ({marks})", complete_rows)


def quote_name(name: str) -> str:
    """Return the name of a table or column as SQL writes it."""
    return connection.ops.quote_name(name)


@contextmanager
def without_indexes() -> Iterator[None]:
    """Drop indexes, triggers and checks while rows are inserted, and create them again afterwards."""
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
        dropped = cursor.fetchall()
        for kind, name, _sql in dropped:
            cursor.execute(f"DROP {kind} {quote_name(name)}")
        yield
        for _kind, _name, sql in dropped:
            # The SQL may contain percent signs, which Django's cursor would read as parameters.
            cursor.connection.execute(sql)
        cursor.execute("PRAGMA journal_mode = WAL")


def update_statistics() -> None:
    """Set the sequences to the highest keys, and update the statistics of the query planner."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(MODEL_FIELDS)):
            cursor.execute(statement)
        cursor.execute("ANALYZE")

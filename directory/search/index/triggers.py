"""Database triggers that note in the table `directory_change` which listings a changed row belongs to.

The search index reads those notes (`change_log`), so that it sees each change whoever makes it: the admin, `update()`,
an import, plain SQL. Migrations create the triggers. `watched_tables` says which tables need them, by the declarations
of the kinds, and a system check compares it with the migrations.
"""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.checks import CheckMessage
from django.core.checks import Warning as CheckWarning
from django.db import migrations
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model

from directory.kinds.registry import kinds
from directory.models import (
    Channel,
    HoursException,
    Listing,
    OpeningInterval,
    Organization,
    Place,
    SynonymEntry,
    Verification,
)

CHANGE_TABLE = "directory_change"
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
# The tables that all kinds share.
SHARED_MODELS: tuple[type[Model], ...] = (
    Listing, Channel, OpeningInterval, HoursException, Verification, Place, Organization, SynonymEntry,
)  # fmt: skip
MISSING_TRIGGERS = "directory.W001"


class CreateTriggers(migrations.RunPython):
    """A migration's operation that creates the triggers of one table; its reverse drops them.

    `listing` is the column with the id of the listing, or NULL for synonyms, which belong to no listing. With `join`
    ("directory_listing.place_id"), the listings are those whose column there points to the row.
    """

    is_reversed = False

    def __init__(self, table: str, listing: str, *, join: str = "") -> None:
        def create(_apps: Any, schema_editor: Any) -> None:
            build = _postgres_statements if _is_postgres(schema_editor) else _sqlite_statements
            for statement in build(table, listing, join):
                schema_editor.execute(statement, params=None)

        def drop(_apps: Any, schema_editor: Any) -> None:
            on_table = f" ON {table}" if _is_postgres(schema_editor) else ""
            for event in EVENTS:
                name = trigger_name(table, event)
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}", params=None)

        super().__init__(drop, create) if self.is_reversed else super().__init__(create, drop)
        self.table = table


class DropTriggers(CreateTriggers):
    """A migration's operation that drops the triggers of one table; its reverse creates them.

    SQLite changes a table by building it anew. The table's own triggers are then lost, and triggers of other tables
    that name it stop the change. Put this before such an operation, and `CreateTriggers` after it.
    """

    is_reversed = True


def trigger_name(table: str, event: str) -> str:
    """Return the name of the trigger on a table for one of `EVENTS`."""
    return f"note_{event.lower()}_{table}"


def watched_tables() -> dict[str, type[Model]]:
    """Return the tables that need triggers with their models: the shared ones, and those that the kinds declare."""
    declared = (model for kind in kinds.values() for model in (kind.model, *kind.triggers))
    return {model._meta.db_table: model for model in (*SHARED_MODELS, *declared)}


def tables_with_triggers(app_labels: Iterable[str]) -> set[str]:
    """Return the tables for which the migrations of these apps, all applied, leave triggers."""
    found: set[str] = set()
    for label in app_labels:
        for operation in _operations(label):
            if isinstance(operation, DropTriggers):
                found.discard(operation.table)
            elif isinstance(operation, CreateTriggers):
                found.add(operation.table)
    return found


def check_triggers(app_configs: Any, **_options: Any) -> list[CheckMessage]:
    """Warn of each watched table for which no migration creates triggers, and say what to run and to write.

    These are no errors: an error would stop the command that makes the migration.
    """
    tables = watched_tables()
    labels = {model._meta.app_label for model in tables.values()}
    existing = tables_with_triggers(labels)
    return [_missing_triggers(tables[table]) for table in tables if table not in existing]


def _missing_triggers(model: type[Model]) -> CheckWarning:
    """Return the warning that no migration creates the triggers of a model's table."""
    label, table = model._meta.app_label, model._meta.db_table
    return CheckWarning(
        f"No migration creates triggers for the table {table}, so that the search would not see its changes.",
        hint=(
            f"Run: manage.py makemigrations {label} --empty --name search_triggers\n"
            f'Write in its operations: CreateTriggers("{table}", "{_listing_column(model)}")\n'
            f"Import it from {__name__}, let the migration depend on the newest one of directory, and run: "
            "manage.py migrate"
        ),
        obj=model,
        id=MISSING_TRIGGERS,
    )


def _listing_column(model: type[Model]) -> str:
    """Return the column of a model's table with the id of the listing."""
    names = [kind.triggers[model] for kind in kinds.values() if model in kind.triggers]
    field: Any = model._meta.get_field(names[0]) if names else model._meta.pk
    return str(field.column)


def _operations(label: str) -> Iterator[Any]:
    """Yield the operations of an app's migrations, in the order of their names."""
    module_name, _explicit = MigrationLoader.migrations_module(label)
    if module_name is None:
        return
    try:
        package = importlib.import_module(module_name)
    except ModuleNotFoundError:
        return
    for name in sorted(module.name for module in pkgutil.iter_modules(package.__path__)):
        yield from importlib.import_module(f"{module_name}.{name}").Migration.operations


def _is_postgres(schema_editor: Any) -> bool:
    """Return whether a migration runs on PostgreSQL."""
    return bool(schema_editor.connection.vendor == "postgresql")


def _sqlite_statements(table: str, listing: str, join: str) -> list[str]:
    """Return the statements that create the triggers of a table on SQLite, which run for each row."""
    statements = []
    for event in EVENTS:
        rows = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}[event]
        found = " UNION ".join(_listing_of_row(row, listing, join) for row in rows)
        target = f"{CHANGE_TABLE} (listing_id, nonce, transaction_id)"
        body = f"INSERT INTO {target} SELECT listing, random() >> 10, 0 FROM ({found})"  # noqa: S608
        statements.append(f"DROP TRIGGER IF EXISTS {trigger_name(table, event)}")
        statements.append(
            f"CREATE TRIGGER {trigger_name(table, event)} AFTER {event} ON {table} BEGIN {body}; END"
        )
    return statements


def _listing_of_row(row: str, listing: str, join: str) -> str:
    """Return a query for the listings of one row, which a trigger sees under the name OLD or NEW."""
    if join:
        other, column = join.split(".")
        return f"SELECT id AS listing FROM {other} WHERE {column} = {row}.{listing}"  # noqa: S608
    return f"SELECT {listing if listing == 'NULL' else f'{row}.{listing}'} AS listing"


def _postgres_statements(table: str, listing: str, join: str) -> list[str]:
    """Return the statements that create the triggers of a table on PostgreSQL, which run for each statement."""
    statements = [NOTE_FUNCTION]
    for event in EVENTS:
        statements.append(f"DROP TRIGGER IF EXISTS {trigger_name(table, event)} ON {table}")
        names = {
            "INSERT": {"NEW": "changed"},
            "UPDATE": {"OLD": "before", "NEW": "changed"},
            "DELETE": {"OLD": "changed"},
        }[event]
        found = " UNION ".join(_listings_of_statement(name, listing, join) for name in names.values())
        tables = " ".join(f"{which} TABLE AS {name}" for which, name in names.items())
        statements.append(
            f"CREATE TRIGGER {trigger_name(table, event)} AFTER {event} ON {table} REFERENCING {tables} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION directory_note_change('{found}')"
        )
    return statements


def _listings_of_statement(name: str, listing: str, join: str) -> str:
    """Return a query for the listings of the rows of a statement, given the name of its transition table."""
    if join:
        other, column = join.split(".")
        return f"SELECT o.id AS listing FROM {other} o JOIN {name} t ON o.{column} = t.{listing}"  # noqa: S608
    return f"SELECT {'NULL::bigint' if listing == 'NULL' else listing} AS listing FROM {name}"  # noqa: S608

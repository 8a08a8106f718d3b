"""The tables that count guesses at sign-in and what visitors send (`CACHES` in the settings)."""

from django.core.management import call_command
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def create_tables(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


def drop_tables(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table in ("cache", "submission_limits"):
        schema_editor.execute(f"DROP TABLE IF EXISTS {table}")


class Migration(migrations.Migration):
    dependencies = [("recovery_site", "0001_initial")]
    operations = [migrations.RunPython(create_tables, drop_tables)]

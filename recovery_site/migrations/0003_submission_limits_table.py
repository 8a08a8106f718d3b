"""The table that counts what visitors send, apart from the counts of guesses."""

from django.core.management import call_command
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def create(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the tables of all caches that have none yet."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


def drop(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute("DROP TABLE IF EXISTS submission_limits")


class Migration(migrations.Migration):
    dependencies = [("recovery_site", "0002_cache_table")]
    operations = [migrations.RunPython(create, drop)]

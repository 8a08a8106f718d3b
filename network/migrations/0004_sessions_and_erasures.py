"""Sessions in a table of our own, found by a hash; an opaque id for each account, and the list of erased ones."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import network.models


def an_id_each(apps, schema_editor):
    accounts = apps.get_model("network", "Account").objects
    for pk in accounts.values_list("pk", flat=True).iterator():
        accounts.filter(pk=pk).update(opaque_id=uuid.uuid4())


def end_sessions_of_before(apps, schema_editor):
    """The old table stays, so that the version before still runs; its rows would open nothing here."""
    connection = schema_editor.connection
    if "django_session" in connection.introspection.table_names():
        schema_editor.execute("DELETE FROM django_session")


class Migration(migrations.Migration):
    dependencies = [("network", "0003_sealed_rows")]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("opaque_id", models.UUIDField(primary_key=True, serialize=False)),
                ("day", models.DateField(default=network.models.current_day)),
            ],
        ),
        migrations.AddField("account", "opaque_id", models.UUIDField(null=True, editable=False)),
        migrations.RunPython(an_id_each, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            "account", "opaque_id", models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(
                        max_length=40, primary_key=True, serialize=False, verbose_name="session key"
                    ),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("since", models.DateField(default=network.models.current_day)),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"verbose_name": "session", "verbose_name_plural": "sessions", "abstract": False},
        ),
        migrations.RunPython(end_sessions_of_before, migrations.RunPython.noop, elidable=True),
    ]

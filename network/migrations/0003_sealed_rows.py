"""One table for all that a person keeps; saved lists move into it, sealed anew and bound to their row."""

import json
import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from network.vault import encryption

PAD = 256  # bytes


def saved_id(account):
    return encryption.fixed_id(account.wrapped_key, "saved:")


def bound_to_row(account):
    return f"{account.pk}:encrypteditem:{saved_id(account)}:sealed"


def into_rows(apps, schema_editor):
    """A list that does not open is carried over as it is; keys that open no account stop the migration."""
    for old in apps.get_model("network", "SavedList").objects.select_related("account").iterator():
        apps.get_model("network", "SealedRow").objects.create(
            id=saved_id(old.account), account=old.account, sealed=sealed_anew(old)
        )


def sealed_anew(old):
    key = old.account.wrapped_key
    try:
        ids = json.loads(encryption.unseal(key, f"{old.account_id}:saved", old.sealed))
    except encryption.Unreadable:
        return bytes(old.sealed)
    text = json.dumps({"kind": "saved", "ids": ids})
    return encryption.seal(key, bound_to_row(old.account), text + " " * (-len(text) % PAD))


def back_into_lists(apps, schema_editor):
    """The lists alone: the version before knew nothing else that a person could keep."""
    for account in apps.get_model("network", "Account").objects.iterator():
        row = apps.get_model("network", "SealedRow").objects.filter(pk=saved_id(account)).first()
        if row is None:
            continue
        apps.get_model("network", "SavedList").objects.create(account=account, sealed=as_before(account, row))


def as_before(account, row):
    try:
        ids = json.loads(encryption.unseal(account.wrapped_key, bound_to_row(account), row.sealed))["ids"]
    except encryption.Unreadable:
        return bytes(row.sealed)
    return encryption.seal(account.wrapped_key, f"{account.pk}:saved", json.dumps(ids))


class Migration(migrations.Migration):
    dependencies = [("network", "0002_small_login_names")]

    operations = [
        migrations.CreateModel(
            name="SealedRow",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("sealed", models.BinaryField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="held",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.RunPython(into_rows, back_into_lists, elidable=False),
        migrations.DeleteModel(name="SavedList"),
    ]

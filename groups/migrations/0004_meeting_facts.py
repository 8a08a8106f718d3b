"""Give each meeting languages, audiences, access and slips of its own, and a permanent public id."""

from typing import Any

from django.db import migrations, models

import core.fields
import groups.models
from directory.search.index.triggers import CreateTriggers, DropTriggers

BATCH_ROWS = 2000


def create_public_ids(apps: Any, _schema_editor: Any) -> None:
    """Give each meeting a public id of its own."""
    meetings = apps.get_model("groups", "Meeting")._default_manager
    while rows := meetings.filter(public_id="").order_by("pk").only("pk")[:BATCH_ROWS]:
        for meeting in rows:
            meeting.public_id = groups.models.create_public_id()
        meetings.bulk_update(rows, ["public_id"])


def public_id_field(**options: Any) -> "models.Field[Any, Any]":
    """Return the field of the public id with further options."""
    return models.CharField(
        editable=False,
        help_text="the permanent id of the meeting in addresses, calendar files and feeds",
        max_length=12,
        **options,
    )


def shared_set(name: str, they_are: str) -> core.fields.ChoiceSetField:
    """Return the field of a set of values that a meeting may have in place of its group's."""
    return core.fields.ChoiceSetField(
        blank=True, default=(), help_text=f"Leave empty when {they_are} as the group's.", verbose_name=name
    )


class Migration(migrations.Migration):
    dependencies = [("groups", "0003_weeks_of_month"), ("directory", "0004_search_triggers")]

    operations = [
        DropTriggers("groups_meeting", "group_id"),
        migrations.AddField("meeting", "public_id", public_id_field(default="")),
        migrations.RunPython(create_public_ids, migrations.RunPython.noop),
        migrations.AlterField(
            "meeting", "public_id", public_id_field(default=groups.models.create_public_id, unique=True)
        ),
        migrations.AddField("meeting", "languages", shared_set("languages", "they are")),
        migrations.AddField("meeting", "audiences", shared_set("especially for", "it is")),
        migrations.AddField("meeting", "access", shared_set("getting in", "it is")),
        migrations.AddField(
            "meeting",
            "attendance_slips",
            models.CharField(
                blank=True,
                choices=[("yes", "Yes"), ("no", "No"), ("", "Not given")],
                default="",
                help_text="Leave empty when it is as the group's.",
                max_length=3,
                verbose_name="signs attendance slips",
            ),
        ),
        CreateTriggers("groups_meeting", "group_id"),
    ]

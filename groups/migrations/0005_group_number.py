"""Give groups the number that their fellowship's register has for them, and notes of meetings more room."""

from typing import Any

from django.db import migrations, models
from django.db.models.functions import Length

from directory.search.index.triggers import CreateTriggers, DropTriggers

FORMER_NOTE_LENGTH = 500  # characters


def shorten_notes(apps: Any, _schema_editor: Any) -> None:
    """Cut the notes that the former column cannot hold."""
    meetings = apps.get_model("groups", "Meeting")._default_manager
    for meeting in meetings.annotate(length=Length("note")).filter(length__gt=FORMER_NOTE_LENGTH):
        meetings.filter(pk=meeting.pk).update(note=meeting.note[:FORMER_NOTE_LENGTH])


class Migration(migrations.Migration):
    dependencies = [("groups", "0004_meeting_facts"), ("directory", "0004_search_triggers")]

    operations = [
        DropTriggers("groups_supportgroup", "listing_ptr_id"),
        migrations.AddField(
            "supportgroup",
            "group_number",
            models.CharField(
                blank=True,
                default="",
                help_text="In the register of its fellowship, such as “GSO #123456”.",
                max_length=60,
                verbose_name="number of the group",
            ),
            preserve_default=False,
        ),
        CreateTriggers("groups_supportgroup", "listing_ptr_id"),
        DropTriggers("groups_meeting", "group_id"),
        migrations.AlterField(
            "meeting", "note", models.CharField(blank=True, max_length=2000, verbose_name="note")
        ),
        # On the way back this comes first, while the column still holds them.
        migrations.RunPython(migrations.RunPython.noop, shorten_notes),
        CreateTriggers("groups_meeting", "group_id"),
    ]

"""Let a monthly meeting take place in several weeks of the month, such as the second and the fourth Monday."""

from typing import Any

from django.db import migrations, models

import core.fields
from directory.search.index.triggers import CreateTriggers, DropTriggers


def copy_to_weeks(apps: Any, _schema_editor: Any) -> None:
    """Write the one week of each meeting as a set."""
    meetings = apps.get_model("groups", "Meeting")._default_manager
    for week in (1, 2, 3, 4, 5, -1):
        meetings.filter(nth=week).update(weeks=(str(week),))


def copy_to_nth(apps: Any, _schema_editor: Any) -> None:
    """Write the weeks of each meeting as one week: the first of the set, since one column holds no more.

    Each row is changed once: PostgreSQL checks a second change at the end, and refuses to alter the table before that.
    """
    meetings = apps.get_model("groups", "Meeting")._default_manager
    for week in (1, 2, 3, 4, 5, -1):
        meetings.filter(nth__isnull=True, weeks__has=str(week)).update(nth=week)


class Migration(migrations.Migration):
    dependencies = [("groups", "0002_search_triggers"), ("directory", "0004_search_triggers")]

    operations = [
        DropTriggers("groups_meeting", "group_id"),
        migrations.RemoveConstraint(model_name="meeting", name="meeting_month_has_its_week"),
        migrations.AddField(
            model_name="meeting",
            name="weeks",
            field=core.fields.ChoiceSetField(
                blank=True,
                default=(),
                help_text="For a monthly meeting, such as the second and the fourth.",
                verbose_name="weeks of the month",
            ),
        ),
        migrations.RunPython(copy_to_weeks, copy_to_nth),
        migrations.RemoveField(model_name="meeting", name="nth"),
        migrations.AlterField(
            model_name="meeting",
            name="repeat",
            field=models.CharField(
                choices=[
                    ("weekly", "Every week"),
                    ("second-week", "Every second week"),
                    ("monthly", "Every month, by weekday"),
                    ("dated", "On one date"),
                    ("ongoing", "Round the clock"),
                ],
                default="weekly",
                max_length=12,
                verbose_name="how often",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=~models.Q(repeat="monthly") | ~models.Q(weeks=""),
                name="meeting_month_has_its_week",
                violation_error_message="Say which one in the month: the first, the second, the last.",
            ),
        ),
        CreateTriggers("groups_meeting", "group_id"),
    ]

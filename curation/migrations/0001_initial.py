import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import core.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("directory", "0001_initial"),
        ("groups", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("asked", "Asked back"),
                            ("fixed", "Fixed"),
                            ("dismissed", "Dismissed"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("details", models.TextField(blank=True, max_length=2000, verbose_name="in their words")),
                ("private_note", models.TextField(blank=True, verbose_name="private note")),
                ("code_hash", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "created",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="sent"
                    ),
                ),
                (
                    "handled_on",
                    models.DateField(
                        blank=True,
                        editable=False,
                        null=True,
                        validators=[core.fields.validate_day],
                        verbose_name="handled on",
                    ),
                ),
                (
                    "problem",
                    models.CharField(
                        choices=[
                            ("wrong-time", "The time is wrong"),
                            ("closed", "It does not exist any more"),
                            ("nobody", "Nobody was there"),
                            ("wrong-number", "The phone number or link does not work"),
                            ("wrong-place", "The address is wrong"),
                            ("other", "Something else"),
                        ],
                        max_length=12,
                        verbose_name="what is wrong",
                    ),
                ),
                (
                    "value_when_reported",
                    models.CharField(
                        blank=True,
                        editable=False,
                        help_text="in words, to show whether the listing has changed since",
                        max_length=300,
                        verbose_name="what the listing said then",
                    ),
                ),
                (
                    "handled_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "duplicate_of",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        help_text="an earlier submission that says the same; each sender has a thread of their own",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="duplicates",
                        to="curation.report",
                    ),
                ),
                (
                    "listing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports",
                        to="directory.listing",
                        verbose_name="listing",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="groups.meeting",
                        verbose_name="meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "report",
                "verbose_name_plural": "reports",
                "ordering": ("created", "pk"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Suggestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("asked", "Asked back"),
                            ("fixed", "Fixed"),
                            ("dismissed", "Dismissed"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("details", models.TextField(blank=True, max_length=2000, verbose_name="in their words")),
                ("private_note", models.TextField(blank=True, verbose_name="private note")),
                ("code_hash", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "created",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="sent"
                    ),
                ),
                (
                    "handled_on",
                    models.DateField(
                        blank=True,
                        editable=False,
                        null=True,
                        validators=[core.fields.validate_day],
                        verbose_name="handled on",
                    ),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="kind")),
                ("name", models.CharField(max_length=255, verbose_name="name")),
                ("location", models.CharField(blank=True, max_length=300, verbose_name="where")),
                ("schedule", models.CharField(blank=True, max_length=300, verbose_name="when")),
                ("contact", models.CharField(blank=True, max_length=300, verbose_name="how to reach it")),
                (
                    "handled_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "duplicate_of",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        help_text="an earlier submission that says the same; each sender has a thread of their own",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="duplicates",
                        to="curation.suggestion",
                    ),
                ),
                (
                    "listing",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="directory.listing",
                    ),
                ),
            ],
            options={
                "verbose_name": "suggestion",
                "verbose_name_plural": "suggestions",
                "ordering": ("created", "pk"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CuratorRegion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "curator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="curator_regions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="directory.region"
                    ),
                ),
            ],
            options={
                "verbose_name": "curator’s region",
                "verbose_name_plural": "curators’ regions",
                "constraints": [
                    models.UniqueConstraint(fields=("curator", "region"), name="curator_region_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="LikelyDuplicate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reasons", models.JSONField(default=list)),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("open", "Not decided"),
                            ("merged", "Merged"),
                            ("different", "Two different listings"),
                        ],
                        default="open",
                        max_length=9,
                        verbose_name="decision",
                    ),
                ),
                (
                    "decided_on",
                    models.DateField(
                        blank=True, editable=False, null=True, validators=[core.fields.validate_day]
                    ),
                ),
                ("undo", models.JSONField(default=dict, editable=False)),
                (
                    "found_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="found"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="directory.listing"
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="directory.listing"
                    ),
                ),
            ],
            options={
                "verbose_name": "likely double",
                "verbose_name_plural": "likely doubles",
                "ordering": ("found_at", "pk"),
                "permissions": (("undo_merge", "Can undo what others merged"),),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("first__lt", models.F("second"))),
                        name="likely_duplicate_in_order",
                    ),
                    models.UniqueConstraint(fields=("first", "second"), name="likely_duplicate_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LinkCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("url", models.CharField(max_length=500)),
                ("checked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("failing_since", models.DateTimeField(blank=True, null=True)),
                ("result", models.CharField(blank=True, max_length=120)),
                (
                    "listing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="link_checks",
                        to="directory.listing",
                    ),
                ),
            ],
            options={
                "verbose_name": "checked link",
                "verbose_name_plural": "checked links",
                "constraints": [
                    models.UniqueConstraint(fields=("listing", "url"), name="link_once_per_listing")
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_curator", models.BooleanField()),
                ("text", models.TextField(max_length=2000)),
                ("created", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "report",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="curation.report",
                    ),
                ),
                (
                    "suggestion",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="curation.suggestion",
                    ),
                ),
            ],
            options={
                "ordering": ("created", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("report__isnull", True), ("suggestion__isnull", False)),
                            models.Q(("report__isnull", False), ("suggestion__isnull", True)),
                            _connector="OR",
                        ),
                        name="message_belongs_to_one_thread",
                    )
                ],
            },
        ),
    ]

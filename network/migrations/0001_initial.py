import uuid

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import core.fields
import network.models
import network.vault.encryption


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("opaque_id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "erased_on",
                    models.DateField(
                        default=network.models.current_day, validators=[core.fields.validate_day]
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("login_name", models.CharField(max_length=60, unique=True, verbose_name="login name")),
                ("is_staff", models.BooleanField(default=False, verbose_name="may open the curators' desk")),
                ("is_active", models.BooleanField(default=True, verbose_name="may sign in")),
                (
                    "created_on",
                    models.DateField(
                        default=network.models.current_day,
                        editable=False,
                        validators=[core.fields.validate_day],
                        verbose_name="created on",
                    ),
                ),
                (
                    "last_seen_on",
                    models.DateField(
                        default=network.models.current_day,
                        editable=False,
                        validators=[core.fields.validate_day],
                        verbose_name="last seen on",
                    ),
                ),
                ("wrapped_key", models.BinaryField(default=network.vault.encryption.new_wrapped_key)),
                ("opaque_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("recovery_hash", models.CharField(blank=True, editable=False, max_length=255)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "account",
                "verbose_name_plural": "accounts",
            },
        ),
        migrations.CreateModel(
            name="EncryptedItem",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("ciphertext", models.BinaryField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="encrypted_items",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
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
                (
                    "signed_in_on",
                    models.DateField(
                        default=network.models.current_day, validators=[core.fields.validate_day]
                    ),
                ),
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
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("login_name", django.db.models.functions.text.Lower("login_name"))),
                name="login_name_is_small",
                violation_error_message="Login names have no capital letters.",
            ),
        ),
    ]

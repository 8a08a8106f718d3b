import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "started_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="started"),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                ("address", models.CharField(max_length=500, verbose_name="address or path")),
                (
                    "checksum",
                    models.CharField(
                        help_text="SHA-256 of the file.", max_length=64, verbose_name="checksum"
                    ),
                ),
                (
                    "parser_fingerprint",
                    models.CharField(
                        blank=True,
                        editable=False,
                        help_text="format, fellowship and digest of the code that parsed the file",
                        max_length=60,
                    ),
                ),
                ("rows", models.PositiveIntegerField(default=0, verbose_name="rows")),
                ("meetings", models.PositiveIntegerField(default=0, verbose_name="meetings")),
                ("listings", models.PositiveIntegerField(default=0, verbose_name="listings")),
                ("created", models.PositiveIntegerField(default=0, verbose_name="created")),
                ("updated", models.PositiveIntegerField(default=0, verbose_name="updated")),
                ("unchanged", models.PositiveIntegerField(default=0, verbose_name="unchanged")),
                ("merged", models.PositiveIntegerField(default=0, verbose_name="merged")),
                ("retired", models.PositiveIntegerField(default=0, verbose_name="retired")),
                (
                    "rejected",
                    models.JSONField(
                        default=list, help_text="list of {row, id, reason}", verbose_name="rejected rows"
                    ),
                ),
                (
                    "notes",
                    models.JSONField(
                        default=list,
                        help_text="list of {row, id, reason}: taken in, yet worth a look",
                        verbose_name="notes",
                    ),
                ),
                ("hold_reason", models.CharField(blank=True, max_length=300, verbose_name="held, because")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("applying", "Under way, or cut short"),
                            ("applied", "Done"),
                            ("held", "Waits for a curator"),
                            ("dismissed", "Dismissed"),
                            ("undone", "Taken back"),
                        ],
                        default="applied",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "differences",
                    models.JSONField(default=list, editable=False, verbose_name="what it would change"),
                ),
                (
                    "held_listings",
                    models.BinaryField(help_text="the staged listings of a held run, packed", null=True),
                ),
                ("decided_by", models.CharField(blank=True, editable=False, max_length=40)),
                (
                    "not_modified",
                    models.BooleanField(
                        default=False,
                        help_text="The server said that nothing changed.",
                        verbose_name="not modified",
                    ),
                ),
                ("error", models.CharField(blank=True, max_length=300, verbose_name="failed, because")),
            ],
            options={
                "verbose_name": "import run",
                "verbose_name_plural": "import runs",
                "ordering": ("-started_at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="RunChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("listing_id", models.BigIntegerField()),
                ("source_ref", models.CharField(max_length=120)),
                ("previous_values", models.JSONField(null=True)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="feeds.importrun",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=80, unique=True, verbose_name="slug")),
                ("name", models.CharField(max_length=120, unique=True, verbose_name="name")),
                ("format", models.CharField(max_length=20, verbose_name="format")),
                ("address", models.CharField(blank=True, max_length=500, verbose_name="address or path")),
                (
                    "fellowship",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("aa", "Alcoholics Anonymous"),
                            ("na", "Narcotics Anonymous"),
                            ("ca", "Cocaine Anonymous"),
                            ("cma", "Crystal Meth Anonymous"),
                            ("ha", "Heroin Anonymous"),
                            ("ma", "Marijuana Anonymous"),
                            ("pa", "Pills Anonymous"),
                            ("nica", "Nicotine Anonymous"),
                            ("mara", "Medication-Assisted Recovery Anonymous"),
                            ("dra", "Dual Recovery Anonymous"),
                            ("ga", "Gamblers Anonymous"),
                            ("oa", "Overeaters Anonymous"),
                            ("eda", "Eating Disorders Anonymous"),
                            ("aca", "Adult Children of Alcoholics & Dysfunctional Families"),
                            ("coda", "Co-Dependents Anonymous"),
                            ("al-anon", "Al-Anon"),
                            ("alateen", "Alateen"),
                            ("nar-anon", "Nar-Anon"),
                            ("gam-anon", "Gam-Anon"),
                            ("families-anonymous", "Families Anonymous"),
                            ("smart", "SMART Recovery"),
                            ("smart-family", "SMART Recovery Family & Friends"),
                            ("lifering", "LifeRing"),
                            ("recovery-dharma", "Recovery Dharma"),
                            ("wfs", "Women for Sobriety"),
                            ("sos", "Secular Organizations for Sobriety"),
                            ("celebrate-recovery", "Celebrate Recovery"),
                            ("wellbriety", "Wellbriety"),
                            ("parents-of-addicted-loved-ones", "Parents of Addicted Loved Ones"),
                            ("co-anon", "Co-Anon"),
                            ("slaa", "Sex and Love Addicts Anonymous"),
                            ("saa", "Sex Addicts Anonymous"),
                            ("sa", "Sexaholics Anonymous"),
                            ("debtors-anonymous", "Debtors Anonymous"),
                            ("gaming-addicts-anonymous", "Gaming Addicts Anonymous"),
                            ("emotions-anonymous", "Emotions Anonymous"),
                            ("refuge-recovery", "Refuge Recovery"),
                            ("moderation-management", "Moderation Management"),
                            ("sherecovers", "SHE RECOVERS Foundation"),
                            ("millati-islami", "Millati Islami"),
                            ("catholic-in-recovery", "Catholic in Recovery"),
                            ("other", "Another path"),
                        ],
                        help_text="Whose meetings these are, where the feed itself does not say.",
                        max_length=30,
                        verbose_name="fellowship or program",
                    ),
                ),
                ("owner", models.CharField(blank=True, max_length=200, verbose_name="who publishes it")),
                ("license", models.CharField(blank=True, max_length=200, verbose_name="license")),
                (
                    "enabled",
                    models.BooleanField(
                        default=True,
                        help_text="Turned off, refreshing passes it by. Its listings stay.",
                        verbose_name="in use",
                    ),
                ),
                (
                    "refresh_hours",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="How often it is read: 24 is daily, 0 by hand alone.",
                        verbose_name="hours between readings",
                    ),
                ),
                (
                    "max_change_percent",
                    models.PositiveSmallIntegerField(
                        default=20,
                        help_text="A run that would change or drop more of its listings than this waits for a person.",
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="largest change in percent",
                    ),
                ),
                ("etag", models.CharField(blank=True, editable=False, max_length=200, verbose_name="ETag")),
                (
                    "last_modified",
                    models.CharField(
                        blank=True, editable=False, max_length=200, verbose_name="Last-Modified"
                    ),
                ),
                (
                    "running_since",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="running since"),
                ),
            ],
            options={
                "verbose_name": "source",
                "verbose_name_plural": "sources",
                "ordering": ("name",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="source_has_a_name"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="importrun",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="runs",
                to="feeds.source",
                verbose_name="source",
            ),
        ),
    ]

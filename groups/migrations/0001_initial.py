import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import core.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("directory", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SupportGroup",
            fields=[
                (
                    "listing_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="directory.listing",
                    ),
                ),
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
                        max_length=30,
                        verbose_name="fellowship or program",
                    ),
                ),
                ("first_visit", models.TextField(blank=True, verbose_name="what a first visit is like")),
                ("who_can_come", models.CharField(blank=True, max_length=200, verbose_name="who can come")),
                (
                    "facilitator",
                    models.CharField(
                        blank=True,
                        help_text="A role, such as “a member” or “a trained volunteer”; no names.",
                        max_length=200,
                        verbose_name="who leads it",
                    ),
                ),
                (
                    "attendance_slips",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("", "Not given")],
                        default="",
                        max_length=3,
                        verbose_name="signs attendance slips",
                    ),
                ),
            ],
            options={
                "verbose_name": "support group",
                "verbose_name_plural": "support groups",
            },
            bases=("directory.listing",),
        ),
        migrations.CreateModel(
            name="Meeting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(blank=True, max_length=255, verbose_name="name, if it has its own"),
                ),
                (
                    "repeat",
                    models.CharField(
                        choices=[
                            ("weekly", "Every week"),
                            ("second-week", "Every second week"),
                            ("monthly", "Once a month, by weekday"),
                            ("dated", "On one date"),
                            ("ongoing", "Round the clock"),
                        ],
                        default="weekly",
                        max_length=12,
                        verbose_name="how often",
                    ),
                ),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        null=True,
                        verbose_name="day",
                    ),
                ),
                (
                    "nth",
                    models.SmallIntegerField(
                        blank=True,
                        choices=[
                            (1, "first"),
                            (2, "second"),
                            (3, "third"),
                            (4, "fourth"),
                            (5, "fifth"),
                            (-1, "last"),
                        ],
                        null=True,
                        verbose_name="which one in the month",
                    ),
                ),
                (
                    "first",
                    models.DateField(
                        blank=True,
                        help_text="The date; for every second week, any date on which it meets.",
                        null=True,
                        validators=[core.fields.validate_day],
                        verbose_name="date",
                    ),
                ),
                (
                    "until",
                    models.DateField(
                        blank=True, null=True, validators=[core.fields.validate_day], verbose_name="last date"
                    ),
                ),
                ("start", models.TimeField(blank=True, null=True, verbose_name="starts")),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Leave empty when it is not known.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1440),
                        ],
                        verbose_name="length in minutes",
                    ),
                ),
                (
                    "zone",
                    models.CharField(
                        help_text="Such as America/Los_Angeles.",
                        max_length=64,
                        validators=[core.fields.validate_zone],
                        verbose_name="time zone",
                    ),
                ),
                ("zone_derived", models.BooleanField(default=False, editable=False)),
                (
                    "modes",
                    core.fields.ChoiceSetField(
                        blank=True,
                        default=(),
                        help_text="Leave empty when it is as the group's.",
                        verbose_name="how one takes part",
                    ),
                ),
                ("formats", core.fields.ChoiceSetField(blank=True, default=(), verbose_name="format")),
                ("join_url", models.URLField(blank=True, max_length=500, verbose_name="link to join")),
                (
                    "join_phone",
                    models.CharField(
                        blank=True,
                        help_text="As it is dialled: digits, +, and a comma for a pause.",
                        max_length=120,
                        verbose_name="phone to join",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                (
                    "active",
                    models.BooleanField(
                        default=True, help_text="Untick while it is suspended.", verbose_name="takes place"
                    ),
                ),
                ("source_ref", models.CharField(blank=True, editable=False, max_length=160)),
                (
                    "codes",
                    models.JSONField(
                        blank=True,
                        default=list,
                        editable=False,
                        help_text="type codes of its feed that we have no word for",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="meetings",
                        to="groups.supportgroup",
                    ),
                ),
            ],
            options={
                "verbose_name": "meeting",
                "verbose_name_plural": "meetings",
                "ordering": ("weekday", "start", "pk"),
                "indexes": [models.Index(fields=["weekday", "start"], name="meeting_slot")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("weekday__isnull", True),
                            models.Q(("weekday__gte", 0), ("weekday__lte", 6)),
                            _connector="OR",
                        ),
                        name="meeting_weekday_in_week",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("repeat__in", ("weekly", "monthly")), ("weekday__isnull", False)),
                            models.Q(
                                ("first__isnull", False),
                                ("repeat", "second-week"),
                                ("weekday__isnull", False),
                            ),
                            models.Q(("first__isnull", False), ("repeat", "dated")),
                            ("repeat", "ongoing"),
                            _connector="OR",
                        ),
                        name="meeting_repeat_has_its_day",
                        violation_error_message="Give the weekday; every second week also a date on which it meets; on one date, the date.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("repeat", "monthly"), _negated=True),
                            models.Q(("nth__in", (1, 2, 3, 4, 5, -1)), ("nth__isnull", False)),
                            _connector="OR",
                        ),
                        name="meeting_month_has_its_week",
                        violation_error_message="Say which one in the month: the first, the second, the last.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("repeat", "ongoing"), ("start__isnull", False), _connector="OR"),
                        name="meeting_has_a_time",
                        violation_error_message="Give the time at which it starts.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until__isnull", True),
                            ("first__isnull", True),
                            ("until__gte", models.F("first")),
                            _connector="OR",
                        ),
                        name="meeting_ends_after_it_begins",
                        violation_error_message="The last date is before the first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("zone", ""), _negated=True), name="meeting_has_a_zone"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("minutes__isnull", True),
                            models.Q(("minutes__gte", 1), ("minutes__lte", 1440)),
                            _connector="OR",
                        ),
                        name="meeting_length_within_a_day",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("source_ref", ""), _negated=True),
                        fields=("group", "source_ref"),
                        name="meeting_once_per_group",
                    ),
                ],
            },
        ),
    ]

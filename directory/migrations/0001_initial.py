import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import core.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Listing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(editable=False, max_length=40)),
                ("slug", models.SlugField(max_length=120, unique=True, verbose_name="address on this site")),
                ("name", models.CharField(max_length=255, verbose_name="name")),
                (
                    "summary",
                    models.CharField(
                        blank=True,
                        help_text="Short and plain. Shown first.",
                        max_length=400,
                        verbose_name="in one or two sentences",
                    ),
                ),
                ("description", models.TextField(blank=True, verbose_name="description")),
                (
                    "modes",
                    core.fields.ChoiceSetField(blank=True, default=(), verbose_name="how one takes part"),
                ),
                (
                    "concerns",
                    core.fields.ChoiceSetField(blank=True, default=(), verbose_name="what it is for"),
                ),
                ("languages", core.fields.ChoiceSetField(blank=True, default=(), verbose_name="languages")),
                (
                    "audiences",
                    core.fields.ChoiceSetField(
                        blank=True,
                        default=(),
                        help_text="Leave empty when it is for everybody.",
                        verbose_name="especially for",
                    ),
                ),
                (
                    "payment",
                    core.fields.ChoiceSetField(blank=True, default=(), verbose_name="cost and payment"),
                ),
                ("cost_note", models.CharField(blank=True, max_length=200, verbose_name="more about cost")),
                ("access", core.fields.ChoiceSetField(blank=True, default=(), verbose_name="getting in")),
                (
                    "country",
                    models.CharField(
                        blank=True,
                        help_text="Two letters. Leave empty when it serves any country.",
                        max_length=2,
                        verbose_name="country",
                    ),
                ),
                (
                    "zone",
                    models.CharField(
                        blank=True,
                        help_text="Such as America/Los_Angeles.",
                        max_length=64,
                        validators=[core.fields.validate_zone],
                        verbose_name="time zone of its hours",
                    ),
                ),
                ("always_open", models.BooleanField(default=False, verbose_name="open at any hour, any day")),
                ("hours_note", models.CharField(blank=True, max_length=200, verbose_name="more about hours")),
                (
                    "national_finder",
                    models.BooleanField(
                        default=False,
                        help_text="A page or a line that finds places of this kind in the whole country. It comes after local ones.",
                        verbose_name="national finder",
                    ),
                ),
                (
                    "text_language",
                    models.CharField(
                        default="en",
                        help_text="Such as en or es.",
                        max_length=8,
                        verbose_name="language of these texts",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("in-review", "In review"),
                            ("published", "Published"),
                            ("paused", "Paused"),
                            ("closed", "Closed"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "status_reason",
                    models.CharField(
                        blank=True,
                        help_text="Why it is paused or closed, in plain words.",
                        max_length=200,
                        verbose_name="reason, for the public",
                    ),
                ),
                ("sample", models.BooleanField(default=False, editable=False)),
                (
                    "source",
                    models.SlugField(blank=True, editable=False, max_length=80, verbose_name="source"),
                ),
                (
                    "source_ref",
                    models.CharField(
                        blank=True, editable=False, max_length=120, verbose_name="id in its source"
                    ),
                ),
                (
                    "provenance",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        editable=False,
                        help_text="field (or * for all) → {source, run, url, copied, corrected_by, when}",
                    ),
                ),
                ("created", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "replaced_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="directory.listing",
                        verbose_name="replaced by",
                    ),
                ),
            ],
            options={
                "verbose_name": "listing",
                "verbose_name_plural": "listings",
                "ordering": ("name", "pk"),
                "permissions": (("publish_listing", "Can publish, close and replace listings"),),
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("sequence", models.BigAutoField(primary_key=True, serialize=False)),
                ("listing_id", models.BigIntegerField(null=True)),
                ("nonce", models.BigIntegerField()),
                ("transaction_id", models.BigIntegerField(default=0)),
            ],
            options={
                "indexes": [models.Index(fields=["transaction_id"], name="change_transaction")],
            },
        ),
        migrations.CreateModel(
            name="Community",
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
                ("category", core.fields.ChoiceSetField(blank=True, default=(), verbose_name="what it is")),
                ("schedule", models.CharField(blank=True, max_length=200, verbose_name="when it happens")),
            ],
            options={
                "verbose_name": "community offer",
                "verbose_name_plural": "community",
            },
            bases=("directory.listing",),
        ),
        migrations.CreateModel(
            name="Hotline",
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
                    "is_main",
                    models.BooleanField(
                        default=False,
                        help_text="It stands in the strip on every page.",
                        verbose_name="the main line of its country",
                    ),
                ),
                ("who_answers", models.CharField(blank=True, max_length=200, verbose_name="who answers")),
                (
                    "what_to_expect",
                    models.TextField(
                        blank=True, help_text="One step a line.", verbose_name="what happens when you call"
                    ),
                ),
                (
                    "deaf_access",
                    models.CharField(
                        blank=True,
                        help_text="One sentence, such as “Dial 711 for a relay operator.”",
                        max_length=200,
                        verbose_name="how a deaf person reaches it",
                    ),
                ),
            ],
            options={
                "verbose_name": "hotline",
                "verbose_name_plural": "hotlines",
            },
            bases=("directory.listing",),
        ),
        migrations.CreateModel(
            name="PeerProgram",
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
                    "program_type",
                    core.fields.ChoiceSetField(blank=True, default=(), verbose_name="what it offers"),
                ),
                ("certification", models.CharField(blank=True, max_length=200, verbose_name="certification")),
                ("led_by", models.CharField(blank=True, max_length=200, verbose_name="who leads it")),
                ("how_to_join", models.TextField(blank=True, verbose_name="how to join")),
            ],
            options={
                "verbose_name": "peer program",
                "verbose_name_plural": "peer programs",
            },
            bases=("directory.listing",),
        ),
        migrations.CreateModel(
            name="SelfHelp",
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
                    "medium",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("book", "Book"),
                            ("podcast", "Podcast"),
                            ("app", "App"),
                            ("course", "Online course"),
                            ("video", "Video"),
                        ],
                        max_length=10,
                        verbose_name="medium",
                    ),
                ),
                ("made_by", models.CharField(blank=True, max_length=200, verbose_name="who made it")),
            ],
            options={
                "verbose_name": "self-help",
                "verbose_name_plural": "self-help",
            },
            bases=("directory.listing",),
        ),
        migrations.CreateModel(
            name="Treatment",
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
                ("care", core.fields.ChoiceSetField(blank=True, default=(), verbose_name="level of care")),
                (
                    "medications",
                    core.fields.ChoiceSetField(blank=True, default=(), verbose_name="medications"),
                ),
                ("ages", core.fields.ChoiceSetField(blank=True, default=(), verbose_name="age groups")),
            ],
            options={
                "verbose_name": "treatment",
                "verbose_name_plural": "treatment",
            },
            bases=("directory.listing",),
        ),
        migrations.CreateModel(
            name="GazetteerPlace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        help_text="The ZIP, or the name without case and accents.", max_length=120
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="town")),
                ("region", models.CharField(blank=True, max_length=2, verbose_name="state or province")),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                ("latitude", models.FloatField(verbose_name="latitude")),
                ("longitude", models.FloatField(verbose_name="longitude")),
                ("population", models.PositiveIntegerField(default=0, verbose_name="people")),
                ("zone", models.CharField(max_length=64, verbose_name="time zone")),
                ("is_zip", models.BooleanField(default=False, verbose_name="is a ZIP")),
            ],
            options={
                "verbose_name": "place in the gazetteer",
                "verbose_name_plural": "places in the gazetteer",
                "indexes": [
                    models.Index(fields=["key", "-population"], name="gazetteer_key"),
                    models.Index(fields=["latitude", "longitude"], name="gazetteer_point"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Organization",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=255, verbose_name="name")),
                ("website", models.URLField(blank=True, max_length=500, verbose_name="website")),
                (
                    "source",
                    models.SlugField(blank=True, editable=False, max_length=80, verbose_name="source"),
                ),
            ],
            options={
                "verbose_name": "organization",
                "verbose_name_plural": "organizations",
                "ordering": ("name",),
                "indexes": [
                    models.Index(
                        django.db.models.functions.text.Lower("name"), name="organization_lower_name"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="organization_has_a_name"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="listing",
            name="organization",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                to="directory.organization",
                verbose_name="organization",
            ),
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=255, verbose_name="building or venue")),
                ("street", models.CharField(blank=True, max_length=255, verbose_name="street and number")),
                (
                    "area",
                    models.CharField(
                        blank=True,
                        help_text="What people call it; shown when the address is private.",
                        max_length=120,
                        verbose_name="part of town",
                    ),
                ),
                ("city", models.CharField(blank=True, max_length=120, verbose_name="town or city")),
                ("region", models.CharField(blank=True, max_length=60, verbose_name="state or province")),
                (
                    "postal_code",
                    models.CharField(blank=True, max_length=20, verbose_name="ZIP or postal code"),
                ),
                (
                    "country",
                    models.CharField(
                        blank=True, help_text="Two letters, such as US.", max_length=2, verbose_name="country"
                    ),
                ),
                (
                    "latitude",
                    models.FloatField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-90),
                            django.core.validators.MaxValueValidator(90),
                        ],
                        verbose_name="latitude",
                    ),
                ),
                (
                    "longitude",
                    models.FloatField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-180),
                            django.core.validators.MaxValueValidator(180),
                        ],
                        verbose_name="longitude",
                    ),
                ),
                (
                    "approximate",
                    models.BooleanField(
                        default=False,
                        help_text="No directions are offered then.",
                        verbose_name="the point is only roughly right",
                    ),
                ),
                (
                    "zone",
                    models.CharField(
                        blank=True,
                        help_text="Such as America/Los_Angeles.",
                        max_length=64,
                        validators=[core.fields.validate_zone],
                        verbose_name="time zone",
                    ),
                ),
                (
                    "private",
                    models.BooleanField(
                        default=False,
                        help_text="Only the part of town and the town are shown.",
                        verbose_name="the address is private",
                    ),
                ),
                ("notes", models.TextField(blank=True, verbose_name="finding the door")),
                (
                    "source",
                    models.SlugField(blank=True, editable=False, max_length=80, verbose_name="source"),
                ),
                ("source_ref", models.CharField(blank=True, editable=False, max_length=120)),
            ],
            options={
                "verbose_name": "place",
                "verbose_name_plural": "places",
                "ordering": ("city", "name", "street"),
                "indexes": [
                    models.Index(fields=["latitude", "longitude"], name="place_point"),
                    models.Index(django.db.models.functions.text.Lower("name"), name="place_lower_name"),
                    models.Index(django.db.models.functions.text.Lower("area"), name="place_lower_area"),
                    models.Index(django.db.models.functions.text.Lower("city"), name="place_lower_city"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                            models.Q(
                                ("latitude__isnull", False),
                                ("longitude__isnull", False),
                                ("latitude__gte", -90),
                                ("latitude__lte", 90),
                                ("longitude__gte", -180),
                                ("longitude__lte", 180),
                            ),
                            _connector="OR",
                        ),
                        name="place_point_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("street", ""), _negated=True),
                            models.Q(("area", ""), _negated=True),
                            models.Q(("city", ""), _negated=True),
                            models.Q(("region", ""), _negated=True),
                            models.Q(("country", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="place_says_where",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("source_ref", ""), _negated=True),
                        fields=("source", "source_ref"),
                        name="place_once_per_source",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="listing",
            name="place",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                to="directory.place",
                verbose_name="place",
            ),
        ),
        migrations.CreateModel(
            name="Region",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, unique=True, verbose_name="name")),
                (
                    "country",
                    models.CharField(
                        help_text="Two letters, such as US.", max_length=2, verbose_name="country"
                    ),
                ),
                (
                    "states",
                    models.CharField(
                        blank=True,
                        help_text="Between commas, such as CA, NV. Empty: all of them.",
                        max_length=300,
                        verbose_name="states or provinces",
                    ),
                ),
                (
                    "postal_prefixes",
                    models.CharField(
                        blank=True,
                        help_text="Between commas, such as 950, 951. Empty: all of them.",
                        max_length=500,
                        verbose_name="beginnings of postal codes",
                    ),
                ),
            ],
            options={
                "verbose_name": "region",
                "verbose_name_plural": "regions",
                "ordering": ("name",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("country", ""), _negated=True), name="region_has_a_country"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="listing",
            name="region",
            field=models.ForeignKey(
                blank=True,
                help_text="Whose curators look after it. Left empty, it follows from the place.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                to="directory.region",
                verbose_name="region",
            ),
        ),
        migrations.CreateModel(
            name="SynonymEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("es", "Español")],
                        default="en",
                        max_length=8,
                        verbose_name="language",
                    ),
                ),
                (
                    "phrases",
                    models.TextField(
                        help_text="One phrase a line, such as: stop drinking. Its words may stand in any order.",
                        verbose_name="what people say",
                    ),
                ),
                (
                    "meanings",
                    models.TextField(
                        help_text="One a line, any of which will do, closest first: an option of a filter, such as concern=alcohol or kind=support-groups, or words to look for. Options with & between must all hold: kind=therapists & mode=online.",
                        verbose_name="what it means",
                    ),
                ),
                (
                    "crisis",
                    models.BooleanField(
                        default=False,
                        help_text="The page then shows the way to a person above what it found.",
                        verbose_name="may be said in a crisis",
                    ),
                ),
                ("active", models.BooleanField(default=True, verbose_name="in use")),
                (
                    "note",
                    models.CharField(
                        blank=True,
                        help_text="For curators: why it finds nothing, for instance.",
                        max_length=200,
                        verbose_name="note",
                    ),
                ),
                ("ref", models.CharField(blank=True, editable=False, max_length=80)),
                ("shipped", models.JSONField(blank=True, default=dict, editable=False)),
            ],
            options={
                "verbose_name": "search synonym",
                "verbose_name_plural": "search synonyms",
                "ordering": ("language", "phrases"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ref", ""), _negated=True),
                        fields=("ref",),
                        name="synonym_ref_is_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("phrases", ""), _negated=True), name="synonym_has_a_phrase"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("meanings", ""), _negated=True), name="synonym_has_a_meaning"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TranslationReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                (
                    "page_path",
                    models.CharField(
                        help_text="The end of its address, such as guides/network or privacy.",
                        max_length=60,
                        verbose_name="text",
                    ),
                ),
                (
                    "reviewed_on",
                    models.DateField(
                        auto_now_add=True, validators=[core.fields.validate_day], verbose_name="read on"
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "translation that was read",
                "verbose_name_plural": "translations that were read",
                "ordering": ("language", "page_path"),
            },
        ),
        migrations.CreateModel(
            name="Verification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verified_on",
                    models.DateField(validators=[core.fields.validate_day], verbose_name="checked on"),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("called", "by phone"),
                            ("website", "on its website"),
                            ("told", "by the organization itself"),
                            ("visited", "by a visit"),
                        ],
                        max_length=10,
                        verbose_name="how",
                    ),
                ),
                (
                    "fields",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Empty means all of them.",
                        verbose_name="which facts",
                    ),
                ),
                (
                    "due_on",
                    models.DateField(
                        blank=True,
                        null=True,
                        validators=[core.fields.validate_day],
                        verbose_name="next check due",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="private note")),
                (
                    "verified_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "listing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="verifications",
                        to="directory.listing",
                    ),
                ),
            ],
            options={
                "verbose_name": "check",
                "verbose_name_plural": "checks",
                "ordering": ("-verified_on", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="ZeroResultQuery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=80, verbose_name="words")),
                (
                    "week",
                    models.DateField(
                        help_text="Its Monday.", validators=[core.fields.validate_day], verbose_name="week of"
                    ),
                ),
                ("count", models.PositiveIntegerField(default=1, verbose_name="times")),
            ],
            options={
                "verbose_name": "words that found nothing",
                "verbose_name_plural": "words that found nothing",
                "ordering": ("-week", "-count", "text"),
                "constraints": [
                    models.UniqueConstraint(fields=("week", "text"), name="zero_result_query_once_a_week")
                ],
            },
        ),
        migrations.CreateModel(
            name="RecoveryHousing",
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
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("1", "Level 1: run by the people who live there"),
                            ("2", "Level 2: with a house manager"),
                            ("3", "Level 3: with staff and services"),
                            ("4", "Level 4: with treatment in the house"),
                        ],
                        max_length=1,
                        verbose_name="level",
                    ),
                ),
                ("rules", models.TextField(blank=True, verbose_name="house rules")),
                (
                    "medication_friendly",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("", "Not given")],
                        default="",
                        max_length=3,
                        verbose_name="welcomes people on medication",
                    ),
                ),
                ("beds", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="free beds")),
                (
                    "beds_on",
                    models.DateField(
                        blank=True, null=True, validators=[core.fields.validate_day], verbose_name="as of"
                    ),
                ),
                ("price", models.CharField(blank=True, max_length=120, verbose_name="price")),
            ],
            options={
                "verbose_name": "recovery house",
                "verbose_name_plural": "recovery housing",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("beds__isnull", True), ("beds_on__isnull", False), _connector="OR"
                        ),
                        name="house_beds_are_dated",
                        violation_error_message="Say on which day this many beds were free.",
                    )
                ],
            },
            bases=("directory.listing",),
        ),
        migrations.CreateModel(
            name="Therapist",
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
                    "credentials",
                    core.fields.ChoiceSetField(blank=True, default=(), verbose_name="credentials"),
                ),
                (
                    "license_number",
                    models.CharField(blank=True, max_length=60, verbose_name="license number"),
                ),
                (
                    "license_region",
                    models.CharField(blank=True, max_length=60, verbose_name="state of the license"),
                ),
                ("approaches", core.fields.ChoiceSetField(blank=True, default=(), verbose_name="approaches")),
                (
                    "offers",
                    core.fields.ChoiceSetField(blank=True, default=(), verbose_name="works with people"),
                ),
                (
                    "accepting",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("", "Not given")],
                        default="",
                        max_length=3,
                        verbose_name="accepting new clients",
                    ),
                ),
                (
                    "accepting_on",
                    models.DateField(
                        blank=True, null=True, validators=[core.fields.validate_day], verbose_name="as of"
                    ),
                ),
                (
                    "price_low",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="price of a session, from"
                    ),
                ),
                ("price_high", models.PositiveIntegerField(blank=True, null=True, verbose_name="to")),
                ("insurance", models.CharField(blank=True, max_length=255, verbose_name="insurance taken")),
            ],
            options={
                "verbose_name": "therapist",
                "verbose_name_plural": "therapists",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepting", ""), ("accepting_on__isnull", False), _connector="OR"
                        ),
                        name="therapist_accepting_is_dated",
                        violation_error_message="Say on which day this was true.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("price_low__isnull", True),
                            ("price_high__isnull", True),
                            ("price_high__gte", models.F("price_low")),
                            _connector="OR",
                        ),
                        name="therapist_price_rises",
                        violation_error_message="The second price should not be lower than the first.",
                    ),
                ],
            },
            bases=("directory.listing",),
        ),
        migrations.CreateModel(
            name="Channel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("call", "Call"),
                            ("text", "Text"),
                            ("chat", "Chat"),
                            ("app", "Message"),
                            ("email", "E-mail"),
                            ("website", "Website"),
                            ("video", "Join by video"),
                            ("videophone", "Videophone"),
                            ("tty", "TTY"),
                        ],
                        max_length=10,
                        verbose_name="way",
                    ),
                ),
                (
                    "dial",
                    models.CharField(
                        help_text="Digits as they are dialled: 988, 741741, +14085550100. Or an e-mail or web address.",
                        max_length=500,
                        verbose_name="what to dial or open",
                    ),
                ),
                (
                    "display",
                    models.CharField(
                        blank=True,
                        help_text="Such as “1-800-555-0100” or “Text HOME to 741741”.",
                        max_length=120,
                        verbose_name="what to show",
                    ),
                ),
                (
                    "body",
                    models.CharField(
                        blank=True,
                        help_text="For text lines: HOME.",
                        max_length=40,
                        verbose_name="word to send",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "listing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="channels",
                        to="directory.listing",
                    ),
                ),
            ],
            options={
                "verbose_name": "way to reach it",
                "verbose_name_plural": "ways to reach it",
                "ordering": ("position", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("dial", ""), _negated=True), name="channel_has_something_to_dial"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "type__in",
                                [
                                    "call",
                                    "text",
                                    "chat",
                                    "app",
                                    "email",
                                    "website",
                                    "video",
                                    "videophone",
                                    "tty",
                                ],
                            )
                        ),
                        name="channel_type_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HoursException",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("date", models.DateField(validators=[core.fields.validate_day], verbose_name="date")),
                ("opens", models.TimeField(blank=True, null=True, verbose_name="opens")),
                ("closes", models.TimeField(blank=True, null=True, verbose_name="closes")),
                ("note", models.CharField(blank=True, max_length=120, verbose_name="note")),
                (
                    "listing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exceptions",
                        to="directory.listing",
                    ),
                ),
            ],
            options={
                "verbose_name": "day with other hours",
                "verbose_name_plural": "days with other hours",
                "ordering": ("date", "opens"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closes__isnull", True), ("opens__isnull", True)),
                            models.Q(("closes__isnull", False), ("opens__isnull", False)),
                            _connector="OR",
                        ),
                        name="exception_times_are_whole",
                        violation_error_message="Give both times, or none when it is closed that day.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OpeningInterval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        verbose_name="day",
                    ),
                ),
                ("opens", models.TimeField(verbose_name="opens")),
                ("closes", models.TimeField(verbose_name="closes")),
                (
                    "listing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="intervals",
                        to="directory.listing",
                    ),
                ),
            ],
            options={
                "verbose_name": "opening hours",
                "verbose_name_plural": "opening hours",
                "ordering": ("weekday", "opens"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("weekday__gte", 0), ("weekday__lte", 6)),
                        name="interval_weekday_in_week",
                    ),
                    models.UniqueConstraint(fields=("listing", "weekday", "opens"), name="interval_once"),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(fields=["status", "kind"], name="listing_status_kind"),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="listing_has_a_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["draft", "in-review", "published", "paused", "closed"])),
                name="listing_status_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ("paused", "closed")), _negated=True),
                    models.Q(("status_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="listing_pause_has_a_reason",
                violation_error_message="Say why it is paused or closed: people who come back will read it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("replaced_by__isnull", True),
                    models.Q(("replaced_by", models.F("pk")), _negated=True),
                    _connector="OR",
                ),
                name="listing_does_not_replace_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_ref", ""), _negated=True),
                fields=("source", "source_ref"),
                name="listing_once_per_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="translationreview",
            constraint=models.UniqueConstraint(
                fields=("language", "page_path"), name="translation_is_read_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="verification",
            constraint=models.CheckConstraint(
                condition=models.Q(("method__in", ["called", "website", "told", "visited"])),
                name="check_method_is_known",
            ),
        ),
    ]

"""Give sources a default zone and language, and runs the number of rows that they used."""

from django.db import migrations, models

import core.fields


class Migration(migrations.Migration):
    dependencies = [
        ("feeds", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="used",
            field=models.PositiveIntegerField(default=0, verbose_name="rows used"),
        ),
        migrations.AddField(
            model_name="source",
            name="language",
            field=models.CharField(
                blank=True,
                choices=[
                    ("en", "English"),
                    ("es", "Español"),
                    ("ase", "American Sign Language"),
                    ("af", "Afrikaans"),
                    ("am", "አማርኛ"),
                    ("ar", "العربية"),
                    ("bg", "Български"),
                    ("zh", "中文"),
                    ("hr", "Hrvatski"),
                    ("da", "Dansk"),
                    ("nl", "Nederlands"),
                    ("fi", "Suomi"),
                    ("fr", "Français"),
                    ("ka", "ქართული"),
                    ("de", "Deutsch"),
                    ("el", "Ελληνικά"),
                    ("he", "עברית"),
                    ("hi", "हिन्दी"),
                    ("hu", "Magyar"),
                    ("is", "Íslenska"),
                    ("id", "Bahasa Indonesia"),
                    ("ga", "Gaeilge"),
                    ("it", "Italiano"),
                    ("ja", "日本語"),
                    ("ko", "한국어"),
                    ("lt", "Lietuvių"),
                    ("ml", "മലയാളം"),
                    ("mt", "Malti"),
                    ("mi", "Te reo Māori"),
                    ("ne", "नेपाली"),
                    ("no", "Norsk"),
                    ("fa", "فارسی"),
                    ("pl", "Polski"),
                    ("pt", "Português"),
                    ("pa", "ਪੰਜਾਬੀ"),
                    ("ru", "Русский"),
                    ("sk", "Slovenčina"),
                    ("sl", "Slovenščina"),
                    ("so", "Soomaali"),
                    ("sv", "Svenska"),
                    ("tl", "Tagalog"),
                    ("th", "ไทย"),
                    ("tr", "Türkçe"),
                    ("uk", "Українська"),
                    ("vi", "Tiếng Việt"),
                    ("cy", "Cymraeg"),
                ],
                help_text="For meetings that say no language.",
                max_length=10,
                verbose_name="language",
            ),
        ),
        migrations.AddField(
            model_name="source",
            name="zone",
            field=models.CharField(
                blank=True,
                help_text="Such as America/Los_Angeles. For meetings that say no zone and have no address.",
                max_length=64,
                validators=[core.fields.validate_zone],
                verbose_name="time zone",
            ),
        ),
        migrations.AlterField(
            model_name="importrun",
            name="parser_fingerprint",
            field=models.CharField(
                blank=True,
                editable=False,
                help_text="format, fellowship and digest of the settings and the code that parsed the file",
                max_length=60,
            ),
        ),
    ]

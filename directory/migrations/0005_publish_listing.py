from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0004_regions"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="listing",
            options={
                "ordering": ("name", "pk"),
                "permissions": (("publish_listing", "Can publish, close and replace listings"),),
                "verbose_name": "listing",
                "verbose_name_plural": "listings",
            },
        ),
    ]

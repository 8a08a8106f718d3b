from django.db import migrations, models

from directory.search.index.change_log import create_triggers, unwatch

WATCHED = (
    ("directory_listing", "id", ""),
    ("directory_place", "id", "directory_listing.place_id"),
    ("directory_organization", "id", "directory_listing.organization_id"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0011_deaf_access"),
    ]

    operations = [
        *(unwatch(table, listing, join=join) for table, listing, join in WATCHED),
        migrations.AddField(
            model_name="listing",
            name="national_finder",
            field=models.BooleanField(
                default=False,
                help_text="A page or a line that finds places of this kind in the whole country. It comes after local "
                "ones.",
                verbose_name="national finder",
            ),
        ),
        *(create_triggers(table, listing, join=join) for table, listing, join in WATCHED),
    ]

from django.db import migrations

from directory.search.index.change_log import watch


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0001_initial"),
        ("directory", "0009_search_changes"),
    ]

    operations = [
        watch("groups_supportgroup", "listing_ptr_id"),
        watch("groups_meeting", "group_id"),
    ]

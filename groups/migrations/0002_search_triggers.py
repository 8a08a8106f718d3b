from django.db import migrations

from directory.search.index.triggers import CreateTriggers


class Migration(migrations.Migration):
    dependencies = [("groups", "0001_initial"), ("directory", "0004_search_triggers")]

    operations = [
        CreateTriggers("groups_supportgroup", "listing_ptr_id"),
        CreateTriggers("groups_meeting", "group_id"),
    ]

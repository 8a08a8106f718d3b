from django.db import migrations

from directory.search.index.change_log import create_triggers


class Migration(migrations.Migration):
    dependencies = [("groups", "0001_initial"), ("directory", "0004_search_triggers")]

    operations = [
        create_triggers("groups_supportgroup", "listing_ptr_id"),
        create_triggers("groups_meeting", "group_id"),
    ]

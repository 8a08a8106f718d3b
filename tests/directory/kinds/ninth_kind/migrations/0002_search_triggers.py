from django.db import migrations

from directory.search.index.triggers import CreateTriggers


class Migration(migrations.Migration):
    dependencies = [("ninth_kind", "0001_initial"), ("directory", "0004_search_triggers")]

    operations = [
        CreateTriggers("ninth_kind_legalclinic", "listing_ptr_id"),
        CreateTriggers("ninth_kind_court", "clinic_id"),
    ]

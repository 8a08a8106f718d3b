import secrets

from django.db import migrations

from directory.search.index.triggers import CreateTriggers

KINDS = ("community", "hotline", "peerprogram", "recoveryhousing", "selfhelp", "therapist", "treatment")


def first_row(apps, schema_editor):
    """So that whoever reads a base nothing was noted in yet has a row to stand on."""
    apps.get_model("directory", "Change").objects.create(nonce=secrets.randbits(50))


class Migration(migrations.Migration):
    dependencies = [("directory", "0003_synonyms")]

    operations = [
        migrations.RunPython(first_row, migrations.RunPython.noop),
        CreateTriggers("directory_listing", "id"),
        *(CreateTriggers(f"directory_{kind}", "listing_ptr_id") for kind in KINDS),
        *(
            CreateTriggers(f"directory_{table}", "listing_id")
            for table in ("channel", "openinginterval", "hoursexception", "verification")
        ),
        CreateTriggers("directory_place", "id", join="directory_listing.place_id"),
        CreateTriggers("directory_organization", "id", join="directory_listing.organization_id"),
        CreateTriggers("directory_synonymentry", "NULL"),
    ]

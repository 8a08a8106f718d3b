"""Fill the gazetteer, so that a migrated database knows its ZIP codes and towns."""

from django.db import migrations

from directory.geo import gazetteer


def fill(apps, schema_editor):
    gazetteer.load_gazetteer(apps.get_model("directory", "GazetteerPlace"))


def empty(apps, schema_editor):
    apps.get_model("directory", "GazetteerPlace").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]

    operations = [
        migrations.RunPython(fill, empty),
    ]

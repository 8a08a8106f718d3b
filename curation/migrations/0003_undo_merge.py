from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("curation", "0002_joined_reports"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="likelyduplicate",
            options={
                "ordering": ("found", "pk"),
                "permissions": (("undo_merge", "Can undo what others merged"),),
                "verbose_name": "likely double",
                "verbose_name_plural": "likely doubles",
            },
        ),
    ]

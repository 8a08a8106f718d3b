"""Configure the app `feeds`, which imports listings from other directories and exports them in open formats."""
# i18n: admin only

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedsConfig(AppConfig):
    """The app that imports and exports feeds."""

    name = "feeds"
    verbose_name = _("Feeds")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell `directory`, which does not import this app, how to find the date of the last import."""
        from directory.listings import provenance
        from feeds.models import ImportRun

        provenance.LAST_READ_LOOKUPS.append(ImportRun.last_import_date)

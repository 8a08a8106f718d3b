from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedsConfig(AppConfig):
    name = "feeds"
    verbose_name = _("Feeds")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from directory.listings import provenance
        from feeds.models import ImportRun

        provenance.LAST_READ_LOOKUPS.append(ImportRun.last_read)

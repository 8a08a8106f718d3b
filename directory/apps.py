from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    name = "directory"
    verbose_name = _("Directory")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Other rooms declare kinds of listing in `<app>/kinds.py`, and work for curators in `<app>/work_queues.py`."""
        autodiscover_modules("kinds")
        autodiscover_modules("work_queues", "admin.work_queues")

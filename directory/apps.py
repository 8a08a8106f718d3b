"""Configure the app `directory` and import the declarations of all kinds of listing."""

import importlib
import pkgutil

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from directory import kinds


class DirectoryConfig(AppConfig):
    """The directory of listings."""

    name = "directory"
    verbose_name = _("Directory")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import the declarations of kinds (`directory/kinds/` and `<app>/kinds.py`) and of work queues.

        Work queues are declared in `<app>/work_queues.py` or `<app>/admin/work_queues.py`. A system check makes sure
        that the search index learns of every change to the tables of the kinds.
        """
        for module in pkgutil.iter_modules(kinds.__path__, f"{kinds.__name__}."):
            importlib.import_module(module.name)
        autodiscover_modules("kinds", "work_queues", "admin.work_queues")
        from directory.search.index.triggers import check_triggers

        register(Tags.models)(check_triggers)

"""Configure the app `curation` and install its admin site in place of Django's."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class CurationConfig(AppConfig):
    """The app `curation`."""

    default = True
    name = "curation"
    verbose_name = _("Curation")
    default_auto_field = "django.db.models.BigAutoField"


class CuratorAdminConfig(AdminConfig):
    """Django's admin with the admin site of curators."""

    default_site = "curation.admin_site.CuratorAdminSite"

"""The configuration of the app `groups`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GroupsConfig(AppConfig):
    """Support groups and their meetings."""

    name = "groups"
    verbose_name = _("Support groups")
    default_auto_field = "django.db.models.BigAutoField"

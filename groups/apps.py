"""Configure the app `groups`, which adds support groups and their meetings to the directory."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GroupsConfig(AppConfig):
    """Support groups and their meetings."""

    name = "groups"
    verbose_name = _("Support groups")
    default_auto_field = "django.db.models.BigAutoField"

"""Configure the app `network`: accounts, saved listings and the private data of people."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NetworkConfig(AppConfig):
    """The app of accounts and their private data."""

    name = "network"
    verbose_name = _("Accounts")
    default_auto_field = "django.db.models.BigAutoField"

"""Configure the app `demo`, which loads and removes an invented town for demonstrations."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    """The demo town."""

    name = "demo"
    verbose_name = _("Demo town")
    default_auto_field = "django.db.models.BigAutoField"

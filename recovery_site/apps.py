"""Configure the app of the site, which holds its settings, security, backups and translations."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The configuration of this app."""

    name = "recovery_site"
    verbose_name = "Site"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks and the handler that protects private files."""
        from recovery_site import checks  # noqa: F401
        from recovery_site.security import private_files  # noqa: F401

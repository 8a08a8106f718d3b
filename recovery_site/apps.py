from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "recovery_site"
    verbose_name = "Site"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from recovery_site import checks  # noqa: F401
        from recovery_site.security import private_files  # noqa: F401

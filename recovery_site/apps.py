from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "recovery_site"
    verbose_name = "Site"
    default_auto_field = "django.db.models.BigAutoField"

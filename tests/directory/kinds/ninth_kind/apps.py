from django.apps import AppConfig


class NinthKindConfig(AppConfig):
    name = "tests.directory.kinds.ninth_kind"
    label = "ninth_kind"
    default_auto_field = "django.db.models.BigAutoField"

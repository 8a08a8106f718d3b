"""The site as a WSGI application without collected static files, for tests that start a server of its own."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recovery_site.settings")
django.setup()

from django.conf import settings  # noqa: E402 - once Django is set up
from django.core.wsgi import get_wsgi_application  # noqa: E402

settings.STORAGES = settings.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
application = get_wsgi_application()

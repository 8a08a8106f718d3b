"""The site as a WSGI application, for gunicorn or any other server: `recovery_site.wsgi:application`."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recovery_site.settings")

application = get_wsgi_application()

# Load all addresses, and with them all modules, now. Their objects live as long as the process, so garbage collection
# need not look at them again: without this some requests would wait for that.
_addresses = get_resolver().url_patterns
gc.collect()
gc.freeze()

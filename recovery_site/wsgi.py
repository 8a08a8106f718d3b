"""The site as a WSGI application, for gunicorn or any other server: `recovery_site.wsgi:application`."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recovery_site.settings")

application = get_wsgi_application()

# All addresses, and with them all modules, are read now. What is here stays for as long as the process lives, and is
# left out of every later search for garbage: without this some pages wait for a look at all of it.
_addresses = get_resolver().url_patterns
gc.collect()
gc.freeze()

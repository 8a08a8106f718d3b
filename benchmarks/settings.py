"""The site's own settings, with the addresses of the benchmark beside those of the site."""

from recovery_site.settings import *  # noqa: F403 - all of them, and nothing left out

ROOT_URLCONF = "benchmarks.urls"

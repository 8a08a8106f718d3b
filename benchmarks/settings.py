"""The settings of the site, with a URL configuration that adds the URL of the benchmark."""

from recovery_site.settings import *  # noqa: F403 - the benchmark measures the site as it is

ROOT_URLCONF = "benchmarks.urls"

"""Define the admin pages of feed sources and import runs."""

from feeds.admin import sources  # noqa: F401 - registers the models

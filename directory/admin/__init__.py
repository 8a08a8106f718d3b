"""The admin pages of listings, places, organizations and synonyms."""

from directory.admin import places  # noqa: F401 - registers the models

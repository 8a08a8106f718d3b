"""The directory of listings: models, kinds, search, public pages and their admin."""

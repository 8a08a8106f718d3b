"""Catalogs of translations, and how texts are found."""

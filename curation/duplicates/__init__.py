"""Likely duplicates: how they are found, compared and merged."""
# i18n: admin only

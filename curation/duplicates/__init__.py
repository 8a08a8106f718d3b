"""Likely duplicates: how they are found, compared and merged."""

"""Feeds that this site publishes."""

"""Feeds: fetch, read, compare and apply them, and publish our own."""
# i18n: admin only

"""Checks of web links."""

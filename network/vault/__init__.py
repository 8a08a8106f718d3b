"""Encrypted storage of what a person saves and writes."""

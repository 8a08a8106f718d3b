"""Saved listings, with and without an account, and shared lists."""

"""Support groups and their meetings."""

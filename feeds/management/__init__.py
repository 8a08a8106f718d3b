"""Management commands of the feeds app."""

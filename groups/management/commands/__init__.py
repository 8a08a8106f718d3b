"""Management commands of the groups."""

"""Management commands of the demo town."""

"""Parse and write the helplines format."""

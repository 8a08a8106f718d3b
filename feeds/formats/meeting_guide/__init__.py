"""Parse the Meeting Guide format."""

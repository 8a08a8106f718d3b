"""The Meeting Guide format."""

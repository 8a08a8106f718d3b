"""Export what this site publishes as feeds."""

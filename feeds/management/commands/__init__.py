"""Commands that import, refresh and export feeds."""

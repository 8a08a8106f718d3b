"""Check the web links of listings."""

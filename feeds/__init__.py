"""Import feeds of listings and export what this site publishes."""
